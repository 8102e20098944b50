// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Price} from "../types/Price.sol";

/// @title What does a debt cost, and how is it collected?
/// @notice Negative cash bears interest, paid to all positive cash. A day after it arose, or at once where it endangers
///         others, anyone may buy the debtor's collateral at the index less a growing discount (RULES A2).
interface IDebts {
    /// @param account The debtor. @param buyer An account of the caller's, above INITIAL afterwards.
    /// @param amount [1e18 units of the underlying] At most; the contract takes less where less pays the debt.
    /// @param mostPrice The buyer's limit, per unit.
    struct Purchase {
        AccountId account;
        uint8 underlying;
        AccountId buyer;
        uint256 amount;
        Price mostPrice;
    }

    event InterestCharged(AccountId indexed account, Cash interest);
    event SaleOpened(AccountId indexed account, uint8 indexed underlying);
    event CollateralSold(
        AccountId indexed account,
        AccountId indexed buyer,
        uint8 indexed underlying,
        uint256 amount,
        Cash paid
    );

    /// @notice Charges what has accrued on the debt of `account`, at the rate of each moment. Anyone may, at any time; who has repaid
    ///         pays from what he has.
    /// @custom:reverts HouseAccount
    function charge(AccountId account) external returns (Cash interest);

    /// @notice Starts the clock of the discount for one underlying of a debtor.
    /// @custom:reverts NotADebtor, DebtNotDue, AccountInAuction, SaleOpenAlready, MarketNotCallable
    function openSale(AccountId account, uint8 underlying) external;

    /// @notice Buys collateral of a debtor, up to debt and interest.
    /// @custom:reverts NotAccountOwner, NotADebtor, SaleNotOpen, AccountInAuction, MarketNotCallable, PriceAboveLimit,
    ///                 BidOnOwnAccount, BelowInitialMargin
    function buy(Purchase calldata purchase) external returns (uint256 amount, Cash paid);

    /// @notice [1e18 a year] By debts as a share of positive cash: kinked, and bounded.
    function rate() external view returns (uint256);

    /// @notice Whether the collateral may be bought: a sale was opened, and the debt is the one it was opened for.
    function isSaleOpen(AccountId account, uint8 underlying) external view returns (bool);

    /// @notice [1e18] Below the index; zero before a sale is open.
    function discountOf(AccountId account, uint8 underlying) external view returns (uint256);
}
