// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {leadingZeros} from "./LeadingZeros.sol";
import {SqrtLib} from "./SqrtLib.sol";

// What is the total volatility of a strike on its expiry's smile?

/// @dev eSSVI (Hendriks–Martini): w(k) = θ/2·(1 + ρφk + √((φk + ρ)² + 1 − ρ²)), k = ln(K/F) (docs/METHODOLOGY.md K7).
///      Preconditions: θ, φ < 2^64 and |ρ| ≤ 1e18, all in 18 decimals; |k| ≤ 2^103. Never negative.
library SurfaceLib {
    /// @dev Steeper than any smile without arbitrage; it only keeps what follows from overflowing.
    int256 private constant MOST_SLOPE_Q96 = 16 << 96;
    uint256 private constant LEAST_VOLATILITY_Q96 = 1 << 32;
    uint256 private constant LEAST_SQUARE = 1 << 16; // of SqrtLib.root

    /// @dev w in Q96. Error 2^-90·θ·(1 + φ|k|), nearly always rounded down.
    function totalVarianceQ96(
        uint256 theta,
        int256 rho,
        uint256 phi,
        int256 k
    ) internal pure returns (uint256 variance) {
        uint256 square;
        uint256 line;
        assembly ("memory-safe") {
            // <smile rho phi k>
            let slope := sdiv(mul(phi, k), 1000000000000000000)
            let r := sdiv(shl(96, rho), 1000000000000000000)
            let shifted := add(slope, r)
            square := add(mul(shifted, shifted), sub(shl(192, 1), mul(r, r)))
            // </smile>
            line := add(shl(96, 1), sar(96, mul(r, slope)))
        }
        uint256 zeros = leadingZeros(square);
        assembly ("memory-safe") {
            // <root square zeros rise>
            let e := shr(1, sub(256, zeros))
            let rise := add(shr(e, square), shl(e, 1)) // twice the seed
            rise := add(div(square, rise), shr(2, rise))
            rise := shr(1, add(div(square, rise), rise))
            rise := shr(1, add(div(square, rise), rise))
            rise := shr(1, add(div(square, rise), rise))
            // </root>
            variance := div(mul(theta, add(line, rise)), 2000000000000000000)
        }
    }

    /// @dev √w in Q96, what every price function takes. Relative error 1e-24 where w ≥ 1e-9.
    function totalVolatilityQ96(
        uint256 theta,
        int256 rho,
        uint256 phi,
        int256 k
    ) internal pure returns (uint256 volatility) {
        uint256 square;
        uint256 line;
        assembly ("memory-safe") {
            // <smile rho phi k>
            let slope := sdiv(mul(phi, k), 1000000000000000000)
            let r := sdiv(shl(96, rho), 1000000000000000000)
            let shifted := add(slope, r)
            square := add(mul(shifted, shifted), sub(shl(192, 1), mul(r, r)))
            // </smile>
            line := add(shl(96, 1), sar(96, mul(r, slope)))
        }
        uint256 zeros = leadingZeros(square);
        uint256 variance;
        assembly ("memory-safe") {
            // <root square zeros rise>
            let e := shr(1, sub(256, zeros))
            let rise := add(shr(e, square), shl(e, 1)) // twice the seed
            rise := add(div(square, rise), shr(2, rise))
            rise := shr(1, add(div(square, rise), rise))
            rise := shr(1, add(div(square, rise), rise))
            rise := shr(1, add(div(square, rise), rise))
            // </root>
            variance := shl(96, div(mul(theta, add(line, rise)), 2000000000000000000))
        }
        zeros = leadingZeros(variance);
        assembly ("memory-safe") {
            // <root variance zeros y>
            let e := shr(1, sub(256, zeros))
            let y := add(shr(e, variance), shl(e, 1)) // twice the seed
            y := add(div(variance, y), shr(2, y))
            y := shr(1, add(div(variance, y), y))
            y := shr(1, add(div(variance, y), y))
            y := shr(1, add(div(variance, y), y))
            // </root>
            volatility := y
        }
    }

    /// @dev d√w/dk in Q96, from -16 to 16 (docs/METHODOLOGY.md K13): w' = θφ/2·(ρ + (φk + ρ)/√((φk + ρ)² + 1 − ρ²)), over 2√w.
    ///      Written for clarity: it runs once a digital. @param volatility Of `totalVolatilityQ96`, there.
    function volatilitySlopeQ96(
        uint256 theta,
        int256 rho,
        uint256 phi,
        int256 k,
        uint256 volatility
    ) internal pure returns (int256 slope) {
        unchecked {
            int256 r = (rho << 96) / 1e18;
            int256 shifted = (int256(phi) * k) / 1e18 + r;
            uint256 square = uint256(shifted * shifted + (1 << 192) - r * r);
            int256 rise = r + (shifted << 96) / int256(SqrtLib.root(square | LEAST_SQUARE));
            int256 variance = (int256(theta * phi) * rise) / 2e36;
            slope = (variance << 95) / int256(volatility | LEAST_VOLATILITY_Q96);
        }
        if (slope > MOST_SLOPE_Q96) return MOST_SLOPE_Q96;
        return slope < -MOST_SLOPE_Q96 ? -MOST_SLOPE_Q96 : slope;
    }
}
