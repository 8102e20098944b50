// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarketState} from "../types/Marks.sol";
import {MarketLib} from "./MarketLib.sol";

// Has the market stopped, how far has it reopened, and what does its clock say? (RULES C6)

library ClockLib {
    /// @dev [s] A silence that is longer is a stop: the market reopens step by step.
    uint256 internal constant STOP_SECONDS = 5 minutes;
    /// @dev [s] A step without a fresh agreeing round lasts at most this long while a source is live: else a single
    ///      source could never sell what is doomed.
    uint256 internal constant STEP_SECONDS = 5 minutes;

    /// @dev What is known of one market's time; two slots with what the price book adds.
    /// @param opening The most that may be done in it: PRICED, REDUCING, LIQUIDATING, and AGREED once it is open.
    /// @param marketTime [s] As of `touchedAt`. @param touchedAt [unix s] Zero before the first touch.
    /// @param liveUntil [unix s] Until then a source is live, as known at `touchedAt`.
    /// @param lastStop [s of market time] At which the clock stood in the last stop.
    /// @param steppedAt [unix s] When the present step began. @param steppedRound [unix s] The round it began with.
    struct Clock {
        MarketState opening;
        uint40 marketTime;
        uint40 touchedAt;
        uint40 liveUntil;
        uint40 lastStop;
        uint40 steppedAt;
        uint40 steppedRound;
    }

    /// @dev What may be done now: what the sources allow, and no more than the step of the reopening does.
    function stateNow(
        Clock memory clock,
        MarketLib.Sources memory sources,
        uint256 liveSpan
    ) internal pure returns (MarketState) {
        MarketState said = MarketLib.stateOf(sources);
        MarketState most = openingNow(clock, sources, liveSpan);
        return said < most ? said : most;
    }

    /// @dev [s] Runs with the chain's clock until the last moment known to be live, from the step on that lets bidders act.
    function timeNow(Clock memory clock, uint256 time) internal pure returns (uint40) {
        return clock.marketTime + runSince(clock, time);
    }

    /// @dev The clock after a touch with `sources`.
    /// @param restartedAt [unix s] Of the chain's sequencer; zero where it has none.
    /// @return stopped Whether the market has just come back from a stop.
    function touch(
        Clock memory clock,
        MarketLib.Sources memory sources,
        uint256 liveSpan,
        uint256 restartedAt
    ) internal pure returns (bool stopped) {
        uint40 time = uint40(sources.time);
        (uint256 from, uint256 until) = liveInterval(sources, liveSpan);
        bool isFirst = clock.touchedAt == 0;
        if (isFirst) clock.opening = MarketState.AGREED;
        // Nobody could do anything while the sequencer was down, whatever was thought to be fresh.
        if (restartedAt > clock.touchedAt && clock.liveUntil > clock.touchedAt) clock.liveUntil = clock.touchedAt;

        uint40 run = runSince(clock, time);
        if (!isFirst && until > 0 && clock.liveUntil < time) {
            if (restartedAt > from) from = restartedAt;
            stopped = from > clock.liveUntil + STOP_SECONDS;
            if (stopped) stop(clock, clock.marketTime + run, sources);
            else run += resumed(clock, from, time);
        } else if (until > 0 && clock.opening < MarketState.AGREED) {
            step(clock, sources);
        }
        clock.marketTime += run;
        clock.touchedAt = time;
        if (until > 0) clock.liveUntil = uint40(until);
        else if (clock.liveUntil > time || isFirst) clock.liveUntil = time;
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    /// @dev As `touch` would leave it, but for a step that it would take.
    function openingNow(
        Clock memory clock,
        MarketLib.Sources memory sources,
        uint256 liveSpan
    ) private pure returns (MarketState) {
        if (clock.touchedAt == 0) return MarketState.AGREED;
        if (clock.liveUntil >= sources.time) return clock.opening;
        (uint256 from, ) = liveInterval(sources, liveSpan);
        return from > clock.liveUntil + STOP_SECONDS ? MarketState.PRICED : clock.opening;
    }

    function runSince(Clock memory clock, uint256 time) private pure returns (uint40) {
        if (clock.opening < MarketState.LIQUIDATING) return 0;
        uint256 until = time < clock.liveUntil ? time : clock.liveUntil;
        return until > clock.touchedAt ? uint40(until - clock.touchedAt) : 0;
    }

    /// @dev After a silence too short to be a stop: live again at least since the older of the live words.
    function resumed(Clock memory clock, uint256 from, uint40 time) private pure returns (uint40) {
        if (clock.opening < MarketState.LIQUIDATING) return 0;
        if (from < clock.liveUntil) from = clock.liveUntil;
        if (from < clock.touchedAt) from = clock.touchedAt;
        return from < time ? uint40(time - from) : 0;
    }

    function stop(Clock memory clock, uint40 marketTime, MarketLib.Sources memory sources) private pure {
        clock.lastStop = marketTime;
        clock.opening = MarketState.PRICED;
        clock.steppedAt = uint40(sources.time);
        clock.steppedRound = uint40(sources.newest.time);
    }

    /// @dev Each step asks for a round that agrees and is newer than the one before.
    function step(Clock memory clock, MarketLib.Sources memory sources) private pure {
        bool isFresh = sources.newest.time > clock.steppedRound && MarketLib.stateOf(sources) == MarketState.AGREED;
        if (!isFresh && sources.time < clock.steppedAt + STEP_SECONDS) return;
        if (clock.opening == MarketState.LIQUIDATING) clock.opening = MarketState.AGREED;
        else if (clock.opening == MarketState.REDUCING) clock.opening = MarketState.LIQUIDATING;
        else clock.opening = MarketState.REDUCING;
        clock.steppedAt = uint40(sources.time);
        clock.steppedRound = uint40(sources.newest.time);
    }

    /// @dev From when, and until when, a source is live for all that is known now; zeros where none is.
    function liveInterval(
        MarketLib.Sources memory sources,
        uint256 liveSpan
    ) private pure returns (uint256 from, uint256 until) {
        if (sources.isNewestLive) {
            from = sources.newest.time;
            until = sources.newest.time + liveSpan;
        }
        if (sources.anchor.isLive) {
            if (from == 0 || sources.anchor.updatedAt < from) from = sources.anchor.updatedAt;
            if (sources.anchor.liveUntil > until) until = sources.anchor.liveUntil;
        }
    }
}
