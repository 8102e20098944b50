// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {leadingZeros} from "./LeadingZeros.sol";

// What is the square root?

/// @dev With 4^e the nearest such power to n, √n ≈ (n/2^e + 2^e)/2, 6.1 % off at most; four more steps of Heron leave
///      6.4e-25 of the result (docs/METHODOLOGY.md K3).
library SqrtLib {
    /// @dev `x` and result Q96. Relative error 6.4e-25, and at most one unit in the last place more.
    function sqrtQ96(uint160 x) internal pure returns (uint256) {
        unchecked {
            return root(uint256(x) << 96);
        }
    }

    /// @dev `x` and result in 18 decimals. Error below one wei up to 2e30: rounded down, except where the root lies within
    ///      6.4e-25 of itself below a whole number, which is then the result. Beyond, relative error 6.4e-25.
    function sqrtWad(uint128 x) internal pure returns (uint256) {
        unchecked {
            return root(uint256(x) * 1e18);
        }
    }

    /// @dev √n of a whole number, rounded down as above. Precondition: n is zero or at least 2^16.
    function root(uint256 n) internal pure returns (uint256 result) {
        uint256 zeros = leadingZeros(n);
        assembly ("memory-safe") {
            // <root n zeros y>
            let e := shr(1, sub(256, zeros))
            let y := add(shr(e, n), shl(e, 1)) // twice the seed
            y := add(div(n, y), shr(2, y))
            y := shr(1, add(div(n, y), y))
            y := shr(1, add(div(n, y), y))
            y := shr(1, add(div(n, y), y))
            // </root>
            result := y
        }
    }
}
