// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {leadingZeros} from "../../../contracts/math/LeadingZeros.sol";
import {leadingZeros as ladderZeros} from "../../../contracts/math/LeadingZerosLadder.sol";
import {Test} from "../Test.sol";

/// Does a chain without CLZ count the same zeros?
contract LeadingZerosTest is Test {
    function test_everyPowerOfTwoAndItsNeighbour() external pure {
        assertEq(leadingZeros(0), 256, "zero");
        assertEq(ladderZeros(0), 256, "zero on the ladder");
        for (uint256 i = 0; i < 256; ++i) {
            assertEq(leadingZeros(1 << i), 255 - i, "power");
            assertEq(ladderZeros(1 << i), 255 - i, "power on the ladder");
            assertEq(ladderZeros(type(uint256).max >> i), i, "all ones on the ladder");
        }
    }

    function testFuzz_bothAgree(uint256 word, uint8 shift) external pure {
        assertEq(leadingZeros(word >> shift), ladderZeros(word >> shift), "count");
    }
}
