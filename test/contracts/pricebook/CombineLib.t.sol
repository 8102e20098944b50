// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CombineLib} from "../../../contracts/pricebook/CombineLib.sol";
import {SmileLib} from "../../../contracts/pricebook/SmileLib.sol";
import {ButterflyArbitrage, SmileOutsideReports} from "../../../contracts/types/Errors.sol";
import {Slice} from "../../../contracts/types/Observation.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract CombineLibTest is Test {
    uint32 private constant EXPIRY = 1_600_000_000;
    /// @dev [1e18] As the library has it, of a variance.
    uint256 private constant TOLERANCE = 0.04e18;

    function test_whatTwoOfThreeSayAlikeIsTheSmileWhateverTheThirdSays() public view {
        Slice memory honest = _slice(0.04e18, -0.3e18, 4e18);
        for (uint64 i = 1; i <= 6; ++i) {
            Slice memory smile = this.combine(_three(honest, honest, _slice(0.01e18 * i, 0.99e18, 30e18)), 1);
            assertEq(smile.theta, honest.theta, "level");
            assertNear(smile.rho, honest.rho, 1e10, "skew");
            assertNear(int256(uint256(smile.phi)), int256(uint256(honest.phi)), 1e11, "curvature");
        }
    }

    /// @dev Two who differ in shape; the liar has the one's level at the money and to the left and the other's to the right.
    function test_aSmileThatTheReportersDoNotExplainIsRefusedByName() public {
        Slice memory steep = _slice(0.04e18, -0.3e18, 5e18);
        Slice memory flat = _slice(0.043e18, 0.2e18, 3e18);
        vm.expectPartialRevert(SmileOutsideReports.selector);
        this.combine(_three(steep, flat, _slice(0.044e18, -0.9e18, 4e18)), 1);
        this.combine(_three(steep, flat, _slice(0.041e18, -0.9e18, 9e18)), 1);
    }

    function test_levelsAloneMayBeFarApart() public view {
        Slice memory low = _slice(0.02e18, -0.3e18, 4e18);
        Slice memory middle = _slice(0.04e18, -0.3e18, 4e18);
        assertEq(
            this.combine(_three(low, middle, _slice(0.08e18, -0.3e18, 4e18)), 1).theta,
            middle.theta,
            "the middle one"
        );
    }

    function test_whereButterflyFailsPhiIsReducedAndTheSmileLiesLowerByThat() public view {
        Slice memory steep = _slice(0.02e18, -0.2e18, 40e18);
        Slice memory smile = this.combine(_three(steep, steep, steep), 1);
        assertEq(smile.phi, SmileLib.phiMax(smile.theta, smile.rho), "at the bound");
        int256 half = int256(Math.sqrt(uint256(smile.theta) * 1e18)) / 2;
        uint256 least = (SmileLib.totalVariance(steep, half) * (1e18 - TOLERANCE)) / 1e18;
        assertLt(int256(SmileLib.totalVariance(smile, half)), int256(least), "lower than the tolerance allows");
    }

    function test_levelsThatNoSmileGoesThroughAreRefused() public {
        // At the money as high as the one and to the right as low as the other, by way of a third.
        Slice[] memory said = _three(
            _slice(0.06e18, 0, 1e15),
            _slice(0.03e18, 0, 1e15),
            _slice(0.06e18, -0.9e18, 3.67e18)
        );
        vm.expectRevert(abi.encodeWithSelector(ButterflyArbitrage.selector, EXPIRY));
        this.combine(said, 1);
    }

    /// @dev f liars say anything; of what is taken every one of the five points lies between what the honest say there.
    function testFuzz_liarsMoveNoSmileFurtherThanTheToleranceOutOfTheHonestRange(
        uint256[7] calldata drawn,
        uint256 count,
        bool areTwo
    ) public view {
        uint256 liars = areTwo ? 2 : 1;
        Slice[] memory said = _drawn(drawn, bound(count, 2 * liars + 1, 7), liars, 0.2e18);
        try this.combine(said, liars) returns (Slice memory smile) {
            _requireHonest(smile, said, liars);
        } catch {} // what is refused moves nothing
    }

    /// @dev Honest levels, skews and curvatures a few thousandths apart.
    function testFuzz_whereTheHonestAgreeNoLiarHasThemRefused(
        uint256[7] calldata drawn,
        uint256 count,
        bool areTwo
    ) public view {
        uint256 liars = areTwo ? 2 : 1;
        Slice[] memory said = _drawn(drawn, bound(count, 2 * liars + 1, 7), liars, 0.003e18);
        _requireHonest(this.combine(said, liars), said, liars);
    }

    // ---- inside -----------------------------------------------------------------------------------------------

    function combine(Slice[] memory said, uint256 faultTolerance) external pure returns (Slice memory) {
        return CombineLib.combined(said, faultTolerance);
    }

    /// @dev Liars come first. The honest lie `apart` [1e18] around one smile that is drawn too.
    function _drawn(
        uint256[7] calldata drawn,
        uint256 count,
        uint256 liars,
        uint256 apart
    ) private pure returns (Slice[] memory said) {
        uint256 seed = uint256(keccak256(abi.encode(drawn)));
        uint256 theta = bound(seed & type(uint64).max, 0.001e18, 0.2e18);
        int256 rho = bound(int256((seed >> 64) & type(uint64).max), -0.7e18, 0.5e18);
        uint256 shape = bound((seed >> 128) & type(uint64).max, 0.5e18, 1.3e18);
        said = new Slice[](count);
        for (uint256 r; r < count; ++r) {
            uint256 bits = drawn[r];
            if (r < liars) {
                said[r] = _slice(
                    uint64(bits) | 1,
                    int64(bound(int256(bits >> 64), -0.99e18, 0.99e18)),
                    uint96(bits >> 160) | 1
                );
                continue;
            }
            uint256 level = (theta * _near(bits, apart)) / 1e18;
            uint256 phi = (shape * _near(bits >> 64, apart)) / Math.sqrt(theta * 1e18);
            said[r] = _slice(uint64(level), int64(rho + int256(_near(bits >> 128, apart)) - 1e18), uint96(phi));
        }
    }

    /// @dev [1e18] Around one.
    function _near(uint256 bits, uint256 apart) private pure returns (uint256) {
        return 1e18 - apart + ((bits & type(uint64).max) % (2 * apart + 1));
    }

    function _requireHonest(Slice memory smile, Slice[] memory said, uint256 liars) private pure {
        int256 unit = int256(Math.sqrt(uint256(smile.theta) * 1e18));
        bool isReduced = smile.phi == SmileLib.phiMax(smile.theta, smile.rho);
        for (int256 i = -2; i <= 2; ++i) {
            int256 k = (i * unit) / 2;
            uint256 low = type(uint256).max;
            uint256 high;
            for (uint256 r = liars; r < said.length; ++r) {
                uint256 w = SmileLib.totalVariance(said[r], k);
                (low, high) = (w < low ? w : low, w > high ? w : high);
            }
            uint256 variance = SmileLib.totalVariance(smile, k);
            // At the medians only ρ in its steps and the rounding of the roots are left.
            uint256 share = i % 2 == 0 ? 1e10 : TOLERANCE;
            assertTrue(variance <= high + (high * share) / 1e18 + 10, "not above the honest");
            assertTrue(isReduced || variance + (low * share) / 1e18 + 10 >= low, "not below the honest");
        }
    }

    function _slice(uint64 theta, int64 rho, uint96 phi) private pure returns (Slice memory) {
        return Slice(EXPIRY, theta, rho, phi, 0);
    }

    function _three(Slice memory a, Slice memory b, Slice memory c) private pure returns (Slice[] memory said) {
        said = new Slice[](3);
        (said[0], said[1], said[2]) = (a, b, c);
    }
}
