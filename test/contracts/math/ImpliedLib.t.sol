// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {BlackLib} from "../../../contracts/math/BlackLib.sol";
import {ImpliedLib} from "../../../contracts/math/ImpliedLib.sol";
import {LnLib} from "../../../contracts/math/LnLib.sol";
import {NoVolatility} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// Does the volatility give the price back?
contract ImpliedLibTest is Test {
    uint256 private constant Q96 = 1 << 96;

    function implied(uint256 forward, uint256 strike, uint256 value) external pure returns (uint256) {
        return ImpliedLib.impliedTotalVolatility(forward, strike, value);
    }

    function testFuzz_everyValueWithinTheBoundsComesBack(uint256 f, uint256 k, uint256 value) external pure {
        uint256 forward = bound(f, 1e9, 1e30);
        uint256 strike = bound(k, forward / 50 + 1, forward * 50);
        uint256 smaller = forward < strike ? forward : strike;
        value = bound(value, 1, smaller - 1);
        uint256 volatility = ImpliedLib.impliedTotalVolatility(forward, strike, value);
        uint256 again = BlackLib.outOfTheMoney(forward, strike, LnLib.lnRatioQ96(forward, strike), volatility);
        assertNear(int256(again), int256(value), 2 + (smaller >> 54), "round trip");
    }

    function testFuzz_everyVolatilityComesBackWhereThePriceKnowsIt(uint256 k, uint256 v) external pure {
        uint256 forward = 1e33;
        uint256 strike = bound(k, 0.5e33, 2e33);
        uint256 volatility = bound(v, Q96 / 5, 3 * Q96);
        uint256 value = BlackLib.outOfTheMoney(forward, strike, LnLib.lnRatioQ96(forward, strike), volatility);
        uint256 again = ImpliedLib.impliedTotalVolatility(forward, strike, value);
        assertNear(int256(again), int256(volatility), Q96 / 1e12, "volatility");
    }

    function test_knowsItsLimits() external {
        assertEq(this.implied(1e18, 2e18, 0), 0, "worth nothing");
        vm.expectRevert(abi.encodeWithSelector(NoVolatility.selector, 1e18, 1e18));
        this.implied(1e18, 2e18, 1e18);
    }
}
