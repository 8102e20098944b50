// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {IAnchor} from "../oracle/IAnchor.sol";
import {IPoolMean} from "../oracle/IPoolMean.sol";
import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {
    AverageIsCovered,
    CheckpointNotBracketing,
    CoverageTooLow,
    NotExpired,
    NothingAgreed,
    RoundsNotBracketing,
    RungNotOpen,
    SettlementPriceAlreadyFixed,
    TooManyRounds
} from "../types/Errors.sol";
import {ExpiryMark, MarketState, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {SignedObservation, Slice} from "../types/Observation.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {CheckpointLib} from "./CheckpointLib.sol";
import {IPriceBook} from "./IPriceBook.sol";
import {IVolatilityBook} from "./IVolatilityBook.sol";
import {MarketLib} from "./MarketLib.sol";

// What is believed?

/// @dev Deployment: takes the keeper registry, the reporter oracle, the anchor, the volatility book and the pools; needs no role and
///      has no owner: every number in it comes from its sources.
contract PriceBook is IPriceBook {
    using CheckpointLib for CheckpointLib.History;

    uint32 private constant WINDOW = 30 minutes;
    uint256 private constant COVERAGE_PERCENT = 80;
    uint256 private constant SECOND_RUNG = 1 hours;
    uint256 private constant THIRD_RUNG = 1 days;
    uint256 private constant MAX_ROUNDS = 64;
    uint256 private constant PRICE_STEP = 1e10; // checkpoints hold 1e-8, prices 18 decimals
    uint64 private constant ONE = 1e18;
    /// @dev Forwards equal spot until rates and bases are reported (issue of the forward curve).
    uint64 private constant FORWARD_RATIO = ONE;
    /// @dev [s] A round lives at least this long, else one turn of every keeper and one more.
    uint256 private constant LIVE_SECONDS = 60;

    /// @param agreedPrice [1e-8] Last agreed.
    /// @param outsideSince [unix s] First round outside the tolerance since the sources last agreed.
    /// @param marketTime [s] As of `touchedAt`.
    /// @param liveUntil [unix s] Until then a source is live, as known at `touchedAt`.
    struct Market {
        MarketState state;
        uint64 agreedPrice;
        uint40 outsideSince;
        uint40 marketTime;
        uint40 touchedAt;
        uint40 liveUntil;
    }

    IKeeperRegistry public immutable registry;
    IReporterOracle public immutable oracle;
    IAnchor public immutable anchor;
    IVolatilityBook public immutable volatility;
    IPoolMean public immutable pools;

    mapping(uint8 underlying => Market) private markets;
    mapping(uint8 underlying => CheckpointLib.History) private histories;
    mapping(uint8 underlying => mapping(uint32 expiry => Price)) public settlementPrice;

    constructor(
        IKeeperRegistry registry_,
        IReporterOracle oracle_,
        IAnchor anchor_,
        IVolatilityBook volatility_,
        IPoolMean pools_
    ) {
        registry = registry_;
        oracle = oracle_;
        anchor = anchor_;
        volatility = volatility_;
        pools = pools_;
    }

    // ---- taking over ----------------------------------------------------------------------------------------

    /// @inheritdoc IPriceBook
    function report(SignedObservation[] calldata observations) external returns (uint256 taken) {
        taken = oracle.submit(observations);
        for (uint256 i; i < observations.length; ++i) {
            uint8 underlying = observations[i].observation.underlying;
            // Sorted by underlying: the oracle refuses any other order.
            if (i == 0 || underlying != observations[i - 1].observation.underlying) update(underlying);
        }
    }

    /// @inheritdoc IPriceBook
    function update(uint8 underlying) public {
        Market memory market = markets[underlying];
        MarketLib.Sources memory sources = _sources(underlying, market);
        MarketState state = MarketLib.stateOf(sources);
        bool isNew = state != market.state || sources.newest.time > _lastTime(underlying);

        _advanceClock(market, sources);
        _markDispute(market, sources, state);
        _addCheckpoint(underlying, sources, state);
        market.state = state;
        if (state == MarketState.AGREED) market.agreedPrice = uint64(sources.newest.median.raw() / PRICE_STEP);
        markets[underlying] = market;

        if (!isNew) return;
        (uint256 price, ) = MarketLib.inForce(sources, market.agreedPrice * PRICE_STEP);
        emit MarketChanged(underlying, state, Price.wrap(price), uint64(block.timestamp));
    }

    // ---- reading --------------------------------------------------------------------------------------------

    /// @inheritdoc IPriceBook
    function index(uint8 underlying) external view returns (Index memory) {
        Market memory market = markets[underlying];
        MarketLib.Sources memory sources = _sources(underlying, market);
        (uint256 price, uint64 updatedAt) = MarketLib.inForce(sources, market.agreedPrice * PRICE_STEP);
        return
            Index(
                MarketLib.stateOf(sources),
                Price.wrap(price),
                updatedAt,
                sources.newest.median,
                sources.newest.time,
                sources.anchor.price,
                sources.anchor.updatedAt
            );
    }

    /// @inheritdoc IPriceBook
    function marks(
        uint8 underlying,
        Side side,
        uint32[] calldata expiries
    ) external view returns (UnderlyingMarks memory answer) {
        Market memory market = markets[underlying];
        MarketLib.Sources memory sources = _sources(underlying, market);
        uint256 lastAgreed = market.agreedPrice * PRICE_STEP;
        answer.underlying = underlying;
        answer.state = MarketLib.stateOf(sources);
        if (side == Side.TAKING) sources.pool = pools.mean(underlying).raw();
        answer.candidates = MarketLib.candidates(sources, answer.state, side, lastAgreed);
        answer.expiries = new ExpiryMark[](expiries.length);
        if (expiries.length == 0) return answer;

        (uint256 spot, ) = MarketLib.inForce(sources, lastAgreed);
        Slice[] memory slices = volatility.smiles(underlying, expiries);
        for (uint256 i; i < expiries.length; ++i) answer.expiries[i] = _expiryMark(underlying, slices[i], spot);
    }

    /// @inheritdoc IPriceBook
    /// @dev Nothing is observed yet, and so nothing path-dependent is listed (ListingLib).
    function observed(SeriesId[] calldata series) external pure returns (Observed[] memory answer) {
        answer = new Observed[](series.length);
        for (uint256 i; i < series.length; ++i) answer[i].series = series[i];
    }

    /// @inheritdoc IPriceBook
    function marketTime(uint8 underlying) external view returns (uint64) {
        Market memory market = markets[underlying];
        return market.marketTime + _runSinceTouched(market);
    }

    /// @inheritdoc IPriceBook
    function checkpointCount(uint8 underlying) public view returns (uint256) {
        return histories[underlying].checkpoints.length;
    }

    /// @inheritdoc IPriceBook
    function checkpoint(uint8 underlying, uint256 index_) external view returns (uint64, uint256, uint64) {
        CheckpointLib.Checkpoint memory point = histories[underlying].checkpoints[index_];
        return (point.time, point.cumulative * PRICE_STEP, point.covered);
    }

    /// @inheritdoc IPriceBook
    function windowSeconds() external pure returns (uint32) {
        return WINDOW;
    }

    // ---- settlement prices ----------------------------------------------------------------------------------

    /// @inheritdoc IPriceBook
    function fixSettlementPrice(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external onlyExpired(underlying, expiry) {
        CheckpointLib.History storage history = histories[underlying];
        _requireLastAtOrBefore(history, startCheckpoint, expiry - WINDOW);
        uint256 last = _lastBefore(history, endCheckpoint, expiry);
        (uint256 startSum, uint256 startCovered) = history.cumulativeAt(startCheckpoint, expiry - WINDOW);
        (uint256 endSum, uint256 endCovered) = history.cumulativeAt(last, expiry);
        uint256 covered = endCovered - startCovered;
        require(_isCovered(covered), CoverageTooLow(covered, WINDOW));

        _fix(underlying, expiry, ((endSum - startSum) * PRICE_STEP) / covered, 1);
    }

    /// @inheritdoc IPriceBook
    function fixFromAnchor(
        uint8 underlying,
        uint32 expiry,
        uint80 firstRound,
        uint80 count
    ) external onlyExpired(underlying, expiry) {
        _requireOpen(expiry + SECOND_RUNG, expiry + THIRD_RUNG);
        _requireUncovered(underlying, expiry);
        require(count <= MAX_ROUNDS, TooManyRounds(count, MAX_ROUNDS));
        (uint256 sum, uint256 covered) = _anchorSum(underlying, expiry, firstRound, count);
        require(_isCovered(covered), CoverageTooLow(covered, WINDOW));

        _fix(underlying, expiry, sum / covered, 2);
    }

    /// @inheritdoc IPriceBook
    function fixFromLastAgreed(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external onlyExpired(underlying, expiry) {
        _requireOpen(expiry + THIRD_RUNG, type(uint256).max);
        _requireUncovered(underlying, expiry);
        CheckpointLib.History storage history = histories[underlying];
        (uint128 endSum, uint64 endCovered) = history.cumulativeAt(_lastBefore(history, endCheckpoint, expiry), expiry);
        require(endCovered > 0, NothingAgreed(underlying, expiry));
        uint64 taken = endCovered < WINDOW ? endCovered : WINDOW;
        _requireLastWithAtMost(history, startCheckpoint, endCovered - taken);
        uint128 startSum = history.cumulativeAtCovered(startCheckpoint, endCovered - taken);

        _fix(underlying, expiry, ((endSum - startSum) * PRICE_STEP) / taken, 3);
    }

    modifier onlyExpired(uint8 underlying, uint32 expiry) {
        require(block.timestamp >= expiry, NotExpired(block.timestamp, expiry));
        require(settlementPrice[underlying][expiry].raw() == 0, SettlementPriceAlreadyFixed(underlying, expiry));
        _;
    }

    function _fix(uint8 underlying, uint32 expiry, uint256 price, uint8 rung) private {
        settlementPrice[underlying][expiry] = Price.wrap(price);
        emit SettlementPriceFixed(underlying, expiry, Price.wrap(price), rung);
    }

    function _isCovered(uint256 covered) private pure returns (bool) {
        return covered * 100 >= WINDOW * COVERAGE_PERCENT;
    }

    function _requireOpen(uint256 from, uint256 to) private view {
        require(block.timestamp >= from && block.timestamp < to, RungNotOpen(block.timestamp, from, to));
    }

    /// @dev The first rung's cover is final an hour after expiry: rounds are taken over only while live, minutes at most.
    function _requireUncovered(uint8 underlying, uint32 expiry) private view {
        (, uint256 covered) = histories[underlying].between(expiry - WINDOW, expiry);
        require(!_isCovered(covered), AverageIsCovered(covered, WINDOW));
    }

    function _requireLastAtOrBefore(
        CheckpointLib.History storage history,
        uint256 checkpoint_,
        uint256 time
    ) private view {
        uint256 count = history.checkpoints.length;
        bool isBracketing =
            checkpoint_ < count &&
                (checkpoint_ == 0 || history.checkpoints[checkpoint_].time <= time) &&
                (checkpoint_ + 1 == count || history.checkpoints[checkpoint_ + 1].time > time);
        require(isBracketing, CheckpointNotBracketing(checkpoint_, time));
    }

    /// @dev Given the first checkpoint at or after expiry (or, an hour later, that there is none): the last at or before it.
    function _lastBefore(
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

    function _requireLastWithAtMost(
        CheckpointLib.History storage history,
        uint256 checkpoint_,
        uint256 covered
    ) private view {
        uint256 count = history.checkpoints.length;
        bool isLast =
            checkpoint_ < count &&
                history.checkpoints[checkpoint_].covered <= covered &&
                (checkpoint_ + 1 == count || history.checkpoints[checkpoint_ + 1].covered > covered);
        require(isLast, CheckpointNotBracketing(checkpoint_, covered));
    }

    /// @dev Σ price · seconds over the window, of `count` contiguous rounds: each counts until the next, and no longer than
    ///      it is fresh; an invalid one covers nothing.
    function _anchorSum(
        uint8 underlying,
        uint256 expiry,
        uint80 firstRound,
        uint256 count
    ) private view returns (uint256 sum, uint256 covered) {
        uint256 from = expiry - WINDOW;
        IAnchor.Answer memory round = anchor.readRound(underlying, uint64(expiry), firstRound);
        bool isBefore = count > 0 && round.updatedAt > 0 && round.updatedAt <= from;
        require(isBefore, RoundsNotBracketing(firstRound, round.updatedAt, from));
        for (uint256 i; i < count; ++i) {
            IAnchor.Answer memory next = _successor(underlying, uint64(expiry), round.roundId);
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
    function _successor(
        uint8 underlying,
        uint64 expiry,
        uint80 roundId
    ) private view returns (IAnchor.Answer memory next) {
        next = anchor.readRound(underlying, expiry, roundId + 1);
        if (next.updatedAt > 0) return next;
        uint80 phase = roundId >> 64;
        if (phase < type(uint16).max) next = anchor.readRound(underlying, expiry, ((phase + 1) << 64) | 1);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _sources(uint8 underlying, Market memory market) private view returns (MarketLib.Sources memory sources) {
        (sources.newest, sources.previous) = oracle.rounds(underlying);
        sources.anchor = anchor.read(underlying);
        sources.outsideSince = market.outsideSince;
        sources.time = uint64(block.timestamp);
        uint256 span = _liveSpan();
        sources.isNewestLive = sources.newest.time + span >= block.timestamp && sources.newest.time > 0;
        sources.isPreviousLive = sources.previous.time + span >= block.timestamp && sources.previous.time > 0;
    }

    /// @dev [s] RULES C3: max(60 s, (N + 1) slots).
    function _liveSpan() private view returns (uint256) {
        (uint32 slotSeconds, ) = registry.turnSeconds();
        uint256 turns = (uint256(registry.keeperCount()) + 1) * slotSeconds;
        return turns > LIVE_SECONDS ? turns : LIVE_SECONDS;
    }

    function _lastTime(uint8 underlying) private view returns (uint64) {
        CheckpointLib.Checkpoint[] storage checkpoints = histories[underlying].checkpoints;
        return checkpoints.length == 0 ? 0 : checkpoints[checkpoints.length - 1].time;
    }

    /// @dev A round taken over for the first time adds a checkpoint, and covers the time after it if it is agreed now; later
    ///      values of the same round change what it covers with, not whether.
    function _addCheckpoint(uint8 underlying, MarketLib.Sources memory sources, MarketState state) private {
        CheckpointLib.History storage history = histories[underlying];
        uint64 lastTime = _lastTime(underlying);
        uint64 median = uint64(sources.newest.median.raw() / PRICE_STEP); // the oracle's 64 bits
        if (sources.isNewestLive && sources.newest.time > lastTime) {
            uint64 price = state == MarketState.AGREED ? median : 0;
            CheckpointLib.Checkpoint memory added = history.add(sources.newest.time, price);
            uint256 cumulative = uint256(added.cumulative) * PRICE_STEP;
            emit CheckpointAdded(
                underlying,
                history.checkpoints.length - 1,
                sources.newest.time,
                cumulative,
                added.covered
            );
        } else if (sources.newest.time == lastTime && history.livePrice > 0) {
            history.livePrice = median;
        }
    }

    /// @dev Remembers since when R has been outside; forgets it when the sources agree, not when one is silent.
    function _markDispute(Market memory market, MarketLib.Sources memory sources, MarketState state) private pure {
        if (state == MarketState.AGREED) market.outsideSince = 0;
        else if (state == MarketState.DISPUTED && market.outsideSince == 0) {
            market.outsideSince = uint40(sources.newest.time);
        }
    }

    /// @dev Counts the time in which a source was live, as far as the last touch and the present answers show it.
    function _advanceClock(Market memory market, MarketLib.Sources memory sources) private view {
        uint64 run = _runSinceTouched(market);
        (uint64 from, uint64 until) = _liveInterval(sources);
        bool isFirst = market.touchedAt == 0;
        // After a silence: live again at least since the older of the live words.
        if (!isFirst && until > 0 && market.liveUntil < block.timestamp) {
            uint64 resumed = from > market.liveUntil ? from : market.liveUntil;
            if (market.touchedAt > resumed) resumed = market.touchedAt;
            run += uint64(block.timestamp) - resumed;
        }
        market.marketTime += uint40(run);
        market.touchedAt = uint40(block.timestamp);
        market.liveUntil = until > 0 ? uint40(until) : uint40(block.timestamp);
    }

    function _runSinceTouched(Market memory market) private view returns (uint64) {
        uint64 until = block.timestamp < market.liveUntil ? uint64(block.timestamp) : market.liveUntil;
        return until > market.touchedAt ? until - market.touchedAt : 0;
    }

    /// @dev From when, and until when, a source is live for all that is known now; zeros where none is.
    function _liveInterval(MarketLib.Sources memory sources) private view returns (uint64 from, uint64 until) {
        if (sources.isNewestLive) {
            from = sources.newest.time;
            until = sources.newest.time + uint64(_liveSpan());
        }
        if (sources.anchor.isLive) {
            if (from == 0 || sources.anchor.updatedAt < from) from = sources.anchor.updatedAt;
            if (sources.anchor.liveUntil > until) until = sources.anchor.liveUntil;
        }
    }

    function _expiryMark(uint8 underlying, Slice memory slice, uint256 spot) private view returns (ExpiryMark memory) {
        uint32 expiry = slice.expiry;
        Price fixed_ = settlementPrice[underlying][expiry];
        (uint64 elapsed, Price average) = fixed_.raw() > 0
            ? (ONE, Price.wrap(0))
            : _averageSoFar(underlying, expiry, spot);
        return
            ExpiryMark({
                expiry: expiry,
                secondsLeft: block.timestamp < expiry ? uint32(expiry - block.timestamp) : 0,
                windowSeconds: WINDOW,
                forwardRatio: FORWARD_RATIO,
                theta: slice.theta,
                rho: slice.rho,
                phi: slice.phi,
                elapsedShare: elapsed,
                averageSoFar: average,
                settlementPrice: fixed_
            });
    }

    /// @dev Share of the window that has passed, and the mean of what of it is covered; the price in force where nothing is.
    function _averageSoFar(uint8 underlying, uint32 expiry, uint256 spot) private view returns (uint64, Price) {
        uint256 from = expiry > WINDOW ? expiry - WINDOW : 0;
        if (block.timestamp <= from) return (0, Price.wrap(0));
        uint256 to = block.timestamp < expiry ? block.timestamp : expiry;
        (uint256 sum, uint256 covered) = histories[underlying].between(from, to);
        uint256 average = covered > 0 ? (sum * PRICE_STEP) / covered : spot;
        return (uint64(((to - from) * ONE) / WINDOW), Price.wrap(average));
    }
}
