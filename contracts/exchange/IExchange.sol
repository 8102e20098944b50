// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

/// @title Did both sides agree?
/// @notice EIP-712 orders of owners (EOA and ERC-1271), carried to the chain by anyone. One bad fill is skipped, the
///         others stand.
interface IExchange {
    /// @param size Positive buys, negative sells: the most that may be filled.
    /// @param limit Worst premium per contract.
    /// @param maxFee Most that may be charged per contract [1e18 units of account].
    /// @param deadline [unix s]
    /// @param nonce One bit of the owner's bitmap; a nonce is one order.
    struct Order {
        AccountId account;
        SeriesId series;
        Size size;
        Price limit;
        Cash maxFee;
        uint64 deadline;
        uint64 nonce;
        bool reduceOnly;
    }

    struct SignedOrder {
        Order order;
        bytes signature;
    }

    struct Fill {
        SignedOrder buy;
        SignedOrder sell;
        Size size;
        Price price;
    }

    event OrderFilled(bytes32 indexed order, AccountId indexed account, Size filled, Size left);
    event FillSkipped(uint256 indexed position, bytes reason);
    event NonceCancelled(address indexed owner, uint64 nonce);
    event NonceFloorRaised(address indexed owner, uint64 floor);

    /// @notice Settles `fills` one by one. @return settled How many stood.
    function settle(Fill[] calldata fills) external returns (uint256 settled);

    /// @notice Settles one fill or reverts with its reason.
    function settleOne(Fill calldata fill) external;

    function cancel(uint64 nonce) external;

    /// @notice Cancels every nonce below `floor`.
    function cancelBelow(uint64 floor) external;

    function filledOf(bytes32 order) external view returns (Size);

    /// @notice EIP-712 digest that an owner signs.
    function digestOf(Order calldata order) external view returns (bytes32);
}
