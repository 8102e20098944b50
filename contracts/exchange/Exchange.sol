// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IExchange} from "./IExchange.sol";
import {OrderLib} from "./OrderLib.sol";
import {IClearinghouse} from "../IClearinghouse.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {Cash} from "../types/Cash.sol";
import {FeeOutOfBounds, FloorNotHigher, NonceUsed, OrderCancelled, WrongSignature} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {NO_SIZE, Size} from "../types/Size.sol";

// Did both sides agree?

/// @dev Whoever carries a fill decides nothing that both owners have not signed: within both limits any price is agreed.
contract Exchange is IExchange, EIP712, AccessManaged {
    using OrderLib for Order;

    uint256 private constant ONE = 1e18;
    uint256 private constant MILLION = 1e6;
    uint32 private constant MOST_OF_INDEX = 1000; // 0.1 %
    uint32 private constant MOST_OF_PREMIUM = 250_000; // 25 %

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
        FeeSchedule memory fees
    ) EIP712("Plimsoll Exchange", "1") AccessManaged(authority) {
        CLEARINGHOUSE = clearinghouse;
        LEDGER = ledger;
        PRICE_BOOK = priceBook;
        _setFees(fees);
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
        Cash fee = feePerContract(buy.series, fill.price);

        _fill(fill.buy, fill.size, fill.price, fee);
        _fill(fill.sell, -fill.size, fill.price, fee);
        CLEARINGHOUSE.trade(_tradeOf(fill, fee));
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
    function setFees(FeeSchedule calldata fees) external restricted {
        _setFees(fees);
    }

    /// @inheritdoc IExchange
    function feePerContract(SeriesId series, Price premium) public view returns (Cash) {
        FeeSchedule memory fees = _fees;
        if (fees.indexShare == 0 || fees.premiumShare == 0) return Cash.wrap(0);
        uint256 index = PRICE_BOOK.index(series.underlying()).price.raw();
        uint256 ofIndex = Math.mulDiv(index, fees.indexShare, MILLION, Math.Rounding.Ceil);
        uint256 ofPremium = Math.mulDiv(premium.raw(), fees.premiumShare, MILLION, Math.Rounding.Ceil);
        return Cash.wrap(int256(Math.min(ofIndex, ofPremium)));
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

    function _tradeOf(Fill calldata fill, Cash fee) private pure returns (IClearinghouse.Trade memory) {
        Cash total = Cash.wrap((fee.raw() * fill.size.raw()) / int256(ONE));
        return
            IClearinghouse.Trade({
                buyer: fill.buy.order.account,
                seller: fill.sell.order.account,
                series: fill.buy.order.series,
                size: fill.size,
                price: fill.price,
                buyerFee: total,
                sellerFee: total
            });
    }

    function _placeOf(uint64 nonce) private pure returns (uint64 word, uint256 bit) {
        return (nonce >> 8, uint256(1) << (nonce & 0xff));
    }

    function _setFees(FeeSchedule memory fees) private {
        require(fees.indexShare <= MOST_OF_INDEX, FeeOutOfBounds(fees.indexShare, MOST_OF_INDEX));
        require(fees.premiumShare <= MOST_OF_PREMIUM, FeeOutOfBounds(fees.premiumShare, MOST_OF_PREMIUM));
        _fees = fees;
        emit FeesChanged(fees.indexShare, fees.premiumShare);
    }
}
