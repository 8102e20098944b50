// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IDebts} from "./IDebts.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IMargin} from "../margin/IMargin.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {MarginCallLib} from "../margincall/MarginCallLib.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {
    AccountInAuction,
    BelowInitialMargin,
    BidOnOwnAccount,
    DebtNotDue,
    HouseAccount,
    MarketNotCallable,
    NotADebtor,
    NotAccountOwner,
    NothingHeld,
    PriceAboveLimit,
    SaleNotOpen,
    SaleOpenAlready
} from "../types/Errors.sol";
import {Level} from "../types/Level.sol";
import {MarketState, Side} from "../types/Marks.sol";

// What does a debt cost, and how is it collected?

/// @dev Deployment: (ledger, margin, price book, margin calls, address of Settlement, whose clearing accounts owe nobody).
///      Needs the roles for `Ledger.postCash`, `postCollateral`, `shareGain` and `takeInterest`.
contract Debts is IDebts {
    using SafeCast for uint256;

    uint256 private constant ONE = 1e18;

    /// @dev [s] A debt of settlement is the owner's to pay for so long.
    uint256 private constant PATIENCE_SECONDS = 24 hours;

    uint256 private constant LAST_DISCOUNT = 0.05e18;
    uint64 private constant DISCOUNT_SECONDS = 60 minutes;

    /// @param debtSince Names the debt: a sale ends with it. @param since [s of market time]
    struct Sale {
        uint64 debtSince;
        uint64 since;
    }

    ILedger public immutable ledger;
    IMargin public immutable margin;
    IPriceBook public immutable priceBook;
    IMarginCalls public immutable marginCalls;
    address public immutable house;

    mapping(AccountId account => mapping(uint8 underlying => Sale)) private _sales;

    constructor(ILedger ledger_, IMargin margin_, IPriceBook priceBook_, IMarginCalls marginCalls_, address house_) {
        ledger = ledger_;
        margin = margin_;
        priceBook = priceBook_;
        marginCalls = marginCalls_;
        house = house_;
    }

    // ---- interest ----------------------------------------------------------------------------------------------

    /// @inheritdoc IDebts
    function charge(AccountId account) public returns (Cash interest) {
        require(MarginCallLib.isSomebodys(account, house), HouseAccount(account.raw()));
        Cash due = ledger.takeInterest(account);
        if (due == NO_CASH) return NO_CASH;

        Cash cash = ledger.cashOf(account);
        if (!cash.isNegative() && cash < due) due = cash;
        interest = ledger.shareGain(account, due);
        emit InterestCharged(account, interest);
    }

    /// @inheritdoc IDebts
    function rate() external view returns (uint256) {
        return ledger.debtRate();
    }

    // ---- collateral --------------------------------------------------------------------------------------------

    /// @inheritdoc IDebts
    function openSale(AccountId account, uint8 underlying) external {
        _requireDebtor(account);
        _priceOf(underlying);
        uint64 debtSince = ledger.debtSinceOf(account);
        require(_isDue(account, debtSince), DebtNotDue(account.raw(), debtSince + PATIENCE_SECONDS));
        require(!isSaleOpen(account, underlying), SaleOpenAlready(account.raw(), underlying));

        _sales[account][underlying] = Sale(debtSince, priceBook.marketTime(underlying));
        emit SaleOpened(account, underlying);
    }

    /// @inheritdoc IDebts
    function buy(Purchase calldata purchase) external returns (uint256 amount, Cash paid) {
        (AccountId account, uint8 underlying) = (purchase.account, purchase.underlying);
        require(purchase.buyer.owner() == msg.sender, NotAccountOwner(purchase.buyer.raw(), msg.sender));
        require(purchase.buyer != account, BidOnOwnAccount(account.raw()));
        _requireDebtor(account);
        require(isSaleOpen(account, underlying), SaleNotOpen(account.raw(), underlying));
        uint256 price = (_priceOf(underlying) * (ONE - discountOf(account, underlying))) / ONE;
        require(price <= purchase.mostPrice.raw(), PriceAboveLimit(price, purchase.mostPrice.raw()));

        charge(account);
        amount = _amountOf(account, underlying, purchase.amount, price);
        require(amount != 0, NothingHeld(account.raw()));
        paid = Cash.wrap(Math.mulDiv(amount, price, ONE, Math.Rounding.Ceil).toInt256());
        ledger.postCollateral(account, purchase.buyer, underlying, amount);
        ledger.postCash(purchase.buyer, account, paid);

        _requireSound(purchase.buyer);
        emit CollateralSold(account, purchase.buyer, underlying, amount, paid);
    }

    /// @inheritdoc IDebts
    function isSaleOpen(AccountId account, uint8 underlying) public view returns (bool) {
        uint64 named = _sales[account][underlying].debtSince;
        return named != 0 && named == ledger.debtSinceOf(account);
    }

    /// @inheritdoc IDebts
    function discountOf(AccountId account, uint8 underlying) public view returns (uint256) {
        if (!isSaleOpen(account, underlying)) return 0;
        uint256 elapsed = priceBook.marketTime(underlying) - _sales[account][underlying].since;
        return (LAST_DISCOUNT * Math.min(elapsed, DISCOUNT_SECONDS)) / DISCOUNT_SECONDS;
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    /// @dev What pays the debt, and no more than is held or asked.
    function _amountOf(
        AccountId account,
        uint8 underlying,
        uint256 asked,
        uint256 price
    ) private view returns (uint256) {
        uint256 enough = Math.mulDiv(ledger.cashOf(account).magnitude(), ONE, price, Math.Rounding.Ceil);
        return Math.min(Math.min(asked, ledger.collateralOf(account, underlying)), enough);
    }

    /// @dev In auction everything is sold together, and by its own rules.
    function _requireDebtor(AccountId account) private view {
        Cash cash = ledger.cashOf(account);
        bool isDebtor = cash.isNegative() && MarginCallLib.isSomebodys(account, house);
        require(isDebtor, NotADebtor(account.raw(), cash.raw()));
        bool isInAuction = marginCalls.statusOf(account) == IMarginCalls.Status.AUCTION;
        require(!isInAuction, AccountInAuction(account.raw()));
    }

    /// @dev A day old, or below MAINTENANCE, or part of debts beyond half of all positive cash.
    function _isDue(AccountId account, uint64 debtSince) private view returns (bool) {
        if (block.timestamp >= debtSince + PATIENCE_SECONDS) return true;
        (Cash positive, Cash debts) = ledger.totals();
        if (debts.raw() * 2 > positive.raw()) return true;
        return margin.assess(account, Side.BELOW).health[uint256(Level.MAINTENANCE)].isNegative();
    }

    /// @dev Of two sources that disagree the one that is better for the debtor.
    function _priceOf(uint8 underlying) private view returns (uint256) {
        IPriceBook.Index memory index = priceBook.index(underlying);
        require(index.state >= MarketState.DISPUTED, MarketNotCallable(underlying, uint8(index.state)));
        if (index.state == MarketState.AGREED) return index.price.raw();
        return Math.max(index.reporters.raw(), index.anchor.raw());
    }

    function _requireSound(AccountId buyer) private view {
        Cash left = margin.assess(buyer, Side.ABOVE).health[uint256(Level.INITIAL)];
        Cash cash = ledger.cashOf(buyer);
        Cash least = cash < left ? cash : left;
        require(least >= NO_CASH, BelowInitialMargin(buyer.raw(), least.raw()));
    }
}
