// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SurfaceLib} from "../math/SurfaceLib.sol";
import {ALL_CHARGES} from "../types/Margin.sol";
import {BookLib, STRIKE} from "./BookLib.sol";
import {Bends, Exotic, ExoticBookLib, Scene} from "./ExoticBookLib.sol";
import {GapLib} from "./GapLib.sol";
import {IExoticRisk} from "./IExoticRisk.sol";
import {Horizon, PointLib} from "./PointLib.sol";
import {ValueLib} from "./ValueLib.sol";

// What could the digitals, barriers and averages of one expiry lose?

/// @dev Deployment: by Margin itself, in its constructor.
contract ExoticRisk is IExoticRisk {
    using PointLib for Horizon;

    /// @inheritdoc IExoticRisk
    function answer(Query memory query) external pure returns (Answer memory its) {
        (uint256[] memory strips, uint256 length) = BookLib.stripsOf(query.words, 0, query.words.length);
        Exotic[] memory exotics = ExoticBookLib.exoticsOf(query.words, strips, length, query.observed);
        if (query.mark.secondsLeft == 0) {
            its.values = new int256[](1);
            its.values[0] = ExoticBookLib.expiredValue(
                exotics,
                PointLib.expiredPrice(query.mark, query.spot),
                query.spot
            );
            return its;
        }

        Horizon memory h = PointLib.horizonOf(query.mark, query.spot, query.parameters);
        Scene memory scene = _sceneOf(query, h);
        ValueLib.prepare(strips, h, query.mark);
        ExoticBookLib.prepare(exotics, strips, h, query.mark);
        (its.values, its.rounding) = ExoticBookLib.valuesOf(exotics, strips, scene);
        if (query.charges == ALL_CHARGES) its.gap = _gapOf(query, h, scene, strips, exotics);
        for (uint256 i = 0; i < exotics.length; ++i) {
            if (exotics[i].size >= 0) continue;
            uint256 short = uint256(-exotics[i].size);
            if (exotics[i].kind.isDigital()) its.digitals += short;
            else its.shorts += short;
        }
    }

    function _sceneOf(Query memory query, Horizon memory h) private pure returns (Scene memory scene) {
        (scene.spot, scene.grid, scene.secondsLeft) = (query.spot, query.grid, query.mark.secondsLeft);
        scene.skewShift = int256(uint256(query.parameters.skewShift));
        scene.averaged = h.pointsOf(scene.secondsLeft, query.grid, query.parameters, query.charges);
        scene.averaged.rootTheta = SurfaceLib.totalVolatilityQ96(h.theta, query.mark.rho, query.mark.phi, 0);
        scene.market = h.marketPointsOf(scene.secondsLeft, query.grid, query.parameters, query.charges);
        uint256 theta = PointLib.wholeTheta(query.mark);
        scene.market.rootTheta = SurfaceLib.totalVolatilityQ96(theta, query.mark.rho, query.mark.phi, 0);
    }

    /// @dev Where the market is not quiet, of the kinds that jump alone.
    function _gapOf(
        Query memory query,
        Horizon memory h,
        Scene memory scene,
        uint256[] memory strips,
        Exotic[] memory exotics
    ) private pure returns (uint256) {
        bool isQuiet = PointLib.isQuiet(scene.averaged, h, query.parameters);
        if (!isQuiet && !ExoticBookLib.hasJump(exotics)) return 0;
        uint256[] memory nodes = GapLib.nodesOf(h, query.nodes);
        uint256[] memory own = _ownPrices(strips, exotics);
        Bends memory bends = ExoticBookLib.bendsOf(exotics, isQuiet);
        return
            GapLib.largestOf(
                nodes,
                _payoffsAt(nodes, strips, exotics, bends, isQuiet),
                own,
                _payoffsAt(own, strips, exotics, bends, isQuiet)
            );
    }

    /// @dev `prices` ascend.
    function _payoffsAt(
        uint256[] memory prices,
        uint256[] memory strips,
        Exotic[] memory exotics,
        Bends memory bends,
        bool isWhole
    ) private pure returns (int256[] memory payoffs) {
        payoffs = ExoticBookLib.payoffsAt(bends, prices);
        if (!isWhole) return payoffs;
        int256[] memory plain = ValueLib.payoffsAt(strips, prices);
        for (uint256 i = 0; i < prices.length; ++i) payoffs[i] += plain[i];
    }

    /// @dev Ascending: strikes, and what `ExoticBookLib.edgesOf` says.
    function _ownPrices(uint256[] memory strips, Exotic[] memory exotics) private pure returns (uint256[] memory own) {
        uint256[] memory edges = _edgesOf(exotics);
        uint256 count = BookLib.countOf(strips);
        own = new uint256[](count + edges.length);
        uint256 strip = 0;
        uint256 edge = 0;
        for (uint256 i = 0; i < own.length; ++i) {
            uint256 strike = strip < count ? BookLib.get(strips, strip, STRIKE) : type(uint256).max;
            if (edge < edges.length && edges[edge] < strike) own[i] = edges[edge++];
            else (own[i], strip) = (strike, strip + 1);
        }
    }

    function _edgesOf(Exotic[] memory exotics) private pure returns (uint256[] memory edges) {
        edges = new uint256[](2 * exotics.length);
        uint256 count = 0;
        for (uint256 i = 0; i < exotics.length; ++i) {
            (uint256 first, uint256 second) = ExoticBookLib.edgesOf(exotics[i]);
            if (first > 0) ExoticBookLib.insert(edges, count++, first);
            if (second > 0) ExoticBookLib.insert(edges, count++, second);
        }
        assembly ("memory-safe") {
            mstore(edges, count) // never longer than allocated
        }
    }
}
