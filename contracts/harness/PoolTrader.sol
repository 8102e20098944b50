// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {FaucetToken} from "./FaucetToken.sol";

// Who trades in a pool of a local network? One who has what the pool asks for. Tests only: it pays any pool that calls.

interface ITradedPool {
    function token0() external view returns (FaucetToken);
    function token1() external view returns (FaucetToken);
    function mint(
        address recipient,
        int24 tickLower,
        int24 tickUpper,
        uint128 amount,
        bytes calldata data
    ) external returns (uint256 amount0, uint256 amount1);
    function swap(
        address recipient,
        bool zeroForOne,
        int256 amountSpecified,
        uint160 sqrtPriceLimitX96,
        bytes calldata data
    ) external returns (int256 amount0, int256 amount1);
}

contract PoolTrader {
    function provide(ITradedPool pool, int24 tickLower, int24 tickUpper, uint128 liquidity) external {
        pool.mint(address(this), tickLower, tickUpper, liquidity, "");
    }

    /// @notice Swaps until the pool's price is `sqrtPriceX96`.
    function push(ITradedPool pool, bool isDown, uint160 sqrtPriceX96) external {
        pool.swap(address(this), isDown, type(int128).max, sqrtPriceX96, "");
    }

    function uniswapV3MintCallback(uint256 owed0, uint256 owed1, bytes calldata) external {
        _pay(owed0, owed1);
    }

    function uniswapV3SwapCallback(int256 delta0, int256 delta1, bytes calldata) external {
        _pay(delta0 > 0 ? uint256(delta0) : 0, delta1 > 0 ? uint256(delta1) : 0);
    }

    function _pay(uint256 owed0, uint256 owed1) private {
        (FaucetToken first, FaucetToken second) = (ITradedPool(msg.sender).token0(), ITradedPool(msg.sender).token1());
        first.faucet(msg.sender, owed0);
        second.faucet(msg.sender, owed1);
    }
}
