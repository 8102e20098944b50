// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Price} from "./Price.sol";
import {SeriesId} from "./SeriesId.sol";

// Under which prices must a statement about an account hold?

/// @dev How many of the two independent sources speak, whether they agree (RULES C3, C4), and, after a stop, how far the
///      market has reopened (RULES C6). The order is that of what may be done.
enum MarketState {
    DEAD, // no source is live: clocks stand, nothing is callable
    PRICED, // reopening: there is a price again; clocks stand, and no more may be done than while it was dead
    REDUCING, // reopening: reductions; clocks stand
    SINGLE, // one source is live: no new risk, no calls
    LIQUIDATING, // reopening: two sources live, calls, auctions and bids; clocks run; no new risk
    WIDE, // both live, but the reporters' round is an interval: calls at the end best for the account, no new risk
    DISPUTED, // two live sources disagree: both must say "below", both must say "above"
    AGREED // the reporters' median is the index
}

/// @dev Which statement the prices are for: to show an account below a level; above it; or above INITIAL where its owner takes
///      out cash or takes on risk, and a pool's mean counts too (RULES C5).
enum Side {
    BELOW,
    ABOVE,
    TAKING
}

/// @dev Most prices under which one statement can be asked to hold.
uint256 constant MAX_CANDIDATES = 4;

/// @dev And it must hold at each of them under the newest surface and under an older one (RULES C7). Pair number
///      `MAX_CANDIDATES · surface + candidate`.
uint256 constant MAX_PAIRS = 2 * MAX_CANDIDATES;

/// @dev One expiry as the market sees it now. Everything a price function needs beside spot and strike.
/// @param expiry [unix s]
/// @param secondsLeft [s] Until expiry; zero once expired.
/// @param windowSeconds [s] Length of the averaging window before expiry.
/// @param forwardRatio [1e18] Forward over spot.
/// @param theta [1e18] At-the-money total variance from now to expiry, before any settlement averaging.
/// @param rho [1e18] Correlation of the eSSVI slice, in (-1, 1).
/// @param phi [1e18] Curvature of the eSSVI slice.
/// @param elapsedShare [1e18] Share of the settlement window that has passed; 1e18 once expired.
/// @param averageSoFar Mean of the index over the elapsed and covered part of the window; zero before it.
/// @param settlementPrice Zero until fixed.
struct ExpiryMark {
    uint32 expiry;
    uint32 secondsLeft;
    uint32 windowSeconds;
    uint64 forwardRatio;
    uint64 theta;
    int64 rho;
    uint96 phi;
    uint64 elapsedShare;
    Price averageSoFar;
    Price settlementPrice;
}

/// @dev One underlying as the market sees it now.
/// @param candidates At most MAX_CANDIDATES spot prices; the statement must hold under every one.
/// @param expiries One mark for each expiry asked for, in the order asked, ascending: by the newest surface.
/// @param older The same by the other surface; empty where one says it all.
/// @param surfaceAge [s] Of the newest; the largest number where there is none.
struct UnderlyingMarks {
    uint8 underlying;
    MarketState state;
    Price[] candidates;
    ExpiryMark[] expiries;
    ExpiryMark[] older;
    uint32 surfaceAge;
}

/// @dev What was seen so far of a series whose payoff depends on more than the settlement price of its expiry.
/// @param isTouched Barrier kinds: one of its observations was at or past the barrier.
/// @param elapsedShare [1e18] Asian kinds: share of their own window that has passed; 1e18 once expired.
/// @param averageSoFar Asian kinds: mean of the index over the elapsed and covered part of that window; zero before it.
/// @param settlementPrice The price that decides it; zero until that is final, and with it whether it was touched.
struct Observed {
    SeriesId series;
    bool isTouched;
    uint64 elapsedShare;
    Price averageSoFar;
    Price settlementPrice;
}
