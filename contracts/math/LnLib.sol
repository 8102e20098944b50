// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {LnOfZero} from "../types/Errors.sol";
import {leadingZeros} from "./LeadingZeros.sol";
import {
    SQRT2_Q96,
    LN2_Q192,
    LN_RATIO_OFFSET_Q192,
    LN_P,
    LN_A1,
    LN_B1,
    LN_A2,
    LN_B2,
    LN_A3,
    LN_B3,
    LN2_WAD_Q184,
    LN_WAD_OFFSET_Q184,
    LN_WAD_P,
    LN_WAD_A1
} from "./KernelConstants.sol";

// What is the natural logarithm?

/// @dev ln x = e·ln 2 + ln m with m in [1, 2); ln m = ln √2 + s·g(s²), s = (m − √2)/(m + √2), g a continued fraction
///      (docs/METHODOLOGY.md K2). Absolute error of the kernel 4.2e-20.
library LnLib {
    /// @dev ln(numerator/denominator) in Q96. Precondition: both positive and below 2^128.
    ///      Absolute error 5e-20 + 2^-128·denominator/numerator (the ratio is cut to 128 fractional bits).
    function lnRatioQ96(uint256 numerator, uint256 denominator) internal pure returns (int256 result) {
        uint256 ratio;
        assembly ("memory-safe") {
            ratio := div(shl(128, numerator), denominator)
        }
        uint256 zeros = leadingZeros(ratio);
        assembly ("memory-safe") {
            // <log ratio zeros log>
            let m := shr(159, shl(zeros, ratio))
            let s := sdiv(shl(96, sub(m, SQRT2_Q96)), add(m, SQRT2_Q96))
            let w := shr(96, mul(s, s))
            let g := sdiv(LN_A2, add(add(w, LN_B2), sdiv(LN_A3, add(w, LN_B3))))
            g := add(LN_P, sdiv(LN_A1, add(add(w, LN_B1), g)))
            let log := sar(96, add(mul(s, g), sub(LN_RATIO_OFFSET_Q192, mul(zeros, LN2_Q192))))
            // </log>
            result := log
        }
    }

    /// @dev ln(x), `x` in Q128, result in Q96. Precondition: x positive. Absolute error 5e-20.
    function lnQ128(uint256 x) internal pure returns (int256 result) {
        uint256 zeros = leadingZeros(x);
        assembly ("memory-safe") {
            // <log x zeros log>
            let m := shr(159, shl(zeros, x))
            let s := sdiv(shl(96, sub(m, SQRT2_Q96)), add(m, SQRT2_Q96))
            let w := shr(96, mul(s, s))
            let g := sdiv(LN_A2, add(add(w, LN_B2), sdiv(LN_A3, add(w, LN_B3))))
            g := add(LN_P, sdiv(LN_A1, add(add(w, LN_B1), g)))
            let log := sar(96, add(mul(s, g), sub(LN_RATIO_OFFSET_Q192, mul(zeros, LN2_Q192))))
            // </log>
            result := log
        }
    }

    /// @dev ln(x) with `x` and result in 18 decimals, to the nearest: error at most 1/2 wei + 5e-20.
    /// @custom:reverts LnOfZero
    function lnWad(uint256 x) internal pure returns (int256 result) {
        require(x != 0, LnOfZero());
        uint256 zeros = leadingZeros(x);
        assembly ("memory-safe") {
            let m := shr(159, shl(zeros, x))
            let s := sdiv(shl(96, sub(m, SQRT2_Q96)), add(m, SQRT2_Q96))
            let z := shr(96, mul(s, s))
            let y := sdiv(LN_A2, add(add(z, LN_B2), sdiv(LN_A3, add(z, LN_B3))))
            let g := add(LN_WAD_P, sdiv(LN_WAD_A1, add(add(z, LN_B1), y)))
            result := sar(184, add(mul(s, g), sub(LN_WAD_OFFSET_Q184, mul(zeros, LN2_WAD_Q184))))
        }
    }
}
