// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NotABarrier, VarianceTooLarge, ZeroPrice} from "../types/Errors.sol";
import {DIGITAL_PAYOFF, OptionKind} from "../types/OptionKind.sol";
import {BlackLib} from "./BlackLib.sol";
import {ExpLib} from "./ExpLib.sol";
import {INVERSE_SQRT_2PI_Q96} from "./KernelConstants.sol";
import {LnLib} from "./LnLib.sol";
import {NormalLib} from "./NormalLib.sol";
import {SqrtLib} from "./SqrtLib.sol";

// What is an option worth whose payoff depends on the path or jumps?

/// @dev Undiscounted values in the units of forward and strike, at one volatility a strike; of the smile's slope only digitals know.
///      Not tuned for gas: a barrier takes 2,000 to 13,000, an average 1,500.
library ExoticLib {
    int256 private constant ONE_Q96 = 1 << 96;
    /// @dev Below it (1e-6) the path counts as the line from spot to forward: off by less than 4e-7·F.
    uint256 private constant LEAST_VOLATILITY_Q96 = 1 << 76;
    /// @dev −ζ(1/2)/√(2π), Broadie, Glasserman and Kou (1997), in 18 decimals.
    uint256 private constant MONITORING_SHIFT = 0.582597157939010600e18;
    /// @dev Up to it (1/64) the logarithm of the second moment is a series, off by 2e-12 of itself.
    uint256 private constant SHORT_WINDOW_Q96 = 1 << 90;

    uint256 private constant LARGEST_WINDOW_Q96 = 16 << 96;
    uint256 private constant LEAST_DIGITAL_VOLATILITY_Q96 = 1 << 32; // as BlackLib
    /// @dev Beyond it the density is below 1e-36.
    int256 private constant FAR_Q96 = 13 << 96;

    struct Barrier {
        uint256 spot;
        uint256 forward;
        uint256 strike;
        uint256 barrier;
        uint256 volatility; // σ√T in Q96
    }

    /// @dev What the terms of Reiner and Rubinstein share, in Q96.
    struct Terms {
        int256 volatility;
        int256 drift; // (1 + μ)·v = ln(F/S)/v + v/2
        int256 toBarrier; // ln(H/S)
        int256 toStrike; // ln(S/K)
        int256 forwardPower; // 2(μ + 1)·ln(H/S)
        int256 strikePower; // 2μ·ln(H/S)
        bool isUp;
        bool isCall;
    }

    /// @dev [1e18 units of account] What one contract of any kind pays. A digital call pays at its strike and the put does
    ///      not, so that the two always pay one together. `isTouched` is asked of barrier kinds alone. Exact.
    function payoff(OptionKind kind, uint256 strike, uint256 price, bool isTouched) internal pure returns (uint256) {
        if (kind.isDigital()) return (price >= strike) == kind.isCall() ? DIGITAL_PAYOFF : 0;
        if (kind.isBarrier() && kind.isKnockIn() != isTouched) return 0;
        if (kind.isCall()) return price > strike ? price - strike : 0;
        return strike > price ? strike - price : 0;
    }

    /// @dev [1e18] One unit paid where the forward ends above the strike: Φ(d2) − φ(d2)·dv/dk, what the call loses as its strike
    ///      rises along the smile (docs/METHODOLOGY.md K13). Error 1.2e-17 for volatility ≥ 1e-9; from 0 to 1.
    /// @param log [Q96] ln(forward / strike). @param volatility [Q96] Of the strike. @param slope [Q96] dv/dk there, at most 16.
    function digitalValue(int256 log, uint256 volatility, int256 slope) internal pure returns (uint256) {
        unchecked {
            int256 distance = (log << 96) / int256(volatility | LEAST_DIGITAL_VOLATILITY_Q96) - int256(volatility >> 1);
            int256 value = int256(NormalLib.cdfQ96(distance));
            if (distance > -FAR_Q96 && distance < FAR_Q96) {
                int256 density = int256((ExpLib.expQ96(-((distance * distance) >> 97)) * INVERSE_SQRT_2PI_Q96) >> 96);
                value -= (((density * slope) >> 96) * int256(DIGITAL_PAYOFF)) >> 96;
            }
            if (value < 0) return 0;
            return value > int256(DIGITAL_PAYOFF) ? DIGITAL_PAYOFF : uint256(value);
        }
    }

    /// @dev The barrier that, watched always, is touched as often as `barrier` watched every `interval` seconds:
    ///      H·e^(±0.5826·v·√(interval/secondsLeft)), away from spot (RULES E3). Unchanged when nothing is left.
    function monitoredAt(
        uint256 barrier,
        bool isUp,
        uint256 volatility,
        uint256 interval,
        uint256 secondsLeft
    ) internal pure returns (uint256) {
        if (secondsLeft == 0) return barrier;
        return monitoredBy(barrier, isUp, volatility, rootOfShare(interval, secondsLeft));
    }

    /// @dev [Q96] √(interval/secondsLeft), the same for one expiry at every volatility.
    function rootOfShare(uint256 interval, uint256 secondsLeft) internal pure returns (uint256) {
        return SqrtLib.root((interval << 192) / secondsLeft);
    }

    /// @dev As `monitoredAt`. @param root Of `rootOfShare`.
    function monitoredBy(uint256 barrier, bool isUp, uint256 volatility, uint256 root) internal pure returns (uint256) {
        int256 shift = int256((((volatility * root) >> 96) * MONITORING_SHIFT) / 1e18);
        return (barrier * ExpLib.expQ96(isUp ? shift : -shift)) >> 96;
    }

    /// @dev Reiner and Rubinstein (1991), rebate zero, carry from spot and forward (docs/METHODOLOGY.md K10). Preconditions: prices
    ///      in [1, 2^112), σ√T below 2^100, |ln| of any two prices at most 2^6. Error 1e-15·(F + K); in + out = vanilla exactly; between
    ///      zero and the vanilla. Spot at or past the barrier counts as touched.
    /// @custom:reverts ZeroPrice, NotABarrier for other kinds
    function barrierValue(OptionKind kind, Barrier memory o) internal pure returns (uint256) {
        if (o.spot == 0 || o.forward == 0 || o.strike == 0 || o.barrier == 0) revert ZeroPrice();
        if (!kind.isBarrier()) revert NotABarrier(uint8(kind));
        uint256 vanilla = _vanilla(o, kind.isCall());
        uint256 knockedIn = _knockedIn(o, kind.isUp(), kind.isCall(), vanilla);
        return kind.isKnockIn() ? knockedIn : vanilla - knockedIn;
    }

    function _vanilla(Barrier memory o, bool isCall) private pure returns (uint256) {
        uint256 value = BlackLib.outOfTheMoney(
            o.forward,
            o.strike,
            LnLib.lnRatioQ96(o.forward, o.strike),
            o.volatility
        );
        (uint256 callPrice, uint256 putPrice) = BlackLib.bothOf(value, o.forward, o.strike);
        return isCall ? callPrice : putPrice;
    }

    function _knockedIn(Barrier memory o, bool isUp, bool isCall, uint256 vanilla) private pure returns (uint256) {
        if (isUp ? o.spot >= o.barrier : o.spot <= o.barrier) return vanilla;
        if (o.volatility < LEAST_VOLATILITY_Q96) {
            return (isUp ? o.forward >= o.barrier : o.forward <= o.barrier) ? vanilla : 0;
        }
        bool isStrikeAbove = o.strike > o.barrier;
        if (isCall == isUp && isStrikeAbove == isUp) return vanilla; // paid only where it was touched
        Terms memory t = _terms(o, isUp, isCall);
        // Each pair only where it is used: elsewhere its power may not fit.
        int256 toImage = t.toBarrier * 2 + t.toStrike;
        int256 value;
        if (isCall != isUp && isStrikeAbove != isUp) {
            value = _pair(o, t, toImage, true);
        } else {
            int256 beyond = _pair(o, t, -t.toBarrier, false);
            value = isCall == isUp ? beyond - _pair(o, t, toImage, true) : int256(vanilla) - beyond;
            value += _pair(o, t, t.toBarrier, true);
        }
        if (value <= 0) return 0;
        return uint256(value) < vanilla ? uint256(value) : vanilla;
    }

    function _terms(Barrier memory o, bool isUp, bool isCall) private pure returns (Terms memory t) {
        t.volatility = int256(o.volatility);
        t.toBarrier = LnLib.lnRatioQ96(o.barrier, o.spot);
        t.toStrike = LnLib.lnRatioQ96(o.spot, o.strike);
        int256 carry = LnLib.lnRatioQ96(o.forward, o.spot);
        t.drift = (carry * ONE_Q96) / t.volatility + t.volatility / 2;
        int256 twice = (((2 * carry * ONE_Q96) / t.volatility) * ONE_Q96) / t.volatility;
        t.forwardPower = (t.toBarrier * (twice + ONE_Q96)) >> 96;
        t.strikePower = (t.toBarrier * (twice - ONE_Q96)) >> 96;
        t.isUp = isUp;
        t.isCall = isCall;
    }

    /// @dev One of B, C, D: ±(F·p₁·Φ(±y) − K·p₀·Φ(±(y − v))), y = log/v + drift, the powers p only where `isReflected`.
    function _pair(Barrier memory o, Terms memory t, int256 log, bool isReflected) private pure returns (int256) {
        int256 y = (log * ONE_Q96) / t.volatility + t.drift;
        int256 lower = y - t.volatility;
        bool isFlipped = isReflected ? t.isUp : !t.isCall;
        if (isFlipped) (y, lower) = (-y, -lower);
        uint256 first = (o.forward * _weighted(isReflected ? t.forwardPower : int256(0), y)) >> 96;
        uint256 second = (o.strike * _weighted(isReflected ? t.strikePower : int256(0), lower)) >> 96;
        return t.isCall ? int256(first) - int256(second) : int256(second) - int256(first);
    }

    /// @dev e^power·Φ(y) in Q96, the two exponents added before either can overflow.
    function _weighted(int256 power, int256 y) private pure returns (uint256) {
        int256 exponent = power - ((y * y) >> 97);
        uint256 distance = uint256(y < 0 ? -y : y);
        uint256 tail = (ExpLib.expQ96(exponent) * NormalLib.scaledTailQ96(distance)) >> 96;
        return y <= 0 ? tail : ExpLib.expQ96(power) - tail;
    }

    /// @dev σ√T in Q96 of an arithmetic average, its first two moments matched by a lognormal (Levy 1992, Turnbull and Wakeman 1991):
    ///      v² = w₀ + ln(2(e^u − 1 − u)/u²), w₀ the variance before the window, u the variance inside it, both Q96.
    ///      Continuous averaging, forward flat inside the window. Relative error 1e-11 of the formula.
    /// @custom:reverts VarianceTooLarge where u exceeds 16
    function averageVolatilityQ96(uint256 before, uint256 inside) internal pure returns (uint256) {
        require(inside <= LARGEST_WINDOW_Q96, VarianceTooLarge(inside, LARGEST_WINDOW_Q96));
        uint256 added;
        if (inside <= SHORT_WINDOW_Q96) {
            // u/3 + u²/36 + u³/810 − u⁴/12960
            uint256 square = (inside * inside) >> 96;
            added = inside / 3 + square / 36 + ((square * inside) >> 96) / 810 - ((square * square) >> 96) / 12960;
        } else {
            uint256 excess = ExpLib.expQ96(int256(inside)) - (1 << 96) - inside;
            added = uint256(LnLib.lnQ128((excess << 129) / ((inside * inside) >> 96)));
        }
        return SqrtLib.root((before + added) << 96);
    }

    /// @dev Option on the average of which a share is known: payoff (1 − a)·(A′ − K′)⁺, K′ = (K − a·Ā)/(1 − a), A′ the rest's average
    ///      with forward `forward` and total volatility `volatility` [Q96]. `elapsedShare` [1e18] at most 1e18; prices below 2^112.
    ///      Error of BlackLib and 2 wei.
    function averageValue(
        bool isCall,
        uint256 forward,
        uint256 strike,
        uint256 elapsedShare,
        uint256 averageSoFar,
        uint256 volatility
    ) internal pure returns (uint256) {
        uint256 known = (elapsedShare * averageSoFar) / 1e18;
        uint256 rest = 1e18 - elapsedShare;
        if (rest == 0 || known >= strike) {
            uint256 mean = known + (rest * forward) / 1e18;
            return isCall ? (mean > strike ? mean - strike : 0) : (strike > mean ? strike - mean : 0);
        }
        Barrier memory o;
        o.forward = forward;
        o.strike = ((strike - known) * 1e18) / rest;
        o.volatility = volatility;
        return (_vanilla(o, isCall) * rest) / 1e18;
    }
}
