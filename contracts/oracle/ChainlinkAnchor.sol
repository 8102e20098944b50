// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {
    AnchorAlreadyListed,
    AnchorMissing,
    AnchorUnfit,
    AnchorUnproven,
    GasTooLowToRead,
    NothingToCompare
} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {IAnchor} from "./IAnchor.sol";
import {IReporterOracle} from "./IReporterOracle.sol";

// What does the slow, independent source say?

/// @dev Deployment: `sequencerFeed` is Chainlink's uptime feed of an L2, or zero on a chain without a sequencer; `reporters` are
///      whom a candidate must agree with. The AccessManager must let governance (through the timelock) call `list`, `propose` and
///      `replace`.
contract ChainlinkAnchor is IAnchor, AccessManaged {
    /// @dev [s] Beyond the heartbeat; real feeds are up to two minutes late on quiet days.
    uint256 private constant LATENESS = 120;
    /// @dev Enough for proxies and access checks. A feed that needs more is dead, and one that burns it takes no more.
    uint256 private constant READ_GAS = 200_000;
    uint32 private constant MAX_HEARTBEAT = 1 days;
    uint32 private constant MAX_DEVIATION = 50_000;

    /// @dev [s] RULES C8, and how a week of agreement is shown by moments: none further apart than GAP; apart for less than LAG
    ///      is a feed that lags a jump; a round older than FRESH is nothing to compare with.
    uint256 private constant TRIAL = 7 days;
    uint256 private constant GAP = 2 hours;
    uint256 private constant LAG = 10 minutes;
    uint256 private constant FRESH = 60;
    /// @dev [1e-6] Beside the feed's own step, as where market states are judged.
    uint256 private constant TOLERANCE_PPM = 10_000;
    uint256 private constant PPM = 1e6;

    /// @param decimals Pinned at listing.
    /// @param isUnfit Its decimals are others now.
    struct Feed {
        address aggregator;
        uint8 decimals;
        uint32 heartbeat;
        uint32 deviation;
        bool isUnfit;
        // An answer at its aggregator's own bound says only that the price is beyond it (LUNA, May 2022).
        int128 minAnswer;
        int128 maxAnswer;
    }

    struct RoundData {
        uint80 roundId;
        int256 answer;
        uint256 startedAt;
        uint256 updatedAt;
        uint80 answeredInRound;
    }

    address public immutable sequencerFeed;
    /// @notice [s] After the sequencer is up again, before its chain's answers count.
    uint32 public immutable sequencerGrace;

    IReporterOracle public immutable reporters;

    mapping(uint8 underlying => Feed) private feeds;
    /// @dev The one before, listed until `replacedAt` [unix s].
    mapping(uint8 underlying => Feed) private formerFeeds;
    mapping(uint8 underlying => uint64) public replacedAt;
    mapping(uint8 underlying => Feed) private candidates;
    mapping(uint8 underlying => Trial) private trials;

    constructor(
        address sequencerFeed_,
        uint32 sequencerGrace_,
        IReporterOracle reporters_,
        address authority
    ) AccessManaged(authority) {
        sequencerFeed = sequencerFeed_;
        sequencerGrace = sequencerGrace_;
        reporters = reporters_;
    }

    // ---- listing and replacing ------------------------------------------------------------------------------

    /// @inheritdoc IAnchor
    function list(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external restricted {
        address listed = feeds[underlying].aggregator;
        require(listed == address(0), AnchorAlreadyListed(underlying, listed));
        Feed memory feed = _fitFeed(underlying, aggregator, heartbeat, deviation);

        feeds[underlying] = feed;

        emit AnchorListed(underlying, aggregator, feed.decimals, heartbeat, deviation);
    }

    /// @inheritdoc IAnchor
    function probe(uint8 underlying) external {
        Feed storage feed = feeds[underlying];
        address aggregator = feed.aggregator;
        require(aggregator != address(0), AnchorMissing(underlying));
        (bool isRead, uint256 decimals) = _askWord(aggregator, AggregatorV3Interface.decimals.selector);
        (int128 minAnswer, int128 maxAnswer) = _boundsOf(aggregator);

        feed.isUnfit = !isRead || decimals != feed.decimals;
        (feed.minAnswer, feed.maxAnswer) = (minAnswer, maxAnswer);

        emit AnchorProbed(underlying, !feed.isUnfit, minAnswer, maxAnswer);
    }

    /// @inheritdoc IAnchor
    function propose(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external restricted {
        require(feeds[underlying].aggregator != address(0), AnchorMissing(underlying));

        candidates[underlying] = _fitFeed(underlying, aggregator, heartbeat, deviation);
        trials[underlying] = Trial(aggregator, 0, 0, 0);

        emit AnchorProposed(underlying, aggregator, heartbeat, deviation);
    }

    /// @inheritdoc IAnchor
    function recordAgreement(uint8 underlying) external {
        Trial memory trial = trials[underlying];
        require(trial.aggregator != address(0), AnchorMissing(underlying));
        (IReporterOracle.Round memory newest, ) = reporters.rounds(underlying);
        bool isComparable = newest.time > 0 && newest.time + FRESH >= block.timestamp && !newest.isWide;
        require(isComparable, NothingToCompare(newest.time, block.timestamp));
        bool isAgreed = _agrees(candidates[underlying], newest.median.raw());

        uint64 now_ = uint64(block.timestamp);
        if (isAgreed) {
            if (trial.since == 0 || now_ - trial.last > GAP) trial.since = now_;
            (trial.last, trial.apartSince) = (now_, 0);
        } else if (trial.apartSince == 0) trial.apartSince = now_;
        else if (now_ - trial.apartSince >= LAG) (trial.since, trial.last) = (0, 0);
        trials[underlying] = trial;

        emit AgreementRecorded(underlying, trial.aggregator, isAgreed, trial.since);
    }

    /// @inheritdoc IAnchor
    function replace(uint8 underlying) external restricted {
        Trial memory trial = trials[underlying];
        require(trial.aggregator != address(0), AnchorMissing(underlying));
        bool isProven =
            trial.since > 0 && block.timestamp - trial.since >= TRIAL && block.timestamp - trial.last <= GAP;
        require(isProven, AnchorUnproven(underlying, trial.since, trial.last));
        address former = feeds[underlying].aggregator;

        (formerFeeds[underlying], replacedAt[underlying]) = (feeds[underlying], uint64(block.timestamp));
        feeds[underlying] = candidates[underlying];
        delete candidates[underlying];
        delete trials[underlying];

        emit AnchorReplaced(underlying, former, trial.aggregator);
    }

    // ---- reading --------------------------------------------------------------------------------------------

    /// @inheritdoc IAnchor
    function read(uint8 underlying) external view returns (Answer memory answer) {
        return _read(feeds[underlying]);
    }

    /// @inheritdoc IAnchor
    function readRound(uint8 underlying, uint64 asOf, uint80 roundId) external view returns (Answer memory answer) {
        Feed memory feed = _feedAt(underlying, asOf);
        if (feed.aggregator == address(0)) return answer;
        (bool isRead, RoundData memory round) = _ask(
            feed.aggregator,
            abi.encodeCall(AggregatorV3Interface.getRoundData, (roundId))
        );
        if (isRead && round.roundId == roundId) answer = _answerOf(feed, round);
    }

    /// @inheritdoc IAnchor
    function newestRound(uint8 underlying, uint64 asOf) external view returns (uint80) {
        Feed memory feed = _feedAt(underlying, asOf);
        return feed.aggregator == address(0) ? 0 : _latest(feed.aggregator).roundId;
    }

    /// @inheritdoc IAnchor
    function trialOf(uint8 underlying) external view returns (Trial memory) {
        return trials[underlying];
    }

    /// @inheritdoc IAnchor
    function restartedAt() external view returns (uint64) {
        if (sequencerFeed == address(0)) return 0;
        RoundData memory round = _latest(sequencerFeed);
        bool isUp = round.answer == 0 && round.startedAt > 0 && round.startedAt <= block.timestamp;
        return isUp ? uint64(round.startedAt) : 0;
    }

    /// @inheritdoc IAnchor
    function feedOf(uint8 underlying) external view returns (address, uint32, uint32) {
        Feed memory feed = feeds[underlying];
        return (feed.aggregator, feed.heartbeat, feed.deviation);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _feedAt(uint8 underlying, uint64 asOf) private view returns (Feed memory) {
        return asOf < replacedAt[underlying] ? formerFeeds[underlying] : feeds[underlying];
    }

    /// @dev Decimals of at most 18, numbers in their bounds, and an answer that is there to see; which price is right is not
    ///      for this contract to say.
    function _fitFeed(
        uint8 underlying,
        address aggregator,
        uint32 heartbeat,
        uint32 deviation
    ) private view returns (Feed memory feed) {
        uint8 decimals = AggregatorV3Interface(aggregator).decimals();
        (int128 minAnswer, int128 maxAnswer) = _boundsOf(aggregator);
        feed = Feed(aggregator, decimals, heartbeat, deviation, false, minAnswer, maxAnswer);
        bool isInBounds = decimals <= 18 && heartbeat > 0 && heartbeat <= MAX_HEARTBEAT && deviation <= MAX_DEVIATION;
        require(isInBounds && _isValid(feed, _latest(aggregator)), AnchorUnfit(underlying, aggregator, decimals));
    }

    function _read(Feed memory feed) private view returns (Answer memory answer) {
        if (feed.aggregator == address(0)) return answer;
        answer = _answerOf(feed, _latest(feed.aggregator));
        answer.isLive = answer.price.raw() > 0 && block.timestamp <= answer.liveUntil && _isSequencerUp();
    }

    /// @dev Whether a feed is live, and the reporters' price within A·(1 ± (δ + 1 %)).
    function _agrees(Feed memory feed, uint256 reported) private view returns (bool) {
        Answer memory answer = _read(feed);
        uint256 price = answer.price.raw();
        uint256 distance = reported > price ? reported - price : price - reported;
        return answer.isLive && distance * PPM <= price * (feed.deviation + TOLERANCE_PPM);
    }

    /// @dev `isLive` is left to the caller. The sum and the product stay far inside 256 bits: answer < 2^127, factor ≤ 1e18.
    function _answerOf(Feed memory feed, RoundData memory round) private view returns (Answer memory answer) {
        answer.deviation = feed.deviation;
        if (round.updatedAt == 0 || round.updatedAt > block.timestamp) return answer;
        answer.updatedAt = uint64(round.updatedAt);
        answer.liveUntil = uint64(round.updatedAt + feed.heartbeat + LATENESS);
        answer.roundId = round.roundId;
        if (_isValid(feed, round)) answer.price = Price.wrap(uint256(round.answer) * 10 ** (18 - feed.decimals));
    }

    function _isValid(Feed memory feed, RoundData memory round) private view returns (bool) {
        return
            !feed.isUnfit &&
            round.answer > 0 &&
            round.answer > feed.minAnswer &&
            round.answer < feed.maxAnswer &&
            round.updatedAt > 0 &&
            round.updatedAt <= block.timestamp &&
            round.roundId > 0 &&
            round.answeredInRound >= round.roundId; // an older answer carried over is an incomplete round
    }

    /// @dev An uptime feed answers 0 while the sequencer is up; `startedAt` is when it last changed.
    function _isSequencerUp() private view returns (bool) {
        if (sequencerFeed == address(0)) return true;
        RoundData memory round = _latest(sequencerFeed);
        bool isUp = round.roundId > 0 && round.answer == 0 && round.startedAt > 0;
        return isUp && round.startedAt <= block.timestamp && block.timestamp - round.startedAt > sequencerGrace;
    }

    function _latest(address aggregator) private view returns (RoundData memory round) {
        (, round) = _ask(aggregator, abi.encodeCall(AggregatorV3Interface.latestRoundData, ()));
    }

    /// @dev Never reverts for what the callee does: no code, a revert, short data, dirty bits or a long answer. It
    ///      does revert where the caller brought too little gas, else a caller could make a live anchor look dead.
    function _ask(address callee, bytes memory question) private view returns (bool isRead, RoundData memory round) {
        _requireGasToRead();
        uint256[5] memory words;
        // Safe: writes the 160 bytes of `words`, however much is returned.
        assembly ("memory-safe") {
            isRead := staticcall(READ_GAS, callee, add(question, 32), mload(question), words, 160)
            isRead := and(isRead, gt(returndatasize(), 159))
        }
        isRead = isRead && words[0] <= type(uint80).max && words[4] <= type(uint80).max;
        if (isRead) round = RoundData(uint80(words[0]), int256(words[1]), words[2], words[3], uint80(words[4]));
    }

    /// @dev A proxy names its aggregator, which states its bounds; feeds without them have none.
    function _boundsOf(address proxy) private view returns (int128 minAnswer, int128 maxAnswer) {
        (, uint256 inner) = _askWord(proxy, bytes4(keccak256("aggregator()")));
        address aggregator = inner > 0 && inner <= type(uint160).max ? address(uint160(inner)) : proxy;
        (, uint256 low) = _askWord(aggregator, bytes4(keccak256("minAnswer()")));
        (, uint256 high) = _askWord(aggregator, bytes4(keccak256("maxAnswer()")));
        minAnswer = low <= uint128(type(int128).max) ? int128(uint128(low)) : int128(0);
        maxAnswer = high > 0 && high < uint128(type(int128).max) ? int128(uint128(high)) : type(int128).max;
    }

    /// @dev The word that a getter answers; zero and false where there is none. As `_ask`.
    function _askWord(address callee, bytes4 getter) private view returns (bool isRead, uint256 word) {
        _requireGasToRead();
        // Safe: the question and the answer are in scratch space, however much is returned.
        assembly ("memory-safe") {
            mstore(0, getter)
            isRead := staticcall(READ_GAS, callee, 0, 4, 0, 32)
            isRead := and(isRead, gt(returndatasize(), 31))
            if isRead {
                word := mload(0)
            }
        }
    }

    /// @dev A sixty-fourth of the gas stays behind at a call.
    function _requireGasToRead() private view {
        require(gasleft() > READ_GAS + READ_GAS / 32, GasTooLowToRead(gasleft(), READ_GAS + READ_GAS / 32));
    }
}
