// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {BookLib, STRIKE} from "./BookLib.sol";
import {Horizon, PointLib} from "./PointLib.sol";
import {ValueLib} from "./ValueLib.sol";

// What hides between two nodes of the grid?

library GapLib {
    using PointLib for Horizon;

    int256 private constant WAD = 1e18;
    uint256 private constant MILLION = 1e6;

    /// @dev [1e36] The charge of an expiry with plain calls and puts alone. Strips ascend.
    function chargeOf(
        uint256[] memory strips,
        Horizon memory h,
        uint256[] memory grid
    ) internal pure returns (uint256) {
        uint256[] memory nodes = nodesOf(h, grid);
        uint256[] memory own = new uint256[](BookLib.countOf(strips));
        for (uint256 i = 0; i < own.length; ++i) own[i] = BookLib.get(strips, i, STRIKE);
        return largestOf(nodes, ValueLib.payoffsAt(strips, nodes), own, ValueLib.payoffsAt(strips, own));
    }

    /// @dev Forwards of the full-weight moves, each once; the grid ascends.
    function nodesOf(Horizon memory h, uint256[] memory grid) internal pure returns (uint256[] memory nodes) {
        nodes = new uint256[](grid.length);
        uint256 count = 0;
        for (uint256 i = 0; i < grid.length; ++i) {
            if (NumbersLib.weightOf(grid[i]) != MILLION || NumbersLib.skewOf(grid[i]) != 0) continue;
            uint256 node = h.forwardAt(PointLib.moved(h.forward, grid[i]));
            if (count == 0 || nodes[count - 1] != node) nodes[count++] = node;
        }
        assembly ("memory-safe") {
            mstore(nodes, count) // never longer than allocated
        }
    }

    /// @dev Largest amount, over own prices between neighbouring nodes, by which the payoff lies below their chord (RULES B3). Both
    ///      ascend. Rounds up.
    /// @param atNodes [1e36] What the expiry pays at the nodes. @param atOwn At its own prices.
    /// @return gap [1e36]
    function largestOf(
        uint256[] memory nodes,
        int256[] memory atNodes,
        uint256[] memory own,
        int256[] memory atOwn
    ) internal pure returns (uint256 gap) {
        uint256 i = 0;
        for (uint256 j = 1; j < nodes.length; ++j) {
            (uint256 left, uint256 right) = (nodes[j - 1], nodes[j]);
            for (; i < own.length && own[i] < right; ++i) {
                if (own[i] <= left) continue;
                int256 chord =
                    ceiling(atNodes[j - 1]) * int256(right - own[i]) + ceiling(atNodes[j]) * int256(own[i] - left);
                int256 width = int256(right - left);
                int256 short = chord - floor(atOwn[i]) * width;
                if (short <= 0) continue;
                uint256 charge = uint256((short + width - 1) / width) * uint256(WAD);
                if (charge > gap) gap = charge;
            }
        }
    }

    /// @dev From 36 decimals to 18.
    function floor(int256 value) private pure returns (int256) {
        return value / WAD - (value % WAD < 0 ? int256(1) : int256(0));
    }

    function ceiling(int256 value) private pure returns (int256) {
        return value / WAD + (value % WAD > 0 ? int256(1) : int256(0));
    }
}
