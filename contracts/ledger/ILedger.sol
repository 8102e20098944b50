// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {PackedPosition} from "./PositionLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Portfolio, Position, Collateral} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

/// @title Who holds what?
/// @notice The only place where money, collateral and positions move. Every posting has two sides, so sizes sum to
///         zero per series and cash sums to what custody holds, by construction. Calls nobody.
/// @dev Positive cash is held in shares of one index (RULES A4), so that a loss beyond the default fund is one
///      multiplication. Rounding: against the account.
interface ILedger {
    /// @dev Events carry the state after the change; `version` rises by one with each change of the account.
    event CashChanged(AccountId indexed account, Cash cash, uint64 version);
    event CollateralChanged(AccountId indexed account, uint8 indexed underlying, uint256 amount, uint64 version);
    event PositionChanged(AccountId indexed account, SeriesId indexed series, Size size, uint64 version);
    /// @param index [1e18] Units of account per share of positive cash, after the loss. @param loss Negative for a gain.
    event CashIndexChanged(uint256 index, Cash loss);

    /// @notice Moves `amount` ≥ 0 of cash. The account zero stands for the outside world: its cash is minus what
    ///         custody holds.
    function postCash(AccountId from, AccountId to, Cash amount) external;

    /// @notice Moves `amount` [1e18 units of `underlying`] of collateral.
    /// @custom:reverts InsufficientCollateral
    function postCollateral(AccountId from, AccountId to, uint8 underlying, uint256 amount) external;

    /// @notice Moves `size` contracts of `series`: `from` loses what `to` gains; either sign.
    /// @custom:reverts TooManyPositions
    function postPosition(AccountId from, AccountId to, SeriesId series, Size size) external;

    /// @notice Multiplies the cash index by 1 − loss / positive cash, and gives what it took to `to`.
    /// @return taken Cash actually taken from the holders of positive cash, at most `loss`.
    function realiseLoss(AccountId to, Cash loss) external returns (Cash taken);

    /// @notice Takes `amount` from `from` and raises the cash index by it: interest is paid to all who hold cash.
    /// @return given `amount`, or nothing where the others hold less than it.
    function shareGain(AccountId from, Cash amount) external returns (Cash given);

    /// @notice Interest due on what `account` owed since it was last taken, which it is now. Moves no cash.
    function takeInterest(AccountId account) external returns (Cash due);

    /// @notice At the rate of each moment, for as long as it was owed. Rounds up.
    function interestOf(AccountId account) external view returns (Cash due);

    /// @notice [1e18 a year] What debts cost at this moment, by debts as a share of positive cash: kinked, and bounded.
    function debtRate() external view returns (uint256);

    /// @notice [unix s] When cash became negative; zero where it is not.
    function debtSinceOf(AccountId account) external view returns (uint64);

    function cashOf(AccountId account) external view returns (Cash);

    function collateralOf(AccountId account, uint8 underlying) external view returns (uint256);

    function sizeOf(AccountId account, SeriesId series) external view returns (Size);

    function positionsOf(AccountId account) external view returns (Position[] memory);

    function portfolioOf(AccountId account) external view returns (Portfolio memory);

    /// @notice The same with each position in one word, `series << 128 | size`: what the margin function reads.
    function holdingsOf(
        AccountId account
    ) external view returns (Cash cash, PackedPosition[] memory positions, Collateral[] memory collateral);

    function versionOf(AccountId account) external view returns (uint64);

    /// @notice Hash of the sorted series held: names the portfolio a bidder has seen (RULES D4).
    function seriesHashOf(AccountId account) external view returns (bytes32);

    /// @notice [1e18] Units of account per share of positive cash; 1e18 until a loss is shared.
    function cashIndex() external view returns (uint256);

    /// @notice Σ of positive cash, and Σ of the magnitudes of negative cash, custody's account apart.
    function totals() external view returns (Cash positive, Cash debts);

    /// @notice Contracts long in `series`, which equal those short.
    function openInterestOf(SeriesId series) external view returns (uint256);

    /// @notice The same summed over the series of one expiry: what caps bind (RULES A6).
    function openInterestAt(uint8 underlying, uint32 expiry) external view returns (uint256);

    /// @notice The same summed over all expiries: what the keepers' bonds must answer for (RULES F2).
    function openInterestIn(uint8 underlying) external view returns (uint256);

    /// @notice Accounts with positions or negative cash, a page of them; order is arbitrary between changes.
    function activeAccounts(uint256 offset, uint256 count) external view returns (AccountId[] memory);

    function activeAccountCount() external view returns (uint256);
}
