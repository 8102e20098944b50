// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AuctionLib} from "../../../contracts/liquidation/AuctionLib.sol";
import {Cost, Exposure, ExposureLib} from "../../../contracts/liquidation/ExposureLib.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract ExposureLibTest is Test {
    using ExposureLib for Exposure;
    using ExposureLib for Cost;

    uint256 private constant START = 1_600_000_020; // a full minute
    Exposure private exposure;
    mapping(uint256 auction => Cost) private costs;

    function setUp() public {
        vm.warp(START);
    }

    /// @dev Whatever was reckoned before, and in whatever order.
    function testFuzz_theSumsAreThoseOfWhatWasReckonedLast(
        int256[6] memory equities,
        uint256[6] memory margins
    ) public {
        int256 deficits = 0;
        int256 brake = 0;
        for (uint256 i = 0; i < 6; ++i) {
            exposure.reckon(costs[i % 3], Cash.wrap(_equity(equities[i])), Cash.wrap(_margin(margins[i])), 0);
            if (i < 3) continue;
            int256 equity = _equity(equities[i]);
            if (equity < 0) deficits -= equity;
            brake += AuctionLib.brakeOf(Cash.wrap(equity), Cash.wrap(_margin(margins[i]))).raw();
        }
        _requireSums(deficits, brake);
        for (uint256 i = 0; i < 3; ++i) exposure.forget(costs[i]);
        _requireSums(0, 0);
        assertEq(exposure.counted, 0, "none is left");
    }

    function testFuzz_dustIsASmallPartOfTheFundAloneAndTogether(uint256[8] memory margins, uint256 backing) public {
        backing = bound(backing, 1e18, 1e30);
        for (uint256 i = 0; i < 8; ++i) {
            uint256 asked = bound(margins[i], 0, backing / 5_000);
            exposure.reckon(costs[i], Cash.wrap(0), Cash.wrap(int256(asked)), backing);
            if (costs[i].isDust()) assertLt(int256(asked * 10_000), int256(backing), "alone");
        }
        assertLt(int256(uint256(exposure.hidden) * 100), int256(backing), "together");
        if (exposure.hidden == 0) return;
        (, Cash brake, ) = exposure.sumsOf(uint256(exposure.hidden) * 100 - 1);
        assertGe(brake.raw(), int256(uint256(exposure.hidden)), "beside a smaller fund it is hidden no more");
    }

    function test_whatWasReckonedIsKnownInItsMinuteAndTheNext() public {
        exposure.reckon(costs[0], Cash.wrap(-1e18), Cash.wrap(1e18), 0);
        vm.warp(START + 119);
        assertTrue(_isKnown(), "the next minute");
        vm.warp(START + 120);
        assertTrue(!_isKnown(), "and no longer");
        exposure.reckon(costs[0], Cash.wrap(-1e18), Cash.wrap(1e18), 0);
        assertTrue(_isKnown(), "reckoned anew");
    }

    function test_sixtyAuctionsAllowOneMinuteMoreAndAnyNumberFifteen() public {
        for (uint256 i = 0; i < 60; ++i) exposure.reckon(costs[i], Cash.wrap(-1), Cash.wrap(1), 0);
        vm.warp(START + 179);
        assertTrue(_isKnown(), "two minutes after its own");
        vm.warp(START + 180);
        assertTrue(!_isKnown(), "and no longer");
        for (uint256 i = 0; i < 1_200; ++i) exposure.reckon(costs[i], Cash.wrap(-1), Cash.wrap(1), 0);
        vm.warp(START + 180 + 15 minutes + 59);
        assertTrue(_isKnown(), "a quarter of an hour after its own");
        vm.warp(START + 180 + 16 minutes);
        assertTrue(!_isKnown(), "and no longer");
    }

    function test_whatIsBeyondEveryMeasureCountsAsTheMost() public {
        exposure.reckon(costs[0], Cash.wrap(-int256(1) << 200), Cash.wrap(int256(1) << 200), 1e18);
        (Cash deficits, Cash brake, ) = exposure.sumsOf(1e18);
        assertEq(deficits.raw(), int256(uint256(type(uint112).max)), "deficit");
        assertEq(brake.raw(), int256(uint256(type(uint112).max)), "worst case");
    }

    function _isKnown() private view returns (bool isKnown) {
        (, , isKnown) = exposure.sumsOf(0);
    }

    function _requireSums(int256 deficits, int256 brake) private view {
        (Cash its, Cash worst, bool isKnown) = exposure.sumsOf(0);
        assertEq(its.raw(), deficits, "deficits");
        assertEq(worst.raw(), brake, "brake");
        assertTrue(isKnown, "known");
    }

    function _equity(int256 drawn) private pure returns (int256) {
        return drawn % 1e30;
    }

    function _margin(uint256 drawn) private pure returns (int256) {
        return int256(drawn % 1e30);
    }
}
