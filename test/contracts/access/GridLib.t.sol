// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {GridLib} from "../../../contracts/access/GridLib.sol";
import {Scenario} from "../../../contracts/types/Margin.sol";
import {Test} from "../Test.sol";

contract GridLibTest is Test {
    uint256 private constant HALF = 7 days;

    /// @dev For any portfolio: what a scenario loses is drawn. Gap charges apart, which have nodes and no weights.
    function testFuzz_whatIsLostInBetweenLiesBetweenBothEnds(
        uint256 seed,
        uint256 some,
        uint256 others,
        uint256 elapsed
    ) public pure {
        Scenario[] memory from = _drawn(seed, bound(some, 1, 12));
        Scenario[] memory target = _drawn(uint256(keccak256(abi.encode(seed))), bound(others, 1, 12));
        (uint256 first, uint256 last) = (_loss(from, seed), _loss(target, seed));
        uint256 due = _loss(GridLib.between(from, target, bound(elapsed, 0, 2 * HALF), HALF), seed);
        // A weight of a millionth in place of none, and weights are rounded down by as much.
        assertLe(int256(due), int256((first > last ? first : last) + 1e6), "no worse than the worse of both");
        assertGe(int256(due) + 1e6, int256(first < last ? first : last), "no milder than the milder");
    }

    function testFuzz_inBetweenItAscendsAndEachHasWeight(uint256 seed, uint256 elapsed) public pure {
        Scenario[] memory from = _drawn(seed, 12);
        Scenario[] memory target = _drawn(seed >> 1, 12);
        Scenario[] memory grid = GridLib.between(from, target, bound(elapsed, 0, 2 * HALF - 1), HALF);
        for (uint256 i = 0; i < grid.length; ++i) {
            assertTrue(grid[i].weight > 0 && grid[i].weight <= 1e6, "a weight");
            assertTrue(i == 0 || grid[i - 1].spotMove <= grid[i].spotMove, "ascending");
        }
        for (uint256 i = 0; i < 12; ++i) {
            assertTrue(GridLib.weightIn(grid, from[i]) > 0 && GridLib.weightIn(grid, target[i]) > 0, "all of both");
        }
    }

    function test_whatRisesDoesSoInTheFirstHalfAndWhatFallsInTheSecond() public pure {
        assertEq(GridLib.weightAt(0, 1e6, HALF / 2, HALF), 500_000, "half way in");
        assertEq(GridLib.weightAt(1e6, 0, HALF / 2, HALF), 1e6, "still there");
        assertEq(GridLib.weightAt(0, 1e6, HALF, HALF), 1e6, "both");
        assertEq(GridLib.weightAt(1e6, 0, HALF, HALF), 1e6, "both");
        assertEq(GridLib.weightAt(400_000, 200_000, (HALF * 3) / 2, HALF), 300_000, "half way out");
        assertEq(GridLib.weightAt(0, 1e6, 0, HALF), 1, "never nothing");
    }

    function test_whatBothHaveIsThereOnce() public pure {
        Scenario[] memory from = new Scenario[](2);
        from[0] = Scenario({spotMove: -100_000, weight: 1e6, volatilityMove: 1, skew: 0});
        from[1] = Scenario({spotMove: 0, weight: 1e6, volatilityMove: 0, skew: 1});
        Scenario[] memory target = new Scenario[](3);
        target[0] = Scenario({spotMove: -100_000, weight: 1e6, volatilityMove: 0, skew: 0});
        target[1] = Scenario({spotMove: -100_000, weight: 1e6, volatilityMove: 1, skew: 0});
        target[2] = Scenario({spotMove: 100_000, weight: 1e6, volatilityMove: 0, skew: 0});
        Scenario[] memory grid = GridLib.union(from, target);
        assertEq(grid.length, 4, "one of five is of both");
        assertEq(grid[2].spotMove, 0, "in its place");
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    /// @dev Few different scenarios, so that two grids have some in common.
    function _drawn(uint256 seed, uint256 count) private pure returns (Scenario[] memory grid) {
        grid = new Scenario[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            grid[i].spotMove = int32(int256(i / 3)) * 50_000;
            grid[i].volatilityMove = int8(int256(i % 3)) - 1;
            grid[i].skew = word & 1 == 0 ? int8(0) : int8(1);
            grid[i].weight = uint32((word >> 8) % 1e6) + 1;
        }
    }

    function _loss(Scenario[] memory grid, uint256 seed) private pure returns (uint256 worst) {
        for (uint256 i = 0; i < grid.length; ++i) {
            bytes memory its = abi.encode(seed, grid[i].spotMove, grid[i].volatilityMove, grid[i].skew);
            uint256 weighted = (uint256(keccak256(its)) % 1e6) * grid[i].weight;
            if (weighted > worst) worst = weighted;
        }
    }
}
