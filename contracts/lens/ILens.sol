// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {MarginParameters, Scenario, Witness} from "../types/Margin.sol";
import {UnderlyingMarks} from "../types/Marks.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {Portfolio} from "../types/Portfolio.sol";

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

    /// @notice A page of the accounts with positions or debts.
    function accounts(uint256 offset, uint256 count) external view returns (AccountView[] memory);

    function account(AccountId account) external view returns (AccountView memory);

    /// @notice One underlying at this block, with marks for `expiries` (ascending).
    function market(uint8 underlying, uint32[] calldata expiries) external view returns (MarketView memory);

    function parameters(uint8 underlying) external view returns (MarginParameters memory, Scenario[] memory grid);

    function universe() external view returns (UniverseView memory);
}
