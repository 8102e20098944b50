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

    /// @dev Largest amount, over own strikes between neighbouring nodes, by which the payoff lies below their chord
    ///      (RULES B3). Nodes are the full-weight moves; strips and grid ascend. Rounds up.
    /// @return gap [1e36]
    function chargeOf(
        uint256[] memory strips,
        Horizon memory h,
        uint256[] memory grid
    ) internal pure returns (uint256 gap) {
        uint256 left = 0;
        int256 leftPayoff;
        uint256 i = 0;
        for (uint256 j = 0; j < grid.length; ++j) {
            if (NumbersLib.weightOf(grid[j]) != MILLION || NumbersLib.skewOf(grid[j]) != 0) continue;
            uint256 right = nodeOf(h, grid[j]);
            if (right == left) continue;
            int256 rightPayoff = ceiling(ValueLib.payoff(strips, right));
            for (; i < BookLib.countOf(strips) && BookLib.get(strips, i, STRIKE) < right; ++i) {
                uint256 strike = BookLib.get(strips, i, STRIKE);
                if (left == 0 || strike <= left) continue;
                int256 below = floor(ValueLib.payoff(strips, strike));
                int256 chord = leftPayoff * int256(right - strike) + rightPayoff * int256(strike - left);
                int256 width = int256(right - left);
                int256 short = chord - below * width;
                if (short > 0) {
                    uint256 charge = uint256((short + width - 1) / width) * uint256(WAD);
                    if (charge > gap) gap = charge;
                }
            }
            (left, leftPayoff) = (right, rightPayoff);
        }
    }

    function nodeOf(Horizon memory h, uint256 word) private pure returns (uint256) {
        return h.forwardAt(PointLib.moved(h.forward, word));
    }

    /// @dev From 36 decimals to 18.
    function floor(int256 value) private pure returns (int256) {
        return value / WAD - (value % WAD < 0 ? int256(1) : int256(0));
    }

    function ceiling(int256 value) private pure returns (int256) {
        return value / WAD + (value % WAD > 0 ? int256(1) : int256(0));
    }
}
