// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {WHOLE} from "./AuctionLib.sol";
import {IAuctions} from "./IAuctions.sol";
import {IDefaultFund} from "./IDefaultFund.sol";
import {ITearUps} from "./ITearUps.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IMargin} from "../margin/IMargin.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {AccountSolvent, FloorNotReached, FundNotEmpty, MarketNotCallable, SeriesNotHeld} from "../types/Errors.sol";
import {Level} from "../types/Level.sol";
import {MarketState, Side} from "../types/Marks.sol";
import {Collateral, Portfolio, Position} from "../types/Portfolio.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// What becomes of a portfolio that nobody takes?

/// @dev Deployment: (ledger, margin, price book, auctions, default fund). Needs the roles for `Ledger.postCash` and
///      `postPosition`. Equity is the same before and after, on both sides: what is missing is found when nothing but a debt is
///      left, and goes through the loss order.
contract TearUps is ITearUps {
    using SafeCast for uint256;

    /// @dev [s] After which what is still held may be shared anew: holders may have changed.
    uint64 private constant ROUND_SECONDS = 1 hours;

    /// @param share [1e18] Of their size that holders of the other side lose.
    struct Round {
        uint64 begunAt;
        uint128 share;
    }

    ILedger public immutable ledger;
    IMargin public immutable margin;
    IPriceBook public immutable priceBook;
    IAuctions public immutable auctions;
    IDefaultFund public immutable fund;

    mapping(AccountId account => mapping(SeriesId series => Round)) private _rounds;
    /// @dev When the round began in which a holder last lost its part.
    mapping(AccountId account => mapping(SeriesId series => mapping(AccountId holder => uint64))) private _tornAt;

    constructor(ILedger ledger_, IMargin margin_, IPriceBook priceBook_, IAuctions auctions_, IDefaultFund fund_) {
        ledger = ledger_;
        margin = margin_;
        priceBook = priceBook_;
        auctions = auctions_;
        fund = fund_;
    }

    /// @inheritdoc ITearUps
    function tearUp(AccountId account, SeriesId series, AccountId[] calldata holders) external returns (uint256 torn) {
        _requireHopeless(account);
        _requireMarked(series);
        Size held = ledger.sizeOf(account, series);
        require(held.raw() != 0, SeriesNotHeld(account.raw(), series.raw()));

        Round memory round = _roundOf(account, series, held);
        Price mark = _markOf(series);
        for (uint256 i = 0; i < holders.length; ++i) torn += _tear(account, holders[i], series, round, mark);
    }

    /// @inheritdoc ITearUps
    function hasLost(AccountId account, SeriesId series, AccountId holder) external view returns (bool) {
        uint64 begunAt = _rounds[account][series].begunAt;
        return block.timestamp < begunAt + ROUND_SECONDS && _tornAt[account][series][holder] == begunAt;
    }

    /// @inheritdoc ITearUps
    function shareOf(AccountId account, SeriesId series) external view returns (uint256) {
        Round memory round = _rounds[account][series];
        return block.timestamp < round.begunAt + ROUND_SECONDS ? round.share : 0;
    }

    // ---- when ------------------------------------------------------------------------------------------------

    /// @dev Nobody is owed better: the price can fall no more, and nobody is left to pay for a lower one.
    function _requireHopeless(AccountId account) private view {
        IAuctions.Quote memory terms = auctions.quote(account);
        require(terms.discountShare == WHOLE, FloorNotReached(account.raw(), terms.discountShare));
        require(terms.equity.isNegative(), AccountSolvent(account.raw(), terms.equity.raw()));
        Cash backing = ledger.cashOf(fund.fundAccount());
        require(backing <= NO_CASH, FundNotEmpty(backing.raw()));
    }

    /// @dev What has expired is settled; what has no agreed price has no mark.
    function _requireMarked(SeriesId series) private view {
        MarketState state = priceBook.index(series.underlying()).state;
        bool isMarked = state == MarketState.AGREED && series.expiry() > block.timestamp;
        require(isMarked, MarketNotCallable(series.underlying(), uint8(state)));
    }

    // ---- who loses how much ----------------------------------------------------------------------------------

    /// @dev Rounds up, so that one round of all holders closes all.
    function _roundOf(AccountId account, SeriesId series, Size held) private returns (Round memory round) {
        round = _rounds[account][series];
        if (block.timestamp < round.begunAt + ROUND_SECONDS) return round;

        uint256 others = ledger.openInterestOf(series);
        round.begunAt = uint64(block.timestamp);
        round.share = Math.min(WHOLE, Math.mulDiv(held.magnitude(), WHOLE, others, Math.Rounding.Ceil)).toUint128();
        _rounds[account][series] = round;
    }

    function _tear(
        AccountId account,
        AccountId holder,
        SeriesId series,
        Round memory round,
        Price mark
    ) private returns (uint256 part) {
        Size left = ledger.sizeOf(account, series);
        Size size = ledger.sizeOf(holder, series);
        bool isOpposite = size.raw() != 0 && left.raw() != 0 && size.isShort() != left.isShort();
        if (!isOpposite || _tornAt[account][series][holder] == round.begunAt) return 0;

        part = Math.mulDiv(size.magnitude(), round.share, WHOLE, Math.Rounding.Ceil);
        part = Math.min(part, left.magnitude());
        _tornAt[account][series][holder] = round.begunAt;
        Size change = Size.wrap(left.isShort() ? part.toInt256() : -part.toInt256());
        ledger.postPosition(holder, account, series, change);
        emit TornUp(account, holder, series, change, mark);
        Cash payment = Cash.wrap(Math.mulDiv(part, mark.raw(), WHOLE).toInt256());
        if (left.isShort()) ledger.postCash(account, holder, payment);
        else ledger.postCash(holder, account, payment);
    }

    /// @dev What margin says one contract is worth.
    function _markOf(SeriesId series) private view returns (Price) {
        Position[] memory one = new Position[](1);
        one[0] = Position(series, Size.wrap(int256(WHOLE)));
        Portfolio memory portfolio = Portfolio(NO_CASH, one, new Collateral[](0));
        Cash value = margin.assessPortfolio(portfolio, Side.BELOW).health[uint256(Level.MARK)];
        return Price.wrap(value > NO_CASH ? value.magnitude() : 0);
    }
}
