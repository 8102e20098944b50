// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpLib} from "../math/ExpLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SqrtLib} from "../math/SqrtLib.sol";
import {NormalLib} from "../math/NormalLib.sol";
import {BlackLib} from "../math/BlackLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";

/// @dev What does the kernel answer? Opens the internal functions, many inputs a call, for the differential test.
contract KernelHarness {
    function expQ96(int256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = ExpLib.expQ96(x[i]);
    }

    function expWad(int256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = ExpLib.expWad(x[i]);
    }

    function lnWad(uint256[] calldata x) external pure returns (int256[] memory results) {
        results = new int256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = LnLib.lnWad(x[i]);
    }

    function lnRatioQ96(uint256[2][] calldata x) external pure returns (int256[] memory results) {
        results = new int256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = LnLib.lnRatioQ96(x[i][0], x[i][1]);
    }

    function sqrtQ96(uint256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = SqrtLib.sqrtQ96(x[i]);
    }

    function sqrtWad(uint256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = SqrtLib.sqrtWad(x[i]);
    }

    function cdfWad(int256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = NormalLib.cdfWad(x[i]);
    }

    /// @dev Rows of forward, strike, total volatility.
    function outOfTheMoney(uint256[3][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i] = BlackLib.outOfTheMoney(x[i][0], x[i][1], LnLib.lnRatioQ96(x[i][0], x[i][1]), x[i][2]);
        }
    }

    /// @dev Rows of theta, rho, phi, k.
    function totalVolatilityQ96(int256[4][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i] = SurfaceLib.totalVolatilityQ96(uint256(x[i][0]), x[i][1], uint256(x[i][2]), x[i][3]);
        }
    }

    function totalVarianceQ96(int256[4][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i] = SurfaceLib.totalVarianceQ96(uint256(x[i][0]), x[i][1], uint256(x[i][2]), x[i][3]);
        }
    }
}
