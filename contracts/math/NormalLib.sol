// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {
    HALF_LOG2E_Q96,
    INVERSE_WAD_Q192,
    CDF_SHIFT_Q96,
    EXP_P,
    EXP_A1,
    EXP_B1,
    EXP_A2,
    EXP_B2,
    MILLS_A1,
    MILLS_B1,
    MILLS_A2,
    MILLS_B2,
    MILLS_A3,
    MILLS_B3,
    MILLS_A4,
    MILLS_B4,
    MILLS_A5,
    MILLS_B5,
    MILLS_A6,
    MILLS_B6,
    MILLS_A7,
    MILLS_B7,
    MILLS_A8,
    MILLS_B8
} from "./KernelConstants.sol";

// How likely is a standard normal variable to stay below x?

library NormalLib {
    /// @dev Mills' ratio over √(2π): (1 − Φ(x))·e^(x²/2), in Q96, for x in [0, 2^100). One half at zero, falling.
    ///      Eight levels; relative error 7.6e-18 up to 4.3, 3e-12 at 6.5, 1e-7 at 30 (docs/METHODOLOGY.md K4).
    function scaledTailQ96(uint256 x) internal pure returns (uint256 scaledTail) {
        assembly ("memory-safe") {
            // <tail x y>
            let y := sdiv(MILLS_A8, add(x, MILLS_B8))
            y := sdiv(MILLS_A7, add(add(x, MILLS_B7), y))
            y := sdiv(MILLS_A6, add(add(x, MILLS_B6), y))
            y := sdiv(MILLS_A5, add(add(x, MILLS_B5), y))
            y := sdiv(MILLS_A4, add(add(x, MILLS_B4), y))
            y := sdiv(MILLS_A3, add(add(x, MILLS_B3), y))
            y := sdiv(MILLS_A2, add(add(x, MILLS_B2), y))
            y := sdiv(MILLS_A1, add(add(x, MILLS_B1), y))
            // </tail>
            scaledTail := y
        }
    }

    /// @dev Φ(x), `x` and result in 18 decimals. Absolute error 3.5e-18, rounded down after that. 0 below −9 and 1 above 9.
    function cdfWad(int256 x) internal pure returns (uint256 result) {
        bool isInside;
        unchecked {
            isInside = uint256(x + 9e18) <= 18e18;
        }
        if (isInside) {
            uint256 distance;
            uint256 sign;
            assembly ("memory-safe") {
                sign := sar(255, x)
                distance := shr(96, mul(sub(xor(x, sign), sign), INVERSE_WAD_Q192))
                sign := not(sign)
            }
            result = _cdf(distance, sign);
        } else {
            result = x < 0 ? 0 : 1e18;
        }
    }

    /// @dev Φ(x), `x` in Q96, result in 18 decimals with the bounds of `cdfWad`.
    function cdfQ96(int256 x) internal pure returns (uint256 result) {
        bool isInside;
        unchecked {
            isInside = uint256(x + (9 << 96)) <= 18 << 96;
        }
        if (isInside) {
            uint256 distance;
            uint256 sign;
            assembly ("memory-safe") {
                sign := sar(255, x)
                distance := sub(xor(x, sign), sign)
                sign := not(sign)
            }
            result = _cdf(distance, sign);
        } else {
            result = x < 0 ? 0 : 1e18;
        }
    }

    /// @dev `sign` is all ones for x ≥ 0, whose tail is taken from one.
    function _cdf(uint256 distance, uint256 sign) private pure returns (uint256 result) {
        assembly ("memory-safe") {
            // <tail distance tail>
            let tail := sdiv(MILLS_A8, add(distance, MILLS_B8))
            tail := sdiv(MILLS_A7, add(add(distance, MILLS_B7), tail))
            tail := sdiv(MILLS_A6, add(add(distance, MILLS_B6), tail))
            tail := sdiv(MILLS_A5, add(add(distance, MILLS_B5), tail))
            tail := sdiv(MILLS_A4, add(add(distance, MILLS_B4), tail))
            tail := sdiv(MILLS_A3, add(add(distance, MILLS_B3), tail))
            tail := sdiv(MILLS_A2, add(add(distance, MILLS_B2), tail))
            tail := sdiv(MILLS_A1, add(add(distance, MILLS_B1), tail))
            // </tail>
            let t := shr(128, mul(shr(64, mul(distance, distance)), HALF_LOG2E_Q96)) // x²/2·log2 e
            let f := signextend(11, t)
            // <power f c>
            let z := shr(96, mul(f, f))
            let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
            // </power>
            // e^(−x²/2) = 2^−k·(c − f)/(c + f)
            let numerator := mul(mul(xor(tail, sign), 1000000000000000000), sub(c, f))
            result := sar(shr(96, add(t, CDF_SHIFT_Q96)), sdiv(numerator, add(c, f)))
            result := add(result, and(sign, 1000000000000000000))
        }
    }
}
