// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {ExpLib} from "../math/ExpLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SqrtLib} from "../math/SqrtLib.sol";
import {BASIS_DOWN, BASIS_UP, MarginParameters, NO_CHARGES} from "../types/Margin.sol";
import {ExpiryMark} from "../types/Marks.sol";
import {BookLib} from "./BookLib.sol";

// Where could the market of one expiry go?

/// @dev The states of an expiry's market at which its options are valued, four words each: the forward around which the
///      payoff is expected to be settled [1e18, never zero], ln(forward / present forward) [Q96], the multiplier of total
///      volatility [Q96], and the value there [1e36]. The first is the unmoved market.
/// @param rotations Places of rotated smiles, negative where the turn is; their multiplier depends on the strike.
/// @param rootTheta [Q96] √θ with averaging.
struct Points {
    uint256[] words;
    uint256[] rotations;
    uint256 rootTheta;
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
    uint256 internal constant PRESENT = 0;
    uint256 internal constant FIRST_SCENARIO = 1;

    uint256 private constant WAD = 1e18;
    uint256 private constant MILLION = 1e6;
    uint256 private constant Q96 = 1 << 96;
    uint256 private constant DAY = 1 days;
    uint256 private constant YEAR = 365 days;
    uint256 private constant SHORT_TERM = 30 days;
    /// @dev [1e18] Least total variance: that of a second at 1 % a year is 3e-12.
    uint256 private constant LEAST_THETA = 1e6;

    /// @dev docs/METHODOLOGY.md (M1) to (M6).
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

        uint256 theta = wholeTheta(mark);
        h.theta = isInWindow ? theta / 3 : averagedTheta(theta, mark.secondsLeft, mark.windowSeconds);
        (h.up, h.down) = volatilityMultipliers(mark.secondsLeft, theta, p);
    }

    /// @dev [1e18] Before any averaging.
    function wholeTheta(ExpiryMark memory mark) internal pure returns (uint256) {
        return mark.theta < LEAST_THETA ? LEAST_THETA : mark.theta;
    }

    /// @dev σ²(τ - ⅔W): before the window the average already takes two thirds of it away. `secondsLeft` ≥ `window` > 0.
    function averagedTheta(uint256 theta, uint256 secondsLeft, uint256 window) private pure returns (uint256) {
        return (theta * (3 * secondsLeft - 2 * window)) / (3 * secondsLeft);
    }

    /// @dev The forward once the market's own forward is `market`: the elapsed part of the average does not move.
    function forwardAt(Horizon memory h, uint256 market) internal pure returns (uint256) {
        return positive(h.fixedPart + (h.remaining * market) / WAD);
    }

    /// @dev The unmoved market, `grid` (words of NumbersLib), then the basis shocks of `charges`, around which the average settles.
    function pointsOf(
        Horizon memory h,
        uint256 secondsLeft,
        uint256[] memory grid,
        MarginParameters memory p,
        uint8 charges
    ) internal pure returns (Points memory points) {
        points = marketPointsOf(h, secondsLeft, grid, p, charges);
        if (h.remaining != WAD) average(h, points.words);
    }

    /// @dev The same points of the market itself.
    function marketPointsOf(
        Horizon memory h,
        uint256 secondsLeft,
        uint256[] memory grid,
        MarginParameters memory p,
        uint8 charges
    ) internal pure returns (Points memory points) {
        uint256[] memory words = new uint256[](4 * countOf(grid, charges));
        points.words = words;
        points.rotations = rotationsOf(grid);

        uint256 forward = h.forward;
        set(words, PRESENT, forward, 0, Q96);
        if (charges != NO_CHARGES) setBasis(words, forward, basisShift(secondsLeft, p), grid, charges);
        setScenarios(words, grid, forward, h.up, h.down);
    }

    /// @dev Written out, since it runs once a scenario and expiry; the fields of a word are those of NumbersLib.
    function setScenarios(
        uint256[] memory words,
        uint256[] memory grid,
        uint256 forward,
        uint256 up,
        uint256 down
    ) private pure {
        assembly ("memory-safe") {
            let point := add(words, 160) // FIRST_SCENARIO
            let next := add(grid, 32)
            for {
                let end := add(next, shl(5, mload(grid)))
            } lt(next, end) {
                next := add(next, 32)
                point := add(point, 128)
            } {
                let word := mload(next)
                word := mul(word, iszero(and(word, 0xff000000000000000000))) // a rotation moves nothing
                // As `moved`: forwards are below 2^162.
                let there := div(mul(forward, add(1000000, signextend(3, shr(32, word)))), 1000000)
                mstore(point, or(there, iszero(there))) // a price of nothing would have no logarithm
                mstore(add(point, 32), sar(80, word))
                let way := signextend(0, shr(64, word))
                let volatility := shl(96, 1)
                if way {
                    volatility := xor(down, mul(xor(down, up), sgt(way, 0)))
                }
                mstore(add(point, 64), volatility)
            }
        }
    }

    function countOf(uint256[] memory grid, uint8 charges) internal pure returns (uint256) {
        return FIRST_SCENARIO + grid.length + (charges & 1) + (charges >> 1);
    }

    function setBasis(
        uint256[] memory words,
        uint256 forward,
        uint256 shift,
        uint256[] memory grid,
        uint8 charges
    ) private pure {
        uint256 place = FIRST_SCENARIO + grid.length;
        for (uint8 way = BASIS_DOWN; way <= BASIS_UP; ++way) {
            if (charges & way == 0) continue;
            uint256 share = way == BASIS_DOWN ? WAD - shift : WAD + shift;
            set(words, place++, (forward * share) / WAD, LnLib.lnRatioQ96(share, WAD), Q96);
        }
    }

    /// @dev `forward` in the scenario `word`.
    function moved(uint256 forward, uint256 word) internal pure returns (uint256) {
        unchecked {
            return (forward * uint256(int256(MILLION) + NumbersLib.spotMoveOf(word))) / MILLION;
        }
    }

    /// @dev Inside the window each point's market becomes an average whose elapsed part does not move: its forward moves less,
    ///      and only the open part is uncertain, so total volatility shrinks to its share of the forward.
    function average(Horizon memory h, uint256[] memory words) private pure {
        for (uint256 i = 0; i < words.length; i += 4) {
            uint256 market = words[i];
            uint256 forward = forwardAt(h, market);
            uint256 share = (((h.remaining * market) / WAD) << 96) / forward;
            set(words, i / 4, forward, LnLib.lnRatioQ96(forward, h.present), (words[i + 2] * share) >> 96);
        }
    }

    function set(
        uint256[] memory words,
        uint256 place,
        uint256 forward,
        int256 logShift,
        uint256 volatility
    ) private pure {
        assembly ("memory-safe") {
            let point := add(add(words, 32), shl(7, place))
            mstore(point, or(forward, iszero(forward))) // a price of nothing would have no logarithm
            mstore(add(point, 32), logShift)
            mstore(add(point, 64), volatility)
        }
    }

    /// @dev [1e36] What ValueLib has found at the point number `place`.
    function valueAt(Points memory points, uint256 place) internal pure returns (int256 value) {
        uint256[] memory words = points.words;
        assembly ("memory-safe") {
            value := mload(add(words, add(128, shl(7, place))))
        }
    }

    function pointAt(
        Points memory points,
        uint256 place
    ) internal pure returns (uint256 forward, int256 logShift, uint256 volatility) {
        uint256[] memory words = points.words;
        return (words[4 * place], int256(words[4 * place + 1]), words[4 * place + 2]);
    }

    function addValue(Points memory points, uint256 place, int256 value) internal pure {
        uint256[] memory words = points.words;
        words[4 * place + 3] = uint256(int256(words[4 * place + 3]) + value);
    }

    /// @dev Settled: the settlement price. Expired and not yet settled: the average, or the candidate where none was covered.
    function expiredPrice(ExpiryMark memory mark, uint256 spot) internal pure returns (uint256) {
        if (mark.settlementPrice.raw() > 0) return mark.settlementPrice.raw();
        return mark.averageSoFar.raw() > 0 ? mark.averageSoFar.raw() : spot;
    }

    /// @dev Whether total volatility at the money, shocked up, is too small for the grid to see every loss (RULES B3).
    function isQuiet(Points memory points, Horizon memory h, MarginParameters memory p) internal pure returns (bool) {
        uint256 least = (uint256(p.gapVolatility) << 96) / MILLION;
        return ((points.rootTheta * h.up) >> 96) * points.words[2] < least << 96;
    }

    function rotationsOf(uint256[] memory grid) private pure returns (uint256[] memory rotations) {
        rotations = new uint256[](grid.length);
        uint256 count = 0;
        unchecked {
            for (uint256 i = 0; i < grid.length; ++i) {
                int256 skew = NumbersLib.skewOf(BookLib.get(grid, i));
                if (skew != 0) rotations[count++] = uint256(skew * int256(FIRST_SCENARIO + i));
            }
        }
        assembly ("memory-safe") {
            mstore(rotations, count) // never longer than allocated
        }
    }

    /// @dev [1e18] Basis shock of an expiry: shock · (0.5 + 2τ), τ in years of 365 days.
    function basisShift(uint256 secondsLeft, MarginParameters memory p) internal pure returns (uint256) {
        return (uint256(p.basisShock) * (WAD / MILLION) * (YEAR + 4 * secondsLeft)) / (2 * YEAR);
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
