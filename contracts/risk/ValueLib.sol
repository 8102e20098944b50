// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {
    BLACK_SHIFT_Q96,
    EXP_A1,
    EXP_A2,
    EXP_B1,
    EXP_B2,
    EXP_P,
    HALF_LOG2E_Q96,
    MILLS_A1,
    MILLS_A2,
    MILLS_A3,
    MILLS_A4,
    MILLS_A5,
    MILLS_A6,
    MILLS_A7,
    MILLS_A8,
    MILLS_B1,
    MILLS_B2,
    MILLS_B3,
    MILLS_B4,
    MILLS_B5,
    MILLS_B6,
    MILLS_B7,
    MILLS_B8
} from "../math/KernelConstants.sol";
import {LnLib} from "../math/LnLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";
import {MarginParameters} from "../types/Margin.sol";
import {ExpiryMark} from "../types/Marks.sol";
import {BookLib, CALLS, LOG_MONEYNESS, PUTS, STRIKE, STRIP_BYTES, VOLATILITY} from "./BookLib.sol";
import {Horizon, Points} from "./PointLib.sol";

// What are the options of one expiry worth, here and elsewhere?

/// @dev Values are size · price with 36 decimals, never rounded before the end; each price is rounded against the
///      holder: down where the strip is long, up where it is short.
library ValueLib {
    int256 private constant Q96 = 1 << 96;
    int256 private constant MILLION = 1e6;

    /// @dev Fills in logarithm and smile, once for all points.
    function prepare(uint256[] memory strips, Horizon memory h, ExpiryMark memory mark) internal pure {
        (uint256 present, uint256 theta, int256 rho, uint256 phi) = (h.present, h.theta, mark.rho, mark.phi);
        (uint256 strip, uint256 end) = BookLib.bordersOf(strips);
        unchecked {
            for (; strip < end; strip += STRIP_BYTES) {
                int256 log = LnLib.lnRatioQ96(present, BookLib.fieldAt(strip, STRIKE));
                uint256 volatility = SurfaceLib.totalVolatilityQ96(theta, rho, phi, -log);
                BookLib.setFieldAt(strip, LOG_MONEYNESS, uint256(log));
                BookLib.setFieldAt(strip, VOLATILITY, volatility);
            }
        }
    }

    /// @dev Leaves in every point what the expiry is worth there.
    /// @return rounding [1e36] What the present value is to be lowered by, since prices are rounded down and shorts are
    ///         owed; it is the same at every point, and so no part of a loss.
    function addValues(
        uint256[] memory strips,
        Points memory points,
        MarginParameters memory p
    ) internal pure returns (uint256 rounding) {
        uint256[] memory words = points.words;
        addIntrinsics(strips, words);
        bool isRotated = points.rotations.length > 0;
        (uint256 strip, uint256 end) = BookLib.bordersOf(strips);
        unchecked {
            for (; strip < end; strip += STRIP_BYTES) {
                int256 options = int256(BookLib.fieldAt(strip, CALLS)) + int256(BookLib.fieldAt(strip, PUTS));
                if (options == 0) continue; // a synthetic forward has no time value
                if (options < 0) rounding += uint256(-options) * (1 + (BookLib.fieldAt(strip, STRIKE) >> 55));
                if (isRotated) {
                    rotate(points, int256(BookLib.fieldAt(strip, LOG_MONEYNESS)), int256(uint256(p.skewShift)));
                }
                addTimeValues(strip, options, words);
            }
        }
    }

    /// @dev [1e36] What the expiry pays at `price`.
    function payoff(uint256[] memory strips, uint256 price) internal pure returns (int256 value) {
        unchecked {
            uint256 count = BookLib.countOf(strips);
            for (uint256 i = 0; i < count; ++i) {
                int256 distance = int256(price) - int256(BookLib.get(strips, i, STRIKE));
                if (distance > 0) value += int256(BookLib.get(strips, i, CALLS)) * distance;
                else value -= int256(BookLib.get(strips, i, PUTS)) * distance;
            }
        }
    }

    /// @dev [1e36] The same at each of `prices`, which ascend: the line between two strikes changes at a strike alone.
    function payoffsAt(
        uint256[] memory strips,
        uint256[] memory prices
    ) internal pure returns (int256[] memory payoffs) {
        payoffs = new int256[](prices.length);
        unchecked {
            uint256 count = BookLib.countOf(strips);
            int256 slope = 0;
            int256 level = 0;
            for (uint256 i = 0; i < count; ++i) {
                int256 puts = int256(BookLib.get(strips, i, PUTS));
                slope -= puts;
                level += puts * int256(BookLib.get(strips, i, STRIKE));
            }
            uint256 next = 0;
            for (uint256 i = 0; i < prices.length; ++i) {
                uint256 price = BookLib.get(prices, i);
                for (; next < count && BookLib.get(strips, next, STRIKE) < price; ++next) {
                    int256 options = optionsAt(strips, next);
                    slope += options;
                    level -= options * int256(BookLib.get(strips, next, STRIKE));
                }
                payoffs[i] = slope * int256(price) + level;
            }
        }
    }

    /// @dev Calls and puts of strip number `i`, net.
    function optionsAt(uint256[] memory strips, uint256 i) private pure returns (int256) {
        unchecked {
            return int256(BookLib.get(strips, i, CALLS)) + int256(BookLib.get(strips, i, PUTS));
        }
    }

    /// @dev A rotation changes volatility by `skewShift` [1e-6] at ±√θ, in proportion in between and up to twice of it.
    function rotate(Points memory points, int256 logMoneyness, int256 skewShift) internal pure {
        uint256[] memory rotations = points.rotations;
        if (rotations.length == 0) return;
        uint256[] memory words = points.words;
        unchecked {
            int256 distance = (-logMoneyness * Q96) / int256(points.rootTheta);
            if (distance > 2 * Q96) distance = 2 * Q96;
            if (distance < -2 * Q96) distance = -2 * Q96;
            int256 turn = (distance * skewShift) / MILLION;
            uint256 present = BookLib.get(words, 2); // the first point is the unmoved market
            for (uint256 i = 0; i < rotations.length; ++i) {
                int256 rotation = int256(BookLib.get(rotations, i));
                uint256 factor = uint256(rotation > 0 ? Q96 + turn : Q96 - turn);
                uint256 place = uint256(rotation > 0 ? rotation : -rotation);
                assembly ("memory-safe") {
                    mstore(add(words, add(96, shl(7, place))), shr(96, mul(present, factor)))
                }
            }
        }
    }

    /// @dev Strikes ascend, and mostly points do: how many strikes lie below the forward is found by walking.
    function addIntrinsics(uint256[] memory strips, uint256[] memory words) private pure {
        unchecked {
            int256 puts = 0;
            int256 putStrikes = 0;
            (uint256 its, uint256 stop) = BookLib.bordersOf(strips);
            for (; its < stop; its += STRIP_BYTES) {
                int256 more = int256(BookLib.fieldAt(its, PUTS));
                puts += more;
                putStrikes += more * int256(BookLib.fieldAt(its, STRIKE));
            }
            assembly ("memory-safe") {
                // Of the strikes below: options, and options · strike.
                let options := 0
                let optionStrikes := 0
                let first := add(strips, 32)
                let end := add(first, shl(5, mload(strips)))
                let strip := first
                let point := add(words, 32)
                for {
                    let last := add(point, shl(5, mload(words)))
                } lt(point, last) {
                    point := add(point, 128)
                } {
                    let forward := mload(point)
                    for {} lt(strip, end) {
                        strip := add(strip, 160)
                    } {
                        let strike := mload(strip)
                        if iszero(lt(strike, forward)) {
                            break
                        }
                        let net := add(mload(add(strip, 32)), mload(add(strip, 64)))
                        options := add(options, net)
                        optionStrikes := add(optionStrikes, mul(net, strike))
                    }
                    for {} gt(strip, first) {
                        strip := sub(strip, 160)
                    } {
                        let strike := mload(sub(strip, 160))
                        if lt(strike, forward) {
                            break
                        }
                        let net := add(mload(sub(strip, 128)), mload(sub(strip, 96)))
                        options := sub(options, net)
                        optionStrikes := sub(optionStrikes, mul(net, strike))
                    }
                    mstore(add(point, 96), add(sub(putStrikes, optionStrikes), mul(sub(options, puts), forward)))
                }
            }
        }
    }

    /// @dev Adds options · BlackLib.outOfTheMoney at every point: most of the cost of a margin check is in this loop, so the
    ///      formula is written out. Sizes are below 2^101 and prices below 2^106: 64 products stay below 2^214.
    ///      A total volatility of zero counts as 5e-20. Differential tests hold it to the twin, which calls the kernel.
    function addTimeValues(uint256 strip, int256 options, uint256[] memory words) private pure {
        uint256 strike = BookLib.fieldAt(strip, STRIKE);
        uint256 logMoneyness = BookLib.fieldAt(strip, LOG_MONEYNESS);
        uint256 volatility = BookLib.fieldAt(strip, VOLATILITY);
        assembly ("memory-safe") {
            let point := add(words, 32)
            for {
                let end := add(point, shl(5, mload(words)))
            } lt(point, end) {
                point := add(point, 128)
            } {
                // |ln(F/K)|/v less and plus v/2.
                let far := or(shl(32, 1), shr(96, mul(volatility, mload(add(point, 64)))))
                let near := add(logMoneyness, mload(add(point, 32)))
                let sign := sar(255, near)
                near := div(shl(96, sub(xor(near, sign), sign)), far)
                far := shr(1, far)
                sign := near
                near := sub(near, far)
                far := add(sign, far)
                sign := sar(255, near)
                near := sub(xor(near, sign), sign)
                let lesser := mload(point)
                lesser := xor(lesser, mul(xor(lesser, strike), gt(lesser, strike)))
                let value := and(sign, lesser)
                if iszero(lt(near, shl(96, 13))) {
                    mstore(add(point, 96), add(mload(add(point, 96)), mul(options, value)))
                    continue
                }
                {
                    let y := sdiv(MILLS_A8, add(far, MILLS_B8))
                    y := sdiv(MILLS_A7, add(add(far, MILLS_B7), y))
                    y := sdiv(MILLS_A6, add(add(far, MILLS_B6), y))
                    y := sdiv(MILLS_A5, add(add(far, MILLS_B5), y))
                    y := sdiv(MILLS_A4, add(add(far, MILLS_B4), y))
                    y := sdiv(MILLS_A3, add(add(far, MILLS_B3), y))
                    y := sdiv(MILLS_A2, add(add(far, MILLS_B2), y))
                    far := sdiv(MILLS_A1, add(add(far, MILLS_B1), y))
                    y := sdiv(MILLS_A8, add(near, MILLS_B8))
                    y := sdiv(MILLS_A7, add(add(near, MILLS_B7), y))
                    y := sdiv(MILLS_A6, add(add(near, MILLS_B6), y))
                    y := sdiv(MILLS_A5, add(add(near, MILLS_B5), y))
                    y := sdiv(MILLS_A4, add(add(near, MILLS_B4), y))
                    y := sdiv(MILLS_A3, add(add(near, MILLS_B3), y))
                    y := sdiv(MILLS_A2, add(add(near, MILLS_B2), y))
                    y := sdiv(MILLS_A1, add(add(near, MILLS_B1), y))
                    far := sub(xor(y, sign), far)
                    // e^(-near²/2) = 2^-k·(c - f)/(c + f)
                    near := shr(128, mul(shr(64, mul(near, near)), HALF_LOG2E_Q96)) // near²/2·log2 e
                    sign := shr(96, add(near, BLACK_SHIFT_Q96)) // 28 + k
                    near := signextend(11, near)
                    y := shr(96, mul(near, near))
                    y := add(EXP_P, sdiv(EXP_A1, add(add(y, EXP_B1), sdiv(EXP_A2, add(y, EXP_B2)))))
                    far := mul(lesser, sar(68, mul(far, sub(y, near))))
                    value := add(value, sar(sign, sdiv(far, add(y, near))))
                }
                mstore(add(point, 96), add(mload(add(point, 96)), mul(options, value)))
            }
        }
    }
}
