// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SqrtLib} from "../../../contracts/math/SqrtLib.sol";
import {Test} from "../Test.sol";

/// Is the root within one unit?
contract SqrtLibTest is Test {
    function test_isExactForSquares() external pure {
        assertEq(SqrtLib.sqrtWad(0), 0, "0");
        assertEq(SqrtLib.sqrtWad(1e18), 1e18, "1");
        assertEq(SqrtLib.sqrtWad(1e36), 1e27, "1e18");
        assertEq(SqrtLib.sqrtQ96(4 << 96), 2 << 96, "4 in Q96");
    }

    function testFuzz_isTheWholePartOfTheRoot(uint256 x) external pure {
        x = bound(x, 0, 2e30);
        uint256 root = SqrtLib.sqrtWad(uint128(x));
        assertTrue(root == 0 || (root - 1) * (root - 1) < x * 1e18, "at most one above");
        assertTrue((root + 1) * (root + 1) > x * 1e18, "not below");
    }

    function testFuzz_neverFalls(uint256 x, uint256 more) external pure {
        x = bound(x, 1, 1e30);
        uint256 higher = SqrtLib.sqrtWad(uint128(x + bound(more, 0, x)));
        assertGe(int256(higher) + 1, int256(SqrtLib.sqrtWad(uint128(x))), "monotone");
    }
}
