// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {OptionKind} from "./types/OptionKind.sol";
import {Price} from "./types/Price.sol";
import {BARRIER_ONE, SeriesId, STRIKE_STEP} from "./types/SeriesId.sol";

// Which series may be opened now? Arithmetic, not a registry (RULES A6).

library ListingLib {
    uint256 private constant DAY = 1 days;
    uint256 private constant EXPIRY_TIME = 8 hours; // of the day, UTC
    uint256 private constant LEAST_LIFE = 2 hours;
    uint256 private constant DAILY_WITHIN = 7 days;
    uint256 private constant WEEKLY_WITHIN = 8 weeks;
    uint256 private constant MONTHLY_WITHIN = 366 days;
    uint256 private constant BARRIER_TICK = BARRIER_ONE / 100; // a hundredth of the strike
    uint256 private constant MOST_WINDOW_HOURS = 7 * 24; // what the price book can average
    uint256 private constant TICKS_PER_DECADE = 20; // from 100 to 1000 the tick is 5

    /// @notice Whether a position in `series` may be opened at `time` with the index at `spot`, which stands for the forward.
    function isOpenable(SeriesId series, uint256 time, Price spot) internal pure returns (bool) {
        return
            isWellFormed(series) &&
            series.expiry() >= time + LEAST_LIFE + averagingSeconds(series) &&
            isOnCalendar(series.expiry(), time) &&
            isOnTick(series.strike()) &&
            isInRange(series.strike(), spot) &&
            (!series.kind().isBarrier() || isBarrierAhead(series, spot));
    }

    /// @notice Whether the field means something to the kind: a window of hours, a barrier that can matter, else nothing.
    function isWellFormed(SeriesId series) internal pure returns (bool) {
        (OptionKind kind, uint24 field) = (series.kind(), series.field());
        if (kind.isAsian()) return field >= 1 && field <= MOST_WINDOW_HOURS;
        if (!kind.isBarrier()) return field == 0;
        if (field % BARRIER_TICK != 0) return false;
        // An up barrier at or below a call's strike is passed wherever the call pays; a put's likewise.
        if (kind.isCall() != kind.isUp()) return true;
        return kind.isUp() ? field > BARRIER_ONE : field < BARRIER_ONE;
    }

    /// @notice [s] For so long before its expiry a series decides what it pays; the half hour of other kinds is less than they must live.
    function averagingSeconds(SeriesId series) internal pure returns (uint256) {
        return series.kind().isAsian() ? series.field() * 1 hours : 0;
    }

    /// @notice Whether the barrier is still to be reached from `spot`, within the range of strikes.
    function isBarrierAhead(SeriesId series, Price spot) internal pure returns (bool) {
        Price barrier = series.barrier();
        return isInRange(barrier, spot) && (series.kind().isUp() ? barrier > spot : barrier < spot);
    }

    /// @notice 08:00 UTC, daily for a week, on Fridays for eight, on the last Friday of a month for a year.
    function isOnCalendar(uint256 expiry, uint256 time) internal pure returns (bool) {
        if (expiry <= time || expiry % DAY != EXPIRY_TIME) return false;
        uint256 left = expiry - time;
        if (left <= DAILY_WITHIN) return true;
        if (!_isFriday(expiry / DAY)) return false;
        if (left <= WEEKLY_WITHIN) return true;
        return left <= MONTHLY_WITHIN && _monthOf(expiry / DAY) != _monthOf(expiry / DAY + 7);
    }

    /// @notice A multiple of a twentieth of the decade that the strike is in.
    function isOnTick(Price strike) internal pure returns (bool) {
        uint256 steps = strike.raw() / STRIKE_STEP;
        uint256 tick = 10 ** Math.log10(steps) / TICKS_PER_DECADE;
        return steps != 0 && (tick == 0 || steps % tick == 0);
    }

    /// @notice From 0.3 to 3 times spot.
    function isInRange(Price strike, Price spot) internal pure returns (bool) {
        return strike.raw() * 10 >= spot.raw() * 3 && strike.raw() <= spot.raw() * 3;
    }

    /// @dev Day zero, 1 January 1970, was a Thursday.
    function _isFriday(uint256 day) private pure returns (bool) {
        return day % 7 == 1;
    }

    /// @dev 1 for January. Counts from 1 March of year zero, so that a leap day ends its year.
    ///      Source: H. Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
    function _monthOf(uint256 day) private pure returns (uint256) {
        uint256 dayOfEra = (day + 719_468) % 146_097;
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint256 monthFromMarch = (5 * dayOfYear + 2) / 153;
        return monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    }
}
