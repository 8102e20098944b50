// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SqrtLib} from "./SqrtLib.sol";

// What is the total volatility of a strike on its expiry's smile?

/// @dev eSSVI (Hendriks–Martini): w(k) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)), k = ln(K/F) (docs/METHODOLOGY.md K7).
///      Preconditions: θ, φ < 2^64 and |ρ| ≤ 1e18, all in 18 decimals; |k| ≤ 2^103. Never negative.
library SurfaceLib {
    /// @dev w in Q96. Absolute error 2^-90·θ·(1 + φ|k|); nearly rounded down.
    function totalVarianceQ96(uint256 theta, int256 rho, uint256 phi, int256 k) internal pure returns (uint256) {
        unchecked {
            return (theta * _shape(rho, phi, k)) / 2e18;
        }
    }

    /// @dev √w in Q96, what every price function takes. Relative error 1e-26 where w ≥ 1e-12.
    function totalVolatilityQ96(uint256 theta, int256 rho, uint256 phi, int256 k) internal pure returns (uint256) {
        unchecked {
            return SqrtLib.root(((theta * _shape(rho, phi, k)) / 2e18) << 96);
        }
    }

    /// @dev 1 + ρφk + √((φk + ρ)² + 1 − ρ²) in Q96.
    function _shape(int256 rho, uint256 phi, int256 k) private pure returns (uint256 shape) {
        uint256 square;
        assembly ("memory-safe") {
            let slope := sdiv(mul(phi, k), 1000000000000000000)
            let r := sdiv(shl(96, rho), 1000000000000000000)
            let shifted := add(slope, r)
            square := add(mul(shifted, shifted), sub(shl(192, 1), mul(r, r)))
            shape := add(shl(96, 1), sar(96, mul(r, slope)))
        }
        unchecked {
            shape += SqrtLib.root(square);
        }
    }
}
