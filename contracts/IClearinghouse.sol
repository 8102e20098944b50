// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "./types/AccountId.sol";
import {Cash} from "./types/Cash.sol";
import {Price} from "./types/Price.sol";
import {SeriesId} from "./types/SeriesId.sol";
import {Size} from "./types/Size.sol";

/// @title The front door: deposit, withdraw, trade
interface IClearinghouse {
    /// @param size Positive: `buyer` gains what `seller` loses.
    /// @param price Premium per contract.
    struct Trade {
        AccountId buyer;
        AccountId seller;
        SeriesId series;
        Size size;
        Price price;
        Cash buyerFee;
        Cash sellerFee;
    }

    event Deposited(AccountId indexed account, uint8 indexed asset, address indexed payer, uint256 amount);
    event Withdrawn(AccountId indexed account, uint8 indexed asset, address indexed receiver, uint256 amount);
    event Traded(
        AccountId indexed buyer,
        AccountId indexed seller,
        SeriesId indexed series,
        Size size,
        Price price,
        Cash buyerFee,
        Cash sellerFee
    );

    /// @notice Adds `amount` [1e18] of `asset` (zero is cash) to `account`, from the caller. Anyone may, always.
    function deposit(AccountId account, uint8 asset, uint256 amount) external;

    /// @notice Takes `amount` [1e18] of `asset` out, rounded down to what the token can represent.
    /// @custom:reverts NotAccountOwner, InsufficientCash, InsufficientCollateral, BelowInitialMargin, NewRiskRefused, AccountInCall
    function withdraw(AccountId account, uint8 asset, uint256 amount, address receiver) external;

    /// @notice An exchange alone: books a matched trade. Both sides end above INITIAL, or have only reduced (RULES D2).
    /// @custom:reverts BelowInitialMargin, NewRiskRefused, SeriesNotListed, ReductionRefused, TooManyPositions
    function trade(Trade calldata trade) external;

    /// @notice What `series` must look like to be traded now (RULES A6): arithmetic, no registry.
    function isListed(SeriesId series) external view returns (bool);
}
