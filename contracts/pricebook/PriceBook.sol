// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {IAnchor} from "../oracle/IAnchor.sol";
import {IPoolMean} from "../oracle/IPoolMean.sol";
import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {NotExpired, SettlementPriceAlreadyFixed, WindowMalformed} from "../types/Errors.sol";
import {ExpiryMark, MarketState, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {SignedObservation, Slice} from "../types/Observation.sol";
import {OptionKind} from "../types/OptionKind.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {CheckpointLib} from "./CheckpointLib.sol";
import {ClockLib} from "./ClockLib.sol";
import {IPriceBook} from "./IPriceBook.sol";
import {IVolatilityBook} from "./IVolatilityBook.sol";
import {MarketLib} from "./MarketLib.sol";
import {RealisedLib} from "./RealisedLib.sol";
import {SettlementLib} from "./SettlementLib.sol";
import {TouchLib} from "./TouchLib.sol";

// What is believed?

/// @dev Deployment: takes the keeper registry, the reporter oracle, the anchor, the volatility book and the pools; needs no role and
///      has no owner: every number in it comes from its sources.
contract PriceBook is IPriceBook {
    using CheckpointLib for CheckpointLib.History;
    using ClockLib for ClockLib.Clock;
    using RealisedLib for RealisedLib.Sample;
    using SettlementLib for CheckpointLib.History;

    uint32 private constant WINDOW = 30 minutes;
    /// @dev Stands for the half hour where averages have their window [hours].
    uint24 private constant VANILLA = 0;
    uint24 private constant MAX_WINDOW_HOURS = 7 * 24;
    uint256 private constant PRICE_STEP = 1e10; // checkpoints hold 1e-8, prices 18 decimals
    uint64 private constant ONE = 1e18;
    int256 private constant BASIS_UNIT = 1e9; // bases hold 1e-9, ratios 18 decimals
    /// @dev [s] A round lives at least this long, else one turn of every keeper and one more.
    uint256 private constant LIVE_SECONDS = 60;

    /// @param agreedPrice [1e-8] Last agreed.
    /// @param outsideSince [unix s] First round outside the tolerance since the sources last agreed.
    /// @param realised What the index has really moved.
    struct Market {
        MarketState state;
        uint64 agreedPrice;
        uint40 outsideSince;
        ClockLib.Clock clock;
        RealisedLib.Sample realised;
    }

    IKeeperRegistry public immutable registry;
    IReporterOracle public immutable oracle;
    IAnchor public immutable anchor;
    IVolatilityBook public immutable volatility;
    IPoolMean public immutable pools;

    mapping(uint8 underlying => Market) private markets;
    mapping(uint8 underlying => CheckpointLib.History) private histories;
    mapping(uint8 underlying => mapping(uint32 expiry => mapping(uint24 windowHours => Price))) private fixedPrices;
    mapping(uint8 underlying => mapping(uint32 hour => Price)) private hourPrices;
    mapping(uint256 barrier => uint32 hour) private touches;

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
        MarketState said = MarketLib.stateOf(sources);
        uint256 liveSpan = _liveSpan();

        bool isReopening = market.clock.touch(sources, liveSpan, anchor.restartedAt());
        MarketState state = market.clock.stateNow(sources, liveSpan);
        bool isNew = state != market.state || sources.newest.time > _lastTime(underlying);
        _markDispute(market, sources, said, isReopening);
        _addCheckpoint(underlying, sources, said);
        market.state = state;
        if (said == MarketState.AGREED) {
            market.agreedPrice = uint64(sources.newest.median.raw() / PRICE_STEP);
            market.realised.take(market.agreedPrice, sources.newest.time);
        }
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
                market.clock.stateNow(sources, _liveSpan()),
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
        answer.state = market.clock.stateNow(sources, _liveSpan());
        if (side == Side.TAKING) sources.pool = pools.mean(underlying).raw();
        answer.candidates = MarketLib.candidates(sources, MarketLib.stateOf(sources), side, lastAgreed);
        if (expiries.length == 0) return answer;

        (uint256 spot, ) = MarketLib.inForce(sources, lastAgreed);
        // Zero holds no level to anything: it is only to show an account below that the index's movement has a say.
        uint256 realised = side == Side.BELOW ? market.realised.variance : 0;
        IVolatilityBook.Smiles memory smiles = volatility.smiles(underlying, expiries, realised);
        answer.surfaceAge = smiles.time == 0 ? type(uint32).max : uint32(block.timestamp - smiles.time);
        answer.expiries = new ExpiryMark[](expiries.length);
        for (uint256 i; i < expiries.length; ++i) answer.expiries[i] = _expiryMark(underlying, smiles.newest[i], spot);
        answer.older = new ExpiryMark[](smiles.beside.length);
        for (uint256 i; i < answer.older.length; ++i) answer.older[i] = _reshaped(answer.expiries[i], smiles.beside[i]);
    }

    /// @inheritdoc IPriceBook
    function realisedVariance(uint8 underlying) external view returns (uint256) {
        return uint256(markets[underlying].realised.variance) * 1e12;
    }

    /// @inheritdoc IPriceBook
    function marketTime(uint8 underlying) external view returns (uint64) {
        return markets[underlying].clock.timeNow(block.timestamp);
    }

    /// @inheritdoc IPriceBook
    function lastStop(uint8 underlying) external view returns (uint64) {
        return markets[underlying].clock.lastStop;
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
    function settlementPrice(uint8 underlying, uint32 expiry) public view returns (Price) {
        return fixedPrices[underlying][expiry][VANILLA];
    }

    /// @inheritdoc IPriceBook
    function average(uint8 underlying, uint32 expiry, uint24 windowHours) external view returns (AverageMark memory) {
        SettlementLib.Window memory window = _windowOf(expiry, windowHours);
        (uint64 elapsed, Price soFar) = _averageSoFar(underlying, window, _inForce(underlying));
        return AverageMark(window.length, elapsed, soFar, fixedPrices[underlying][expiry][windowHours]);
    }

    /// @inheritdoc IPriceBook
    function fixSettlementPrice(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external {
        fixAverage(underlying, expiry, VANILLA, startCheckpoint, endCheckpoint);
    }

    /// @inheritdoc IPriceBook
    function fixFromAnchor(uint8 underlying, uint32 expiry, uint80 firstRound, uint80 count) external {
        fixAverageFromAnchor(underlying, expiry, VANILLA, firstRound, count);
    }

    /// @inheritdoc IPriceBook
    function fixFromLastAgreed(
        uint8 underlying,
        uint32 expiry,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) external {
        fixAverageFromLastAgreed(underlying, expiry, VANILLA, startCheckpoint, endCheckpoint);
    }

    /// @inheritdoc IPriceBook
    function fixAverage(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) public onlyExpired(underlying, expiry, windowHours) {
        SettlementLib.Window memory window = _windowOf(expiry, windowHours);
        uint256 price = histories[underlying].proven(window, startCheckpoint, endCheckpoint);

        _fix(underlying, expiry, windowHours, price, 1);
    }

    /// @inheritdoc IPriceBook
    function fixAverageFromAnchor(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint80 firstRound,
        uint80 count
    ) public onlyExpired(underlying, expiry, windowHours) {
        SettlementLib.Window memory window = _windowOf(expiry, windowHours);
        uint256 price = histories[underlying].byAnchor(anchor, underlying, window, firstRound, count);

        _fix(underlying, expiry, windowHours, price, 2);
    }

    /// @inheritdoc IPriceBook
    function fixAverageFromLastAgreed(
        uint8 underlying,
        uint32 expiry,
        uint24 windowHours,
        uint256 startCheckpoint,
        uint256 endCheckpoint
    ) public onlyExpired(underlying, expiry, windowHours) {
        SettlementLib.Window memory window = _windowOf(expiry, windowHours);
        uint256 price = histories[underlying].lastAgreed(underlying, window, startCheckpoint, endCheckpoint);

        _fix(underlying, expiry, windowHours, price, 3);
    }

    modifier onlyExpired(uint8 underlying, uint32 expiry, uint24 windowHours) {
        require(block.timestamp >= expiry, NotExpired(block.timestamp, expiry));
        bool isFixed = fixedPrices[underlying][expiry][windowHours].raw() > 0;
        require(!isFixed, SettlementPriceAlreadyFixed(underlying, expiry));
        _;
    }

    function _fix(uint8 underlying, uint32 expiry, uint24 windowHours, uint256 price, uint8 rung) private {
        fixedPrices[underlying][expiry][windowHours] = Price.wrap(price);
        if (windowHours == VANILLA) emit SettlementPriceFixed(underlying, expiry, Price.wrap(price), rung);
        else emit AverageFixed(underlying, expiry, windowHours, Price.wrap(price), rung);
    }

    /// @dev The half hour before expiry; or, of an average, whole hours that start and end on full ones (RULES E3).
    function _windowOf(uint32 expiry, uint24 windowHours) private pure returns (SettlementLib.Window memory) {
        if (windowHours == VANILLA) return SettlementLib.Window(expiry, WINDOW);
        require(_isWindow(expiry, windowHours), WindowMalformed(expiry, windowHours, MAX_WINDOW_HOURS));
        return SettlementLib.Window(expiry, windowHours * 1 hours);
    }

    function _isWindow(uint32 expiry, uint24 windowHours) private pure returns (bool) {
        return windowHours == VANILLA || (expiry % 1 hours == 0 && windowHours <= MAX_WINDOW_HOURS);
    }

    // ---- path-dependent kinds -------------------------------------------------------------------------------

    /// @inheritdoc IPriceBook
    function observed(SeriesId[] calldata series) external view returns (Observed[] memory answer) {
        answer = new Observed[](series.length);
        (uint256 spot, uint256 spotOf) = (0, type(uint256).max);
        for (uint256 i; i < series.length; ++i) {
            answer[i].series = series[i];
            OptionKind kind = series[i].kind();
            if (kind.isBarrier()) _observeBarrier(series[i], answer[i]);
            if (!kind.isAsian()) continue;
            uint8 underlying = series[i].underlying();
            if (underlying != spotOf) (spot, spotOf) = (_inForce(underlying), underlying);
            _observeAverage(series[i], answer[i], spot);
        }
    }

    /// @dev A touch decides at once; that there was none, only when none can be recorded any more.
    function _observeBarrier(SeriesId series, Observed memory seen) private view {
        uint32 expiry = series.expiry();
        seen.isTouched = touches[TouchLib.keyOf(series)] != 0;
        bool isFinal = seen.isTouched || block.timestamp > uint256(expiry) + TouchLib.TOUCH_SECONDS;
        if (isFinal) seen.settlementPrice = settlementPrice(series.underlying(), expiry);
    }

    /// @dev Nothing is seen of a window that does not exist.
    function _observeAverage(SeriesId series, Observed memory seen, uint256 spot) private view {
        (uint8 underlying, uint32 expiry, uint24 windowHours) = (series.underlying(), series.expiry(), series.field());
        if (!_isWindow(expiry, windowHours)) return;
        seen.settlementPrice = fixedPrices[underlying][expiry][windowHours];
        (seen.elapsedShare, seen.averageSoFar) = _averageSoFar(underlying, _windowOf(expiry, windowHours), spot);
    }

    function _inForce(uint8 underlying) private view returns (uint256 spot) {
        Market memory market = markets[underlying];
        (spot, ) = MarketLib.inForce(_sources(underlying, market), market.agreedPrice * PRICE_STEP);
    }

    // ---- barriers -------------------------------------------------------------------------------------------

    /// @inheritdoc IPriceBook
    function hourPrice(uint8 underlying, uint32 hour) external view returns (Price) {
        return hourPrices[underlying][hour];
    }

    /// @inheritdoc IPriceBook
    function touchedAt(SeriesId series) external view returns (uint32 hour) {
        return touches[TouchLib.keyOf(series)];
    }

    /// @inheritdoc IPriceBook
    function touchSeconds() external pure returns (uint32) {
        return TouchLib.TOUCH_SECONDS;
    }

    /// @inheritdoc IPriceBook
    function observeHour(uint8 underlying, uint32 hour) public returns (Price price) {
        price = hourPrices[underlying][hour];
        if (price.raw() > 0) return price;
        TouchLib.requireObservable(hour, _lastTime(underlying));
        price = Price.wrap(TouchLib.meanBefore(histories[underlying], hour));

        hourPrices[underlying][hour] = price;
        emit HourObserved(underlying, hour, price);
    }

    /// @inheritdoc IPriceBook
    function recordTouch(SeriesId series, uint32 hour) external {
        uint256 key = TouchLib.keyOf(series);
        if (touches[key] != 0) return;
        TouchLib.requireTouching(series, hour, observeHour(series.underlying(), hour));

        touches[key] = hour;
        emit BarrierTouched(series.underlying(), series.expiry(), series.barrier(), series.kind().isUp(), hour);
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

    /// @dev Remembers since when R has been outside; forgets it when the sources agree, not when one is silent. A stop is no
    ///      part of a dispute: its clock starts again.
    function _markDispute(
        Market memory market,
        MarketLib.Sources memory sources,
        MarketState said,
        bool isReopening
    ) private pure {
        if (said == MarketState.AGREED) market.outsideSince = 0;
        else if (market.outsideSince == 0 ? said == MarketState.DISPUTED : isReopening) {
            market.outsideSince = uint40(isReopening ? sources.time : sources.newest.time);
        }
    }

    /// @dev The same expiry by another slice.
    function _reshaped(ExpiryMark memory mark, Slice memory slice) private pure returns (ExpiryMark memory) {
        return
            ExpiryMark(
                mark.expiry,
                mark.secondsLeft,
                mark.windowSeconds,
                _ratioOf(slice),
                slice.theta,
                slice.rho,
                slice.phi,
                mark.elapsedShare,
                mark.averageSoFar,
                mark.settlementPrice
            );
    }

    /// @dev The volatility book keeps a basis between −0.9 and 2.
    function _ratioOf(Slice memory slice) private pure returns (uint64) {
        return uint64(uint256(int256(uint256(ONE)) + slice.basis * BASIS_UNIT));
    }

    function _expiryMark(uint8 underlying, Slice memory slice, uint256 spot) private view returns (ExpiryMark memory) {
        uint32 expiry = slice.expiry;
        Price fixed_ = settlementPrice(underlying, expiry);
        (uint64 elapsed, Price soFar) = fixed_.raw() > 0
            ? (ONE, Price.wrap(0))
            : _averageSoFar(underlying, SettlementLib.Window(expiry, WINDOW), spot);
        return
            ExpiryMark({
                expiry: expiry,
                secondsLeft: block.timestamp < expiry ? uint32(expiry - block.timestamp) : 0,
                windowSeconds: WINDOW,
                forwardRatio: _ratioOf(slice),
                theta: slice.theta,
                rho: slice.rho,
                phi: slice.phi,
                elapsedShare: elapsed,
                averageSoFar: soFar,
                settlementPrice: fixed_
            });
    }

    /// @dev Share of the window that has passed, and the mean of what of it is covered; the price in force where nothing is.
    function _averageSoFar(
        uint8 underlying,
        SettlementLib.Window memory window,
        uint256 spot
    ) private view returns (uint64, Price) {
        uint256 from = SettlementLib.start(window);
        if (block.timestamp <= from) return (0, Price.wrap(0));
        uint256 to = block.timestamp < window.expiry ? block.timestamp : window.expiry;
        (uint256 sum, uint256 covered) = histories[underlying].between(from, to);
        uint256 soFar = covered > 0 ? (sum * PRICE_STEP) / covered : spot;
        return (uint64(((to - from) * ONE) / window.length), Price.wrap(soFar));
    }
}
