// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {AnchorAlreadyListed, AnchorUnfit, GasTooLowToRead} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {IAnchor} from "./IAnchor.sol";

// What does the slow, independent source say?

/// @dev Deployment: `sequencerFeed` is Chainlink's uptime feed of an L2, or zero on a chain without a sequencer. The
///      AccessManager must let governance (through the timelock) call `list`.
contract ChainlinkAnchor is IAnchor, AccessManaged {
    /// @dev [s] Beyond the heartbeat; real feeds are up to two minutes late on quiet days.
    uint256 private constant LATENESS = 120;
    /// @dev Enough for proxies and access checks. A feed that needs more is dead, and one that burns it takes no more.
    uint256 private constant READ_GAS = 200_000;

    /// @param decimals Pinned at listing.
    struct Feed {
        address aggregator;
        uint8 decimals;
        uint32 heartbeat;
        uint32 deviation;
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

    mapping(uint8 underlying => Feed) private feeds;

    constructor(address sequencerFeed_, uint32 sequencerGrace_, address authority) AccessManaged(authority) {
        sequencerFeed = sequencerFeed_;
        sequencerGrace = sequencerGrace_;
    }

    /// @inheritdoc IAnchor
    function list(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external restricted {
        address listed = feeds[underlying].aggregator;
        require(listed == address(0), AnchorAlreadyListed(underlying, listed));
        uint8 decimals = AggregatorV3Interface(aggregator).decimals();
        (int128 minAnswer, int128 maxAnswer) = _boundsOf(aggregator);
        Feed memory feed = Feed(aggregator, decimals, heartbeat, deviation, minAnswer, maxAnswer);
        // A first answer must be there to see; which price is right is not for this contract to say.
        require(
            decimals <= 18 && heartbeat > 0 && deviation < 1e6 && _isValid(feed, _latest(aggregator)),
            AnchorUnfit(underlying, aggregator, decimals)
        );

        feeds[underlying] = feed;

        emit AnchorListed(underlying, aggregator, decimals, heartbeat, deviation);
    }

    /// @inheritdoc IAnchor
    function read(uint8 underlying) external view returns (Answer memory answer) {
        Feed memory feed = feeds[underlying];
        if (feed.aggregator == address(0)) return answer;
        answer = _answerOf(feed, _latest(feed.aggregator));
        answer.isLive = answer.price.raw() > 0 && block.timestamp <= answer.liveUntil && _isSequencerUp();
    }

    /// @inheritdoc IAnchor
    function readRound(uint8 underlying, uint80 roundId) external view returns (Answer memory answer) {
        Feed memory feed = feeds[underlying];
        if (feed.aggregator == address(0)) return answer;
        (bool isRead, RoundData memory round) = _ask(
            feed.aggregator,
            abi.encodeCall(AggregatorV3Interface.getRoundData, (roundId))
        );
        if (isRead && round.roundId == roundId) answer = _answerOf(feed, round);
    }

    /// @inheritdoc IAnchor
    function feedOf(uint8 underlying) external view returns (address, uint32, uint32) {
        Feed memory feed = feeds[underlying];
        return (feed.aggregator, feed.heartbeat, feed.deviation);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

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
        require(gasleft() > READ_GAS + READ_GAS / 32, GasTooLowToRead(gasleft(), READ_GAS + READ_GAS / 32));
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
        uint256 inner = _probe(proxy, "aggregator()");
        address aggregator = inner > 0 && inner <= type(uint160).max ? address(uint160(inner)) : proxy;
        uint256 low = _probe(aggregator, "minAnswer()");
        uint256 high = _probe(aggregator, "maxAnswer()");
        minAnswer = low <= uint128(type(int128).max) ? int128(uint128(low)) : int128(0);
        maxAnswer = high > 0 && high < uint128(type(int128).max) ? int128(uint128(high)) : type(int128).max;
    }

    /// @dev The word that a getter answers; zero where there is none.
    function _probe(address callee, string memory signature) private view returns (uint256 word) {
        (bool isAnswered, bytes memory returned) = callee.staticcall(abi.encodeWithSignature(signature));
        if (isAnswered && returned.length == 32) word = abi.decode(returned, (uint256));
    }
}
