// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarketState, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {SignedObservation} from "../types/Observation.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";

/// @title What is believed?
/// @notice Sets the reporters' median against the anchor and answers with every price under which a statement must
///         hold (RULES C3, C4). Keeps market time, and the cumulative checkpoints that settlement averages are proven from.
interface IPriceBook {
    /// @param price The price in force for display and for payments: the median where it is live, else the anchor's,
    ///        else the last agreed.
    /// @param updatedAt [unix s] Time of the round, or of the anchor's answer.
    struct Index {
        MarketState state;
        Price price;
        uint64 updatedAt;
        Price reporters;
        uint64 reportersAt;
        Price anchor;
        uint64 anchorAt;
    }

    /// @param windowSeconds [s] Length of the averaging window before expiry.
    /// @param elapsedShare [1e18] Share of it that has passed; 1e18 once expired.
    /// @param averageSoFar Mean of what of it was covered, the price in force where nothing was; zero before it.
    /// @param settlementPrice The whole average; zero until fixed.
    struct AverageMark {
        uint32 windowSeconds;
        uint64 elapsedShare;
        Price averageSoFar;
        Price settlementPrice;
    }

    event MarketChanged(uint8 indexed underlying, MarketState state, Price price, uint64 time);
    /// @param cumulative Σ price · seconds covered, and the seconds covered, since the first checkpoint.
    event CheckpointAdded(
        uint8 indexed underlying,
        uint256 indexed index,
        uint64 time,
        uint256 cumulative,
        uint64 coveredSeconds
    );
    event SettlementPriceFixed(uint8 indexed underlying, uint32 indexed expiry, Price price, uint8 rung);
    event AverageFixed(
        uint8 indexed underlying,
        uint32 indexed expiry,
        uint24 indexed windowHours,
        Price price,
        uint8 rung
    );
    event HourObserved(uint8 indexed underlying, uint32 indexed hour, Price price);
    event BarrierTouched(uint8 indexed underlying, uint32 indexed expiry, Price barrier, bool isUp, uint32 hour);

    /// @notice Submits to the reporter oracle and takes over what became of it, in one call.
    function report(SignedObservation[] calldata observations) external returns (uint256 taken);

    /// @notice Takes over the newest round and answer: checkpoint, market time, state. A no-op when nothing is new.
    function update(uint8 underlying) external;

    function index(uint8 underlying) external view returns (Index memory);

    /// @notice Every price, and every expiry's forward and smile by both surfaces, under which a statement of `side` must hold.
    ///         To show an account below, the older surface's levels are held between what realised volatility makes credible.
    /// @param expiries Ascending.
    function marks(
        uint8 underlying,
        Side side,
        uint32[] calldata expiries
    ) external view returns (UnderlyingMarks memory);

    /// @notice What was seen of barrier and Asian series, in the order asked. Reverts for none.
    function observed(SeriesId[] calldata series) external view returns (Observed[] memory);

    /// @notice [1e18] Annual variance that the agreed index has realised, half of it in the last twelve hours; zero before the
    ///         first ten minutes.
    function realisedVariance(uint8 underlying) external view returns (uint256);

    /// @notice [s] Runs with the chain's clock, and stands while no source of `underlying` is live, and after a stop until the
    ///         reopening has reached calls and bids (RULES C6).
    function marketTime(uint8 underlying) external view returns (uint64);

    /// @notice [s of market time] Where the clock stood in the last stop longer than five minutes; zero where there was none.
    function lastStop(uint8 underlying) external view returns (uint64);

    /// @notice Zero until fixed.
    function settlementPrice(uint8 underlying, uint32 expiry) external view returns (Price);

    /// @notice First rung: the covered average over the window, proven by the checkpoints that bracket its start and end.
    /// @param startCheckpoint Last at or before the window's start (the first of all, where that is later).
    /// @param endCheckpoint First at or after expiry; where there is none an hour after it, `checkpointCount`.
    /// @custom:reverts NotExpired, CheckpointNotBracketing, CoverageTooLow, SettlementPriceAlreadyFixed
    function fixSettlementPrice(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external;

    /// @notice Second rung, from an hour to a day after expiry and only where the first cannot be: the time average of the
    ///         anchor's rounds over the same window, proven by at most 64 contiguous rounds.
    /// @param firstRound The last at or before the window's start.
    /// @param count Rounds, the last being the newest at or before expiry.
    /// @custom:reverts RungNotOpen, AverageIsCovered, RoundsNotBracketing, CoverageTooLow, SettlementPriceAlreadyFixed
    function fixFromAnchor(uint8 underlying, uint32 expiry, uint80 firstRound, uint80 count) external;

    /// @notice Third rung, from a day after expiry: the mean of the last 30 agreed minutes before it.
    /// @param startCheckpoint Last with at most as many seconds covered as the mean leaves out.
    /// @param endCheckpoint As for the first rung.
    /// @custom:reverts RungNotOpen, AverageIsCovered, CheckpointNotBracketing, NothingAgreed, SettlementPriceAlreadyFixed
    function fixFromLastAgreed(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external;

    // ---- averages of Asian kinds ------------------------------------------------------------------------------

    /// @notice The average over the `windowHours` hours before expiry, as far as it is known (RULES E2, E3).
    /// @param windowHours At most 168; the settlement price's half hour for zero. Expiry must be a full hour.
    /// @custom:reverts WindowMalformed
    function average(uint8 underlying, uint32 expiry, uint24 windowHours) external view returns (AverageMark memory);

    /// @notice The three rungs, over a window of `windowHours`: as `fixSettlementPrice`, `fixFromAnchor` and
    ///         `fixFromLastAgreed`. Four rounds of the anchor more are allowed for each hour.
    /// @custom:reverts WindowMalformed, and what those do
    function fixAverage(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external;

    function fixAverageFromAnchor(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint80 firstRound,
        uint80 count
    ) external;

    function fixAverageFromLastAgreed(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external;

    // ---- barriers ---------------------------------------------------------------------------------------------

    /// @notice Mean of the ten minutes before a full hour, as barriers see it (RULES E3); zero where it was not observed.
    function hourPrice(uint8 underlying, uint32 hour) external view returns (Price);

    /// @notice [unix s] The hour at which the barrier of `series` was touched; zero while it is not. One answer for all series
    ///         of the same expiry, barrier and side. Final `touchSeconds` after expiry.
    /// @custom:reverts NotABarrier for other kinds
    function touchedAt(SeriesId series) external view returns (uint32 hour);

    /// @notice [s] For so long after a full hour it can be observed, and a touch recorded; what nobody recorded is none.
    function touchSeconds() external view returns (uint32);

    /// @notice Writes `hourPrice`, once: from the first checkpoint at or after the hour (or an hour later without one), while
    ///         at least 80 % of the ten minutes were agreed. A no-op where it is written.
    /// @custom:reverts NotAFullHour, HourNotObservable, CoverageTooLow
    function observeHour(uint8 underlying, uint32 hour) external returns (Price);

    /// @notice Records that the price at `hour` was at or beyond the barrier of `series`; observes the hour if need be. A no-op
    ///         where a touch is recorded.
    /// @custom:reverts NotABarrier, HourNotObservable, BarrierNotTouched, and what `observeHour` does
    function recordTouch(SeriesId series, uint32 hour) external;

    // ---- checkpoints ------------------------------------------------------------------------------------------

    function checkpointCount(uint8 underlying) external view returns (uint256);

    function checkpoint(
        uint8 underlying,
        uint256 index
    ) external view returns (uint64 time, uint256 cumulative, uint64 coveredSeconds);

    /// @notice [s] Length of the averaging window before expiry.
    function windowSeconds() external view returns (uint32);
}
