// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExoticLib} from "../../../contracts/math/ExoticLib.sol";
import {BlackLib} from "../../../contracts/math/BlackLib.sol";
import {LnLib} from "../../../contracts/math/LnLib.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {NotABarrier} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// Do the parts of an option add up to it?
contract ExoticLibTest is Test {
    uint256 private constant Q96 = 1 << 96;

    function barrierValue(OptionKind kind) external pure returns (uint256) {
        return ExoticLib.barrierValue(kind, ExoticLib.Barrier(1e18, 1e18, 1e18, 2e18, Q96));
    }

    function marketOf(uint256 f, uint256 k, uint256 h, uint256 v) private pure returns (ExoticLib.Barrier memory) {
        uint256 spot = 1000e18;
        return
            ExoticLib.Barrier(
                spot,
                bound(f, 0.9e21, 1.1e21),
                bound(k, 5e20, 2e21),
                bound(h, 5e20, 2e21),
                bound(v, 0, Q96)
            );
    }

    function testFuzz_knockedInAndOutMakeTheVanilla(
        uint8 pick,
        uint256 f,
        uint256 k,
        uint256 h,
        uint256 v
    ) external pure {
        ExoticLib.Barrier memory o = marketOf(f, k, h, v);
        uint8 outKind = uint8([4, 5, 8, 9][pick % 4]);
        uint256 whole =
            ExoticLib.barrierValue(OptionKind(outKind), o) + ExoticLib.barrierValue(OptionKind(outKind + 2), o);
        uint256 value = BlackLib.outOfTheMoney(
            o.forward,
            o.strike,
            LnLib.lnRatioQ96(o.forward, o.strike),
            o.volatility
        );
        (uint256 call, uint256 put) = BlackLib.bothOf(value, o.forward, o.strike);
        assertEq(whole, outKind % 2 == 0 ? call : put, "in + out");
    }

    function testFuzz_aFartherBarrierKnocksOutLess(
        uint256 f,
        uint256 k,
        uint256 h,
        uint256 v,
        uint256 more
    ) external pure {
        ExoticLib.Barrier memory o = marketOf(f, k, h, bound(v, Q96 / 50, Q96));
        uint256 near = ExoticLib.barrierValue(OptionKind.UP_OUT_CALL, o);
        o.barrier += bound(more, 0, 1e21);
        assertTrue(ExoticLib.barrierValue(OptionKind.UP_OUT_CALL, o) + 1e6 >= near, "farther");
    }

    function testFuzz_anAverageMovesLessThanItsEnd(uint256 before, uint256 inside) external pure {
        before = bound(before, 0, Q96);
        inside = bound(inside, 0, Q96);
        uint256 variance = ExoticLib.averageVolatilityQ96(before, inside);
        variance = (variance * variance) >> 96;
        assertTrue(variance + (before + inside) / 1e20 + 8 >= before + inside / 3, "more than a third of the window");
        assertTrue(variance <= before + inside + (before + inside) / 1e20 + 8, "less than all of it");
    }

    function test_refusesKindsWithoutABarrierByName() external {
        vm.expectRevert(abi.encodeWithSelector(NotABarrier.selector, uint8(OptionKind.CALL)));
        this.barrierValue(OptionKind.CALL);
        vm.expectRevert(abi.encodeWithSelector(NotABarrier.selector, uint8(OptionKind.ASIAN_PUT)));
        this.barrierValue(OptionKind.ASIAN_PUT);
    }

    function testFuzz_aDigitalIsTheSlopeOfTheCallAlongTheSmile(uint256 k, uint256 v, uint256 slope) external pure {
        uint256 forward = 1000e18;
        uint256 strike = bound(k, 5e20, 2e21);
        uint256 volatility = bound(v, Q96 / 20, Q96);
        int256 lean = int256(bound(slope, 0, Q96 / 5)) - int256(Q96 / 10);
        uint256 step = strike / 1e6;
        uint256 less = callOf(forward, strike - step, volatility, -lean / 1e6);
        uint256 more = callOf(forward, strike + step, volatility, lean / 1e6);
        uint256 digital = ExoticLib.digitalValue(LnLib.lnRatioQ96(forward, strike), volatility, lean);
        int256 steep = ((int256(less) - int256(more)) * 1e18) / int256(2 * step);
        if (steep > 0 && steep < 1e18) assertNear(int256(digital), steep, 1e9, "-dC/dK");
    }

    function testFuzz_aDigitalIsWorthFromNothingToOne(int256 log, uint256 v, int256 slope) external pure {
        log = int256(bound(uint256(log), 0, 176 * Q96)) - int256(88 * Q96);
        int256 most = int256(16 * Q96);
        slope = int256(bound(uint256(slope), 0, 32 * Q96)) - most;
        assertTrue(ExoticLib.digitalValue(log, bound(v, 0, 32 * Q96), slope) <= 1e18, "at most one");
    }

    function callOf(
        uint256 forward,
        uint256 strike,
        uint256 volatility,
        int256 moved
    ) private pure returns (uint256 call) {
        uint256 there = uint256(int256(volatility) + moved);
        uint256 value = BlackLib.outOfTheMoney(forward, strike, LnLib.lnRatioQ96(forward, strike), there);
        (call, ) = BlackLib.bothOf(value, forward, strike);
    }
}
