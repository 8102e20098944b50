// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Price} from "../types/Price.sol";

/// @title What if the prices never come back?
/// @notice A market without any live source for 14 days is wound down, for good: no new risk, no calls, no auctions. All its
///         expiries, past and future, settle at one price: the first 24-hour mean that a surviving source gives within 90
///         days, else the last agreed 24-hour mean before the silence (RULES E4).
interface IWindDown {
    /// @param notedAt [unix s] @param marketTime [s] As it stood then.
    /// @param declaredAt [unix s] @param checkpoints How many there were then.
    struct Silence {
        uint64 notedAt;
        uint64 marketTime;
        uint64 declaredAt;
        uint64 checkpoints;
    }

    /// @param cumulative Σ price · seconds. @param last Price of the last sample, and when it was taken.
    struct Samples {
        uint256 cumulative;
        uint64 covered;
        uint64 takenAt;
        Price last;
    }

    event SilenceNoted(uint8 indexed underlying, uint64 time);
    event WindDownDeclared(uint8 indexed underlying, uint64 time);
    event SampleTaken(uint8 indexed underlying, Price price, uint64 coveredSeconds);
    event WindDownPriceFixed(uint8 indexed underlying, Price price);

    /// @notice Notes that no source of `underlying` is live. A note falls as soon as market time has run again.
    /// @custom:reverts MarketAlive, AlreadyDeclared
    function note(uint8 underlying) external;

    /// @notice Declares the wind-down of a market that has been silent since a note of 14 days ago.
    /// @custom:reverts MarketAlive, SilenceTooShort, AlreadyDeclared
    function declare(uint8 underlying) external;

    /// @notice Adds what a surviving source says to the mean; at 24 hours covered the price is fixed.
    /// @custom:reverts NotDeclared, MarketSilent, WindDownOver
    function sample(uint8 underlying) external;

    /// @notice Fixes the last agreed mean, 90 days after the declaration: over the newest 24 hours covered before it, or over
    ///         all that was covered where that is less.
    /// @custom:reverts NotDeclared, SilenceTooShort, WindDownOver, NothingAgreed
    function fixLastAgreed(uint8 underlying) external;

    function isDeclared(uint8 underlying) external view returns (bool);

    /// @notice What was noted and declared; zeros where nothing was.
    function silenceOf(uint8 underlying) external view returns (Silence memory);

    /// @notice What a surviving source has said since the declaration.
    function samplesOf(uint8 underlying) external view returns (Samples memory);

    /// @notice Zero until fixed.
    function price(uint8 underlying) external view returns (Price);
}
