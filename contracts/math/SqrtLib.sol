// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SqrtOverflow} from "../types/Errors.sol";
import {leadingZeros} from "./LeadingZeros.sol";
import {SQRT_SEED_Q128} from "./KernelConstants.sol";

// What is the square root?

/// @dev With h chosen so that m = n·4^h/2^256 lies in [1/2, 2): √n ≈ 2^(128−h)·(m/2 + 0.46447), 3.6 % off at most, and four
///      steps of Heron leave 2.6e-28 (docs/METHODOLOGY.md K3).
library SqrtLib {
    /// @dev `x` and result Q96. Relative error 2.6e-28, and at most one unit in the last place.
    /// @custom:reverts SqrtOverflow where x exceeds 2^160.
    function sqrtQ96(uint256 x) internal pure returns (uint256) {
        require(x >> 160 == 0, SqrtOverflow(x));
        return root(x << 96);
    }

    /// @dev `x` and result in 18 decimals, rounded down (up to 1e36; by 2.6e-28 of the result above it, and where the
    ///      root lies that close below a whole number the result is that number).
    /// @custom:reverts SqrtOverflow where x exceeds 2^196.
    function sqrtWad(uint256 x) internal pure returns (uint256) {
        require(x >> 196 == 0, SqrtOverflow(x));
        unchecked {
            return root(x * 1e18);
        }
    }

    /// @dev √n of a whole number. Precondition: n is zero or at least 2^16.
    function root(uint256 n) internal pure returns (uint256 result) {
        uint256 h;
        unchecked {
            h = (leadingZeros(n) + 1) >> 1;
        }
        assembly ("memory-safe") {
            result := add(shr(sub(129, h), n), shr(h, SQRT_SEED_Q128))
            result := shr(1, add(result, div(n, result)))
            result := shr(1, add(result, div(n, result)))
            result := shr(1, add(result, div(n, result)))
            result := shr(1, add(result, div(n, result)))
        }
    }
}
