// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IExchange} from "./IExchange.sol";
import {OrderLib} from "./OrderLib.sol";
import {IClearinghouse} from "../IClearinghouse.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {Cash} from "../types/Cash.sol";
import {FeeLib, MOST_OF_WORTH, MOST_TRADE_SHARE} from "../types/Fees.sol";
import {FeeOutOfBounds, FloorNotHigher, NonceUsed, OrderCancelled, WrongSignature} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {NO_SIZE, Size} from "../types/Size.sol";

// Did both sides agree?

/// @dev Whoever carries a fill decides nothing that both owners have not signed: within both limits any price is agreed.
contract Exchange is IExchange, EIP712, AccessManaged {
    using OrderLib for Order;

    uint256 private constant ONE = 1e18;

    /// @dev Less would not settle one fill of small accounts: the rest of a batch is left for another transaction.
    uint256 private constant LEAST_GAS = 1_000_000;

    IClearinghouse private immutable CLEARINGHOUSE;
    ILedger private immutable LEDGER;
    IPriceBook private immutable PRICE_BOOK;

    FeeSchedule private _fees;
    mapping(bytes32 order => Size) private _filled;
    mapping(address owner => uint64) private _floors;
    mapping(address owner => mapping(uint64 word => uint256)) private _cancelled;
    /// @dev Nonces that an order was filled under: a second order under one of them is refused.
    mapping(address owner => mapping(uint64 word => uint256)) private _used;

    constructor(
        address authority,
        IClearinghouse clearinghouse,
        ILedger ledger,
        IPriceBook priceBook,
        FeeSchedule memory fees_
    ) EIP712("Plimsoll Exchange", "1") AccessManaged(authority) {
        CLEARINGHOUSE = clearinghouse;
        LEDGER = ledger;
        PRICE_BOOK = priceBook;
        _setFees(fees_);
    }

    // ---- settle --------------------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function settle(Fill[] calldata fills) external returns (uint256 settled) {
        for (uint256 i = 0; i < fills.length && gasleft() >= LEAST_GAS; i++) {
            try this.settleOne(fills[i]) {
                settled++;
            } catch (bytes memory reason) {
                emit FillSkipped(i, reason);
            }
        }
    }

    /// @inheritdoc IExchange
    function settleOne(Fill calldata fill) external {
        Order calldata buy = fill.buy.order;
        Order calldata sell = fill.sell.order;
        OrderLib.requireMatching(buy, sell);
        Cash buyers = feePerContract(buy.series, fill.price, buy.isMaker);
        Cash sellers = feePerContract(buy.series, fill.price, sell.isMaker);

        _fill(fill.buy, fill.size, fill.price, buyers);
        _fill(fill.sell, -fill.size, fill.price, sellers);
        CLEARINGHOUSE.trade(_tradeOf(fill, buyers, sellers));
    }

    // ---- cancel --------------------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function cancel(uint64 nonce) external {
        (uint64 word, uint256 bit) = _placeOf(nonce);
        _cancelled[msg.sender][word] |= bit;
        emit NonceCancelled(msg.sender, nonce);
    }

    /// @inheritdoc IExchange
    function cancelBelow(uint64 floor) external {
        require(floor > _floors[msg.sender], FloorNotHigher(floor, _floors[msg.sender]));
        _floors[msg.sender] = floor;
        emit NonceFloorRaised(msg.sender, floor);
    }

    // ---- fees ----------------------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function setFees(FeeSchedule calldata fees_) external restricted {
        _setFees(fees_);
    }

    /// @inheritdoc IExchange
    function fees() external view returns (FeeSchedule memory) {
        return _fees;
    }

    /// @inheritdoc IExchange
    function feePerContract(SeriesId series, Price premium, bool isMaker) public view returns (Cash) {
        FeeSchedule memory its = _fees;
        uint256 share = isMaker ? its.makerShare : its.takerShare;
        if (share == 0 || its.premiumShare == 0) return Cash.wrap(0);
        uint256 index = PRICE_BOOK.index(series.underlying()).price.raw();
        return Cash.wrap(int256(FeeLib.feeOf(index, share, premium.raw(), its.premiumShare)));
    }

    // ---- answers -------------------------------------------------------------------------------------------

    /// @inheritdoc IExchange
    function filledOf(bytes32 order) external view returns (Size) {
        return _filled[order];
    }

    /// @inheritdoc IExchange
    function isCancelled(address owner, uint64 nonce) public view returns (bool) {
        (uint64 word, uint256 bit) = _placeOf(nonce);
        return nonce < _floors[owner] || _cancelled[owner][word] & bit != 0;
    }

    /// @inheritdoc IExchange
    function digestOf(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(order.hash());
    }

    // ---- one order -----------------------------------------------------------------------------------------

    function _fill(SignedOrder calldata signed, Size change, Price price, Cash fee) private {
        Order calldata order = signed.order;
        bytes32 digest = digestOf(order);
        Size filled = _filled[digest];
        Size left = order.requireWithin(change, filled, price, fee);
        order.requireReducing(LEDGER.sizeOf(order.account, order.series), change);
        _useNonce(order, filled);
        _requireSigned(signed, digest);

        _filled[digest] = filled + change;
        emit OrderFilled(digest, order.account, filled + change, left);
    }

    /// @dev The first fill takes the nonce; later ones find it taken by their own order, which alone has been filled.
    function _useNonce(Order calldata order, Size filled) private {
        address owner = order.account.owner();
        require(!isCancelled(owner, order.nonce), OrderCancelled(owner, order.nonce));
        if (!(filled == NO_SIZE)) return;
        (uint64 word, uint256 bit) = _placeOf(order.nonce);
        require(_used[owner][word] & bit == 0, NonceUsed(owner, order.nonce));
        _used[owner][word] |= bit;
    }

    function _requireSigned(SignedOrder calldata signed, bytes32 digest) private view {
        address owner = signed.order.account.owner();
        bool isSigned = SignatureChecker.isValidSignatureNowCalldata(owner, digest, signed.signature);
        require(isSigned, WrongSignature(digest, owner));
    }

    function _tradeOf(
        Fill calldata fill,
        Cash buyers,
        Cash sellers
    ) private pure returns (IClearinghouse.Trade memory) {
        return
            IClearinghouse.Trade({
                buyer: fill.buy.order.account,
                seller: fill.sell.order.account,
                series: fill.buy.order.series,
                size: fill.size,
                price: fill.price,
                buyerFee: _times(buyers, fill.size),
                sellerFee: _times(sellers, fill.size)
            });
    }

    function _times(Cash perContract, Size size) private pure returns (Cash) {
        return Cash.wrap((perContract.raw() * size.raw()) / int256(ONE));
    }

    function _placeOf(uint64 nonce) private pure returns (uint64 word, uint256 bit) {
        return (nonce >> 8, uint256(1) << (nonce & 0xff));
    }

    function _setFees(FeeSchedule memory its) private {
        require(its.takerShare <= MOST_TRADE_SHARE, FeeOutOfBounds(its.takerShare, MOST_TRADE_SHARE));
        require(its.makerShare <= its.takerShare, FeeOutOfBounds(its.makerShare, its.takerShare));
        require(its.premiumShare <= MOST_OF_WORTH, FeeOutOfBounds(its.premiumShare, MOST_OF_WORTH));
        _fees = its;
        emit FeesChanged(its);
    }
}
