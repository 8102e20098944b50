// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ZeroPrice} from "../types/Errors.sol";
import {ExpLib} from "./ExpLib.sol";
import {leadingZeros} from "./LeadingZeros.sol";
import {NormalLib} from "./NormalLib.sol";
import {SqrtLib} from "./SqrtLib.sol";
import {
    HALF_Q96,
    HALF_LOG2E_Q96,
    BLACK_SHIFT_Q96,
    INVERSE_SQRT_2PI_Q96,
    EXP_P,
    EXP_A1,
    EXP_B1,
    EXP_A2,
    EXP_B2,
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

// What is an option worth under Black's formula, and how does that change?

/// @dev Everything is priced as the out-of-the-money option of its strike; the other of call and put adds its intrinsic
///      value, so that put-call parity is exact. With A = min(F, K), v = σ√T, h = |ln(F/K)|/v, lo = h − v/2, hi = h + v/2 and
///      M(x) = (1 − Φ(x))/φ(x): value = A·φ(lo)·(M(lo) − M(hi)) where lo ≥ 0, else A − A·φ(lo)·(M(−lo) + M(hi)): one exponential
///      and two ratios for both options (docs/METHODOLOGY.md K5).
///      A call from function to function costs 30 gas, so the fragments in angle brackets stand at every site;
///      scripts/generateKernel.ts writes them and keeps them equal.
library BlackLib {
    /// @dev 13 in Q96: where |lo| is not below it the value is within 7e-39·A of its limit.
    uint256 private constant FAR_Q96 = 0xd000000000000000000000000;
    /// @dev A total volatility below 5e-20 counts as 5e-20 in `greeks`, which divide by it.
    uint256 private constant LEAST_VOLATILITY_Q96 = 1 << 32;
    uint256 private constant YEAR = 31536000;
    uint256 private constant YEAR_E36 = 31536000000000000000000000000000000000000000;
    uint256 private constant E45_Q64 = 54210108624275221700372640; // 1e45/2^64

    /// @dev Undiscounted value of the out-of-the-money option, in the units of `forward` and `strike`.
    ///      Preconditions: forward, strike in [1, 2^128); log = ln(forward/strike) in Q96, at most 2^7; volatility = σ√T
    ///      in Q96, below 2^250. Error at most 1 wei + 7.5e-18·min(F, K) for |ln(F/K)| ≤ 5 (2e-17 up to 8, 1e-10 up to 88,
    ///      where it takes v > 3 to be felt), rounded down after that. Never negative.
    ///      Zero at zero volatility and far from the money; min(F, K) as volatility grows.
    function outOfTheMoney(
        uint256 forward,
        uint256 strike,
        int256 log,
        uint256 volatility
    ) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            let sign := sar(255, log)
            let smaller := xor(strike, and(sign, xor(strike, forward)))
            let h := div(shl(96, sub(xor(log, sign), sign)), volatility)
            let half := shr(1, volatility)
            let near := sub(h, half)
            let far := add(h, half)
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
            // <tail near nearTail>
            let nearTail := sdiv(MILLS_A8, add(near, MILLS_B8))
            nearTail := sdiv(MILLS_A7, add(add(near, MILLS_B7), nearTail))
            nearTail := sdiv(MILLS_A6, add(add(near, MILLS_B6), nearTail))
            nearTail := sdiv(MILLS_A5, add(add(near, MILLS_B5), nearTail))
            nearTail := sdiv(MILLS_A4, add(add(near, MILLS_B4), nearTail))
            nearTail := sdiv(MILLS_A3, add(add(near, MILLS_B3), nearTail))
            nearTail := sdiv(MILLS_A2, add(add(near, MILLS_B2), nearTail))
            nearTail := sdiv(MILLS_A1, add(add(near, MILLS_B1), nearTail))
            // </tail>
            // <tail far farTail>
            let farTail := sdiv(MILLS_A8, add(far, MILLS_B8))
            farTail := sdiv(MILLS_A7, add(add(far, MILLS_B7), farTail))
            farTail := sdiv(MILLS_A6, add(add(far, MILLS_B6), farTail))
            farTail := sdiv(MILLS_A5, add(add(far, MILLS_B5), farTail))
            farTail := sdiv(MILLS_A4, add(add(far, MILLS_B4), farTail))
            farTail := sdiv(MILLS_A3, add(add(far, MILLS_B3), farTail))
            farTail := sdiv(MILLS_A2, add(add(far, MILLS_B2), farTail))
            farTail := sdiv(MILLS_A1, add(add(far, MILLS_B1), farTail))
            // </tail>
            let t := shr(128, mul(shr(64, mul(near, near)), HALF_LOG2E_Q96)) // near²/2·log2 e
            let f := signextend(11, t)
            // <power f c>
            let z := shr(96, mul(f, f))
            let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
            // </power>
            // e^(−near²/2) = 2^−k·(c − f)/(c + f). Tails times (c − f) in Q124: below 2^254 times smaller.
            let tails := sar(68, mul(sub(xor(nearTail, sign), farTail), sub(c, f)))
            value := sar(shr(96, add(t, BLACK_SHIFT_Q96)), sdiv(mul(smaller, tails), add(c, f)))
            value := add(mul(value, lt(near, FAR_Q96)), and(sign, smaller))
            value := mul(value, sgt(value, 0)) // rounding may take a vanishing value below zero
        }
    }

    /// @dev The call and the put of a strike from the value of the one that is out of the money.
    function bothOf(
        uint256 value,
        uint256 forward,
        uint256 strike
    ) internal pure returns (uint256 callPrice, uint256 putPrice) {
        unchecked {
            (callPrice, putPrice) = forward > strike
                ? (value + forward - strike, value)
                : (value, value + strike - forward);
        }
    }

    /// @dev σ√T in Q96 from an annual volatility [1e18] and seconds. Relative error 1e-19 where the result is 1e-5 or more.
    function totalVolatilityQ96(uint64 annual, uint32 secondsLeft) internal pure returns (uint256) {
        unchecked {
            return SqrtLib.root((((uint256(annual) * annual * secondsLeft) << 96) / YEAR_E36) << 96);
        }
    }

    /// @dev e^(−rT) in 18 decimals from an annual, continuous rate [1e18] and seconds. Error 2 wei + 2e-18 of itself.
    /// @custom:reverts ExpOverflow
    function discountWad(int64 rate, uint32 secondsLeft) internal pure returns (uint256) {
        unchecked {
            return ExpLib.expWad((int256(rate) * int256(uint256(secondsLeft))) / -int256(YEAR));
        }
    }

    /// @dev Discounted call of an annual volatility and a continuous annual rate [1e18]. Error at most 2 wei +
    ///      7.5e-18·min(F, K) + 3e-18·price (range as `outOfTheMoney`), rounded down after that. The discounted payoff at T = 0
    ///      or σ = 0; nothing for a forward of zero.
    /// @custom:reverts ZeroPrice for a strike of zero, ExpOverflow
    function call(
        uint128 forward_,
        uint128 strike_,
        uint32 secondsLeft,
        uint64 annual,
        int64 rate
    ) internal pure returns (uint256 value) {
        if (strike_ == 0) revert ZeroPrice();
        uint256 forward = forward_;
        uint256 strike = strike_;
        uint256 volatility = annual;
        int256 exponent = rate;
        uint256 time = secondsLeft;
        uint256 ratio;
        assembly ("memory-safe") {
            exponent := sdiv(mul(exponent, time), sub(0, YEAR))
            volatility := shl(96, div(shl(96, mul(mul(volatility, volatility), time)), YEAR_E36))
            ratio := div(shl(128, forward), strike)
        }
        volatility = SqrtLib.root(volatility);
        uint256 discount = ExpLib.expWad(exponent);
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
            let sign := sar(255, log)
            let smaller := xor(strike, and(sign, xor(strike, forward)))
            let h := div(shl(96, sub(xor(log, sign), sign)), volatility)
            let half := shr(1, volatility)
            let near := sub(h, half)
            let far := add(h, half)
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
            // <tail near nearTail>
            let nearTail := sdiv(MILLS_A8, add(near, MILLS_B8))
            nearTail := sdiv(MILLS_A7, add(add(near, MILLS_B7), nearTail))
            nearTail := sdiv(MILLS_A6, add(add(near, MILLS_B6), nearTail))
            nearTail := sdiv(MILLS_A5, add(add(near, MILLS_B5), nearTail))
            nearTail := sdiv(MILLS_A4, add(add(near, MILLS_B4), nearTail))
            nearTail := sdiv(MILLS_A3, add(add(near, MILLS_B3), nearTail))
            nearTail := sdiv(MILLS_A2, add(add(near, MILLS_B2), nearTail))
            nearTail := sdiv(MILLS_A1, add(add(near, MILLS_B1), nearTail))
            // </tail>
            // <tail far farTail>
            let farTail := sdiv(MILLS_A8, add(far, MILLS_B8))
            farTail := sdiv(MILLS_A7, add(add(far, MILLS_B7), farTail))
            farTail := sdiv(MILLS_A6, add(add(far, MILLS_B6), farTail))
            farTail := sdiv(MILLS_A5, add(add(far, MILLS_B5), farTail))
            farTail := sdiv(MILLS_A4, add(add(far, MILLS_B4), farTail))
            farTail := sdiv(MILLS_A3, add(add(far, MILLS_B3), farTail))
            farTail := sdiv(MILLS_A2, add(add(far, MILLS_B2), farTail))
            farTail := sdiv(MILLS_A1, add(add(far, MILLS_B1), farTail))
            // </tail>
            let t := shr(128, mul(shr(64, mul(near, near)), HALF_LOG2E_Q96)) // near²/2·log2 e
            let f := signextend(11, t)
            // <power f c>
            let z := shr(96, mul(f, f))
            let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
            // </power>
            // e^(−near²/2) = 2^−k·(c − f)/(c + f). Tails times (c − f) in Q124: below 2^254 times smaller.
            let tails := sar(68, mul(sub(xor(nearTail, sign), farTail), sub(c, f)))
            value := sar(shr(96, add(t, BLACK_SHIFT_Q96)), sdiv(mul(smaller, tails), add(c, f)))
            value := add(mul(value, lt(near, FAR_Q96)), and(sign, smaller))
            value := mul(value, sgt(value, 0)) // rounding may take a vanishing value below zero
            value := add(value, mul(gt(forward, strike), sub(forward, strike)))
            value := div(mul(value, discount), 1000000000000000000)
        }
    }

    /// @dev Discounted put, bounds as `call`: by symmetry the call with forward and strike exchanged.
    /// @custom:reverts ZeroPrice for a forward of zero, ExpOverflow
    function put(
        uint128 forward,
        uint128 strike,
        uint32 secondsLeft,
        uint64 annual,
        int64 rate
    ) internal pure returns (uint256) {
        return call(strike, forward, secondsLeft, annual, rate);
    }

    /// @dev Call and put for an annual volatility [1e18], √T [Q96, years] and a discount [1e18], each rounded down; bounds as `call`.
    /// @custom:reverts ZeroPrice for a strike of zero
    function callAndPut(
        uint128 forward_,
        uint128 strike_,
        uint64 annual,
        uint128 rootTime,
        uint64 discount_
    ) internal pure returns (uint256 callPrice, uint256 putPrice) {
        if (strike_ == 0) revert ZeroPrice();
        uint256 forward = forward_;
        uint256 strike = strike_;
        uint256 discount = discount_;
        uint256 volatility;
        uint256 ratio;
        unchecked {
            volatility = (uint256(annual) * rootTime) / 1e18;
        }
        assembly ("memory-safe") {
            ratio := div(shl(128, forward), strike)
        }
        uint256 zeros = leadingZeros(ratio);
        assembly ("memory-safe") {
            let value
            // <log ratio zeros log>
            let m := shr(159, shl(zeros, ratio))
            let s := sdiv(shl(96, sub(m, SQRT2_Q96)), add(m, SQRT2_Q96))
            let w := shr(96, mul(s, s))
            let g := sdiv(LN_A2, add(add(w, LN_B2), sdiv(LN_A3, add(w, LN_B3))))
            g := add(LN_P, sdiv(LN_A1, add(add(w, LN_B1), g)))
            let log := sar(96, add(mul(s, g), sub(LN_RATIO_OFFSET_Q192, mul(zeros, LN2_Q192))))
            // </log>
            let sign := sar(255, log)
            let smaller := xor(strike, and(sign, xor(strike, forward)))
            let h := div(shl(96, sub(xor(log, sign), sign)), volatility)
            let half := shr(1, volatility)
            let near := sub(h, half)
            let far := add(h, half)
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
            // <tail near nearTail>
            let nearTail := sdiv(MILLS_A8, add(near, MILLS_B8))
            nearTail := sdiv(MILLS_A7, add(add(near, MILLS_B7), nearTail))
            nearTail := sdiv(MILLS_A6, add(add(near, MILLS_B6), nearTail))
            nearTail := sdiv(MILLS_A5, add(add(near, MILLS_B5), nearTail))
            nearTail := sdiv(MILLS_A4, add(add(near, MILLS_B4), nearTail))
            nearTail := sdiv(MILLS_A3, add(add(near, MILLS_B3), nearTail))
            nearTail := sdiv(MILLS_A2, add(add(near, MILLS_B2), nearTail))
            nearTail := sdiv(MILLS_A1, add(add(near, MILLS_B1), nearTail))
            // </tail>
            // <tail far farTail>
            let farTail := sdiv(MILLS_A8, add(far, MILLS_B8))
            farTail := sdiv(MILLS_A7, add(add(far, MILLS_B7), farTail))
            farTail := sdiv(MILLS_A6, add(add(far, MILLS_B6), farTail))
            farTail := sdiv(MILLS_A5, add(add(far, MILLS_B5), farTail))
            farTail := sdiv(MILLS_A4, add(add(far, MILLS_B4), farTail))
            farTail := sdiv(MILLS_A3, add(add(far, MILLS_B3), farTail))
            farTail := sdiv(MILLS_A2, add(add(far, MILLS_B2), farTail))
            farTail := sdiv(MILLS_A1, add(add(far, MILLS_B1), farTail))
            // </tail>
            let t := shr(128, mul(shr(64, mul(near, near)), HALF_LOG2E_Q96)) // near²/2·log2 e
            let f := signextend(11, t)
            // <power f c>
            let z := shr(96, mul(f, f))
            let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
            // </power>
            // e^(−near²/2) = 2^−k·(c − f)/(c + f). Tails times (c − f) in Q124: below 2^254 times smaller.
            let tails := sar(68, mul(sub(xor(nearTail, sign), farTail), sub(c, f)))
            value := sar(shr(96, add(t, BLACK_SHIFT_Q96)), sdiv(mul(smaller, tails), add(c, f)))
            value := add(mul(value, lt(near, FAR_Q96)), and(sign, smaller))
            value := mul(value, sgt(value, 0)) // rounding may take a vanishing value below zero
            callPrice := add(value, mul(gt(forward, strike), sub(forward, strike)))
            callPrice := div(mul(callPrice, discount), 1000000000000000000)
            putPrice := add(value, mul(gt(strike, forward), sub(strike, forward)))
            putPrice := div(mul(putPrice, discount), 1000000000000000000)
        }
    }

    /// @dev Both prices and the call's sensitivities, discounted. Preconditions: `volatility` = σ√T and √T in Q96, below 2^104;
    ///      discount and rate [1e18]. With G = F·φ(d1): delta = D·Φ(d1) [1e18]; gamma = D·G/(F²·σ√T) [1e27 per unit]; vega = D·G·√T
    ///      [1e18 per 1.00 of volatility]; theta = r·call − D·G·σ/(2√T) [1e18 per year]. The put's: delta − D, same gamma and vega,
    ///      theta − r·D·(F − K). Errors: prices as `call`, delta 1e-17, vega and theta 2e-17 of F·√T and F·σ/√T.
    /// @custom:reverts ZeroPrice for a strike or a forward of zero
    function greeks(
        uint128 forward_,
        uint128 strike_,
        uint128 volatility_,
        uint128 rootTime_,
        uint64 discount_,
        int64 rate_
    )
        internal
        pure
        returns (uint256 callPrice, uint256 putPrice, uint256 delta, uint256 gamma, uint256 vega, int256 theta)
    {
        uint256 forward = forward_;
        uint256 strike = strike_;
        uint256 volatility = volatility_ | LEAST_VOLATILITY_Q96;
        uint256 rootTime = rootTime_;
        uint256 discount = discount_;
        int256 rate = rate_;
        (uint256 value, uint256 mass, uint256 exposure) = _exposure(forward, strike, volatility);
        assembly ("memory-safe") {
            // D·G in Q24: mass is min(F, K)·e^(−lo²/2)
            let density := div(mul(shr(96, mul(mass, INVERSE_SQRT_2PI_Q96)), discount), 1000000000000000000)
            gamma := div(shl(96, div(shl(72, density), forward)), volatility)
            gamma := shr(32, div(mul(gamma, E45_Q64), forward))
            theta := div(mul(density, volatility), shr(95, mul(rootTime, rootTime)))
            vega := shr(120, mul(density, rootTime))
            delta := shr(24, div(mul(exposure, discount), forward))
            callPrice := add(value, mul(gt(forward, strike), sub(forward, strike)))
            callPrice := div(mul(callPrice, discount), 1000000000000000000)
            putPrice := add(value, mul(gt(strike, forward), sub(strike, forward)))
            putPrice := div(mul(putPrice, discount), 1000000000000000000)
            theta := sub(sdiv(mul(rate, callPrice), 1000000000000000000), shr(24, theta))
        }
    }

    /// @dev The out-of-the-money value; min(F, K)·e^(−lo²/2) and F·Φ(d1) in Q24.
    function _exposure(
        uint256 forward,
        uint256 strike,
        uint256 volatility
    ) private pure returns (uint256 value, uint256 mass, uint256 exposure) {
        if (strike == 0 || forward == 0) revert ZeroPrice();
        uint256 ratio;
        assembly ("memory-safe") {
            ratio := div(shl(128, forward), strike)
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
            let sign := sar(255, log)
            let smaller := xor(strike, and(sign, xor(strike, forward)))
            let h := div(shl(96, sub(xor(log, sign), sign)), volatility)
            let half := shr(1, volatility)
            let near := sub(h, half)
            let far := add(h, half)
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
            // <tail near nearTail>
            let nearTail := sdiv(MILLS_A8, add(near, MILLS_B8))
            nearTail := sdiv(MILLS_A7, add(add(near, MILLS_B7), nearTail))
            nearTail := sdiv(MILLS_A6, add(add(near, MILLS_B6), nearTail))
            nearTail := sdiv(MILLS_A5, add(add(near, MILLS_B5), nearTail))
            nearTail := sdiv(MILLS_A4, add(add(near, MILLS_B4), nearTail))
            nearTail := sdiv(MILLS_A3, add(add(near, MILLS_B3), nearTail))
            nearTail := sdiv(MILLS_A2, add(add(near, MILLS_B2), nearTail))
            nearTail := sdiv(MILLS_A1, add(add(near, MILLS_B1), nearTail))
            // </tail>
            // <tail far farTail>
            let farTail := sdiv(MILLS_A8, add(far, MILLS_B8))
            farTail := sdiv(MILLS_A7, add(add(far, MILLS_B7), farTail))
            farTail := sdiv(MILLS_A6, add(add(far, MILLS_B6), farTail))
            farTail := sdiv(MILLS_A5, add(add(far, MILLS_B5), farTail))
            farTail := sdiv(MILLS_A4, add(add(far, MILLS_B4), farTail))
            farTail := sdiv(MILLS_A3, add(add(far, MILLS_B3), farTail))
            farTail := sdiv(MILLS_A2, add(add(far, MILLS_B2), farTail))
            farTail := sdiv(MILLS_A1, add(add(far, MILLS_B1), farTail))
            // </tail>
            let t := shr(128, mul(shr(64, mul(near, near)), HALF_LOG2E_Q96)) // near²/2·log2 e
            let f := signextend(11, t)
            // <power f c>
            let z := shr(96, mul(f, f))
            let c := add(sdiv(EXP_A1, add(sdiv(EXP_A2, add(z, EXP_B2)), add(z, EXP_B1))), EXP_P)
            // </power>
            mass := shr(shr(96, add(t, HALF_Q96)), div(shl(120, sub(c, f)), add(c, f)))
            mass := mul(shr(96, mul(smaller, mass)), lt(near, FAR_Q96))
            nearTail := xor(nearTail, sign)
            value := add(sar(120, mul(mass, sub(nearTail, farTail))), and(sign, smaller))
            value := mul(value, sgt(value, 0))
            // F·Φ(d1) is F·Φ(−lo) where the call is out of the money, else F − min(F, K)·φ(lo)·M(hi)
            let isCallOut := sar(255, log)
            let side := not(farTail)
            side := xor(side, and(isCallOut, xor(side, nearTail)))
            exposure := add(shl(24, and(or(not(isCallOut), sign), forward)), sar(96, mul(mass, side)))
        }
    }

    /// @dev Φ(d2) in 18 decimals: the undiscounted value of one unit paid where the forward ends above the strike.
    ///      Preconditions as `outOfTheMoney`. Error 1e-17 for σ√T ≥ 1e-9; at zero volatility 0, 1/2 or 1 by the sign of log.
    function digital(int256 log, uint256 volatility) internal pure returns (uint256) {
        int256 distance;
        assembly ("memory-safe") {
            let least := or(volatility, LEAST_VOLATILITY_Q96)
            distance := sub(sdiv(shl(96, log), least), shr(1, volatility))
        }
        return NormalLib.cdfQ96(distance);
    }
}
