// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Slice} from "../types/Observation.sol";
import {SmileLib} from "./SmileLib.sol";

// How much has the index really moved, and which volatility can therefore not be believed? (RULES C7)

library RealisedLib {
    uint256 private constant YEAR = 365 days;
    uint256 private constant WAD = 1e18;
    /// @dev [s] Returns are taken over this long at least: shorter ones measure how venues differ.
    uint256 internal constant SAMPLE_SECONDS = 10 minutes;
    /// @dev [s] Mean age of what is remembered: half is forgotten in twelve hours.
    uint256 private constant MEMORY_SECONDS = 17 hours;
    /// @dev [1e-6] Annual variance before anything was seen.
    uint256 private constant FIRST_VARIANCE = 1e6;
    uint256 private constant VARIANCE_UNIT = 1e12; // from 1e-6 to 1e18
    /// @dev [1e18] A volatility of up to 100 % and twice the realised one is believed, and down to a quarter of it.
    uint256 private constant MOST_PLUS = 1e18;
    uint256 private constant MOST_TIMES = 2;
    uint256 private constant LEAST_DIVISOR = 4;

    /// @dev Where the last return ended, and what is remembered.
    /// @param time [unix s] Zero before the first. @param price [1e-8] @param variance [1e-6] Annual; zero before the first return.
    struct Sample {
        uint40 time;
        uint64 price;
        uint32 variance;
    }

    /// @dev Takes an agreed price over, once ten minutes have passed: V ← (V·L + r²·year) / (L + Δt), the mean of squared
    ///      returns a second in which each second of the past weighs less by its age. r² = (p₁ − p₀)² / (p₀·p₁), which is
    ///      ln² up to the fourth power.
    function take(Sample memory sample, uint64 price, uint64 time) internal pure {
        if (price == 0 || time < sample.time + SAMPLE_SECONDS) return;
        if (sample.time > 0) {
            uint256 distance = price > sample.price ? price - sample.price : sample.price - price;
            uint256 square = (distance * distance * WAD) / (uint256(price) * sample.price);
            uint256 elapsed = time - sample.time;
            uint256 last = sample.variance == 0 ? FIRST_VARIANCE : sample.variance;
            uint256 sum = last * MEMORY_SECONDS + (square * YEAR) / VARIANCE_UNIT;
            uint256 variance = sum / (MEMORY_SECONDS + elapsed);
            // One is remembered as the least there is: zero says that nothing is known.
            sample.variance = variance > type(uint32).max ? type(uint32).max : uint32(variance > 0 ? variance : 1);
        }
        (sample.time, sample.price) = (uint40(time), price);
    }

    /// @dev Total variances between which a level is believed, `secondsLeft` before expiry. All of them where nothing is known.
    function boundsOf(uint256 variance, uint256 secondsLeft) internal pure returns (uint256 least, uint256 most) {
        if (variance == 0) return (0, type(uint256).max);
        uint256 volatility = Math.sqrt(variance * VARIANCE_UNIT * WAD);
        uint256 high = MOST_PLUS + MOST_TIMES * volatility;
        uint256 low = volatility / LEAST_DIVISOR;
        return ((((low * low) / WAD) * secondsLeft) / YEAR, (((high * high) / WAD) * secondsLeft) / YEAR);
    }

    /// @dev `slices` with their levels held between the bounds, as new ones.
    function bounded(
        Slice[] memory slices,
        uint256 variance,
        uint256 time
    ) internal pure returns (Slice[] memory answer) {
        answer = new Slice[](slices.length);
        for (uint256 i; i < slices.length; ++i) {
            uint256 expiry = slices[i].expiry;
            (uint256 least, uint256 most) = boundsOf(variance, expiry > time ? expiry - time : 0);
            answer[i] = SmileLib.bounded(slices[i], least, most);
        }
    }
}
