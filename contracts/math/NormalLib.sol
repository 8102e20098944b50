// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {
    HALF_LOG2E_Q96,
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
    function scaledTailQ96(uint256 x) internal pure returns (uint256 y) {
        assembly ("memory-safe") {
            y := sdiv(MILLS_A8, add(x, MILLS_B8))
            y := sdiv(MILLS_A7, add(add(x, MILLS_B7), y))
            y := sdiv(MILLS_A6, add(add(x, MILLS_B6), y))
            y := sdiv(MILLS_A5, add(add(x, MILLS_B5), y))
            y := sdiv(MILLS_A4, add(add(x, MILLS_B4), y))
            y := sdiv(MILLS_A3, add(add(x, MILLS_B3), y))
            y := sdiv(MILLS_A2, add(add(x, MILLS_B2), y))
            y := sdiv(MILLS_A1, add(add(x, MILLS_B1), y))
        }
    }

    /// @dev Φ(x), `x` and result in 18 decimals. Absolute error 3.5e-18 before rounding down (up for x > 0).
    function cdfWad(int256 x) internal pure returns (uint256 result) {
        if (x < -9e18) return 0;
        if (x > 9e18) return 1e18;
        uint256 distance;
        assembly ("memory-safe") {
            let sign := sar(255, x)
            distance := div(shl(96, sub(xor(x, sign), sign)), 1000000000000000000)
        }
        uint256 tail = scaledTailQ96(distance);
        assembly ("memory-safe") {
            let t := mul(shr(64, mul(distance, distance)), HALF_LOG2E_Q96) // x²/2·log2 e in Q224
            let k := shr(224, add(t, shl(223, 1)))
            let f := sar(128, sub(t, shl(224, k)))
            let z := shr(96, mul(f, f))
            let c := add(EXP_P, sdiv(EXP_A1, add(add(z, EXP_B1), sdiv(EXP_A2, add(z, EXP_B2)))))
            // e^(−x²/2) = 2^−k·(c − f)/(c + f)
            result := shr(add(96, k), div(mul(mul(tail, 1000000000000000000), sub(c, f)), add(c, f)))
            if sgt(x, 0) {
                result := sub(1000000000000000000, result)
            }
        }
    }
}
