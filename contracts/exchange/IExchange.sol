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
    /// @param deadline [unix s] Last moment at which it may be filled.
    /// @param nonce One bit of the owner's bitmap; a nonce is one order.
    /// @param isMaker It rests: it pays the maker's fee, and is filled against an order that takes and no other.
    struct Order {
        AccountId account;
        SeriesId series;
        Size size;
        Price limit;
        Cash maxFee;
        uint64 deadline;
        uint64 nonce;
        bool reduceOnly;
        bool isMaker;
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

    /// @param makerShare [1e-6 of the index, a contract] Whose order rests.
    /// @param takerShare [1e-6 of the index, a contract] Whose order takes.
    /// @param premiumShare [1e-6] Of the premium: the fee is never more.
    struct FeeSchedule {
        uint32 makerShare;
        uint32 takerShare;
        uint32 premiumShare;
    }

    event OrderFilled(bytes32 indexed order, AccountId indexed account, Size filled, Size left);
    /// @param position In the list of fills. @param reason What `settleOne` reverted with.
    event FillSkipped(uint256 indexed position, bytes reason);
    event NonceCancelled(address indexed owner, uint64 nonce);
    event NonceFloorRaised(address indexed owner, uint64 floor);
    event FeesChanged(FeeSchedule fees);

    /// @notice Settles `fills` one by one; stops before one for which the gas would not do. What was neither settled nor
    ///         skipped was not tried. @return settled How many stood.
    function settle(Fill[] calldata fills) external returns (uint256 settled);

    /// @notice Settles one fill or reverts with its reason.
    /// @custom:reverts OrdersDoNotMatch, NobodyTakes, WrongSignature, OrderExpired, OrderCancelled, NonceUsed, FillTooLarge,
    ///         PriceBeyondLimit, FeeAboveLimit, NotReducing, and what `IClearinghouse.trade` reverts with
    function settleOne(Fill calldata fill) external;

    /// @notice Cancels the caller's order of that nonce, before or after it was filled in part.
    function cancel(uint64 nonce) external;

    /// @notice Cancels every nonce of the caller below `floor`.
    /// @custom:reverts FloorNotHigher
    function cancelBelow(uint64 floor) external;

    /// @notice Governance alone, within the bounds of contracts/types/Fees.sol.
    /// @custom:reverts FeeOutOfBounds
    function setFees(FeeSchedule calldata fees) external;

    /// @notice Filled so far, with the order's sign.
    function filledOf(bytes32 order) external view returns (Size);

    function isCancelled(address owner, uint64 nonce) external view returns (bool);

    function fees() external view returns (FeeSchedule memory);

    /// @notice Fee of one contract at this moment, of whose order rests or takes. Rounds down.
    function feePerContract(SeriesId series, Price premium, bool isMaker) external view returns (Cash);

    /// @notice EIP-712 digest that an owner signs; it names the order from then on.
    function digestOf(Order calldata order) external view returns (bytes32);
}
