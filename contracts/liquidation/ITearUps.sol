// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

/// @title What becomes of a portfolio that nobody takes?
/// @notice Where the discount has stopped growing, equity is negative and the default fund is empty, anyone may close its
///         positions at the mark against those who hold the other side, pro rata, in pages (RULES D6).
interface ITearUps {
    /// @param size Closed: what `account` gained and `holder` lost, by contracts.
    /// @param mark Paid per contract, from who was short to who was long.
    event TornUp(AccountId indexed account, AccountId indexed holder, SeriesId indexed series, Size size, Price mark);

    /// @notice Closes the part of each of `holders` in what `account` holds of `series`. A holder loses the same share whoever
    ///         is named with it, and only once a round; a round lasts an hour. Those who hold nothing of the other side,
    ///         or have lost their part, are passed over.
    /// @return torn Contracts closed.
    /// @custom:reverts NotInAuction, FloorNotReached, AccountSolvent, FundNotEmpty, MarketNotCallable, SeriesNotHeld
    function tearUp(AccountId account, SeriesId series, AccountId[] calldata holders) external returns (uint256 torn);

    /// @notice Whether `holder` has lost its part in the round that stands; naming it again changes nothing.
    function hasLost(AccountId account, SeriesId series, AccountId holder) external view returns (bool);

    /// @notice [1e18] Share of their size that holders of the other side lose in the round that stands; zero without one.
    function shareOf(AccountId account, SeriesId series) external view returns (uint256);
}
