// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";

/// @title Who waits for cash, and who is next?
/// @notice Debts can leave custody with fewer tokens than there is positive cash. Who withdraws then is paid in the order of
///         asking, as tokens come in (RULES A3), and bears every loss on cash until paid.
interface IWithdrawalQueue {
    /// @param shares Of the cash index: what waits is cash like any other.
    struct Waiting {
        AccountId account;
        address receiver;
        uint128 shares;
    }

    event WithdrawalQueued(uint256 indexed place, AccountId indexed account, address indexed receiver, uint256 amount);
    event WithdrawalPaid(uint256 indexed place, AccountId indexed account, address indexed receiver, uint256 amount);
    /// @dev The token refused the receiver: the cash is the account's again.
    event WithdrawalReturned(uint256 indexed place, AccountId indexed account, uint256 amount);

    /// @notice Whether a withdrawal of `amount` [1e18] may not be paid at once: tokens do not reach, or somebody waits.
    function mustWait(uint256 amount) external view returns (bool);

    /// @notice The front door alone: takes `amount` from `account` and puts it last.
    function enqueue(AccountId account, address receiver, uint256 amount) external returns (uint256 place);

    /// @notice Pays those who have waited longest while tokens last, at most `most` of them. Anyone may.
    /// @return served Paid, or given back.
    /// @custom:reverts GasTooLowToPay
    function pay(uint256 most) external returns (uint256 served);

    /// @notice Places first … next − 1 wait.
    function places() external view returns (uint256 first, uint256 next);

    function waitingAt(uint256 place) external view returns (Waiting memory);

    /// @notice Holds the cash of all who wait.
    function queueAccount() external view returns (AccountId);
}
