// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginParameters} from "../types/Margin.sol";
import {ExpiryMark, Observed} from "../types/Marks.sol";

/// @title What could the digitals, barriers and averages of one expiry lose?
/// @notice The part of the risk function that few accounts need, in a contract of its own for its size. Remembers nothing.
/// @custom:source docs/METHODOLOGY.md#margin
interface IExoticRisk {
    /// @param words Sorted positions of one expiry, plain ones too: `series << 128 | size`.
    /// @param observed Of its path-dependent series. @param spot [1e18] The candidate price.
    /// @param grid Words of NumbersLib: the scenarios to look at. @param nodes The whole grid, for the gap charge.
    /// @param charges Which to look at, as a witness names them.
    struct Query {
        uint256[] words;
        Observed[] observed;
        ExpiryMark mark;
        uint256 spot;
        uint256[] grid;
        uint256[] nodes;
        uint8 charges;
        MarginParameters parameters;
    }

    /// @dev All with 36 decimals.
    /// @param values Of digital, barrier and Asian kinds: now, in every scenario, under the basis shocks; once expired, now alone.
    /// @param rounding What the present value is to be lowered by. @param gap The gap charge of the whole expiry.
    /// @param digitals Short digitals. @param shorts Other shorts of these kinds.
    struct Answer {
        int256[] values;
        uint256 rounding;
        uint256 gap;
        uint256 digitals;
        uint256 shorts;
    }

    function answer(Query calldata query) external pure returns (Answer memory);
}
