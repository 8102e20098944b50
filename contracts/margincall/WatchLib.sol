// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {MarginCallLib, Holdings} from "./MarginCallLib.sol";
import {Cash} from "../types/Cash.sol";
import {Witness} from "../types/Margin.sol";
import {MarketState} from "../types/Marks.sol";
import {Collateral, Portfolio} from "../types/Portfolio.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IWindDown} from "../pricebook/IWindDown.sol";

// Under which scenarios is an account watched, and since when in each of its markets?

/// @dev One storage slot for each underlying.
/// @param scenarios Packed by `MarginCallLib.pack`.
/// @param since [s of market time] UNTIMED where the underlying does not decide.
struct Watched {
    uint8 underlying;
    uint64 scenarios;
    uint64 since;
}

uint64 constant UNTIMED = type(uint64).max;

library WatchLib {
    using MarginCallLib for Holdings;

    /// @dev Starts the clocks of the deciding underlyings at this moment.
    /// @param witnesses Complete: one for each underlying held.
    function begin(
        Watched[] storage watched,
        Witness[] memory witnesses,
        Holdings memory held,
        IPriceBook book
    ) internal {
        uint256 timed = held.decisive();
        for (uint256 i = 0; i < witnesses.length; ++i) {
            uint8 underlying = witnesses[i].underlying;
            uint64 since = (timed >> underlying) & 1 == 1 ? book.marketTime(underlying) : UNTIMED;
            watched.push(Watched(underlying, MarginCallLib.pack(witnesses[i].scenarios), since));
        }
    }

    /// @dev Replaces the scenarios and leaves every clock as it is; an underlying that is new gets none.
    function replace(Watched[] storage watched, Witness[] memory witnesses) internal {
        for (uint256 i = 0; i < witnesses.length; ++i) {
            uint64 scenarios = MarginCallLib.pack(witnesses[i].scenarios);
            uint256 place = _indexOf(watched, witnesses[i].underlying);
            if (place < watched.length) watched[place].scenarios = scenarios;
            else watched.push(Watched(witnesses[i].underlying, scenarios, UNTIMED));
        }
    }

    function _indexOf(Watched[] storage watched, uint8 underlying) private view returns (uint256 place) {
        while (place < watched.length && watched[place].underlying != underlying) ++place;
    }

    function witnessesOf(Watched[] storage watched) internal view returns (Witness[] memory witnesses) {
        witnesses = new Witness[](watched.length);
        for (uint256 i = 0; i < witnesses.length; ++i) {
            witnesses[i] = Witness(watched[i].underlying, MarginCallLib.unpack(watched[i].scenarios));
        }
    }

    /// @dev [s of market time] Since `begin`, or since the last stop, where that was later (RULES C6): in the deciding market in
    ///      which least time has passed.
    function elapsed(Watched[] storage watched, IPriceBook book) internal view returns (uint64 least) {
        least = type(uint64).max;
        for (uint256 i = 0; i < watched.length; ++i) {
            (uint64 since, uint8 underlying) = (watched[i].since, watched[i].underlying);
            if (since == UNTIMED) continue;
            uint64 stop = book.lastStop(underlying);
            uint64 passed = book.marketTime(underlying) - (stop > since ? stop : since);
            if (passed < least) least = passed;
        }
    }

    /// @dev [s of market time] Of a grace of `granted` seconds since `begin`: what is left in the deciding market in which most
    ///      is. After a stop at least ten minutes are (RULES C6); with several stops the last one says it all.
    function graceLeft(Watched[] storage watched, uint64 granted, IPriceBook book) internal view returns (uint64 most) {
        for (uint256 i = 0; i < watched.length; ++i) {
            (uint64 since, uint8 underlying) = (watched[i].since, watched[i].underlying);
            if (since == UNTIMED) continue;
            uint64 time = book.marketTime(underlying);
            uint64 left = MarginCallLib.graceLeft(granted, since, book.lastStop(underlying), time);
            if (left > most) most = left;
        }
    }

    /// @dev The deciding market of which least is known. One that is wound down is dead to calls and auctions (RULES E4).
    function weakestMarket(
        Portfolio memory portfolio,
        IPriceBook book,
        IWindDown windDown
    ) internal view returns (uint8 underlying, MarketState state) {
        state = MarketState.AGREED;
        for (uint256 left = MarginCallLib.holdingsOf(portfolio).decisive(); left != 0;) {
            uint8 next = MarginCallLib.first(left);
            left = MarginCallLib.without(left, next);
            MarketState its = windDown.isDeclared(next) ? MarketState.DEAD : book.index(next).state;
            if (its <= state) (underlying, state) = (next, its);
        }
    }

    /// @dev Collateral whose market is dead, or has only just a price again, beside options whose markets are not, counts twice
    ///      its last price before anything is done to its owner: margin has counted it once, this is the second time. So a
    ///      gift of dust blocks nothing, and a fortune that nobody can price is not sold.
    function doubtOf(Portfolio memory portfolio, IPriceBook book) internal view returns (Cash doubt) {
        uint256 decisive = MarginCallLib.holdingsOf(portfolio).decisive();
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            Collateral memory held = portfolio.collateral[i];
            if ((decisive >> held.underlying) & 1 == 1) continue;
            IPriceBook.Index memory its = book.index(held.underlying);
            if (its.state >= MarketState.SINGLE) continue;
            doubt = doubt + Cash.wrap(SafeCast.toInt256(Math.mulDiv(held.amount, its.price.raw(), 1e18)));
        }
    }
}
