// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {BlackLib} from "../math/BlackLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";
import {MarginParameters} from "../types/Margin.sol";
import {ExpiryMark} from "../types/Marks.sol";
import {Strip} from "./BookLib.sol";
import {Horizon, Point} from "./PointLib.sol";

// What are the options of one expiry worth, here and elsewhere?

/// @dev Values are size · price with 36 decimals, never rounded before the end; each price is rounded against the
///      holder: down where the strip is long, up where it is short.
library ValueLib {
    int256 private constant Q96 = 1 << 96;
    int256 private constant MILLION = 1e6;

    /// @dev Fills in logarithm and smile, once for all points.
    function prepare(Strip[] memory strips, Horizon memory h, ExpiryMark memory mark) internal pure {
        for (uint256 i = 0; i < strips.length; ++i) {
            Strip memory strip = strips[i];
            strip.logMoneyness = LnLib.lnRatioQ96(h.present, strip.strike);
            strip.volatility = SurfaceLib.totalVolatilityQ96(h.theta, mark.rho, mark.phi, -strip.logMoneyness);
        }
    }

    /// @return values [1e36] One for each point.
    function valuesAt(
        Strip[] memory strips,
        Point[] memory points,
        uint256 rootTheta,
        MarginParameters memory p
    ) internal pure returns (int256[] memory values) {
        values = new int256[](points.length);
        for (uint256 i = 0; i < strips.length; ++i) {
            Strip memory strip = strips[i];
            for (uint256 j = 0; j < points.length; ++j) {
                Point memory point = points[j];
                uint256 volatility = (strip.volatility * point.volatility) >> 96;
                if (point.skew != 0) volatility = rotated(volatility, strip.logMoneyness, rootTheta, point.skew, p);
                values[j] += intrinsic(strip, point.forward) + timeValue(strip, point, volatility);
            }
        }
    }

    /// @dev [1e36] What the strip pays at `price`.
    function intrinsic(Strip memory strip, uint256 price) internal pure returns (int256) {
        int256 distance = int256(price) - int256(strip.strike);
        return distance > 0 ? strip.calls * distance : -strip.puts * distance;
    }

    /// @dev [1e36] What the expiry pays at `price`.
    function payoff(Strip[] memory strips, uint256 price) internal pure returns (int256 value) {
        for (uint256 i = 0; i < strips.length; ++i) value += intrinsic(strips[i], price);
    }

    /// @dev [1e36] Calls and puts of one strike share the out-of-the-money value.
    function timeValue(Strip memory strip, Point memory point, uint256 volatility) private pure returns (int256) {
        int256 options = strip.calls + strip.puts;
        if (options == 0) return 0;
        uint256 value = BlackLib.outOfTheMoney(
            point.forward,
            strip.strike,
            strip.logMoneyness + point.logShift,
            volatility
        );
        if (options < 0) {
            uint256 lesser = point.forward < strip.strike ? point.forward : strip.strike;
            value += 1 + (lesser >> 55);
        }
        return options * int256(value);
    }

    /// @dev A rotation changes volatility by `skewShift` at ±√θ, in proportion in between and up to twice of it.
    function rotated(
        uint256 volatility,
        int256 logMoneyness,
        uint256 rootTheta,
        int256 skew,
        MarginParameters memory p
    ) private pure returns (uint256) {
        int256 distance = (-logMoneyness * Q96) / int256(rootTheta);
        if (distance > 2 * Q96) distance = 2 * Q96;
        if (distance < -2 * Q96) distance = -2 * Q96;
        int256 factor = Q96 + (skew * distance * int256(uint256(p.skewShift))) / MILLION;
        return (volatility * uint256(factor)) >> 96;
    }
}
