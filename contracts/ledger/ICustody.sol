// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Where are the tokens?
/// @notice Alone moves tokens and knows their decimals. Asset zero is the cash token; asset `u` is underlying `u`.
interface ICustody {
    event AssetListed(uint8 indexed asset, IERC20 token, uint8 decimals);

    /// @notice Lists `token`; the next free number is its asset. Decimals are read once and pinned, at most 18.
    function list(IERC20 token) external returns (uint8 asset);

    /// @notice Takes `amount` [1e18] from `payer`, who has approved this contract.
    /// @custom:reverts AmountNotRepresentable, TransferShort
    function pull(uint8 asset, address payer, uint256 amount) external;

    /// @notice Sends `amount` [1e18] to `receiver`.
    /// @custom:reverts AmountNotRepresentable
    function push(uint8 asset, address receiver, uint256 amount) external;

    /// @notice `amount` rounded down to what the token can represent.
    function representable(uint8 asset, uint256 amount) external view returns (uint256);

    /// @notice What is held, in 18 decimals.
    function held(uint8 asset) external view returns (uint256);

    function tokenOf(uint8 asset) external view returns (IERC20);

    /// @notice Listed assets; underlyings are 1 … assetCount − 1.
    function assetCount() external view returns (uint8);
}
