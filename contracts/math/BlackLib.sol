// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NormalLib} from "./NormalLib.sol";
import {HALF_LOG2E_Q96, EXP_P, EXP_A1, EXP_B1, EXP_A2, EXP_B2} from "./KernelConstants.sol";

// What is an option worth under Black's formula?

/// @dev Everything is priced as the out-of-the-money option of its strike; the other of call and put adds its intrinsic
///      value, so that put-call parity is exact. With A = min(F, K), h = |ln(F/K)|/v, lo = h − v/2, hi = h + v/2 and
///      M(x) = (1 − Φ(x))/φ(x): value = A·φ(lo)·(M(lo) − M(hi)) where lo ≥ 0, else A − A·φ(lo)·(M(−lo) + M(hi)): one exponential
///      and two ratios for both options (docs/METHODOLOGY.md K5).
library BlackLib {
    /// @dev Where |lo| ≥ 13 the value is within 7e-39·A of its limit.
    int256 private constant FAR_Q96 = 13 << 96;
    /// @dev Below this total volatility (5e-20) the value is less than 3e-20·A and counts as zero.
    uint256 private constant LEAST_VOLATILITY_Q96 = 1 << 32;

    /// @dev Undiscounted value of the out-of-the-money option, in the units of `forward` and `strike`.
    ///      Preconditions: forward, strike in [1, 2^128); logMoneyness = ln(forward/strike) in Q96; totalVolatility = σ√T
    ///      in Q96, below 2^250. Error at most 1 wei + 7e-18·min(F, K) for |ln(F/K)| ≤ 5 (2e-17 up to 8), rounded down after that.
    ///      Zero at zero volatility and far from the money; min(F, K) as volatility grows.
    function outOfTheMoney(
        uint256 forward,
        uint256 strike,
        int256 logMoneynessQ96,
        uint256 totalVolatilityQ96
    ) internal pure returns (uint256 value) {
        if (totalVolatilityQ96 < LEAST_VOLATILITY_Q96) return 0;
        uint256 smaller;
        uint256 sign;
        uint256 near;
        uint256 far;
        assembly ("memory-safe") {
            smaller := xor(strike, mul(xor(strike, forward), lt(forward, strike)))
            sign := sar(255, logMoneynessQ96)
            let h := div(shl(96, sub(xor(logMoneynessQ96, sign), sign)), totalVolatilityQ96)
            let half := shr(1, totalVolatilityQ96)
            near := sub(h, half)
            far := add(h, half)
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
        }
        if (near >= uint256(FAR_Q96)) {
            assembly ("memory-safe") {
                value := and(sign, smaller)
            }
            return value;
        }
        uint256 nearTail = NormalLib.scaledTailQ96(near);
        uint256 farTail = NormalLib.scaledTailQ96(far);
        assembly ("memory-safe") {
            let t := mul(shr(64, mul(near, near)), HALF_LOG2E_Q96) // near²/2·log2 e in Q224
            let k := shr(224, add(t, shl(223, 1)))
            let f := sar(128, sub(t, shl(224, k)))
            let z := shr(96, mul(f, f))
            let c := add(EXP_P, sdiv(EXP_A1, add(add(z, EXP_B1), sdiv(EXP_A2, add(z, EXP_B2)))))
            // Tails in Q96 times (c − f) in Q96, kept in Q124: with smaller < 2^128 the product stays below 2^255.
            let tails := sar(68, mul(sub(xor(nearTail, sign), farTail), sub(c, f)))
            value := add(and(sign, smaller), sar(add(28, k), sdiv(mul(smaller, tails), add(c, f))))
        }
    }

    /// @dev Undiscounted call and put, with the bounds of `outOfTheMoney`; call − put = forward − strike exactly.
    function callAndPut(
        uint256 forward,
        uint256 strike,
        int256 logMoneynessQ96,
        uint256 totalVolatilityQ96
    ) internal pure returns (uint256 call, uint256 put) {
        uint256 value = outOfTheMoney(forward, strike, logMoneynessQ96, totalVolatilityQ96);
        unchecked {
            return forward > strike ? (value + forward - strike, value) : (value, value + strike - forward);
        }
    }
}
