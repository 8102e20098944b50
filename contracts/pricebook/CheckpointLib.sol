// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What was the average between two moments? Cumulative checkpoints, of which any second's value can be proven.

library CheckpointLib {
    /// @dev [s] One observation covers at most this much time after it (RULES E1).
    uint256 internal constant COVER_SECONDS = 60;

    /// @dev One slot.
    /// @param time [unix s] Of the round it was taken from; strictly ascending.
    /// @param cumulative [1e-8 · s] Σ price · seconds covered up to `time`.
    /// @param covered [s] Seconds covered up to `time`.
    struct Checkpoint {
        uint40 time;
        uint64 covered;
        uint128 cumulative;
    }

    /// @param livePrice [1e-8] What the time after the last checkpoint is covered by; zero if it is not.
    struct History {
        Checkpoint[] checkpoints;
        uint64 livePrice;
    }

    /// @dev Adds a checkpoint at `time`, later than the last; from there on `price` [1e-8] covers, none if zero.
    function add(History storage history, uint64 time, uint64 price) internal returns (Checkpoint memory added) {
        uint256 count = history.checkpoints.length;
        if (count > 0) (added.cumulative, added.covered) = cumulativeAt(history, count - 1, time);
        added.time = uint40(time);
        history.checkpoints.push(added);
        history.livePrice = price;
    }

    /// @dev Cumulative and covered at `time`, given the last checkpoint at or before it (or the first, for any time before it).
    function cumulativeAt(
        History storage history,
        uint256 index,
        uint256 time
    ) internal view returns (uint128 cumulative, uint64 covered) {
        Checkpoint memory point = history.checkpoints[index];
        if (time <= point.time) return (point.cumulative, point.covered);
        (uint256 price, uint256 span) = _segment(history, index, point);
        uint256 seconds_ = time - point.time < span ? time - point.time : span;
        // Safe: a price has 64 bits and a century of seconds 32, so the sum has 96.
        return (point.cumulative + uint128(price * seconds_), point.covered + uint64(seconds_));
    }

    /// @dev Cumulative where `covered` seconds were covered, given the last checkpoint with at most that many.
    function cumulativeAtCovered(
        History storage history,
        uint256 index,
        uint64 covered
    ) internal view returns (uint128) {
        Checkpoint memory point = history.checkpoints[index];
        (uint256 price, ) = _segment(history, index, point);
        return point.cumulative + uint128(price * (covered - point.covered));
    }

    /// @dev Index of the last checkpoint at or before `time`; zero where all are later. Looks among the newest 256 first.
    function lastAtOrBefore(History storage history, uint256 time) internal view returns (uint256 low) {
        uint256 count = history.checkpoints.length;
        if (count > 256 && history.checkpoints[count - 256].time <= time) low = count - 256;
        uint256 high = count; // the answer is in [low, high)
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (history.checkpoints[middle].time <= time) low = middle;
            else high = middle;
        }
    }

    /// @dev Sum and seconds covered in [from, to], found by search; zeros where there is no history.
    function between(
        History storage history,
        uint256 from,
        uint256 to
    ) internal view returns (uint256 cumulative, uint256 covered) {
        if (history.checkpoints.length == 0) return (0, 0);
        (uint128 startSum, uint64 startCovered) = cumulativeAt(history, lastAtOrBefore(history, from), from);
        (uint128 endSum, uint64 endCovered) = cumulativeAt(history, lastAtOrBefore(history, to), to);
        return (endSum - startSum, endCovered - startCovered);
    }

    /// @dev What covers the time after a checkpoint, and for how long: told by the next one, exactly, since the sum is a
    ///      product; or, after the last, by the live price.
    function _segment(
        History storage history,
        uint256 index,
        Checkpoint memory point
    ) private view returns (uint256 price, uint256 span) {
        if (index + 1 == history.checkpoints.length) {
            price = history.livePrice;
            return (price, price == 0 ? 0 : COVER_SECONDS);
        }
        Checkpoint memory next = history.checkpoints[index + 1];
        span = next.covered - point.covered;
        if (span > 0) price = (next.cumulative - point.cumulative) / span;
    }
}
