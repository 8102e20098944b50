// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NoVolatility, ZeroPrice} from "../types/Errors.sol";
import {leadingZeros} from "./LeadingZeros.sol";
import {LnLib} from "./LnLib.sol";
import {SqrtLib} from "./SqrtLib.sol";
import {
    INVERSE_SQRT_2PI_Q96,
    LN2_8_Q96,
    QUARTER_PI_Q96,
    TWO_PI_Q96,
    NEAR_P,
    NEAR_SLOPE,
    NEAR_A1,
    NEAR_B1,
    NEAR_A2,
    NEAR_B2,
    FAR_P,
    FAR_A1,
    FAR_B1,
    FAR_A2,
    FAR_B2,
    FAR_A3,
    FAR_B3,
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

// Which total volatility does a price imply?

/// @dev In x = |ln(F/K)| and β = value/min(F, K) (docs/METHODOLOGY.md K8, K9). The first guess inverts Bachelier's formula, where the
///      moneyness h = x/v depends on x·e^(x/2)/β alone, by a fraction, and corrects it for v²/8; for β > 0.55 it comes from
///      ln(1 − β). Then Householder's step of third order on ln f (where lo ≥ 0) or ln(1 − f): one step leaves 1e-15 for every
///      quote of a usual market, two for the rest.
library ImpliedLib {
    uint256 private constant ONE_Q96 = 1 << 96;
    uint256 private constant ONE_Q128 = 1 << 128;
    /// @dev A step below 2^-12 of the volatility leaves 4e-15 of it at worst, 3e-16 as measured: the order is four.
    int256 private constant CLOSE_Q96 = 1 << 84;
    uint256 private constant STEPS_MAX = 8;

    /// @dev σ√T in Q96 from the undiscounted value of the out-of-the-money option (a call's value less F − K where F > K).
    ///      Preconditions: forward, strike below 2^128. Zero for a value of zero. Relative error 1e-15 where the value is known
    ///      well enough, which is to 1/vega of its last unit; the value comes back within that and the error of BlackLib.
    /// @custom:reverts ZeroPrice, NoVolatility for a value not below min(forward, strike)
    function impliedTotalVolatility(
        uint256 forward,
        uint256 strike,
        uint256 value
    ) internal pure returns (uint256 volatility) {
        if (forward == 0 || strike == 0) revert ZeroPrice();
        uint256 smaller = forward < strike ? forward : strike;
        if (value >= smaller) revert NoVolatility(value, smaller);
        if (value != 0) {
            uint256 x;
            uint256 share;
            int256 log = forward == strike ? int256(0) : LnLib.lnRatioQ96(forward, strike);
            assembly ("memory-safe") {
                let sign := sar(255, log)
                x := sub(xor(log, sign), sign)
                share := div(shl(128, value), smaller)
                share := or(share, iszero(share))
            }
            volatility = _guess(x, share);
            unchecked {
                for (uint256 i = 0; i < STEPS_MAX; ++i) {
                    int256 step = _step(x, share, volatility);
                    volatility += uint256((int256(volatility) * step) >> 96);
                    if (step < CLOSE_Q96 && step > -CLOSE_Q96) break;
                }
            }
        }
    }

    /// @dev Within 6e-4 of the volatility for usual quotes, 12 % everywhere. `share` is β in Q128.
    function _guess(uint256 x, uint256 share) private pure returns (uint256 guess) {
        unchecked {
            if (share > (ONE_Q128 * 11) / 20) {
                // v² ≈ 2π·t²/(1 + π/4·t) + 2x with t = −ln(1 − β): right for small and for large t where x = 0
                uint256 t = uint256(-LnLib.lnQ128(ONE_Q128 - share));
                uint256 seed = (((t * t) >> 96) * TWO_PI_Q96) / (ONE_Q96 + ((t * QUARTER_PI_Q96) >> 96));
                return SqrtLib.root((seed + 2 * x) << 96);
            }
            // e^(x/2) to 1e-3 up to x = 2, which no β ≤ 0.55 in its branch passes
            uint256 up = ONE_Q96 + ((x * x) >> 96) / 48;
            uint256 growth = ((up + (x >> 2)) << 96) / (up - (x >> 2));
            uint256 y;
            if (x < 2 * ONE_Q96) y = (((x << 128) / share) * growth) >> 96;
            if (x < 2 * ONE_Q96 && y <= 12 * ONE_Q96) {
                assembly ("memory-safe") {
                    let s := sdiv(NEAR_A1, add(add(y, NEAR_B1), sdiv(NEAR_A2, add(y, NEAR_B2))))
                    s := add(s, add(NEAR_P, shr(96, mul(NEAR_SLOPE, y))))
                    guess := shr(32, div(mul(share, s), growth))
                }
            } else {
                int256 l = LnLib.lnQ128((x << 152) / share) + int256(LN2_8_Q96) + int256(x >> 1);
                assembly ("memory-safe") {
                    let h := sdiv(FAR_A2, add(add(l, FAR_B2), sdiv(FAR_A3, add(l, FAR_B3))))
                    h := add(FAR_P, sdiv(FAR_A1, add(add(l, FAR_B1), h)))
                    guess := div(shl(96, x), h)
                }
            }
            // 1 + v⁴/(8(3v² + x²)) for the v²/8 that Bachelier lacks
            uint256 square = (guess * guess) >> 96;
            uint256 scale = 8 * (3 * square + ((x * x) >> 96));
            if (scale != 0) guess += (guess * ((square * square) / scale)) >> 96;
        }
    }

    /// @dev Householder's next step as a share of the volatility, in Q96.
    function _step(uint256 x, uint256 share, uint256 volatility) private pure returns (int256 step) {
        uint256 sign;
        uint256 ratio;
        uint256 slope; // |v·O′|, O the logarithm that is brought to zero
        int256 bend; // v²·f″/f′ = lo·hi
        uint256 nearSquare;
        uint256 squares; // 3h² + v²/4
        assembly ("memory-safe") {
            let h := div(shl(96, x), volatility)
            let half := shr(1, volatility)
            let near := sub(h, half)
            let far := add(h, half)
            bend := sar(96, mul(near, far))
            squares := shr(96, add(mul(3, mul(h, h)), mul(half, half)))
            sign := sar(255, near)
            near := sub(xor(near, sign), sign)
            nearSquare := shr(97, mul(near, near))
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
            let tails := sub(xor(nearTail, sign), farTail)
            tails := sub(xor(tails, sign), sign)
            tails := or(mul(tails, sgt(tails, 0)), slt(tails, 1))
            slope := div(mul(INVERSE_SQRT_2PI_Q96, volatility), tails)
            let aim := add(xor(share, sign), and(sign, add(ONE_Q128, 1)))
            ratio := div(shl(160, tails), aim)
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
            let miss := sub(log, nearSquare)
            // O′ is positive for ln f, negative for ln(1 − f)
            let newton := sdiv(shl(96, sub(xor(miss, not(sign)), not(sign))), slope)
            slope := sub(xor(slope, sign), sign)
            let second := sub(bend, slope)
            let third := sub(mul(bend, bend), mul(3, mul(slope, bend)))
            third := sub(sar(96, add(third, mul(2, mul(slope, slope)))), squares)
            let top := add(ONE_Q96, sar(97, mul(second, newton)))
            let bottom := add(second, sdiv(sar(96, mul(third, newton)), 6))
            bottom := add(ONE_Q96, sar(96, mul(newton, bottom)))
            step := sdiv(mul(newton, top), bottom)
        }
        // Never further than to half or to four times, wherever it starts.
        int256 most = int256(3 * ONE_Q96);
        if (step > most) step = most;
        if (step < -int256(ONE_Q96 / 2)) step = -int256(ONE_Q96 / 2);
    }
}
