// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {SettlementFee} from "../types/Fees.sol";

/// @title Who is paid what at expiry?
/// @notice Turns expired positions into cash, against the expiry's clearing account, in pages, in any order, by anyone;
///         one account that cannot pay never blocks another (RULES A1).
interface ISettlement {
    /// @param payoff Sum over the account's positions of that expiry; rounded down.
    event AccountSettled(AccountId indexed account, uint8 indexed underlying, uint32 indexed expiry, Cash payoff);

    /// @param fee Paid to the house by an account that is paid something: a share of the settlement price for each contract that
    ///        pays, at most a share of the payoff.
    event SettlementFeePaid(AccountId indexed account, uint8 indexed underlying, uint32 indexed expiry, Cash fee);

    /// @dev The account stays as it was; the page goes on.
    event SettlementSkipped(AccountId indexed account, uint8 indexed underlying, uint32 indexed expiry, bytes reason);

    /// @notice Settles what `accounts` hold of (underlying, expiry), at its settlement price or at that of a wind-down; those that hold nothing of it are skipped.
    /// @return settled How many held something.
    /// @custom:reverts SettlementPriceNotFixed
    function settle(uint8 underlying, uint32 expiry, AccountId[] calldata accounts) external returns (uint256 settled);

    /// @notice Moves to the house what rounding kept back of (underlying, expiry) so far, and never what is owed.
    function sweepDust(uint8 underlying, uint32 expiry) external returns (Cash swept);

    /// @notice Fixed at deployment.
    function settlementFee() external view returns (SettlementFee memory);

    /// @notice The account that the payoffs of one expiry are posted against.
    function clearingAccount(uint8 underlying, uint32 expiry) external view returns (AccountId);
}
