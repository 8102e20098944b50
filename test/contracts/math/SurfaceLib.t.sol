// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SurfaceLib} from "../../../contracts/math/SurfaceLib.sol";
import {Test} from "../Test.sol";

/// Is the smile one?
contract SurfaceLibTest is Test {
    uint256 private constant Q96 = 1 << 96;

    function testFuzz_isThetaAtTheMoney(uint256 theta, uint256 rho, uint256 phi) external pure {
        theta = bound(theta, 1e9, 16e18);
        int256 r = int256(bound(rho, 0, 2e18)) - 1e18;
        uint256 variance = SurfaceLib.totalVarianceQ96(theta, r, bound(phi, 0, 18e18), 0);
        assertNear(int256(variance), int256((theta * Q96) / 1e18), Q96 / 1e26, "w(0)");
    }

    function testFuzz_isConvexAndNeverNegative(uint256 theta, uint256 rho, uint256 phi, uint256 k) external pure {
        theta = bound(theta, 1e12, 4e18);
        phi = bound(phi, 0, 18e18);
        int256 r = int256(bound(rho, 0, 1.98e18)) - 0.99e18;
        int256 middle = int256(bound(k, 0, 4 * Q96)) - int256(2 * Q96);
        int256 step = int256(Q96 / 8);
        uint256 left = SurfaceLib.totalVarianceQ96(theta, r, phi, middle - step);
        uint256 right = SurfaceLib.totalVarianceQ96(theta, r, phi, middle + step);
        uint256 here = SurfaceLib.totalVarianceQ96(theta, r, phi, middle);
        assertTrue(left + right + Q96 / 1e20 >= 2 * here, "convex");
        assertTrue(here > 0 && here < 1 << 128, "positive");
    }

    function testFuzz_theVolatilityIsTheRootOfTheVariance(uint256 theta, uint256 k) external pure {
        theta = bound(theta, 1e9, 4e18);
        int256 at = int256(bound(k, 0, 4 * Q96)) - int256(2 * Q96);
        uint256 volatility = SurfaceLib.totalVolatilityQ96(theta, -0.3e18, 1.5e18, at);
        uint256 variance = SurfaceLib.totalVarianceQ96(theta, -0.3e18, 1.5e18, at);
        assertNear(int256((volatility * volatility) >> 96), int256(variance), variance / 1e22 + 4, "square");
    }

    function testFuzz_theSlopeIsThatOfTheVolatility(uint256 theta, uint256 rho, uint256 phi, uint256 k) external pure {
        theta = bound(theta, 1e14, 4e18);
        phi = bound(phi, 0, 4e18);
        int256 r = int256(bound(rho, 0, 1.9e18)) - 0.95e18;
        int256 at = int256(bound(k, 0, 2 * Q96)) - int256(Q96);
        int256 step = int256(Q96 / 1e6);
        uint256 right = SurfaceLib.totalVolatilityQ96(theta, r, phi, at + step);
        uint256 left = SurfaceLib.totalVolatilityQ96(theta, r, phi, at - step);
        uint256 here = SurfaceLib.totalVolatilityQ96(theta, r, phi, at);
        int256 slope = SurfaceLib.volatilitySlopeQ96(theta, r, phi, at, here);
        assertNear(slope, ((int256(right) - int256(left)) * 1e6) / 2, Q96 / 1e7, "dv/dk");
    }

    function test_theSlopeIsBoundedWhereTheVolatilityIsNothing() external pure {
        int256 most = int256(16 * Q96);
        assertEq(SurfaceLib.volatilitySlopeQ96(16e18, 1e18, 18e18, int256(Q96), 0), most, "up");
        assertEq(SurfaceLib.volatilitySlopeQ96(16e18, -1e18, 18e18, -int256(Q96), 0), -most, "down");
        assertEq(SurfaceLib.volatilitySlopeQ96(16e18, 1e18, 1e18, -int256(2 * Q96), 0), 0, "a wing that lies flat");
    }
}
