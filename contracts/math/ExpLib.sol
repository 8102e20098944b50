// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpOverflow} from "../types/Errors.sol";
import {LOG2E_Q128, LOG2E_WAD, EXP_P, EXP_A1, EXP_B1, EXP_A2, EXP_B2} from "./KernelConstants.sol";

// What is e to the power x?

/// @dev e^x = 2^k·2^f with k whole and |f| ≤ 1/2; 2^f = (c + f)/(c − f), c = f·coth(f·ln 2/2) as a continued fraction in f²
///      (docs/METHODOLOGY.md K1). Relative error of the kernel 8.5e-19.
library ExpLib {
    /// @dev Beyond it the result passes 256 bits in Q96 (2^159) or in 18 decimals (2^255).
    int256 internal constant MAX_Q96 = 110 << 96;
    int256 internal constant MIN_Q96 = -(68 << 96);
    int256 internal constant MAX_WAD = 135e18;
    int256 internal constant MIN_WAD = -42e18;

    /// @dev `x` and result Q96; zero below −68. Relative error 8.5e-19, absolute 2^-96, rounded down after that.
    /// @custom:reverts ExpOverflow where x exceeds 110.
    function expQ96(int256 x) internal pure returns (uint256 result) {
        unchecked {
            if (uint256(x - MIN_Q96) > uint256(MAX_Q96 - MIN_Q96)) return _outside(x, MAX_Q96);
        }
        assembly ("memory-safe") {
            let t := mul(x, LOG2E_Q128) // Q224: at most 2^7 · 2^96 · 2^129
            let k := sar(224, add(t, shl(223, 1)))
            let f := sar(128, sub(t, shl(224, k)))
            let z := shr(96, mul(f, f))
            let c := add(EXP_P, sdiv(EXP_A1, add(add(z, EXP_B1), sdiv(EXP_A2, add(z, EXP_B2)))))
            let power := div(shl(157, add(c, f)), sub(c, f)) // 2^f in Q157; c + f < 3.5 · 2^96
            result := or(shr(sub(61, k), power), shl(sub(k, 61), power)) // one of the shifts passes 255 and gives 0
        }
    }

    /// @dev `x` and result in 18 decimals; zero below −42. Relative error 8.5e-19, absolute 1 wei, rounded down after that.
    /// @custom:reverts ExpOverflow where x exceeds 135e18.
    function expWad(int256 x) internal pure returns (uint256 result) {
        unchecked {
            if (uint256(x - MIN_WAD) > uint256(MAX_WAD - MIN_WAD)) return _outside(x, MAX_WAD);
        }
        assembly ("memory-safe") {
            let t := mul(x, LOG2E_WAD) // Q224
            let k := sar(224, add(t, shl(223, 1)))
            let f := sar(128, sub(t, shl(224, k)))
            let z := shr(96, mul(f, f))
            let c := add(EXP_P, sdiv(EXP_A1, add(add(z, EXP_B1), sdiv(EXP_A2, add(z, EXP_B2)))))
            let power := div(mul(add(c, f), shl(97, 1000000000000000000)), sub(c, f)) // 1e18 · 2^f in Q97
            result := or(shr(sub(97, k), power), shl(sub(k, 97), power))
        }
    }

    function _outside(int256 x, int256 largest) private pure returns (uint256) {
        require(x < 0, ExpOverflow(x, largest));
        return 0;
    }
}
