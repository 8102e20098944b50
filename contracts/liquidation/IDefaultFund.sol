// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";

import {IAuctions} from "./IAuctions.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";

/// @title Who stands behind the accounts?
/// @notice ERC-4626 shares in the cash that pays deficits. Its assets are an account of the ledger. Redeemed shares
///         bear losses until paid out, at least 72 h after the request (RULES D7).
interface IDefaultFund is IERC4626 {
    event RedemptionRequested(address indexed owner, uint256 shares, uint64 payableAt);
    event DeficitCovered(AccountId indexed account, Cash paid);

    /// @notice Asks for `shares` of the caller to be payable after the delay, for a week. They stay, bear losses until
    ///         paid out, and do not move meanwhile. A new request replaces the one before; zero withdraws it.
    /// @custom:reverts SharesAwaitRedemption
    function requestRedeem(uint256 shares) external;

    /// @return shares Asked for by `owner` and not yet paid out or lapsed. @return payableAt [unix s]
    function redemptionOf(address owner) external view returns (uint256 shares, uint64 payableAt);

    /// @notice Names the auction house, once: it alone knows what the fund may have to pay.
    /// @custom:reverts AuctionsAlreadySet
    function setAuctions(IAuctions auctions) external;

    /// @notice The auction house alone: posts up to `amount` to `account`.
    /// @return paid What the fund had, and may pay in this block.
    function cover(AccountId account, Cash amount) external returns (Cash paid);

    /// @notice What losses may still take in this block: a quarter of what was held, and all once no more than that is left
    ///         (RULES D7). @return amount Of it. @return isAll Nothing is held back.
    function payableNow() external view returns (Cash amount, bool isAll);

    /// @notice The fund's own account in the ledger.
    function fundAccount() external view returns (AccountId);
}
