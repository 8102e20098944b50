// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExoticLib} from "../math/ExoticLib.sol";
import {OptionKind} from "../types/OptionKind.sol";

// What are path-dependent options worth to the contracts?

/// @dev Opens the internal functions, many inputs a call, for the differential test.
contract ExoticHarness {
    /// @dev Every barrier kind, in order, for one market.
    function barrierValues(ExoticLib.Barrier[] calldata x) external pure returns (uint256[8][] memory results) {
        results = new uint256[8][](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            for (uint8 k = 0; k < 8; ++k) {
                OptionKind kind = OptionKind(uint8(OptionKind.DOWN_OUT_CALL) + k);
                results[i][k] = ExoticLib.barrierValue(kind, x[i]);
            }
        }
    }

    /// @dev Rows of barrier, volatility, interval, seconds left: up, then down.
    function monitoredAt(uint256[4][] calldata x) external pure returns (uint256[2][] memory results) {
        results = new uint256[2][](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i][0] = ExoticLib.monitoredAt(x[i][0], true, x[i][1], x[i][2], x[i][3]);
            results[i][1] = ExoticLib.monitoredAt(x[i][0], false, x[i][1], x[i][2], x[i][3]);
        }
    }

    /// @dev Rows of variance before the window and inside it.
    function averageVolatilityQ96(uint256[2][] calldata x) external pure returns (uint256[] memory results) {
        results = new uint256[](x.length);
        for (uint256 i = 0; i < x.length; ++i) results[i] = ExoticLib.averageVolatilityQ96(x[i][0], x[i][1]);
    }

    /// @dev Rows of forward, strike, elapsed share, average so far, volatility: call, then put.
    function averageValue(uint256[5][] calldata x) external pure returns (uint256[2][] memory results) {
        results = new uint256[2][](x.length);
        for (uint256 i = 0; i < x.length; ++i) {
            results[i][0] = ExoticLib.averageValue(true, x[i][0], x[i][1], x[i][2], x[i][3], x[i][4]);
            results[i][1] = ExoticLib.averageValue(false, x[i][0], x[i][1], x[i][2], x[i][3], x[i][4]);
        }
    }
}
