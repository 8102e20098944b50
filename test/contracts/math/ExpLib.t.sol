// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpLib} from "../../../contracts/math/ExpLib.sol";
import {ExpOverflow} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// Is the exponential what a price function may count on?
contract ExpLibTest is Test {
    function expWad(int256 x) external pure returns (uint256) {
        return ExpLib.expWad(x);
    }

    function expQ96(int256 x) external pure returns (uint256) {
        return ExpLib.expQ96(x);
    }

    function test_isOneAtZero() external pure {
        assertEq(ExpLib.expWad(0), 1e18, "e^0 in 18 decimals");
        assertEq(ExpLib.expQ96(0), 1 << 96, "e^0 in Q96");
    }

    function test_isZeroFarBelowZero() external pure {
        assertEq(ExpLib.expWad(type(int256).min), 0, "18 decimals");
        assertEq(ExpLib.expQ96(-(69 << 96)), 0, "Q96");
    }

    function test_refusesByNameWhatDoesNotFit() external {
        vm.expectRevert(abi.encodeWithSelector(ExpOverflow.selector, int256(135e18 + 1), int256(135e18)));
        this.expWad(135e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(ExpOverflow.selector, type(int256).max, int256(110 << 96)));
        this.expQ96(type(int256).max);
    }

    function testFuzz_neverFallsByMoreThanItsError(uint256 a, uint256 b) external pure {
        int256 x = int256(bound(a, 0, 170e18)) - 40e18;
        uint256 low = ExpLib.expWad(x);
        uint256 high = ExpLib.expWad(x + int256(bound(b, 0, 5e18)));
        assertTrue(high + 1 + (high >> 58) >= low, "monotone");
    }

    function testFuzz_aProductIsTheExponentialOfASum(uint256 a, uint256 b) external pure {
        int256 x = int256(bound(a, 0, 40e18)) - 20e18;
        int256 y = int256(bound(b, 0, 40e18)) - 20e18;
        uint256 product = (ExpLib.expQ96(x << 36) * ExpLib.expQ96(y << 36)) >> 96;
        uint256 sum = ExpLib.expQ96((x + y) << 36);
        assertNear(int256(product), int256(sum), (sum >> 57) + (1 << 20), "e^x e^y");
    }
}
