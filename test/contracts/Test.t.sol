// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Test, NotEqual} from "./Test.sol";
import {vm} from "./Vm.sol";

contract TestTest is Test {
    function unequal() external pure {
        assertEq(uint256(1), uint256(2), "one is two");
    }

    function test_anAssertionThatDoesNotHoldFailsWithBothNumbers() public {
        vm.expectRevert(abi.encodeWithSelector(NotEqual.selector, 1, 2, "one is two"));
        this.unequal();
    }

    function testFuzz_aDrawLandsInItsRange(uint256 draw, int256 signedDraw) public pure {
        uint256 value = bound(draw, 3, 17);
        assertTrue(value >= 3 && value <= 17, "unsigned");
        int256 signed = bound(signedDraw, -5, 9);
        assertTrue(signed >= -5 && signed <= 9, "signed");
    }
}
