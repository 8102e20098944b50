// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {AuctionLib, RESTORING_MARGIN, WHOLE} from "./AuctionLib.sol";
import {Cost, Exposure, ExposureLib} from "./ExposureLib.sol";
import {IAuctions} from "./IAuctions.sol";
import {IDefaultFund} from "./IDefaultFund.sol";
import {WaterfallLib} from "./WaterfallLib.sol";
import {IParameters} from "../access/IParameters.sol";
import {ICustody} from "../ledger/ICustody.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {OUTSIDE} from "../ledger/Ledger.sol";
import {IMargin} from "../margin/IMargin.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {MarginCallLib, Holdings} from "../margincall/MarginCallLib.sol";
import {WatchLib, Watched} from "../margincall/WatchLib.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IWindDown} from "../pricebook/IWindDown.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {
    AccountHealthy,
    AlreadyInAuction,
    AuctionNotOver,
    BelowInitialMargin,
    BidOnOwnAccount,
    DiscountTooSmall,
    FractionTooSmall,
    FundCapReached,
    GraceNotOver,
    HouseAccount,
    MarketNotCallable,
    NotADebtor,
    NotAccountOwner,
    NotInAuction,
    NothingHeld,
    SeriesChanged,
    WitnessNotWorse
} from "../types/Errors.sol";
import {Level, LEVELS} from "../types/Level.sol";
import {Witness} from "../types/Margin.sol";
import {MarketState, Side} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Size, NO_SIZE} from "../types/Size.sol";

// Who takes over a failing portfolio, at which price, and who pays what is missing?

/// @dev Deployment: (ledger, custody, parameters, margin, price book, wind-down, margin calls, default fund, address of Settlement, whose
///      clearing accounts are no debtors). Needs the roles for `Ledger.postCash`, `postCollateral`, `postPosition`,
///      `realiseLoss`, `Custody.pull`, `MarginCalls.enterAuction`, `leaveAuction`, and `DefaultFund.cover`.
contract Auctions is IAuctions {
    uint8 private constant CASH_ASSET = 0;

    using AuctionLib for Size;
    using AuctionLib for Cash;
    using ExposureLib for Cost;
    using ExposureLib for Exposure;
    using MarginCallLib for Holdings;
    using WatchLib for Watched[];

    /// @param place One more than the index in its list of open auctions; zero for none.
    /// @param cost What it may cost the fund, as reckoned last.
    struct Record {
        uint64 startedAt;
        uint32 bids;
        uint32 place;
        Cost cost;
        Watched[] watched;
    }

    ILedger public immutable ledger;
    ICustody public immutable custody;
    IParameters public immutable parameters;
    IMargin public immutable margin;
    IPriceBook public immutable priceBook;
    IWindDown public immutable windDown;
    IMarginCalls public immutable marginCalls;
    IDefaultFund public immutable fund;
    address public immutable house;

    mapping(AccountId account => Record) private _records;
    AccountId[] private _open;
    AccountId[] private _dust;
    Exposure private _exposure;

    constructor(
        ILedger ledger_,
        ICustody custody_,
        IParameters parameters_,
        IMargin margin_,
        IPriceBook priceBook_,
        IWindDown windDown_,
        IMarginCalls marginCalls_,
        IDefaultFund fund_,
        address house_
    ) {
        ledger = ledger_;
        custody = custody_;
        parameters = parameters_;
        margin = margin_;
        priceBook = priceBook_;
        windDown = windDown_;
        marginCalls = marginCalls_;
        fund = fund_;
        house = house_;
    }

    // ---- start ---------------------------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function start(AccountId account, Witness[] calldata witnesses) external {
        Record storage record = _records[account];
        require(record.place == 0, AlreadyInAuction(account.raw()));
        require(MarginCallLib.isSomebodys(account, house), HouseAccount(account.raw()));

        Portfolio memory portfolio = ledger.portfolioOf(account);
        Holdings memory held = MarginCallLib.holdingsOf(portfolio);
        require(!held.isEmpty(), NothingHeld(account.raw()));
        Witness[] memory named = MarginCallLib.complete(witnesses, held);
        Cash[LEVELS] memory health = margin.assessAt(account, named);
        _requireStartable(account, portfolio, health);

        record.startedAt = uint64(block.timestamp);
        record.watched.begin(named, held, priceBook);
        Cash equity = health[uint256(Level.MARK)];
        _exposure.reckon(record.cost, equity, equity - health[uint256(Level.MAINTENANCE)], _fundCash());
        _list(account, record);
        marginCalls.enterAuction(account);
        emit AuctionStarted(account, named);
    }

    /// @dev Below CLOSEOUT at once, wherever a price is live; below MAINTENANCE only when the grace is over, and not where
    ///      a single source speaks (RULES C4, D1).
    function _requireStartable(AccountId account, Portfolio memory portfolio, Cash[LEVELS] memory health) private view {
        (uint8 underlying, MarketState state) = WatchLib.weakestMarket(portfolio, priceBook, windDown);
        require(state >= MarketState.SINGLE, MarketNotCallable(underlying, uint8(state)));
        Cash doubt = WatchLib.doubtOf(portfolio, priceBook);
        if (health[uint256(Level.CLOSEOUT)] + doubt < NO_CASH) return;

        Cash maintenance = health[uint256(Level.MAINTENANCE)] + doubt;
        require(maintenance < NO_CASH, AccountHealthy(account.raw(), maintenance.raw()));
        require(state > MarketState.SINGLE, MarketNotCallable(underlying, uint8(state)));
        bool isCalled = marginCalls.statusOf(account) == IMarginCalls.Status.CALLED;
        uint64 left = isCalled ? marginCalls.graceLeft(account) : type(uint64).max;
        require(left == 0, GraceNotOver(account.raw(), left));
    }

    // ---- bids ----------------------------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function fundAndBid(Bid calldata offer, uint256 cash) external returns (uint256 fraction, Cash paid) {
        // The tokens come first: nothing is credited that has not arrived.
        custody.pull(CASH_ASSET, msg.sender, cash);
        ledger.postCash(OUTSIDE, offer.buyer, Cash.wrap(SafeCast.toInt256(cash)));
        return _bid(offer);
    }

    /// @inheritdoc IAuctions
    function bid(Bid calldata offer) external returns (uint256 fraction, Cash paid) {
        return _bid(offer);
    }

    function _bid(Bid calldata offer) private returns (uint256 fraction, Cash paid) {
        AccountId account = offer.account;
        require(offer.buyer.owner() == msg.sender, NotAccountOwner(offer.buyer.raw(), msg.sender));
        require(offer.buyer != account, BidOnOwnAccount(account.raw()));
        Record storage record = _requireInAuction(account);

        Portfolio memory portfolio = ledger.portfolioOf(account);
        Cash[LEVELS] memory health = margin.assessAt(account, record.watched.witnessesOf());
        _requireBiddable(account, portfolio, health);
        Quote memory terms = _quote(account, record, portfolio, health);
        require(offer.seriesHash == terms.seriesHash, SeriesChanged(offer.seriesHash, terms.seriesHash));
        fraction = offer.fraction < terms.maxFraction ? offer.fraction : terms.maxFraction;
        require(fraction >= terms.leastFraction && fraction != 0, FractionTooSmall(fraction, terms.leastFraction));

        ++record.bids;
        _takeOver(portfolio, account, offer.buyer, fraction);
        paid = _settlePrice(account, offer.buyer, terms, fraction);

        Cash penalty = _payPenalty(account, offer.buyer, terms, fraction);
        uint256 discount = _discountGot(terms, fraction, paid + penalty);
        require(discount >= offer.minDiscount, DiscountTooSmall(discount, offer.minDiscount));
        Cash left = margin.assess(offer.buyer, Side.ABOVE).health[uint256(Level.INITIAL)];
        require(left >= NO_CASH, BelowInitialMargin(offer.buyer.raw(), left.raw()));
        emit BidTaken(account, offer.buyer, fraction, paid, terms.equity);

        bool isOver = _endIfOver(account, record, fraction == terms.maxFraction, terms.equity.isNegative());
        if (!isOver) _reckonRest(account, record, terms, fraction);
    }

    /// @dev A price must be live; where a single source speaks, or collateral has no price, only what is below CLOSEOUT all
    ///      the same is sold (RULES C4).
    function _requireBiddable(AccountId account, Portfolio memory portfolio, Cash[LEVELS] memory health) private view {
        (uint8 underlying, MarketState state) = WatchLib.weakestMarket(portfolio, priceBook, windDown);
        require(state >= MarketState.SINGLE, MarketNotCallable(underlying, uint8(state)));
        Cash doubt = WatchLib.doubtOf(portfolio, priceBook);
        Cash closeout = health[uint256(Level.CLOSEOUT)] + doubt;
        bool isSold = closeout < NO_CASH || (state > MarketState.SINGLE && doubt == NO_CASH);
        require(isSold, AccountHealthy(account.raw(), closeout.raw()));
    }

    /// @dev The same fraction of everything. Rounded against the bidder, by units that no price can see.
    function _takeOver(Portfolio memory portfolio, AccountId account, AccountId buyer, uint256 fraction) private {
        for (uint256 i = 0; i < portfolio.positions.length; ++i) {
            Size part = portfolio.positions[i].size.fractionOf(fraction);
            if (!(part == NO_SIZE)) ledger.postPosition(account, buyer, portfolio.positions[i].series, part);
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            uint256 part = (portfolio.collateral[i].amount * fraction) / WHOLE;
            if (part != 0) ledger.postCollateral(account, buyer, portfolio.collateral[i].underlying, part);
        }
        _post(account, buyer, portfolio.cash.fractionOf(fraction));
    }

    /// @dev A price is paid to the account. A negative one is paid by the fund, never by the account, and where the fund
    ///      ends, by the holders of cash, who owe the negative equity and no reward (RULES D3).
    /// @return paid By the buyer; negative: received.
    function _settlePrice(
        AccountId account,
        AccountId buyer,
        Quote memory terms,
        uint256 fraction
    ) private returns (Cash paid) {
        Cash payment = terms.price.paymentOf(fraction);
        if (!payment.isNegative()) {
            _post(buyer, account, payment);
            return payment;
        }
        Cash loss = terms.equity.isNegative() ? -terms.equity.paymentOf(fraction) : NO_CASH;
        return -_payFromOthers(buyer, -payment, loss);
    }

    /// @dev Fund first, holders of cash after, and not before the fund is empty. @return received At most `owed`.
    function _payFromOthers(AccountId to, Cash owed, Cash loss) private returns (Cash received) {
        (, bool isAll) = fund.payableNow();
        received = fund.cover(to, owed);
        if (!isAll) return received;
        Cash asked = WaterfallLib.byHolders(owed, loss, received);
        if (asked > NO_CASH) received = received + ledger.realiseLoss(to, asked);
    }

    /// @dev From the bidder's discount, so that the account is left what it would have been left.
    function _payPenalty(
        AccountId account,
        AccountId buyer,
        Quote memory terms,
        uint256 fraction
    ) private returns (Cash penalty) {
        penalty = AuctionLib.penaltyOf(terms.equity, terms.price, fraction);
        if (penalty == NO_CASH) return penalty;
        _post(buyer, fund.fundAccount(), penalty);
        emit PenaltyPaid(account, buyer, penalty);
    }

    /// @dev [1e18] What the bidder really got below equity: less than offered, by the penalty, and where nobody could pay it in full.
    function _discountGot(Quote memory terms, uint256 fraction, Cash paid) private pure returns (uint256) {
        Cash shortfall = paid - terms.price.paymentOf(fraction);
        // A fraction is at least one unit, and the shortfall of the whole is that of the part over the fraction.
        Cash whole = Cash.wrap((shortfall.raw() * int256(WHOLE)) / int256(fraction));
        return AuctionLib.discountOf(terms.equity, terms.price + whole, terms.maintenance);
    }

    // ---- witnesses -------------------------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function replaceWitness(AccountId account, Witness[] calldata witnesses) external {
        Record storage record = _requireInAuction(account);

        Holdings memory held = MarginCallLib.holdingsOf(ledger.portfolioOf(account));
        Witness[] memory named = MarginCallLib.complete(witnesses, held);
        Cash recorded = margin.assessAt(account, record.watched.witnessesOf())[uint256(Level.MAINTENANCE)];
        Cash health = margin.assessAt(account, named)[uint256(Level.MAINTENANCE)];
        require(health < recorded, WitnessNotWorse(health.raw(), recorded.raw()));

        record.watched.replace(named);
        _reckon(account, record);
        emit WitnessReplaced(account, named);
    }

    // ---- end -------------------------------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function close(AccountId account) external {
        Record storage record = _requireInAuction(account);
        bool isOver = _endIfOver(account, record, true, false);
        require(isOver, AuctionNotOver(account.raw()));
    }

    /// @inheritdoc IAuctions
    function writeOff(AccountId account) external {
        Cash cash = ledger.cashOf(account);
        bool isDebtor = cash.isNegative() && MarginCallLib.isSomebodys(account, house) && _records[account].place == 0;
        require(isDebtor && _holdsNothing(account), NotADebtor(account.raw(), cash.raw()));

        Cash deficit = _coverDebt(account);
        require(deficit > NO_CASH, FundCapReached(account.raw(), cash.raw()));
        marginCalls.leaveAuction(account, IMarginCalls.Status.CLOSED);
        emit AuctionEnded(account, deficit);
    }

    /// @dev Ends with nothing left, or where all that may be taken was taken and the account is above INITIAL again.
    /// @param mayBeRestored False where the whole grid need not be asked.
    /// @param byFund The last bid was paid by the fund.
    function _endIfOver(
        AccountId account,
        Record storage record,
        bool mayBeRestored,
        bool byFund
    ) private returns (bool) {
        bool isEmpty = _holdsNothing(account);
        if (!isEmpty && !(mayBeRestored && margin.isAbove(account, Level.INITIAL))) return false;

        Cash deficit = _coverDebt(account);
        bool isClosed = isEmpty && (byFund || deficit > NO_CASH);
        _remove(record);
        marginCalls.leaveAuction(account, isClosed ? IMarginCalls.Status.CLOSED : IMarginCalls.Status.HEALTHY);
        emit AuctionEnded(account, deficit);
        return true;
    }

    function _holdsNothing(AccountId account) private view returns (bool) {
        return MarginCallLib.holdingsOf(ledger.portfolioOf(account)).isEmpty();
    }

    /// @dev What an account with nothing left still owes goes through the loss order; what the fund may not pay in this block
    ///      stays owed. @return deficit Paid.
    function _coverDebt(AccountId account) private returns (Cash deficit) {
        Cash cash = ledger.cashOf(account);
        if (!cash.isNegative() || !_holdsNothing(account)) return NO_CASH;
        return _payFromOthers(account, -cash, -cash);
    }

    // ---- lists -----------------------------------------------------------------------------------------------

    /// @dev Dust in a list of its own, so that what counts comes first.
    function _list(AccountId account, Record storage record) private {
        AccountId[] storage list = _listOf(record);
        list.push(account);
        record.place = SafeCast.toUint32(list.length);
    }

    function _unlist(Record storage record) private {
        AccountId[] storage list = _listOf(record);
        AccountId last = list[list.length - 1];
        uint32 place = record.place;
        list[place - 1] = last;
        _records[last].place = place;
        list.pop();
        record.place = 0;
    }

    function _listOf(Record storage record) private view returns (AccountId[] storage) {
        return record.cost.isDust() ? _dust : _open;
    }

    function _remove(Record storage record) private {
        _unlist(record);
        _exposure.forget(record.cost);
        record.startedAt = 0;
        record.bids = 0;
        delete record.watched;
    }

    // ---- what it may cost the fund ---------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function reckon(AccountId[] calldata accounts) external returns (uint256 reckoned) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            Record storage record = _records[accounts[i]];
            if (record.place == 0) continue;
            _reckon(accounts[i], record);
            ++reckoned;
        }
    }

    function _reckon(AccountId account, Record storage record) private {
        Cash[LEVELS] memory health = margin.assessAt(account, record.watched.witnessesOf());
        Cash equity = health[uint256(Level.MARK)];
        _reckonAs(account, record, equity, equity - health[uint256(Level.MAINTENANCE)]);
    }

    /// @dev What a bid left, without asking margin again: of equity and requirement the part not taken, and the whole reserve. A price
    ///      paid to the account is left out, so that the fund is braked rather too much.
    function _reckonRest(AccountId account, Record storage record, Quote memory terms, uint256 fraction) private {
        Cash equity = terms.equity.fractionOf(WHOLE - fraction);
        Cash maintenance = terms.maintenance.paymentOf(WHOLE - fraction) + terms.reserve.paymentOf(fraction);
        _reckonAs(account, record, equity, maintenance);
    }

    /// @dev What is dust no more, or has become dust, changes its list.
    function _reckonAs(AccountId account, Record storage record, Cash equity, Cash maintenance) private {
        _unlist(record);
        _exposure.reckon(record.cost, equity, maintenance, _fundCash());
        _list(account, record);
    }

    function _fundCash() private view returns (uint256) {
        Cash has = ledger.cashOf(fund.fundAccount());
        return has > NO_CASH ? has.magnitude() : 0;
    }

    // ---- answers ---------------------------------------------------------------------------------------------

    /// @inheritdoc IAuctions
    function auctionOf(AccountId account) external view returns (Auction memory) {
        Record storage record = _records[account];
        return Auction(record.startedAt, record.bids, record.watched.witnessesOf());
    }

    /// @inheritdoc IAuctions
    function quote(AccountId account) external view returns (Quote memory) {
        Record storage record = _requireInAuction(account);
        Cash[LEVELS] memory health = margin.assessAt(account, record.watched.witnessesOf());
        return _quote(account, record, ledger.portfolioOf(account), health);
    }

    /// @inheritdoc IAuctions
    function exposure() external view returns (Cash deficits, Cash brake, bool isKnown) {
        return _exposure.sumsOf(_fundCash());
    }

    /// @inheritdoc IAuctions
    function openAuctions(uint256 offset, uint256 count) external view returns (AccountId[] memory page) {
        uint256 all = openAuctionCount();
        uint256 end = offset + count < all ? offset + count : all;
        page = new AccountId[](end > offset ? end - offset : 0);
        for (uint256 i = 0; i < page.length; ++i) page[i] = _openAt(offset + i);
    }

    /// @dev Dust comes last.
    function _openAt(uint256 position) private view returns (AccountId) {
        uint256 counted = _open.length;
        return position < counted ? _open[position] : _dust[position - counted];
    }

    /// @inheritdoc IAuctions
    function openAuctionCount() public view returns (uint256) {
        return _open.length + _dust.length;
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    function _requireInAuction(AccountId account) private view returns (Record storage record) {
        record = _records[account];
        require(record.place != 0, NotInAuction(account.raw()));
    }

    function _quote(
        AccountId account,
        Record storage record,
        Portfolio memory portfolio,
        Cash[LEVELS] memory health
    ) private view returns (Quote memory terms) {
        terms.equity = health[uint256(Level.MARK)];
        terms.maintenance = terms.equity - health[uint256(Level.MAINTENANCE)];
        terms.initial = terms.equity - health[uint256(Level.INITIAL)];
        terms.reserve = _reserveOf(portfolio);
        terms.discountShare = AuctionLib.discountShareAt(record.watched.elapsed(priceBook));
        terms.seriesHash = ledger.seriesHashOf(account);
        (Cash e, Cash r) = (terms.equity, terms.maintenance);
        terms.price = AuctionLib.priceOf(e, r, terms.reserve, terms.discountShare);
        terms.maxFraction = AuctionLib.maxFractionOf(e, r, terms.initial, terms.price, terms.reserve);
        if (terms.price.isNegative()) terms.maxFraction = _payablePart(terms.price, terms.maxFraction);
        terms.leastFraction = AuctionLib.leastFractionOf(e, r, terms.price, terms.reserve, terms.maxFraction);
    }

    /// @dev No more than the fund may pay for in this block; all where it holds nothing back.
    function _payablePart(Cash price, uint256 fraction) private view returns (uint256) {
        (Cash most, bool isAll) = fund.payableNow();
        if (isAll || most >= -price) return fraction;
        uint256 part = Math.mulDiv(most.magnitude(), WHOLE, price.magnitude());
        return part < RESTORING_MARGIN ? 0 : Math.min(fraction, part);
    }

    /// @dev The keepers' reserve of each underlying in which the account is short, or of all it holds where it owes cash.
    function _reserveOf(Portfolio memory portfolio) private view returns (Cash reserve) {
        uint256 left = MarginCallLib.reservedOf(portfolio);
        while (left != 0) {
            uint8 underlying = MarginCallLib.first(left);
            left = MarginCallLib.without(left, underlying);
            // 128 bits fit.
            reserve = reserve + Cash.wrap(int256(uint256(parameters.marginParameters(underlying).keeperReserve)));
        }
    }

    /// @dev Moves `amount` of either sign; nothing for zero.
    function _post(AccountId from, AccountId to, Cash amount) private {
        if (amount > NO_CASH) ledger.postCash(from, to, amount);
        else if (amount < NO_CASH) ledger.postCash(to, from, -amount);
    }
}
