// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SmileLib} from "../../../contracts/pricebook/SmileLib.sol";
import {Slice} from "../../../contracts/types/Observation.sol";
import {Test} from "../Test.sol";

contract SmileLibTest is Test {
    uint256 constant DAY = 1 days;
    uint64 constant START = 1_600_000_000;

    function test_atTheMoneyTheTotalVarianceIsTheta() external pure {
        Slice memory slice = Slice(0, 0.04e18, -0.3e18, 4e18, 0);
        assertNear(int256(SmileLib.totalVariance(slice, 0)), 0.04e18, 1, "theta");
    }

    /// @dev By hand: z = 0.4, root √(0.01 + 0.91) = 0.959166304662543908…, w = 0.02 · (1 − 0.12 + 0.9591663…).
    function test_awayFromTheMoneyItIsTheFormulasValue() external pure {
        Slice memory slice = Slice(0, 0.04e18, -0.3e18, 4e18, 0);
        assertNear(int256(SmileLib.totalVariance(slice, 0.1e18)), 0.036783326093250878e18, 2, "by hand");
    }

    function testFuzz_aSliceIsPackedIntoOneSlotAndComesBack(
        uint32 expiry,
        uint64 theta,
        int32 rho,
        uint96 phi,
        int32 basis
    ) external pure {
        int64 whole = int64(bound(rho, -1e9, 1e9)) * 1e9;
        Slice memory slice = Slice(expiry, theta, whole, phi, basis);
        Slice memory back = SmileLib.unpack(SmileLib.pack(slice));
        assertEq(keccak256(abi.encode(back)), keccak256(abi.encode(slice)), "as it was");
    }

    function test_aHeldLevelStaysFreeOfButterflies() external pure {
        Slice memory slice = Slice(0, 0.04e18, -0.3e18, 8e18, 7);
        assertEq(SmileLib.bounded(slice, 0, 0.01e18).theta, 0.01e18, "held down");
        Slice memory raised = SmileLib.bounded(slice, 0.09e18, 1e18);
        assertEq(raised.theta, 0.09e18, "held up");
        assertTrue(raised.phi <= SmileLib.phiMax(0.09e18, -0.3e18) && raised.phi < 8e18, "and less curved");
        assertEq(
            keccak256(abi.encode(SmileLib.bounded(slice, 0.01e18, 0.09e18))),
            keccak256(abi.encode(slice)),
            "inside"
        );
    }

    function testFuzz_theSliceThroughThreePointsOfASliceIsThatSlice(
        uint256 theta,
        int256 rho,
        uint256 phi
    ) external pure {
        Slice memory slice = _free(theta, rho, phi);
        int256 k = _unit(slice);
        (int256 foundRho, uint256 foundPhi) = SmileLib.through(
            slice.theta,
            SmileLib.totalVariance(slice, -k),
            SmileLib.totalVariance(slice, k),
            k
        );
        Slice memory found = Slice(0, slice.theta, int64(foundRho), uint96(foundPhi), 0);
        for (int256 i = -2; i <= 2; ++i) {
            int256 was = int256(SmileLib.totalVariance(slice, i * k));
            int256 is_ = int256(SmileLib.totalVariance(found, i * k));
            assertNear(is_, was, uint256(slice.theta) / 1e8 + 10, "the same smile");
        }
    }

    /// @dev Gatheral and Jacquier's g(k) ≥ 0, by central differences, where the bound says there is no butterfly.
    function testFuzz_withinTheBoundTheDensityIsNowhereNegative(uint256 theta, int256 rho, int256 k) external pure {
        theta = bound(theta, 0.0001e18, 4e18);
        rho = bound(rho, -0.95e18, 0.95e18);
        Slice memory slice = Slice(0, uint64(theta), int64(rho), uint96(SmileLib.phiMax(theta, rho)), 0);
        int256 unit = _unit(slice);
        k = bound(k, -4 * unit, 4 * unit);
        assertGe(_density(slice, k, unit / 200), -0.002e18, "g(k)");
    }

    function test_beyondTheBoundThereIsAButterfly() external pure {
        Slice memory slice = Slice(0, 0.04e18, -0.7e18, uint96(3 * SmileLib.phiMax(0.04e18, -0.7e18)), 0);
        int256 worst = type(int256).max;
        for (int256 i = -40; i <= 40; ++i) {
            int256 g = _density(slice, (i * 0.2e18) / 10, 0.001e18);
            if (g < worst) worst = g;
        }
        assertLt(worst, 0, "the check is not empty");
    }

    function testFuzz_calendarFreeSlicesNeverCross(
        uint256 theta,
        int256 rho,
        uint256 phi,
        uint256 more,
        int256 turn,
        int256 k
    ) external pure {
        Slice memory near = _free(theta, rho, phi);
        Slice memory far;
        far.theta = uint64(bound(more, near.theta, uint256(near.theta) * 3));
        far.phi = uint96(bound(more >> 8, (uint256(near.phi) * near.theta) / far.theta, near.phi));
        far.rho = int64(bound(turn, int256(near.rho) - 0.05e18, int256(near.rho) + 0.05e18));
        if (!SmileLib.isCalendarFree(near, far)) return;
        k = bound(k, -5e18, 5e18);
        uint256 below = SmileLib.totalVariance(near, k);
        assertGe(int256(SmileLib.totalVariance(far, k) + below / 1e12 + 2), int256(below), "far is above near");
    }

    function test_crossingSlicesAreNotCalendarFree() external pure {
        Slice memory near = Slice(0, 0.04e18, -0.5e18, 4e18, 0);
        assertFalse(SmileLib.isCalendarFree(near, Slice(0, 0.039e18, -0.5e18, 4e18, 0)), "less variance");
        assertFalse(SmileLib.isCalendarFree(near, Slice(0, 0.041e18, 0.5e18, 3.9e18, 0)), "a lower left wing");
        assertFalse(SmileLib.isCalendarFree(near, Slice(0, 0.05e18, -0.5e18, 4.1e18, 0)), "not known to be free");
        assertTrue(SmileLib.isCalendarFree(near, Slice(0, 0.05e18, -0.5e18, 4e18, 0)), "free");
    }

    // ---- time -----------------------------------------------------------------------------------------------

    function test_volatilityStandsStillWhileTimePasses() external pure {
        Slice[] memory slices = _surface();
        Slice memory half = SmileLib.smileAt(slices, START, START + 5 * DAY, slices[0].expiry);
        assertEq(half.theta, slices[0].theta / 2, "half the time, half the variance");
        assertEq(half.phi, slices[0].phi, "same curvature in k");
        Slice memory over = SmileLib.smileAt(slices, START, slices[0].expiry, slices[0].expiry);
        assertEq(over.theta, 0, "nothing is left at expiry");
    }

    function test_betweenExpiriesTotalVarianceIsLinearInTime() external pure {
        Slice[] memory slices = _surface();
        Slice memory middle = SmileLib.smileAt(slices, START, START, uint32(START + 20 * DAY));
        assertNear(int256(uint256(middle.theta)), 0.03e18, 2, "half way");
        Slice memory edge = SmileLib.smileAt(slices, START, START, slices[1].expiry);
        assertEq(edge.theta, slices[1].theta, "the slice itself");
    }

    function test_outsideTheExpiriesVolatilityIsFlat() external pure {
        Slice[] memory slices = _surface();
        assertEq(SmileLib.smileAt(slices, START, START, uint32(START + DAY)).theta, 0.002e18, "before the first");
        assertEq(SmileLib.smileAt(slices, START, START, uint32(START + 60 * DAY)).theta, 0.08e18, "after the last");
        // The first has expired: what is left hangs on the second.
        uint64 time = uint64(START + 20 * DAY);
        uint64 theta = SmileLib.smileAt(slices, START, time, uint32(START + 25 * DAY)).theta;
        assertEq(theta, uint256(0.04e18) / 6, "a sixth of its time");
    }

    function testFuzz_theInterpolatedSurfaceStaysFreeOfArbitrage(
        uint256 first,
        uint256 second,
        uint256 time,
        int256 turn
    ) external pure {
        Slice[] memory slices = _surface();
        slices[0].rho = int64(bound(turn, -0.4e18, 0.1e18));
        if (!SmileLib.isCalendarFree(slices[0], slices[1])) return;
        time = bound(time, START, START + 29 * DAY);
        first = bound(first, time + 3_600, START + 80 * DAY);
        second = bound(second, first, START + 90 * DAY);
        Slice memory near = SmileLib.smileAt(slices, START, time, uint32(first));
        Slice memory far = SmileLib.smileAt(slices, START, time, uint32(second));
        for (int256 i = -3; i <= 3; ++i) {
            uint256 below = SmileLib.totalVariance(near, i * _unit(far));
            uint256 above = SmileLib.totalVariance(far, i * _unit(far));
            assertGe(int256(above + below / 1e9 + 2), int256(below), "calendar");
        }
        assertTrue(far.phi <= SmileLib.phiMax(far.theta, far.rho) + 1e6, "butterfly");
    }

    function testFuzz_noSurfaceAndNoTimeRevertsARead(
        uint64[3] calldata thetas,
        int64[3] calldata rhos,
        uint96[3] calldata phis,
        uint32[3] calldata gaps,
        uint32 passed,
        uint32 expiry
    ) external pure {
        Slice[] memory slices = new Slice[](3);
        uint32 last = uint32(START);
        for (uint256 i; i < 3; ++i) {
            last += 1 + (gaps[i] >> 3);
            slices[i] = Slice(last, thetas[i] | 1, int64(bound(rhos[i], -0.99e18, 0.99e18)), phis[i], 0);
        }
        SmileLib.smileAt(slices, START, uint256(START) + passed, expiry);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _surface() private pure returns (Slice[] memory slices) {
        slices = new Slice[](2);
        slices[0] = Slice(uint32(START + 10 * DAY), 0.02e18, -0.2e18, 6e18, 0);
        slices[1] = Slice(uint32(START + 30 * DAY), 0.04e18, -0.2e18, 4.5e18, 0);
    }

    /// @dev √θ: one deviation.
    function _unit(Slice memory slice) private pure returns (int256) {
        return int256(Math.sqrt(uint256(slice.theta) * 1e18));
    }

    /// @dev A slice of the kind markets quote, free of butterflies.
    function _free(uint256 theta, int256 rho, uint256 phi) private pure returns (Slice memory) {
        theta = bound(theta, 0.0001e18, 4e18);
        rho = bound(rho, -0.9e18, 0.9e18);
        uint256 most = SmileLib.phiMax(theta, rho);
        return Slice(0, uint64(theta), int64(rho), uint96(bound(phi, most / 50, most)), 0);
    }

    /// @dev g(k) = (1 − k w′/2w)² − w′²/4·(1/w + 1/4) + w″/2.
    function _density(Slice memory slice, int256 k, int256 h) private pure returns (int256) {
        int256 w = int256(SmileLib.totalVariance(slice, k));
        int256 up = int256(SmileLib.totalVariance(slice, k + h));
        int256 down = int256(SmileLib.totalVariance(slice, k - h));
        int256 d1 = ((up - down) * 1e18) / (2 * h);
        int256 d2 = ((((up - 2 * w + down) * 1e18) / h) * 1e18) / h;
        int256 first = 1e18 - (k * d1) / (2 * w);
        return (first * first) / 1e18 - (((d1 * d1) / 4e18) * (1e36 / w + 0.25e18)) / 1e18 + d2 / 2;
    }
}
