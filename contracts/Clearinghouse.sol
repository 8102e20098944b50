// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IClearinghouse} from "./IClearinghouse.sol";
import {ListingLib} from "./ListingLib.sol";
import {ReductionLib} from "./ReductionLib.sol";
import {StakeLib} from "./StakeLib.sol";
import {IKeeperRegistry} from "./keepers/IKeeperRegistry.sol";
import {ICustody} from "./ledger/ICustody.sol";
import {ILedger} from "./ledger/ILedger.sol";
import {IWithdrawalQueue} from "./ledger/IWithdrawalQueue.sol";
import {OUTSIDE} from "./ledger/Ledger.sol";
import {IDebts} from "./liquidation/IDebts.sol";
import {IMargin} from "./margin/IMargin.sol";
import {IMarginCalls} from "./margincall/IMarginCalls.sol";
import {IAnchor} from "./oracle/IAnchor.sol";
import {IPriceBook} from "./pricebook/IPriceBook.sol";
import {IWindDown} from "./pricebook/IWindDown.sol";
import {AccountId} from "./types/AccountId.sol";
import {Cash, NO_CASH} from "./types/Cash.sol";
import {
    AccountInAuction,
    AccountInCall,
    AccountWithoutOwner,
    BelowInitialMargin,
    CapNotLower,
    InsufficientCash,
    MalformedTrade,
    NewRiskRefused,
    NewRiskStopped,
    NotAccountOwner,
    NothingToMove,
    OpenInterestUncovered,
    SeriesNotListed,
    ShortCapReached,
    TradeTooSmall
} from "./types/Errors.sol";
import {Level, LEVELS} from "./types/Level.sol";
import {MarketState, Side} from "./types/Marks.sol";
import {DIGITAL_PAYOFF} from "./types/OptionKind.sol";
import {Portfolio} from "./types/Portfolio.sol";
import {Price} from "./types/Price.sol";
import {SeriesId} from "./types/SeriesId.sol";
import {Size} from "./types/Size.sol";

// The front door: deposit, withdraw, trade.
//
// THE RULEBOOK
//
// Margin. An account's health at a level is its cash, its collateral and its positions at the marks, less what must be held
//   for the worst of a grid of moves. Whatever raises risk (a trade that is no reduction, a withdrawal by an account with
//   positions) must leave health at INITIAL at zero or more, under every price that is believed at this moment. Cash does
//   not go below zero by a trade or a withdrawal.
//
// Calls. An account shown below MAINTENANCE is called: until it is above INITIAL again it may only deposit and reduce. A
//   reduction moves a size towards zero and leaves health at MAINTENANCE and CLOSEOUT no lower; it may cost at most 1 % of
//   the index a contract, and nothing where less equity than a tenth of the maintenance margin is left. An account in auction
//   may only be deposited to.
//
// Rounding. Always against the account: requirements up, credits down, payments out down to what the token can represent.
//   A premium rounds down, the same for both sides.
//
// Liveness. Deposits are never refused. New risk asks for two live sources that may disagree but not for less, in every
//   market that the account depends on; withdrawals by accounts with positions ask for one, and are then judged at 3 % to
//   either side; reductions ask for none, but without one must end above INITIAL at the last agreed price. After a stop all
//   of this comes back step by step: reductions, calls and bids, new risk. An account without positions and debts withdraws
//   always; where debts have left too few tokens its cash waits in the queue, first in, first out. No pause stops a deposit, a
//   reduction, or such a withdrawal.
//
// Roles. Owners withdraw. An exchange trades, having proven both owners' consent. The guardian may at once stop new risk and
//   lower caps. Governance opens underlyings and resumes new risk, behind its delay. Nobody moves anyone's cash.
//
// What is not checked. That a price between two consenting owners is fair. That both accounts have different owners. That the
//   exchange charges what it should (the order's fee cap does). That tokens keep their promises after listing: see Custody.
contract Clearinghouse is IClearinghouse, AccessManaged {
    uint256 private constant ONE = 1e18;
    uint8 private constant CASH = 0;
    MarketState private constant LEAST_STATE_FOR_NEW_RISK = MarketState.DISPUTED;
    MarketState private constant LEAST_STATE_TO_WITHDRAW = MarketState.SINGLE;

    ILedger private immutable LEDGER;
    ICustody private immutable CUSTODY;
    IWithdrawalQueue private immutable QUEUE;
    IMargin private immutable MARGIN;
    IMarginCalls private immutable MARGIN_CALLS;
    IPriceBook private immutable PRICE_BOOK;
    IWindDown private immutable WIND_DOWN;
    IDebts private immutable DEBTS;
    IKeeperRegistry private immutable REGISTRY;
    IAnchor private immutable ANCHOR;
    AccountId private immutable FEE_ACCOUNT;

    mapping(uint8 underlying => Limits) private _limits;
    bool private _isNewRiskStopped;
    /// @dev Markets that were ever opened, and which (bit = underlying): the same bonds answer for all of them.
    uint8 private _openedCount;
    uint256 private _opened;

    /// @dev One side of a trade, as it was before.
    /// @param change Added to its size.
    /// @param before Read only where the side may be a reduction that ends below INITIAL.
    struct Party {
        AccountId account;
        Size change;
        Size held;
        bool isReduction;
        Portfolio before;
    }

    /// @param feeAccount The default fund's account in the ledger: fees are its income.
    constructor(
        address authority,
        ILedger ledger,
        ICustody custody,
        IWithdrawalQueue queue,
        IMargin margin,
        IMarginCalls marginCalls,
        IPriceBook priceBook,
        IWindDown windDown,
        IDebts debts,
        IKeeperRegistry registry,
        IAnchor anchor,
        AccountId feeAccount
    ) AccessManaged(authority) {
        LEDGER = ledger;
        CUSTODY = custody;
        QUEUE = queue;
        MARGIN = margin;
        MARGIN_CALLS = marginCalls;
        PRICE_BOOK = priceBook;
        WIND_DOWN = windDown;
        DEBTS = debts;
        REGISTRY = registry;
        ANCHOR = anchor;
        FEE_ACCOUNT = feeAccount;
    }

    // ---- deposit and withdraw ------------------------------------------------------------------------------

    /// @inheritdoc IClearinghouse
    function deposit(AccountId account, uint8 asset, uint256 amount) external {
        require(account.owner() != address(0), AccountWithoutOwner(account.raw()));
        require(amount != 0, NothingToMove(amount));

        // The tokens come first: nothing is credited that has not arrived.
        CUSTODY.pull(asset, msg.sender, amount);
        _post(OUTSIDE, account, asset, amount);

        emit Deposited(account, asset, msg.sender, amount);
    }

    /// @inheritdoc IClearinghouse
    function withdraw(AccountId account, uint8 asset, uint256 amount, address receiver) external {
        require(msg.sender == account.owner(), NotAccountOwner(account.raw(), msg.sender));
        uint256 payout = CUSTODY.representable(asset, amount);
        require(payout != 0, NothingToMove(amount));
        _requireFree(account);
        // Who has just repaid pays the interest before he leaves.
        if (!(LEDGER.interestOf(account) == NO_CASH)) DEBTS.charge(account);
        _requireCash(account, LEDGER.cashOf(account), NO_CASH);

        bool waits = asset == CASH && QUEUE.mustWait(payout);
        if (waits) QUEUE.enqueue(account, receiver, payout);
        else _post(account, OUTSIDE, asset, payout);
        _requireCovered(account);
        if (waits) return;

        emit Withdrawn(account, asset, receiver, payout);
        CUSTODY.push(asset, receiver, payout);
    }

    // ---- trade ---------------------------------------------------------------------------------------------

    /// @inheritdoc IClearinghouse
    function trade(Trade calldata matched) external restricted {
        _requireWellFormed(matched);
        Party memory buyer = _party(matched.buyer, matched.series, matched.size);
        Party memory seller = _party(matched.seller, matched.series, -matched.size);
        Price index;
        if (!buyer.isReduction || !seller.isReduction) index = _requireOpenable(matched, buyer, seller);

        uint256 openBefore = _openInterest(matched.series);
        LEDGER.postPosition(seller.account, buyer.account, matched.series, matched.size);
        _postPremium(matched);

        _requireWithinCaps(matched.series, openBefore, index);
        _requireMargin(buyer, matched.series);
        _requireMargin(seller, matched.series);

        emit Traded(
            matched.buyer,
            matched.seller,
            matched.series,
            matched.size,
            matched.price,
            matched.buyerFee,
            matched.sellerFee
        );
    }

    // ---- governance and guardian ---------------------------------------------------------------------------

    /// @inheritdoc IClearinghouse
    function setLimits(uint8 underlying, Limits calldata limits) external restricted {
        _limits[underlying] = limits;
        if ((_opened >> underlying) & 1 == 0) {
            _opened |= uint256(1) << underlying;
            _openedCount++;
        }
        emit LimitsChanged(underlying, limits.minimumSize, limits.shortCap);
    }

    /// @inheritdoc IClearinghouse
    function lowerShortCap(uint8 underlying, uint128 shortCap) external restricted {
        Limits storage limits = _limits[underlying];
        require(shortCap < limits.shortCap, CapNotLower(shortCap, limits.shortCap));
        limits.shortCap = shortCap;
        emit LimitsChanged(underlying, limits.minimumSize, shortCap);
    }

    /// @inheritdoc IClearinghouse
    function stopNewRisk() external restricted {
        _isNewRiskStopped = true;
        emit NewRiskAllowed(false);
    }

    /// @inheritdoc IClearinghouse
    function allowNewRisk() external restricted {
        _isNewRiskStopped = false;
        emit NewRiskAllowed(true);
    }

    // ---- answers -------------------------------------------------------------------------------------------

    /// @inheritdoc IClearinghouse
    function isListed(SeriesId series) external view returns (bool) {
        return
            _limits[series.underlying()].minimumSize != 0 &&
            ListingLib.isOpenable(series, block.timestamp, PRICE_BOOK.index(series.underlying()).price);
    }

    /// @inheritdoc IClearinghouse
    function limitsOf(uint8 underlying) external view returns (Limits memory) {
        return _limits[underlying];
    }

    /// @inheritdoc IClearinghouse
    function stakeOf(uint8 underlying) external view returns (uint256 atStake, uint256 cover) {
        return _stakeOf(underlying, PRICE_BOOK.index(underlying).price);
    }

    /// @inheritdoc IClearinghouse
    function isNewRiskAllowed() external view returns (bool) {
        return !_isNewRiskStopped;
    }

    // ---- postings ------------------------------------------------------------------------------------------

    function _post(AccountId from, AccountId to, uint8 asset, uint256 amount) private {
        // A token's supply in 18 decimals that did not fit would have been refused by the ledger's slots.
        if (asset == CASH) LEDGER.postCash(from, to, Cash.wrap(int256(amount)));
        else LEDGER.postCollateral(from, to, asset, amount);
    }

    function _postPremium(Trade calldata matched) private {
        uint256 premium = (matched.size.magnitude() * matched.price.raw()) / ONE;
        LEDGER.postCash(matched.buyer, matched.seller, Cash.wrap(int256(premium)));
        LEDGER.postCash(matched.buyer, FEE_ACCOUNT, matched.buyerFee);
        LEDGER.postCash(matched.seller, FEE_ACCOUNT, matched.sellerFee);
    }

    // ---- what a trade must be ------------------------------------------------------------------------------

    function _requireWellFormed(Trade calldata matched) private view {
        bool isWellFormed =
            matched.buyer != matched.seller &&
                matched.size.raw() > 0 &&
                !matched.buyerFee.isNegative() &&
                !matched.sellerFee.isNegative();
        require(isWellFormed, MalformedTrade(matched.size.raw(), matched.buyerFee.raw(), matched.sellerFee.raw()));
        // What has expired is settled, not traded.
        require(matched.series.expiry() > block.timestamp, SeriesNotListed(matched.series.raw()));
    }

    function _party(AccountId account, SeriesId series, Size change) private view returns (Party memory party) {
        party.account = account;
        party.change = change;
        party.held = LEDGER.sizeOf(account, series);
        party.isReduction = ReductionLib.isReduction(party.held, change);
        if (party.isReduction) party.before = LEDGER.portfolioOf(account);
    }

    /// @dev A new position asks for the whole calendar; an increase only for the window not to have begun. A touched barrier is no more.
    /// @return The index, asked for once: it is dear to read.
    function _requireOpenable(
        Trade calldata matched,
        Party memory buyer,
        Party memory seller
    ) private view returns (Price) {
        SeriesId series = matched.series;
        IPriceBook.Index memory index = PRICE_BOOK.index(series.underlying());
        require(!_isNewRiskStopped && !WIND_DOWN.isDeclared(series.underlying()), NewRiskStopped());
        uint256 least = _leastSize(series, index.price);
        require(least != 0 && _isOpenableFor(series, buyer, seller, index.price), SeriesNotListed(series.raw()));
        require(matched.size.magnitude() >= least, TradeTooSmall(matched.size.magnitude(), least));
        _requireState(series.underlying(), index.state, LEAST_STATE_FOR_NEW_RISK);
        return index.price;
    }

    /// @dev A digital pays one unit of account, not a unit of the underlying.
    function _leastSize(SeriesId series, Price index) private view returns (uint256 least) {
        least = _limits[series.underlying()].minimumSize;
        if (series.kind().isDigital()) least = Math.mulDiv(least, index.raw(), DIGITAL_PAYOFF);
    }

    function _isOpenableFor(
        SeriesId series,
        Party memory buyer,
        Party memory seller,
        Price index
    ) private view returns (bool) {
        if (series.kind().isBarrier() && PRICE_BOOK.touchedAt(series) != 0) return false;
        if (_isIncrease(buyer) && _isIncrease(seller)) {
            uint256 window = Math.max(PRICE_BOOK.windowSeconds(), ListingLib.averagingSeconds(series));
            return series.expiry() > block.timestamp + window;
        }
        return ListingLib.isOpenable(series, block.timestamp, index);
    }

    /// @dev Or no more than a reduction: the series is one that the account knows.
    function _isIncrease(Party memory party) private pure returns (bool) {
        return party.isReduction || (party.held.raw() != 0 && party.held.isShort() == party.change.isShort());
    }

    /// @dev Caps bind trades that raise open interest, never those that move it.
    function _requireWithinCaps(SeriesId series, uint256 openBefore, Price index) private view {
        uint256 open = _openInterest(series);
        if (open <= openBefore) return;
        uint256 cap = _limits[series.underlying()].shortCap;
        require(open <= cap, ShortCapReached(open, cap));
        (uint256 atStake, uint256 cover) = _stakeOf(series.underlying(), index);
        require(atStake <= cover, OpenInterestUncovered(atStake, cover));
    }

    function _stakeOf(uint8 underlying, Price index) private view returns (uint256 atStake, uint256 cover) {
        (, , uint32 deviation) = ANCHOR.feedOf(underlying);
        atStake = StakeLib.atStake(LEDGER.openInterestIn(underlying), index, deviation);
        if (_openedCount != 0) cover = REGISTRY.bondCover() / _openedCount;
    }

    function _openInterest(SeriesId series) private view returns (uint256) {
        return LEDGER.openInterestAt(series.underlying(), series.expiry());
    }

    // ---- what an account must be ---------------------------------------------------------------------------

    function _requireMargin(Party memory party, SeriesId series) private view {
        if (party.isReduction) _requireReduced(party, series);
        else _requireNewRiskCovered(party.account, series);
    }

    /// @dev The state of the market traded in is known already.
    function _requireNewRiskCovered(AccountId account, SeriesId series) private view {
        _requireFree(account);
        _requireCash(account, LEDGER.cashOf(account), NO_CASH);
        _requireStates(account, LEAST_STATE_FOR_NEW_RISK, uint256(1) << series.underlying());
        _requireAboveInitial(account, _healthOf(account, Side.TAKING));
    }

    /// @dev Ending above INITIAL is enough; a called or doomed account must pass RULES D2 instead, in a live market.
    function _requireReduced(Party memory party, SeriesId series) private view {
        AccountId account = party.account;
        require(MARGIN_CALLS.statusOf(account) != IMarginCalls.Status.AUCTION, AccountInAuction(account.raw()));
        _requireCash(account, LEDGER.cashOf(account), _lesser(NO_CASH, party.before.cash));
        Cash[LEVELS] memory health = _healthOf(account, Side.ABOVE);
        if (!health[uint8(Level.INITIAL)].isNegative()) return;

        IPriceBook.Index memory index = PRICE_BOOK.index(series.underlying());
        if (index.state < MarketState.REDUCING) _requireAboveInitial(account, health);
        Cash[LEVELS] memory before = MARGIN.assessPortfolio(party.before, Side.ABOVE).health;
        // What a contract is about: a digital can pay one unit only.
        Price most = series.kind().isDigital() ? Price.wrap(DIGITAL_PAYOFF) : index.price;
        ReductionLib.requireNotWorse(account.raw(), before, health, party.change, most);
    }

    /// @dev After a withdrawal. Without positions there is nothing to cover, whatever the markets do.
    function _requireCovered(AccountId account) private view {
        _requireCash(account, LEDGER.cashOf(account), NO_CASH);
        if (LEDGER.positionsOf(account).length == 0) return;
        _requireStates(account, LEAST_STATE_TO_WITHDRAW, 0);
        _requireAboveInitial(account, _healthOf(account, Side.TAKING));
    }

    function _requireFree(AccountId account) private view {
        IMarginCalls.Status status = MARGIN_CALLS.statusOf(account);
        require(status != IMarginCalls.Status.CALLED, AccountInCall(account.raw()));
        require(status != IMarginCalls.Status.AUCTION, AccountInAuction(account.raw()));
    }

    function _requireCash(AccountId account, Cash cash, Cash least) private pure {
        require(cash >= least, InsufficientCash(account.raw(), cash.raw(), least.raw()));
    }

    function _requireAboveInitial(AccountId account, Cash[LEVELS] memory health) private pure {
        Cash initial = health[uint8(Level.INITIAL)];
        require(!initial.isNegative(), BelowInitialMargin(account.raw(), initial.raw()));
    }

    function _healthOf(AccountId account, Side side) private view returns (Cash[LEVELS] memory) {
        return MARGIN.assess(account, side).health;
    }

    /// @dev Every market that the account's health depends on, but those `seen` (bit = underlying).
    function _requireStates(AccountId account, MarketState least, uint256 seen) private view {
        Portfolio memory held = LEDGER.portfolioOf(account);
        for (uint256 i = 0; i < held.positions.length; i++) {
            seen = _requireStateOnce(held.positions[i].series.underlying(), least, seen);
        }
        for (uint256 i = 0; i < held.collateral.length; i++) {
            seen = _requireStateOnce(held.collateral[i].underlying, least, seen);
        }
    }

    function _requireStateOnce(uint8 underlying, MarketState least, uint256 seen) private view returns (uint256) {
        uint256 bit = uint256(1) << underlying;
        if (seen & bit == 0) _requireState(underlying, PRICE_BOOK.index(underlying).state, least);
        return seen | bit;
    }

    function _requireState(uint8 underlying, MarketState state, MarketState least) private pure {
        require(state >= least, NewRiskRefused(underlying, uint8(state), uint8(least)));
    }

    function _lesser(Cash a, Cash b) private pure returns (Cash) {
        return a < b ? a : b;
    }
}
