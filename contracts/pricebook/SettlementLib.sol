// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAnchor} from "../oracle/IAnchor.sol";
import {
    AverageIsCovered,
    CheckpointNotBracketing,
    CoverageTooLow,
    NothingAgreed,
    RoundsNotBracketing,
    TooManyRounds,
    RungNotOpen
} from "../types/Errors.sol";
import {CheckpointLib} from "./CheckpointLib.sol";

// What was the average over a window, and by which rung of the ladder? (RULES E1) One answer for every caller.

library SettlementLib {
    using CheckpointLib for CheckpointLib.History;

    /// @dev [s] After expiry: from then on the first rung's cover is final without a later checkpoint.
    uint256 internal constant SECOND_RUNG = 1 hours;
    uint256 internal constant THIRD_RUNG = 1 days;
    uint256 private constant COVERAGE_PERCENT = 80;
    /// @dev Of the anchor, for a window; more for a long one.
    uint256 private constant MAX_ROUNDS = 64;
    uint256 private constant ROUNDS_PER_HOUR = 4;
    uint256 private constant PRICE_STEP = 1e10; // checkpoints hold 1e-8, prices 18 decimals

    /// @param expiry [unix s] Its end. @param length [s]
    struct Window {
        uint32 expiry;
        uint32 length;
    }

    function start(Window memory window) internal pure returns (uint256) {
        return window.expiry > window.length ? window.expiry - window.length : 0;
    }

    function isCovered(uint256 covered, uint256 length) internal pure returns (bool) {
        return covered > 0 && covered * 100 >= length * COVERAGE_PERCENT;
    }

    /// @dev First rung: Σ over the seconds covered, proven by the checkpoints that bracket start and end.
    /// @return price [1e18]
    function proven(
        CheckpointLib.History storage history,
        Window memory window,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) internal view returns (uint256 price) {
        requireLastAtOrBefore(history, startCheckpoint, start(window));
        uint256 last = lastBefore(history, endCheckpoint, window.expiry);
        (uint256 startSum, uint256 startCovered) = history.cumulativeAt(startCheckpoint, start(window));
        (uint256 endSum, uint256 endCovered) = history.cumulativeAt(last, window.expiry);
        uint256 covered = endCovered - startCovered;
        require(isCovered(covered, window.length), CoverageTooLow(covered, window.length));
        return ((endSum - startSum) * PRICE_STEP) / covered;
    }

    /// @dev Second rung: the time average of `count` contiguous rounds of the anchor over the same window.
    /// @return price [1e18]
    function byAnchor(
        CheckpointLib.History storage history,
        IAnchor anchor,
        uint8 underlying,
        Window memory window,
        uint80 firstRound,
        uint80 count
    ) internal view returns (uint256 price) {
        requireOpen(uint256(window.expiry) + SECOND_RUNG, uint256(window.expiry) + THIRD_RUNG);
        requireUncovered(history, window);
        uint256 most = MAX_ROUNDS + (ROUNDS_PER_HOUR * window.length) / 1 hours;
        require(count <= most, TooManyRounds(count, most));
        (uint256 sum, uint256 covered) = anchorSum(anchor, underlying, window, firstRound, count);
        require(isCovered(covered, window.length), CoverageTooLow(covered, window.length));
        return sum / covered;
    }

    /// @dev Third rung: the mean of the last agreed seconds before expiry, as many as the window has.
    /// @return price [1e18]
    function lastAgreed(
        CheckpointLib.History storage history,
        uint8 underlying,
        Window memory window,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) internal view returns (uint256 price) {
        requireOpen(uint256(window.expiry) + THIRD_RUNG, type(uint256).max);
        requireUncovered(history, window);
        uint256 last = lastBefore(history, endCheckpoint, window.expiry);
        (uint128 endSum, uint64 endCovered) = history.cumulativeAt(last, window.expiry);
        require(endCovered > 0, NothingAgreed(underlying, window.expiry));
        uint64 taken = endCovered < window.length ? endCovered : window.length;
        requireLastWithAtMost(history, startCheckpoint, endCovered - taken);
        uint128 startSum = history.cumulativeAtCovered(startCheckpoint, endCovered - taken);
        return ((endSum - startSum) * PRICE_STEP) / taken;
    }

    // ---- what a caller must prove ---------------------------------------------------------------------------

    function requireOpen(uint256 from, uint256 to) private view {
        require(block.timestamp >= from && block.timestamp < to, RungNotOpen(block.timestamp, from, to));
    }

    /// @dev The first rung's cover is final an hour after expiry: rounds are taken over only while live, minutes at most.
    function requireUncovered(CheckpointLib.History storage history, Window memory window) private view {
        (, uint256 covered) = history.between(start(window), window.expiry);
        require(!isCovered(covered, window.length), AverageIsCovered(covered, window.length));
    }

    function requireLastAtOrBefore(
        CheckpointLib.History storage history,
        uint256 checkpoint,
        uint256 time
    ) private view {
        uint256 count = history.checkpoints.length;
        bool isBracketing =
            checkpoint < count &&
                (checkpoint == 0 || history.checkpoints[checkpoint].time <= time) &&
                (checkpoint + 1 == count || history.checkpoints[checkpoint + 1].time > time);
        require(isBracketing, CheckpointNotBracketing(checkpoint, time));
    }

    /// @dev Given the first checkpoint at or after expiry (or, an hour later, that there is none): the last at or before it.
    function lastBefore(
        CheckpointLib.History storage history,
        uint256 end,
        uint32 expiry
    ) private view returns (uint256) {
        uint256 count = history.checkpoints.length;
        bool isAfter =
            end < count
                ? history.checkpoints[end].time >= expiry
                : end == count && block.timestamp >= expiry + SECOND_RUNG;
        bool isFirst = isAfter && count > 0 && (end == 0 || history.checkpoints[end - 1].time < expiry);
        require(isFirst, CheckpointNotBracketing(end, expiry));
        return end == 0 ? 0 : end - 1;
    }

    function requireLastWithAtMost(
        CheckpointLib.History storage history,
        uint256 checkpoint,
        uint256 covered
    ) private view {
        uint256 count = history.checkpoints.length;
        bool isLast =
            checkpoint < count &&
                history.checkpoints[checkpoint].covered <= covered &&
                (checkpoint + 1 == count || history.checkpoints[checkpoint + 1].covered > covered);
        require(isLast, CheckpointNotBracketing(checkpoint, covered));
    }

    // ---- the anchor's rounds --------------------------------------------------------------------------------

    /// @dev Σ price · seconds over the window: each round counts until the next, and no longer than it is fresh; an
    ///      invalid one covers nothing.
    function anchorSum(
        IAnchor anchor,
        uint8 underlying,
        Window memory window,
        uint80 firstRound,
        uint256 count
    ) private view returns (uint256 sum, uint256 covered) {
        uint256 from = start(window);
        uint256 expiry = window.expiry;
        IAnchor.Answer memory round = anchor.readRound(underlying, window.expiry, firstRound);
        bool isBefore = count > 0 && round.updatedAt > 0 && round.updatedAt <= from;
        require(isBefore, RoundsNotBracketing(firstRound, round.updatedAt, from));
        for (uint256 i; i < count; ++i) {
            IAnchor.Answer memory next = successorOf(anchor, underlying, window.expiry, round.roundId);
            bool isLast = i + 1 == count;
            bool isNextAfter = next.updatedAt == 0 || next.updatedAt > expiry;
            require(isLast == isNextAfter, RoundsNotBracketing(next.roundId, next.updatedAt, expiry));
            require(i > 0 || isLast || next.updatedAt > from, RoundsNotBracketing(next.roundId, next.updatedAt, from));
            uint256 begin = round.updatedAt > from ? round.updatedAt : from;
            uint256 end = isLast ? expiry : next.updatedAt;
            if (round.liveUntil < end) end = round.liveUntil;
            if (round.price.raw() > 0 && end > begin) {
                sum += round.price.raw() * (end - begin);
                covered += end - begin;
            }
            round = next;
        }
    }

    /// @dev The next round of the same phase, else the first of the next one (a proxy's round ids start with the phase);
    ///      `updatedAt` zero where there is neither.
    function successorOf(
        IAnchor anchor,
        uint8 underlying,
        uint64 asOf,
        uint80 roundId
    ) private view returns (IAnchor.Answer memory next) {
        next = anchor.readRound(underlying, asOf, roundId + 1);
        if (next.updatedAt > 0) return next;
        uint80 phase = roundId >> 64;
        if (phase < type(uint16).max) next = anchor.readRound(underlying, asOf, ((phase + 1) << 64) | 1);
    }
}
