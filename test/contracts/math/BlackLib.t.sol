// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {BlackLib} from "../../../contracts/math/BlackLib.sol";
import {LnLib} from "../../../contracts/math/LnLib.sol";
import {ZeroPrice} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// Can no arbitrage be read off the prices?
contract BlackLibTest is Test {
    uint256 private constant Q96 = 1 << 96;

    function callOf(uint256 forward, uint256 strike, uint256 volatility) private pure returns (uint256 price) {
        (price, ) = BlackLib.bothOf(
            BlackLib.outOfTheMoney(forward, strike, LnLib.lnRatioQ96(forward, strike), volatility),
            forward,
            strike
        );
    }

    /// @dev What the kernel may be off by on prices of this size.
    function slack(uint256 forward) private pure returns (uint256) {
        return 2 + (forward >> 55);
    }

    function priceOf(uint128 forward, uint128 strike) external pure returns (uint256) {
        return BlackLib.call(forward, strike, 1, 1, 0);
    }

    function testFuzz_staysWithinIntrinsicAndForward(uint256 f, uint256 k, uint256 v) external pure {
        uint256 forward = bound(f, 1, type(uint128).max);
        uint256 strike = bound(k, 1, type(uint128).max);
        uint256 value = BlackLib.outOfTheMoney(
            forward,
            strike,
            LnLib.lnRatioQ96(forward, strike),
            bound(v, 0, 64 * Q96)
        );
        assertTrue(value <= (forward < strike ? forward : strike), "bound");
    }

    function testFuzz_isNothingWithoutVolatilityAndAllWithMuch(uint256 f, uint256 k) external pure {
        uint256 forward = bound(f, 1, type(uint120).max);
        uint256 strike = bound(k, forward / 1000 + 1, forward * 100);
        int256 log = LnLib.lnRatioQ96(forward, strike);
        assertEq(BlackLib.outOfTheMoney(forward, strike, log, 0), 0, "still");
        uint256 smaller = forward < strike ? forward : strike;
        assertEq(BlackLib.outOfTheMoney(forward, strike, log, 60 * Q96), smaller, "wild");
    }

    function testFuzz_risesWithVolatility(uint256 f, uint256 k, uint256 v, uint256 more) external pure {
        uint256 forward = bound(f, 1e9, 1e30);
        uint256 strike = bound(k, forward / 50 + 1, forward * 50);
        uint256 volatility = bound(v, 0, 6 * Q96);
        uint256 higher = callOf(forward, strike, volatility + bound(more, 0, Q96));
        assertTrue(higher + slack(forward) >= callOf(forward, strike, volatility), "vega");
    }

    function testFuzz_fallsWithTheStrikeByAtMostAsMuch(uint256 f, uint256 k, uint256 v, uint256 more) external pure {
        uint256 forward = bound(f, 1e9, 1e30);
        uint256 strike = bound(k, forward / 50 + 1, forward * 50);
        uint256 step = bound(more, 0, forward);
        uint256 volatility = bound(v, 0, 6 * Q96);
        uint256 near = callOf(forward, strike, volatility);
        uint256 far = callOf(forward, strike + step, volatility);
        assertTrue(far <= near + slack(forward), "falls");
        assertTrue(near <= far + step + slack(forward), "by at most the step");
    }

    function testFuzz_isConvexInTheStrike(uint256 f, uint256 k, uint256 v, uint256 more) external pure {
        uint256 forward = bound(f, 1e9, 1e30);
        uint256 step = bound(more, 1, forward / 60);
        uint256 strike = bound(k, forward / 50 + 1 + step, forward * 50);
        uint256 volatility = bound(v, 0, 6 * Q96);
        uint256 wings = callOf(forward, strike - step, volatility) + callOf(forward, strike + step, volatility);
        assertTrue(wings + 4 * slack(forward) >= 2 * callOf(forward, strike, volatility), "butterfly");
    }

    function testFuzz_risesWithTheForwardByAtMostAsMuch(uint256 f, uint256 k, uint256 v, uint256 more) external pure {
        uint256 forward = bound(f, 1e9, 1e30);
        uint256 strike = bound(k, forward / 50 + 1, forward * 50);
        uint256 step = bound(more, 0, forward);
        uint256 volatility = bound(v, 0, 6 * Q96);
        uint256 low = callOf(forward, strike, volatility);
        uint256 high = callOf(forward + step, strike, volatility);
        assertTrue(low <= high + 2 * slack(forward), "rises");
        assertTrue(high <= low + step + 2 * slack(forward), "by at most the step");
    }

    function testFuzz_risesWithTime(uint128 f, uint128 k, uint32 time, uint32 more) external pure {
        uint128 forward = uint128(bound(f, 1e9, 1e30));
        uint128 strike = uint128(bound(k, forward / 50 + 1, uint256(forward) * 50));
        uint32 earlier = uint32(bound(time, 0, 1e9));
        uint32 later = uint32(earlier + bound(more, 0, 1e9));
        uint256 near = BlackLib.call(forward, strike, earlier, 0.8e18, 0);
        uint256 far = BlackLib.call(forward, strike, later, 0.8e18, 0);
        assertTrue(near <= far + 2 * slack(forward), "calendar");
    }

    function testFuzz_keepsParityBetweenCallAndPut(uint128 f, uint128 k, uint32 time, uint64 annual) external pure {
        uint128 forward = uint128(bound(f, 1, 1e30));
        uint128 strike = uint128(bound(k, 1, 1e30));
        uint64 volatility = uint64(bound(annual, 0, 10e18));
        int256 call = int256(BlackLib.call(forward, strike, time, volatility, 0));
        int256 put = int256(BlackLib.put(forward, strike, time, volatility, 0));
        uint256 larger = forward > strike ? forward : strike;
        assertNear(call - put, int256(uint256(forward)) - int256(uint256(strike)), slack(larger), "parity");
    }

    function testFuzz_theSensitivitiesAreSlopesOfThePrice(uint256 k, uint256 v) external pure {
        uint128 forward = 1000e18;
        uint128 strike = uint128(bound(k, 500e18, 2000e18));
        uint128 volatility = uint128(bound(v, Q96 / 20, Q96));
        (uint256 call, uint256 put, uint256 delta, , uint256 vega, ) = BlackLib.greeks(
            forward,
            strike,
            volatility,
            uint128(Q96),
            1e18,
            0
        );
        assertEq(int256(call) - int256(put), int256(uint256(forward)) - int256(uint256(strike)), "parity");
        uint256 up = callOf(forward + 1e14, strike, volatility);
        uint256 down = callOf(forward - 1e14, strike, volatility);
        assertNear(int256(up - down) * 5e3, int256(delta), 1e9, "delta");
        up = callOf(forward, strike, volatility + Q96 / 1e6);
        down = callOf(forward, strike, volatility - Q96 / 1e6);
        assertNear(int256(up - down) * 5e5, int256(vega), 1e13, "vega");
    }

    function test_givesThePublishedPrices() external pure {
        // Hull, Options, Futures and Other Derivatives, futures put: F = K = 20, r = 9 %, four months, 25 %: 1.1166
        uint256 put = BlackLib.put(20e18, 20e18, 10512000, 0.25e18, 0.09e18);
        assertNear(int256(put), 1.1166e18, 0.0001e18, "Hull");
        // Haug, The Complete Guide to Option Pricing Formulas, table 1-1: F = K = 19, r = 10 %, 9 months, 28 %: 1.7011
        uint256 call = BlackLib.call(19e18, 19e18, 23652000, 0.28e18, 0.1e18);
        assertNear(int256(call), 1.7011e18, 0.00005e18, "Haug");
    }

    function test_refusesAStrikeOfZeroByNameAndPricesAForwardOfZero() external {
        assertEq(this.priceOf(0, 1e18), 0, "a call on nothing");
        vm.expectRevert(ZeroPrice.selector);
        this.priceOf(1e18, 0);
    }
}
