// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpOverflow} from "../types/Errors.sol";
import {
    LOG2E_Q128,
    LOG2E_WAD,
    EXP_SHIFT_Q96,
    EXP_WAD_SHIFT_Q96,
    EXP_WAD_SCALE,
    EXP_P,
    EXP_A1,
    EXP_B1,
    EXP_A2,
    EXP_B2
} from "./KernelConstants.sol";

// What is e to the power x?

/// @dev e^x = 2^k·2^f with k whole and f in [−1/2, 1/2): the low 96 bits of x·log2 e, sign-extended, are f.
///      2^f = (c + f)/(c − f), c = f·coth(f·ln 2/2) as a continued fraction in f² (docs/METHODOLOGY.md K1).
///      Relative error of the fraction 8.5e-19.
library ExpLib {
    int256 internal constant MAX_Q96 = 110 << 96;
    int256 internal constant MIN_Q96 = -(68 << 96);
    int256 internal constant MAX_WAD = 135e18;
    int256 internal constant MIN_WAD = -42e18;

    /// @dev `x` and result Q96; zero below −68. Relative error 8.5e-19, absolute 2^-96, rounded down after that.
    /// @custom:reverts ExpOverflow where x exceeds 110: the result would pass 256 bits
    function expQ96(int256 x) internal pure returns (uint256 result) {
        bool isInside;
        unchecked {
            isInside = uint256(x - MIN_Q96) <= uint256(MAX_Q96 - MIN_Q96);
        }
        if (isInside) {
            assembly ("memory-safe") {
                let t := sar(128, mul(x, LOG2E_Q128))
                let f := signextend(11, t)
                // <power f c>
                let z := shr(96, mul(f, f))
                let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
                // </power>
                let power := div(shl(157, add(c, f)), sub(c, f)) // 2^f in Q157; c + f < 3.5
                let right := sar(96, sub(EXP_SHIFT_Q96, t)) // 61 − k
                result := or(shr(right, power), shl(sub(0, right), power)) // one of the shifts passes 255 and gives 0
            }
        } else {
            require(x < 0, ExpOverflow(x, MAX_Q96));
        }
    }

    /// @dev `x` and result in 18 decimals; zero below −42. Relative error 8.5e-19, absolute 1 wei, rounded down after that.
    /// @custom:reverts ExpOverflow where x exceeds 135e18: the result would pass 256 bits
    function expWad(int256 x) internal pure returns (uint256 result) {
        bool isInside;
        unchecked {
            isInside = uint256(x - MIN_WAD) <= uint256(MAX_WAD - MIN_WAD);
        }
        if (isInside) {
            assembly ("memory-safe") {
                let t := sar(128, mul(x, LOG2E_WAD))
                let f := signextend(11, t)
                // <power f c>
                let z := shr(96, mul(f, f))
                let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
                // </power>
                // 1e18·2^f in Q195, then 195 − k bits to the right
                let power := mul(div(shl(96, add(c, f)), sub(c, f)), EXP_WAD_SCALE)
                result := shr(sar(96, sub(EXP_WAD_SHIFT_Q96, t)), power)
            }
        } else {
            require(x < 0, ExpOverflow(x, MAX_WAD));
        }
    }
}
