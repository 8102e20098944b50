// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MedianLib} from "../../../contracts/oracle/MedianLib.sol";
import {Test} from "../Test.sol";

contract MedianLibTest is Test {
    uint256 constant MOST = 16;

    function test_theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwoRoundedDown() external pure {
        uint256[] memory values = new uint256[](4);
        (values[0], values[1], values[2], values[3]) = (9, 2, 1, 5);
        assertEq(MedianLib.median(values), 3, "(2 + 5) / 2");
    }

    function testFuzz_sortingKeepsTheValuesAndOrdersThem(uint64[16] calldata drawn, uint256 count) external pure {
        count = bound(count, 1, MOST);
        uint256[] memory values = _first(drawn, count);
        uint256 sum;
        for (uint256 i; i < count; ++i) sum += values[i];
        MedianLib.sort(values);
        for (uint256 i; i < count; ++i) {
            sum -= values[i];
            if (i > 0) assertTrue(values[i - 1] <= values[i], "ascending");
        }
        assertEq(sum, 0, "the same values");
    }

    /// @dev f liars of n ≥ 2f + 1 say what they like; nobody knows who they are.
    function testFuzz_fLiarsCannotMoveTheMedianOutOfTheHonestRange(
        uint64[16] calldata drawn,
        uint256 count,
        uint256 liars
    ) external pure {
        count = bound(count, 1, MOST);
        liars = bound(liars, 0, (count - 1) / 2);
        uint256[] memory values = _first(drawn, count);
        (uint256 low, uint256 high) = (type(uint256).max, 0);
        for (uint256 i = liars; i < count; ++i) {
            if (values[i] < low) low = values[i];
            if (values[i] > high) high = values[i];
        }
        uint256 median = MedianLib.median(values);
        assertTrue(low <= median && median <= high, "inside the honest range");
    }

    function testFuzz_theMedianDoesNotDependOnOrder(
        uint64[16] calldata drawn,
        uint256 count,
        uint256 shift
    ) external pure {
        count = bound(count, 1, MOST);
        uint256[] memory values = _first(drawn, count);
        uint256[] memory turned = new uint256[](count);
        for (uint256 i; i < count; ++i) turned[(i + (shift % count)) % count] = values[count - 1 - i];
        assertEq(MedianLib.median(values), MedianLib.median(turned), "any order");
    }

    function _first(uint64[16] calldata drawn, uint256 count) private pure returns (uint256[] memory values) {
        values = new uint256[](count);
        for (uint256 i; i < count; ++i) values[i] = drawn[i];
    }
}
