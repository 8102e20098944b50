// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Witness} from "../types/Margin.sol";

/// @title What is owed now, and until when?
/// @notice The state table of DESIGN §7. Calling twice is a cheap no-op; anyone may call, cure and lapse.
interface IMarginCalls {
    enum Status {
        HEALTHY,
        CALLED,
        AUCTION,
        CLOSED
    }

    /// @param openedAt [unix s] First valid call.
    /// @param graceSeconds [s of market time] Granted at the first valid call.
    /// @param witnesses Under which the account was shown below; later and worse ones replace them.
    struct MarginCall {
        Status status;
        uint64 openedAt;
        uint32 graceSeconds;
        Witness[] witnesses;
    }

    event MarginCallOpened(AccountId indexed account, uint32 graceSeconds, Witness[] witnesses);
    event MarginCallCured(AccountId indexed account);
    event MarginCallLapsed(AccountId indexed account);
    event WitnessReplaced(AccountId indexed account, Witness[] witnesses);
    event AuctionEntered(AccountId indexed account);
    event AuctionLeft(AccountId indexed account, Status status);

    struct Call {
        AccountId account;
        Witness[] witnesses;
    }

    /// @notice Asks `account` for more margin, due after the grace.
    /// @return opened False, and nothing changed, if it is called already.
    /// @custom:reverts AccountHealthy, MarketNotCallable, NothingHeld, HouseAccount
    function openMarginCall(AccountId account, Witness[] calldata witnesses) external returns (bool opened);

    /// @notice The same for many: a refused item is skipped with a reason, and the batch stops cleanly when gas runs short.
    function openMarginCalls(Call[] calldata calls) external returns (uint256 opened);

    event CallSkipped(AccountId indexed account, bytes reason);

    /// @notice Shows a called account further below MAINTENANCE than its recorded witness does. Moves no clock.
    /// @custom:reverts NotCalled, WitnessNotWorse
    function replaceWitness(AccountId account, Witness[] calldata witnesses) external;

    /// @notice Records that a called account is above INITIAL again.
    /// @custom:reverts NotCalled, AccountNotCured
    function recordCure(AccountId account) external;

    /// @notice Past its deadline and above MAINTENANCE but not INITIAL: the call lapses, and for 6 h a new one has 5 min.
    /// @custom:reverts NotCalled, GraceNotOver, AccountBelowMaintenance, AccountCured
    function lapse(AccountId account) external;

    /// @notice The auction house alone: the account's status becomes AUCTION, or whatever it left as.
    function enterAuction(AccountId account) external;

    function leaveAuction(AccountId account, Status status) external;

    function marginCallOf(AccountId account) external view returns (MarginCall memory);

    function statusOf(AccountId account) external view returns (Status);

    /// @notice [s of market time] Left of the grace; zero when over or not called. Stands while a market it depends on is dead.
    function graceLeft(AccountId account) external view returns (uint64);
}
