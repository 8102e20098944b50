// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NormalLib} from "../../../contracts/math/NormalLib.sol";
import {Test} from "../Test.sol";

/// Is it a distribution?
contract NormalLibTest is Test {
    function test_isOneHalfInTheMiddleAndEndsAtZeroAndOne() external pure {
        assertNear(int256(NormalLib.cdfWad(0)), 0.5e18, 1, "middle");
        assertEq(NormalLib.cdfWad(type(int256).min), 0, "left end");
        assertEq(NormalLib.cdfWad(type(int256).max), 1e18, "right end");
    }

    function test_givesThePublishedValues() external pure {
        // Abramowitz and Stegun, table 26.1
        assertNear(int256(NormalLib.cdfWad(1e18)), 0.841344746068542949e18, 5, "1");
        assertNear(int256(NormalLib.cdfWad(1.96e18)), 0.975002104851779566e18, 5, "1.96");
        assertNear(int256(NormalLib.cdfWad(-3e18)), 0.001349898031630095e18, 5, "-3");
    }

    function testFuzz_bothSidesAddUpToOne(uint256 draw) external pure {
        int256 x = int256(bound(draw, 0, 10e18));
        assertNear(int256(NormalLib.cdfWad(x) + NormalLib.cdfWad(-x)), 1e18, 1, "symmetry");
    }

    function testFuzz_neverFalls(uint256 draw, uint256 more) external pure {
        int256 x = int256(bound(draw, 0, 18e18)) - 9e18;
        int256 higher = int256(NormalLib.cdfWad(x + int256(bound(more, 0, 1e18))));
        assertGe(higher + 9, int256(NormalLib.cdfWad(x)), "monotone");
    }

    function testFuzz_bothScalesAgree(uint256 draw) external pure {
        int256 x = int256(bound(draw, 0, 16e18)) - 8e18;
        assertNear(int256(NormalLib.cdfQ96((x << 96) / 1e18)), int256(NormalLib.cdfWad(x)), 2, "scales");
    }
}
