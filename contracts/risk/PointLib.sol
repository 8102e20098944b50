// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {ExpLib} from "../math/ExpLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SqrtLib} from "../math/SqrtLib.sol";
import {MarginParameters} from "../types/Margin.sol";
import {ExpiryMark} from "../types/Marks.sol";

// Where could the market of one expiry go?

/// @dev One state of an expiry's market at which its options are valued.
/// @param forward [1e18] Around which the payoff is expected to be settled; never zero.
/// @param logShift [Q96] ln(forward / present forward).
/// @param volatility [Q96] Multiplies total volatility.
/// @param skew Rotation of the smile: +1, -1 or none.
struct Point {
    uint256 forward;
    int256 logShift;
    uint256 volatility;
    int256 skew;
}

/// @dev What all points of one expiry share.
/// @param forward [1e18] Of the market, before averaging. @param present [1e18] Forward now, averaging included.
/// @param remaining [1e18] Share of the settlement average still open to the market.
/// @param fixedPart [1e18] What the elapsed share of the average contributes to the forward.
/// @param theta [1e18] At-the-money total variance with averaging, at the unmoved market.
/// @param up [Q96] @param down [Q96] Multipliers of total volatility.
struct Horizon {
    uint256 forward;
    uint256 present;
    uint256 remaining;
    uint256 fixedPart;
    uint256 theta;
    uint256 up;
    uint256 down;
}

library PointLib {
    uint256 private constant WAD = 1e18;
    uint256 private constant MILLION = 1e6;
    uint256 private constant Q96 = 1 << 96;
    uint256 private constant DAY = 1 days;
    uint256 private constant YEAR = 365 days;
    uint256 private constant SHORT_TERM = 30 days;
    /// @dev [1e18] Least total variance: that of a second at 1 % a year is 3e-12.
    uint256 private constant LEAST_THETA = 1e6;

    /// @dev docs/METHODOLOGY.md, margin, (3) to (6).
    function horizonOf(
        ExpiryMark memory mark,
        uint256 spot,
        MarginParameters memory p
    ) internal pure returns (Horizon memory h) {
        h.forward = positive((spot * mark.forwardRatio) / WAD);
        bool isInWindow = mark.secondsLeft < mark.windowSeconds;
        h.remaining = WAD;
        if (isInWindow && mark.averageSoFar.raw() > 0) {
            h.remaining = WAD - mark.elapsedShare;
            h.fixedPart = (mark.averageSoFar.raw() * mark.elapsedShare) / WAD;
        }
        h.present = forwardAt(h, h.forward);

        uint256 theta = mark.theta < LEAST_THETA ? LEAST_THETA : mark.theta;
        h.theta = isInWindow ? theta / 3 : averagedTheta(theta, mark.secondsLeft, mark.windowSeconds);
        (h.up, h.down) = volatilityMultipliers(mark.secondsLeft, theta, p);
    }

    /// @dev σ²(τ - ⅔W): before the window the average already takes two thirds of it away. `secondsLeft` ≥ `window` > 0.
    function averagedTheta(uint256 theta, uint256 secondsLeft, uint256 window) private pure returns (uint256) {
        return (theta * (3 * secondsLeft - 2 * window)) / (3 * secondsLeft);
    }

    /// @dev The forward once the market's own forward is `market`: the elapsed part of the average does not move.
    function forwardAt(Horizon memory h, uint256 market) internal pure returns (uint256) {
        return positive(h.fixedPart + (h.remaining * market) / WAD);
    }

    /// @dev The unmoved market.
    function presentPoint(Horizon memory h) internal pure returns (Point memory) {
        return Point({forward: h.present, logShift: 0, volatility: averaged(h, h.forward, h.present, Q96), skew: 0});
    }

    /// @dev `word` as NumbersLib writes it.
    function scenarioPoint(Horizon memory h, uint256 word) internal pure returns (Point memory point) {
        int8 move = NumbersLib.volatilityMoveOf(word);
        point.skew = NumbersLib.skewOf(word);
        moveTo(
            h,
            point,
            (h.forward * uint256(int256(MILLION) + NumbersLib.spotMoveOf(word))) / MILLION,
            NumbersLib.logMoveOf(word),
            move == 0 ? Q96 : (move > 0 ? h.up : h.down)
        );
    }

    /// @dev The market's forward times 1 + shift, `shift` [1e18] in (-1, 1).
    function basisPoint(Horizon memory h, int256 shift) internal pure returns (Point memory point) {
        uint256 ratio = uint256(int256(WAD) + shift);
        moveTo(h, point, (h.forward * ratio) / WAD, LnLib.lnRatioQ96(ratio, WAD), Q96);
    }

    /// @dev [1e18] Basis shock of an expiry: shock · (0.5 + 2τ), τ in years of 365 days.
    function basisShift(uint256 secondsLeft, MarginParameters memory p) internal pure returns (int256) {
        return int256((uint256(p.basisShock) * (WAD / MILLION) * (YEAR + 4 * secondsLeft)) / (2 * YEAR));
    }

    function moveTo(
        Horizon memory h,
        Point memory point,
        uint256 market,
        int256 logMove,
        uint256 volatility
    ) private pure {
        point.forward = forwardAt(h, market);
        point.logShift = h.remaining == WAD ? logMove : LnLib.lnRatioQ96(point.forward, h.present);
        point.volatility = averaged(h, market, point.forward, volatility);
    }

    /// @dev Only the open part of the average is uncertain: total volatility shrinks to its share of the forward.
    function averaged(
        Horizon memory h,
        uint256 market,
        uint256 forward,
        uint256 volatility
    ) private pure returns (uint256) {
        if (h.remaining == WAD) return volatility;
        uint256 share = (((h.remaining * market) / WAD) << 96) / forward;
        return (volatility * share) >> 96;
    }

    /// @dev [Q96] Up 1 + up·(30 d / max(τ, 1 d))^p, at least to the floor; down 1 - down·(…)^p, at least zero.
    function volatilityMultipliers(
        uint256 secondsLeft,
        uint256 theta,
        MarginParameters memory p
    ) internal pure returns (uint256 up, uint256 down) {
        uint256 term = secondsLeft > DAY ? secondsLeft : DAY;
        uint256 power = secondsLeft > SHORT_TERM ? p.longPower : p.shortPower;
        int256 log = LnLib.lnRatioQ96(SHORT_TERM, term);
        uint256 scale = ExpLib.expQ96((log * int256(power)) / int256(MILLION));

        up = Q96 + (uint256(p.volatilityUp) * scale) / MILLION;
        // floor · √(τ / year) / √θ
        uint256 annual = SqrtLib.root(((secondsLeft * WAD) << 128) / (YEAR * theta)) << 32;
        uint256 least = (uint256(p.volatilityFloor) * annual) / MILLION;
        if (up < least) up = least;
        uint256 fall = (uint256(p.volatilityDown) * scale) / MILLION;
        down = fall < Q96 ? Q96 - fall : 0;
    }

    /// @dev A price of nothing would have no logarithm.
    function positive(uint256 value) private pure returns (uint256) {
        return value == 0 ? 1 : value;
    }
}
