// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {MarketLib} from "./pricebook/MarketLib.sol";
import {Price} from "./types/Price.sol";

// How much could reporters who lie together move between longs and shorts? (RULES F2)

library StakeLib {
    uint256 private constant ONE = 1e18;
    uint256 private constant PPM = 1e6;

    /// @notice [1e18 units of account] Most that holders of `openInterest` [1e18 contracts] gain together from a bent index, and
    ///         the others lose. A call or put is worth at most as much more as the index has moved. Rounds up.
    /// @param deviation [1e-6] Step δ of the anchor.
    function atStake(uint256 openInterest, Price index, uint256 deviation) internal pure returns (uint256) {
        return Math.mulDiv(openInterest, index.raw() * reach(deviation), ONE * PPM, Math.Rounding.Ceil);
    }

    /// @notice [1e-6] How far from the truth an index can be that the anchor agrees with: the anchor may lag by δ, and the reporters
    ///         stand δ + 1 % beyond it, on the same side.
    function reach(uint256 deviation) internal pure returns (uint256) {
        return 2 * deviation + MarketLib.TOLERANCE_PPM;
    }
}
