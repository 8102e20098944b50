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

    /// @notice Submits to the reporter oracle and takes over what became of it, in one call.
    function report(SignedObservation[] calldata observations) external returns (uint256 taken);

    /// @notice Takes over the newest round and answer: checkpoint, market time, state. A no-op when nothing is new.
    function update(uint8 underlying) external;

    function index(uint8 underlying) external view returns (Index memory);

    /// @notice Every price, and every expiry's forward and smile, under which a statement of `side` must hold.
    /// @param expiries Ascending.
    function marks(
        uint8 underlying,
        Side side,
        uint32[] calldata expiries
    ) external view returns (UnderlyingMarks memory);

    /// @notice What was seen of barrier and Asian series, in the order asked. Reverts for none.
    function observed(SeriesId[] calldata series) external view returns (Observed[] memory);

    /// @notice [s] Runs with the chain's clock, and stands while no source of `underlying` is live (RULES C6).
    function marketTime(uint8 underlying) external view returns (uint64);

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

    function checkpointCount(uint8 underlying) external view returns (uint256);

    function checkpoint(
        uint8 underlying,
        uint256 index
    ) external view returns (uint64 time, uint256 cumulative, uint64 coveredSeconds);

    /// @notice [s] Length of the averaging window before expiry.
    function windowSeconds() external view returns (uint32);
}
