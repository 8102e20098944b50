// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Scenario} from "../types/Margin.sol";

// What is in force while one grid gives way to another?

/// @dev Both are, each scenario with a weight of its own: first what is new, or weighs more, comes in, and only then what is old,
///      or weighs less, goes out. The worst weighted loss is then never beyond that of the worse of both grids, nor below that of
///      the milder: an account healthy under both ends is healthy in between (RULES B9).
library GridLib {
    /// @param elapsed [s] Since the change began. @param half [s] For what comes in, and again for what goes out.
    function between(
        Scenario[] memory from,
        Scenario[] memory target,
        uint256 elapsed,
        uint256 half
    ) internal pure returns (Scenario[] memory grid) {
        if (elapsed >= 2 * half) return target;
        grid = union(from, target);
        for (uint256 i = 0; i < grid.length; ++i) {
            grid[i].weight = weightAt(weightIn(from, grid[i]), weightIn(target, grid[i]), elapsed, half);
        }
    }

    /// @dev Scenarios of either, those of both once; ascending as they are.
    function union(Scenario[] memory from, Scenario[] memory target) internal pure returns (Scenario[] memory grid) {
        grid = new Scenario[](from.length + target.length);
        uint256 count = 0;
        uint256 j = 0;
        for (uint256 i = 0; i < from.length; ++i) {
            while (j < target.length && target[j].spotMove <= from[i].spotMove) grid[count++] = copyOf(target[j++]);
            if (weightIn(target, from[i]) == 0) grid[count++] = copyOf(from[i]);
        }
        while (j < target.length) grid[count++] = copyOf(target[j++]);
        assembly ("memory-safe") {
            mstore(grid, count) // never longer than allocated
        }
    }

    /// @dev [1e-6] Rises in the first half and falls in the second, never to nothing: a scenario without weight is none.
    function weightAt(uint256 from, uint256 target, uint256 elapsed, uint256 half) internal pure returns (uint32) {
        uint256 passed = target > from ? (elapsed < half ? elapsed : half) : (elapsed > half ? elapsed - half : 0);
        uint256 weight = (from * (half - passed) + target * passed) / half;
        return uint32(weight == 0 ? 1 : weight); // between two weights
    }

    /// @dev [1e-6] Its largest in `grid`; zero where it is not there.
    function weightIn(Scenario[] memory grid, Scenario memory scenario) internal pure returns (uint256 weight) {
        for (uint256 i = 0; i < grid.length; ++i) {
            bool isIt =
                grid[i].spotMove == scenario.spotMove &&
                    grid[i].volatilityMove == scenario.volatilityMove &&
                    grid[i].skew == scenario.skew;
            if (isIt && grid[i].weight > weight) weight = grid[i].weight;
        }
    }

    function copyOf(Scenario memory scenario) private pure returns (Scenario memory) {
        return Scenario(scenario.spotMove, scenario.weight, scenario.volatilityMove, scenario.skew);
    }
}
