// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ICustody} from "./ICustody.sol";
import {
    AmountNotRepresentable,
    AssetListedAlready,
    TooManyAssets,
    TooManyDecimals,
    TransferShort,
    UnknownAsset
} from "../types/Errors.sol";
import {MAX_ASSETS} from "../types/Portfolio.sol";

// Where are the tokens?

/// @dev Decimals, and the unit they make, are pinned at listing: a token that changes them later changes nothing here.
contract Custody is ICustody, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint8 private constant INNER_DECIMALS = 18;

    /// @param unit Smallest amount of the token, in 18 decimals.
    struct Asset {
        IERC20 token;
        uint64 unit;
    }

    Asset[] private _assets;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ICustody
    function list(IERC20 token) external restricted returns (uint8 asset) {
        uint256 count = _assets.length;
        require(count < MAX_ASSETS, TooManyAssets(MAX_ASSETS));
        for (uint256 i = 0; i < count; i++) {
            require(address(_assets[i].token) != address(token), AssetListedAlready(address(token)));
        }
        uint8 decimals = IERC20Metadata(address(token)).decimals();
        require(decimals <= INNER_DECIMALS, TooManyDecimals(decimals, INNER_DECIMALS));

        // 10^18 fits 64 bits, and the count is below MAX_ASSETS.
        _assets.push(Asset(token, uint64(10 ** (INNER_DECIMALS - decimals))));
        asset = uint8(count);
        emit AssetListed(asset, token, decimals);
    }

    /// @inheritdoc ICustody
    function pull(uint8 asset, address payer, uint256 amount) external restricted nonReentrant {
        (IERC20 token, uint256 tokens) = _tokensOf(asset, amount);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(payer, address(this), tokens);
        uint256 received = token.balanceOf(address(this)) - before;
        require(received == tokens, TransferShort(received, tokens));
    }

    /// @inheritdoc ICustody
    function push(uint8 asset, address receiver, uint256 amount) external restricted nonReentrant {
        (IERC20 token, uint256 tokens) = _tokensOf(asset, amount);
        token.safeTransfer(receiver, tokens);
    }

    /// @inheritdoc ICustody
    function representable(uint8 asset, uint256 amount) external view returns (uint256) {
        return amount - (amount % _asset(asset).unit);
    }

    /// @inheritdoc ICustody
    function held(uint8 asset) external view returns (uint256) {
        Asset storage listed = _asset(asset);
        return listed.token.balanceOf(address(this)) * listed.unit;
    }

    /// @inheritdoc ICustody
    function tokenOf(uint8 asset) external view returns (IERC20) {
        return _asset(asset).token;
    }

    /// @inheritdoc ICustody
    function assetCount() external view returns (uint8) {
        return uint8(_assets.length);
    }

    function _tokensOf(uint8 asset, uint256 amount) private view returns (IERC20 token, uint256 tokens) {
        Asset storage listed = _asset(asset);
        uint256 unit = listed.unit;
        require(amount % unit == 0, AmountNotRepresentable(amount, unit));
        return (listed.token, amount / unit);
    }

    function _asset(uint8 asset) private view returns (Asset storage) {
        require(asset < _assets.length, UnknownAsset(asset, _assets.length));
        return _assets[asset];
    }
}
