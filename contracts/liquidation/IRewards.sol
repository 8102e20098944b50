// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Witness} from "../types/Margin.sol";

/// @title Who pays for the keepers' gas?
/// @notice The same entries as those of margin calls and auctions, with pay: gas used × min(1.2 × base fee, cap), and a bonus
///         for the keeper on turn, out of the reserve that the account's requirement holds (RULES B7, D8). Only for a change of
///         state, so that copying and racing earn nothing.
interface IRewards {
    event RewardPaid(AccountId indexed account, AccountId indexed payee, Cash forGas, Cash bonus);

    /// @notice As `IMarginCalls.openMarginCall`. @param payee Account that is paid.
    function openMarginCall(AccountId account, Witness[] calldata witnesses, AccountId payee) external;

    /// @notice As `IAuctions.start`.
    function startAuction(AccountId account, Witness[] calldata witnesses, AccountId payee) external;

    /// @notice As `IMarginCalls.recordCure`.
    function recordCure(AccountId account, AccountId payee) external;

    /// @notice As `IMarginCalls.lapse`.
    function lapse(AccountId account, AccountId payee) external;

    /// @notice As `IAuctions.close`.
    function closeAuction(AccountId account, AccountId payee) external;

    /// @notice Underlying that is the chain's own token, by whose index gas is paid; zero where none is, and then only the bonus is
    ///         paid.
    function nativeUnderlying() external view returns (uint8);
}
