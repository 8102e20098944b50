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

    /// @dev Of one underlying; zero before it is opened for trading.
    /// @param minimumSize [1e18 contracts] Least of a trade that is not a reduction on both sides.
    /// @param shortCap [1e18 contracts] Most that may be short in one expiry, over all accounts.
    struct Limits {
        uint128 minimumSize;
        uint128 shortCap;
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
    event LimitsChanged(uint8 indexed underlying, uint128 minimumSize, uint128 shortCap);
    event NewRiskAllowed(bool isAllowed);

    /// @notice Adds `amount` [1e18] of `asset` (zero is cash) to `account`, from the caller, who has approved Custody.
    ///         Anyone may, always.
    /// @custom:reverts AccountWithoutOwner, AmountNotRepresentable, TransferShort, UnknownAsset
    function deposit(AccountId account, uint8 asset, uint256 amount) external;

    /// @notice Takes `amount` [1e18] of `asset` out, rounded down to what the token can represent. Cash waits in the queue where
    ///         tokens do not reach, or where somebody waits already (RULES A3).
    /// @custom:reverts NotAccountOwner, InsufficientCash, InsufficientCollateral, BelowInitialMargin, NewRiskRefused,
    ///         AccountInCall, AccountInAuction
    function withdraw(AccountId account, uint8 asset, uint256 amount, address receiver) external;

    /// @notice An exchange alone: books a matched trade. Both sides end above INITIAL, or have only reduced (RULES D2).
    /// @custom:reverts BelowInitialMargin, InsufficientCash, NewRiskRefused, NewRiskStopped, SeriesNotListed,
    ///         OpenInterestUncovered, ReductionRefused, ShortCapReached, TooManyPositions, TradeTooSmall, AccountInCall,
    ///         AccountInAuction
    function trade(Trade calldata trade) external;

    /// @notice Governance alone: opens `underlying` for trading within `limits`.
    function setLimits(uint8 underlying, Limits calldata limits) external;

    /// @notice The guardian alone, at once.
    /// @custom:reverts CapNotLower
    function lowerShortCap(uint8 underlying, uint128 shortCap) external;

    /// @notice The guardian alone, at once: from here on only reductions.
    function stopNewRisk() external;

    /// @notice Governance alone.
    function allowNewRisk() external;

    /// @notice What `series` must look like to be opened now (RULES A6): arithmetic, no registry.
    function isListed(SeriesId series) external view returns (bool);

    /// @notice [1e18 units of account] What f + 1 reporters who lie could move between longs and shorts of `underlying`, and what of
    ///         their bonds answers for it: an equal part for every market ever opened. No trade raises open interest beyond.
    /// @custom:source docs/decisions/0010-open-interest-within-the-bonds.md
    function stakeOf(uint8 underlying) external view returns (uint256 atStake, uint256 cover);

    function limitsOf(uint8 underlying) external view returns (Limits memory);

    function isNewRiskAllowed() external view returns (bool);
}
