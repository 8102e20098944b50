// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Price} from "../types/Price.sol";

/// @title What has a pool traded at, in the mean of the last half hour?
/// @notice A Uniswap v3 pool of an underlying against the cash token, read by its own tick cumulatives. It never votes: a mean of
///         half an hour lags a crash and a thin pool can be pushed, so it may only tighten INITIAL (RULES C5).
interface IPoolMean {
    event PoolListed(uint8 indexed underlying, address pool, bool isInverse);

    /// @notice Reads `pool` for `underlying` from now on; the zero address ends it. Governance only. The pool's two tokens must be
    ///         the underlying's and the cash token, as custody has them, and it must remember half an hour.
    /// @custom:reverts PoolUnfit
    function list(uint8 underlying, address pool) external;

    /// @notice The mean of the last half hour, zero where there is none. Never reverts for what the pool does, and takes no more
    ///         gas than READ_GAS for it; reverts where the caller brings too little, so that nobody can hide it.
    /// @custom:reverts GasTooLowToRead
    function mean(uint8 underlying) external view returns (Price);

    /// @notice The zero address where none is listed.
    function poolOf(uint8 underlying) external view returns (address);
}
