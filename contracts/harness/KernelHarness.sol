// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpLib} from "../math/ExpLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SqrtLib} from "../math/SqrtLib.sol";
import {NormalLib} from "../math/NormalLib.sol";
import {BlackLib} from "../math/BlackLib.sol";
import {ImpliedLib} from "../math/ImpliedLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";

// What does the kernel answer?

/// @dev Opens the internal functions, many inputs a call, for the differential test.
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

    function sqrtQ96(uint160[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = SqrtLib.sqrtQ96(x[i]);
    }

    function sqrtWad(uint128[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = SqrtLib.sqrtWad(x[i]);
    }

    function cdfWad(int256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = NormalLib.cdfWad(x[i]);
    }

    function cdfQ96(int256[] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = NormalLib.cdfQ96(x[i]);
    }

    struct Option {
        uint128 forward;
        uint128 strike;
        uint32 secondsLeft;
        uint64 annual;
        uint128 volatility;
        uint128 rootTime;
        uint64 discount;
        int64 rate;
    }

    /// @dev Call and put one by one, then together.
    function prices(Option[] calldata x) external pure returns (uint256[4][] memory results) {
        results = new uint256[4][](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            Option calldata o = x[i];
            results[i][0] = BlackLib.call(o.forward, o.strike, o.secondsLeft, o.annual, o.rate);
            results[i][1] = BlackLib.put(o.forward, o.strike, o.secondsLeft, o.annual, o.rate);
            (results[i][2], results[i][3]) = BlackLib.callAndPut(o.forward, o.strike, o.annual, o.rootTime, o.discount);
        }
    }

    /// @dev Call, put, delta, gamma, vega, theta.
    function greeks(Option[] calldata x) external pure returns (int256[6][] memory results) {
        results = new int256[6][](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = _greeks(x[i]);
    }

    function _greeks(Option calldata o) private pure returns (int256[6] memory r) {
        (uint256 call, uint256 put, uint256 delta, uint256 gamma, uint256 vega, int256 theta) = BlackLib.greeks(
            o.forward,
            o.strike,
            o.volatility,
            o.rootTime,
            o.discount,
            o.rate
        );
        return [int256(call), int256(put), int256(delta), int256(gamma), int256(vega), theta];
    }

    /// @dev Rows of forward, strike, value.
    function impliedTotalVolatility(uint256[3][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i] = ImpliedLib.impliedTotalVolatility(x[i][0], x[i][1], x[i][2]);
        }
    }

    /// @dev Rows of log and total volatility.
    function digital(int256[2][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = BlackLib.digital(x[i][0], uint256(x[i][1]));
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
