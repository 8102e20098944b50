// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpLib} from "../../../contracts/math/ExpLib.sol";
import {LnLib} from "../../../contracts/math/LnLib.sol";
import {LnOfZero} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// Is the logarithm the inverse of the exponential?
contract LnLibTest is Test {
    function lnWad(uint256 x) external pure returns (int256) {
        return LnLib.lnWad(x);
    }

    function test_isZeroAtOne() external pure {
        assertEq(LnLib.lnWad(1e18), 0, "ln 1");
    }

    function test_refusesZeroByName() external {
        vm.expectRevert(LnOfZero.selector);
        this.lnWad(0);
    }

    function testFuzz_undoesTheExponential(uint256 draw) external pure {
        int256 x = int256(bound(draw, 0, 120e18));
        assertNear(LnLib.lnWad(ExpLib.expWad(x)), x, 3, "ln e^x");
    }

    function testFuzz_neverFalls(uint256 x, uint256 more) external pure {
        x = bound(x, 1, type(uint128).max);
        assertGe(LnLib.lnWad(x + bound(more, 0, x)) + 1, LnLib.lnWad(x), "monotone");
    }

    function testFuzz_ofARatioTurnsItsSignWithIt(uint256 a, uint256 b) external pure {
        a = bound(a, 1e9, 1e36);
        b = bound(b, 1e9, 1e36);
        assertNear(LnLib.lnRatioQ96(a, b), -LnLib.lnRatioQ96(b, a), 1 << 62, "ln(a/b) + ln(b/a)");
    }
}
