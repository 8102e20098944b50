// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IExchange} from "./IExchange.sol";
import {
    FeeAboveLimit,
    FillTooLarge,
    NobodyTakes,
    NotReducing,
    OrderExpired,
    OrdersDoNotMatch,
    PriceBeyondLimit
} from "../types/Errors.sol";
import {Cash} from "../types/Cash.sol";
import {Price} from "../types/Price.sol";
import {Size} from "../types/Size.sol";

// What has an owner agreed to?

library OrderLib {
    bytes32 internal constant TYPE_HASH = keccak256(
        "Order(uint256 account,uint128 series,int256 size,uint256 limit,int256 maxFee,uint64 deadline,uint64 nonce,bool reduceOnly,bool isMaker)"
    );

    /// @notice EIP-712 hash of the struct. Every field is one word, so its encoding is the struct's own.
    function hash(IExchange.Order calldata order) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPE_HASH, order));
    }

    /// @notice Refuses what is not a buy and a sell of one series, and two orders that both rest.
    function requireMatching(IExchange.Order calldata buy, IExchange.Order calldata sell) internal pure {
        bool isMatch = buy.series == sell.series && buy.size.raw() > 0 && sell.size.raw() < 0;
        require(isMatch, OrdersDoNotMatch(buy.series.raw(), sell.series.raw()));
        require(!buy.isMaker || !sell.isMaker, NobodyTakes(buy.account.raw(), sell.account.raw()));
    }

    /// @notice Refuses a fill beyond what the owner signed.
    /// @param change With the order's sign. @param filled So far, likewise.
    /// @return left After the fill.
    function requireWithin(
        IExchange.Order calldata order,
        Size change,
        Size filled,
        Price price,
        Cash fee
    ) internal view returns (Size left) {
        require(block.timestamp <= order.deadline, OrderExpired(block.timestamp, order.deadline));
        uint256 most = (order.size - filled).magnitude();
        require(change.raw() != 0 && change.magnitude() <= most, FillTooLarge(change.magnitude(), most));
        require(_isAtLeastAsGood(order, price), PriceBeyondLimit(price.raw(), order.limit.raw()));
        require(fee <= order.maxFee, FeeAboveLimit(fee.raw(), order.maxFee.raw()));
        return order.size - filled - change;
    }

    /// @notice Refuses a fill of a reduce-only order that would open, add or turn.
    function requireReducing(IExchange.Order calldata order, Size held, Size change) internal pure {
        bool isReducing = held.isShort() != change.isShort() && held.magnitude() >= change.magnitude();
        require(!order.reduceOnly || isReducing, NotReducing(order.account.raw(), held.raw(), change.raw()));
    }

    function _isAtLeastAsGood(IExchange.Order calldata order, Price price) private pure returns (bool) {
        return order.size.isShort() ? !(price < order.limit) : !(price > order.limit);
    }
}
