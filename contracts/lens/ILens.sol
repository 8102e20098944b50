// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {MarginParameters, Scenario, Witness} from "../types/Margin.sol";
import {Observed, UnderlyingMarks} from "../types/Marks.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {Cash} from "../types/Cash.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";

/// @title Everything a reader needs, in few calls
/// @notice A keeper starts from one block hash with these pages and goes on from events. Nothing on chain depends on it.
interface ILens {
    struct AccountView {
        AccountId account;
        uint64 version;
        Portfolio portfolio;
        IMarginCalls.Status status;
        uint64 graceLeft;
        Witness[] witnesses;
    }

    struct MarketView {
        IPriceBook.Index index;
        UnderlyingMarks below;
        UnderlyingMarks above;
        uint64 marketTime;
        uint64 lastStop;
        uint64 openRoundTime;
        uint256 openRoundReporters;
        uint64 newestRoundTime;
        uint64 surfaceTime;
        uint32 parametersVersion;
        uint256 checkpointCount;
    }

    /// @param seenAt [block] Of each keeper, in the order of `keepers`.
    /// @param idle Keepers that turns pass over: bit = position in `keepers`.
    struct UniverseView {
        uint8 assetCount;
        uint16[] keepers;
        uint32[] seenAt;
        uint256 idle;
        uint32 unseenBlocks;
        uint64 nextEpochAt;
        bytes32 seed;
        uint64 epoch;
        uint32 slotSeconds;
        uint32 guardSeconds;
        uint16 quorum;
        uint32 windowSeconds;
        uint256 activeAccounts;
        uint256 openAuctions;
    }

    /// @param hour [unix s] @param price As `IPriceBook.hourPrice`: zero where it was not observed.
    /// @param isObservable `IPriceBook.observeHour` would write it at this moment.
    struct HourView {
        uint32 hour;
        Price price;
        bool isObservable;
    }

    /// @param discount [1e18] Below the index, growing; zero before the sale is open.
    struct SaleView {
        uint8 underlying;
        bool isOpen;
        uint256 discount;
    }

    /// @param since [unix s] When cash became negative; zero where it is not. @param interest What `IDebts.charge` would find due.
    /// @param sales One for each underlying held as collateral.
    struct DebtView {
        AccountId account;
        uint64 since;
        Cash interest;
        SaleView[] sales;
    }

    /// @notice A page of the accounts with positions or debts.
    function accounts(uint256 offset, uint256 count) external view returns (AccountView[] memory);

    function account(AccountId account) external view returns (AccountView memory);

    /// @notice One underlying at this block, with marks for `expiries` (ascending).
    function market(uint8 underlying, uint32[] calldata expiries) external view returns (MarketView memory);

    function parameters(uint8 underlying) external view returns (MarginParameters memory, Scenario[] memory grid);

    function universe() external view returns (UniverseView memory);

    /// @notice What was seen of full hours of one underlying, and of barrier and Asian series of it.
    function paths(
        uint8 underlying,
        uint32[] calldata hours_,
        SeriesId[] calldata series
    ) external view returns (HourView[] memory, Observed[] memory);

    /// @notice What `accounts` owe and how far their collateral is on sale.
    /// @return positive Σ of positive cash. @return owed Σ of all debts.
    function debts(AccountId[] calldata accounts) external view returns (DebtView[] memory, Cash positive, Cash owed);

    /// @notice Whether nothing but a tear-up is left for each of `accounts`: in auction at the last discount, equity below zero,
    ///         and no default fund.
    function hopeless(AccountId[] calldata accounts) external view returns (bool[] memory);

    /// @notice Those of `holders` that a tear-up of `series` would take something from: on the other side of `account`, and not torn in this round.
    function tearable(
        AccountId account,
        SeriesId series,
        AccountId[] calldata holders
    ) external view returns (AccountId[] memory);
}
