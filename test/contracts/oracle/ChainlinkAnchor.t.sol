// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ChainlinkAnchor} from "../../../contracts/oracle/ChainlinkAnchor.sol";
import {IAnchor} from "../../../contracts/oracle/IAnchor.sol";
import {IReporterOracle} from "../../../contracts/oracle/IReporterOracle.sol";
import {Price} from "../../../contracts/types/Price.sol";
import "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// @dev Answers whatever the test says, well-formed or not.
contract Feed {
    enum Fault {
        NONE,
        REVERTS,
        SHORT,
        HUGE,
        BURNS_GAS,
        DIRTY
    }

    uint8 public decimals = 8;
    int192 public minAnswer = 1e8;
    int192 public maxAnswer = 1e14;
    Fault public fault;
    uint80 public latest;

    struct Round {
        int256 answer;
        uint256 startedAt;
        uint256 updatedAt;
        uint80 answeredInRound;
    }

    mapping(uint80 => Round) public rounds;

    function aggregator() external view returns (address) {
        return address(this);
    }

    function setDecimals(uint8 value) external {
        decimals = value;
    }

    function setBounds(int192 low, int192 high) external {
        (minAnswer, maxAnswer) = (low, high);
    }

    function breakBy(Fault value) external {
        fault = value;
    }

    function push(int256 answer, uint256 updatedAt) external {
        ++latest;
        rounds[latest] = Round(answer, updatedAt, updatedAt, latest);
    }

    function jumpTo(uint80 round) external {
        latest = round;
    }

    function carryOver() external {
        rounds[latest + 1] = rounds[latest];
        ++latest;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        if (fault != Fault.NONE) _misbehave();
        return getRoundData(latest);
    }

    function getRoundData(uint80 id) public view returns (uint80, int256, uint256, uint256, uint80) {
        Round memory round = rounds[id];
        return (id, round.answer, round.startedAt, round.updatedAt, round.answeredInRound);
    }

    function _misbehave() private view {
        Fault kind = fault;
        assembly {
            switch kind
            case 1 {
                revert(0, 0)
            }
            case 2 {
                return(0, 64)
            }
            case 3 {
                return(0, 20000)
            }
            case 4 {
                invalid()
            }
            case 5 {
                mstore(0, not(0))
                return(0, 160)
            }
        }
    }
}

/// @dev A reporter oracle that says what the test says.
contract Reporters {
    IReporterOracle.Round private newest;

    function say(uint64 time, uint256 price, bool isWide) external {
        Price median = Price.wrap(price);
        newest = IReporterOracle.Round(time, median, median, median, 3, isWide);
    }

    function rounds(uint8) external view returns (IReporterOracle.Round memory, IReporterOracle.Round memory previous) {
        return (newest, previous);
    }
}

contract ChainlinkAnchorTest is Test {
    uint8 constant ETH = 1;
    uint64 constant START = 1_600_000_000;
    uint32 constant HEARTBEAT = 3_600;
    uint32 constant DEVIATION = 5_000;

    Feed feed;
    Feed sequencer;
    ChainlinkAnchor anchor;
    Reporters reporters;
    Feed candidate;
    /// @dev The compiler may keep one block.timestamp for a whole function.
    uint64 now_;

    function setUp() public {
        vm.warp(START);
        feed = new Feed();
        feed.push(2_000e8, START - 60);
        reporters = new Reporters();
        anchor = ChainlinkAnchor(
            deploy(
                "ChainlinkAnchor.sol:ChainlinkAnchor",
                abi.encode(address(0), 0, reporters, new AccessManager(address(this)))
            )
        );
        anchor.list(ETH, address(feed), HEARTBEAT, DEVIATION);
    }

    function test_theAnswerHasEighteenDecimalsWhateverTheFeedHas() external view {
        IAnchor.Answer memory answer = anchor.read(ETH);
        assertTrue(answer.isLive, "live");
        assertEq(answer.price.raw(), 2_000e18, "price");
        assertEq(answer.updatedAt, START - 60, "time");
        assertEq(answer.roundId, 1, "round");
    }

    function test_aFeedIsLiveForItsHeartbeatAndTwoMinutes() external {
        vm.warp(START - 60 + HEARTBEAT + 120);
        assertTrue(anchor.read(ETH).isLive, "just");
        vm.warp(START - 60 + HEARTBEAT + 121);
        assertFalse(anchor.read(ETH).isLive, "no more");
        assertEq(anchor.read(ETH).price.raw(), 2_000e18, "its last word is still to see");
    }

    function test_anAnswerAtItsAggregatorsBoundIsNone() external {
        feed.push(1e8, START);
        assertFalse(anchor.read(ETH).isLive, "the floor");
        feed.push(1e14, START);
        assertFalse(anchor.read(ETH).isLive, "the ceiling");
        feed.push(1e14 - 1, START);
        assertTrue(anchor.read(ETH).isLive, "below it");
    }

    function test_zeroNegativeFutureAndCarriedOverAnswersAreNone() external {
        int256[3] memory answers = [int256(0), -1, type(int256).max];
        for (uint256 i; i < 3; ++i) {
            feed.push(answers[i], START);
            assertEq(anchor.read(ETH).price.raw(), 0, "no answer");
            assertFalse(anchor.read(ETH).isLive, "dead");
        }
        feed.push(2_000e8, START + 1);
        assertEq(anchor.read(ETH).updatedAt, 0, "from the future");
        feed.push(2_000e8, START);
        assertTrue(anchor.read(ETH).isLive, "good");
        feed.carryOver();
        assertEq(anchor.read(ETH).price.raw(), 0, "an incomplete round");
    }

    function testFuzz_noFaultOfTheFeedRevertsARead(uint256 fault, int256 answer, uint256 updatedAt) external {
        fault = bound(fault, 0, 5);
        feed.push(answer, updatedAt);
        feed.breakBy(Feed.Fault(fault));
        IAnchor.Answer memory read = anchor.read(ETH);
        if (fault != 0 && fault != 3) assertFalse(read.isLive, "broken is dead");
        anchor.readRound(ETH, START, uint80(updatedAt));
        anchor.probe(ETH);
        anchor.newestRound(ETH, START);
    }

    function test_anUnlistedUnderlyingIsDead() external view {
        assertFalse(anchor.read(9).isLive, "no answer");
        assertEq(anchor.readRound(9, START, 1).updatedAt, 0, "no history");
    }

    function test_aCallerCannotMakeALiveFeedLookDeadByBringingLittleGas() external view {
        for (uint256 gas_ = 5_000; gas_ < 300_000; gas_ += 5_000) {
            try anchor.read{gas: gas_}(ETH) returns (IAnchor.Answer memory answer) {
                assertTrue(answer.isLive, "live or no answer at all");
            } catch {}
        }
    }

    function test_historyIsReadByRoundAndWhereThereIsNoneTheTimeIsZero() external {
        feed.push(2_100e8, START);
        assertEq(anchor.readRound(ETH, START, 1).price.raw(), 2_000e18, "first");
        assertEq(anchor.readRound(ETH, START, 2).updatedAt, START, "second");
        assertEq(anchor.readRound(ETH, START, 3).updatedAt, 0, "none");
    }

    function test_onALayerTwoTheSequencerMustBeUpForAWhile() external {
        sequencer = new Feed();
        ChainlinkAnchor second = ChainlinkAnchor(
            deploy(
                "ChainlinkAnchor.sol:ChainlinkAnchor",
                abi.encode(sequencer, 3_600, reporters, new AccessManager(address(this)))
            )
        );
        second.list(ETH, address(feed), HEARTBEAT, DEVIATION);
        assertFalse(second.read(ETH).isLive, "the uptime feed has said nothing");
        sequencer.push(0, START - 3_600);
        assertFalse(second.read(ETH).isLive, "up, but in its grace");
        vm.warp(START + 1);
        assertTrue(second.read(ETH).isLive, "up");
        sequencer.push(1, START + 1);
        assertFalse(second.read(ETH).isLive, "down");
        sequencer.push(0, START + 1);
        sequencer.breakBy(Feed.Fault.REVERTS);
        assertFalse(second.read(ETH).isLive, "unknown counts as down");
    }

    function test_onlyAFitFeedIsListedAndOnlyOnce() external {
        vm.expectRevert(abi.encodeWithSelector(AnchorAlreadyListed.selector, ETH, address(feed)));
        anchor.list(ETH, address(feed), HEARTBEAT, DEVIATION);
        Feed other = new Feed();
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, 2, address(other), 8));
        anchor.list(2, address(other), HEARTBEAT, DEVIATION);
        other.push(2_000e8, START);
        other.setDecimals(19);
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, 2, address(other), 19));
        anchor.list(2, address(other), HEARTBEAT, DEVIATION);
        vm.prank(address(7));
        vm.expectRevert();
        anchor.list(3, address(feed), HEARTBEAT, DEVIATION);
    }

    function test_numbersBeyondTheirBoundsAreRefused() external {
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, 2, address(feed), 8));
        anchor.list(2, address(feed), 0, DEVIATION);
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, 2, address(feed), 8));
        anchor.list(2, address(feed), 1 days + 1, DEVIATION);
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, 2, address(feed), 8));
        anchor.list(2, address(feed), HEARTBEAT, 50_001);
    }

    // ---- probing ----------------------------------------------------------------------------------------------

    function test_decimalsArePinnedAndAFeedThatChangesThemIsDeadOnceAnyoneShowsIt() external {
        feed.setDecimals(18);
        assertEq(anchor.read(ETH).price.raw(), 2_000e18, "as listed");
        vm.prank(address(7));
        anchor.probe(ETH);
        assertFalse(anchor.read(ETH).isLive, "dead");
        assertEq(anchor.read(ETH).price.raw(), 0, "and says nothing");
        feed.setDecimals(8);
        anchor.probe(ETH);
        assertTrue(anchor.read(ETH).isLive, "as it was");
        vm.expectRevert(abi.encodeWithSelector(AnchorMissing.selector, 9));
        anchor.probe(9);
    }

    function test_boundsAreThoseOfTheAggregatorThatAnswersNow() external {
        feed.setBounds(1_000e8, 3_000e8);
        feed.push(3_000e8, START);
        assertTrue(anchor.read(ETH).isLive, "the old bounds");
        anchor.probe(ETH);
        assertFalse(anchor.read(ETH).isLive, "at the new one");
        feed.push(2_000e8, START);
        assertTrue(anchor.read(ETH).isLive, "inside");
    }

    function test_aProbeWithLittleGasChangesNothing() external {
        for (uint256 gas_ = 5_000; gas_ < 1_500_000; gas_ += 45_000) {
            try anchor.probe{gas: gas_}(ETH) {} catch {}
            assertTrue(anchor.read(ETH).isLive, "as fit as before");
            feed.push(1e14, START);
            assertFalse(anchor.read(ETH).isLive, "bounded as before");
            feed.push(2_000e8, START);
        }
    }

    // ---- replacing --------------------------------------------------------------------------------------------

    function test_anAnchorIsReplacedByOneThatAgreedForAWeek() external {
        _replace();
        (address listed, uint32 heartbeat, ) = anchor.feedOf(ETH);
        assertEq(listed, address(candidate), "the candidate");
        assertEq(heartbeat, 7_200, "on its own terms");
        candidate.push(2_500e8, now_);
        assertEq(anchor.read(ETH).price.raw(), 2_500e18, "speaks");
        vm.expectRevert(abi.encodeWithSelector(AnchorMissing.selector, ETH));
        anchor.replace(ETH);
    }

    function _replace() private {
        _propose();
        for (uint256 hour; hour < 84; ++hour) {
            (uint256 since, uint256 last) = hour == 0
                ? (uint256(0), uint256(0))
                : (uint256(START), uint256(now_ - 2 hours));
            vm.expectRevert(abi.encodeWithSelector(AnchorUnproven.selector, ETH, since, last));
            anchor.replace(ETH);
            _record(2_000e18 + hour * 1e17);
            _pass(2 hours);
        }
        anchor.replace(ETH);
    }

    function test_whatWasSaidBeforeAReplacementIsReadFromWhoSaidIt() external {
        _replace();
        assertEq(anchor.readRound(ETH, now_ - 1, 1).updatedAt, START - 60, "the former feed");
        assertEq(anchor.newestRound(ETH, now_ - 1), 1, "its newest round");
        assertEq(anchor.readRound(ETH, now_, 1).updatedAt, START, "the present one");
        assertEq(anchor.newestRound(ETH, now_), candidate.latest(), "its newest round");
    }

    function test_aGapInTheRecordBeginsTheWeekAnew() external {
        _propose();
        _record(2_000e18);
        _pass(2 hours + 1);
        _record(2_000e18);
        assertEq(anchor.trialOf(ETH).since, now_, "anew");
    }

    function test_aLagIsForgivenAndAStandingDisagreementIsNot() external {
        _propose();
        _record(2_000e18);
        _pass(1 minutes);
        _record(2_100e18);
        _pass(9 minutes);
        _record(2_100e18);
        assertEq(anchor.trialOf(ETH).since, START, "it may lag a jump");
        _pass(30 seconds);
        _record(2_000e18);
        _pass(30 seconds);
        _record(2_100e18);
        assertEq(anchor.trialOf(ETH).since, START, "it agreed in between");
        _pass(10 minutes);
        _record(2_100e18);
        assertEq(anchor.trialOf(ETH).since, 0, "apart for ten minutes");
        vm.expectRevert(abi.encodeWithSelector(AnchorUnproven.selector, ETH, 0, 0));
        anchor.replace(ETH);
    }

    function test_agreementIsWithinTheFeedsOwnStepAndAPercent() external {
        _propose();
        _record(2_030e18);
        assertEq(anchor.trialOf(ETH).since, START, "at the edge");
        _record(2_030e18 + 1e10);
        assertEq(anchor.trialOf(ETH).apartSince, START, "beyond");
    }

    function test_aSilentCandidateDoesNotAgree() external {
        _propose();
        vm.warp(START + 7_200 + 121);
        reporters.say(START + 7_200 + 120, 2_000e18, false);
        anchor.recordAgreement(ETH);
        assertEq(anchor.trialOf(ETH).since, 0, "no agreement");
        assertEq(anchor.trialOf(ETH).apartSince, START + 7_200 + 121, "apart");
    }

    function test_aStaleOrWideRoundIsNothingToCompareWith() external {
        _propose();
        reporters.say(START - 61, 2_000e18, false);
        vm.expectRevert(abi.encodeWithSelector(NothingToCompare.selector, START - 61, START));
        anchor.recordAgreement(ETH);
        reporters.say(START, 2_000e18, true);
        vm.expectRevert(abi.encodeWithSelector(NothingToCompare.selector, START, START));
        anchor.recordAgreement(ETH);
    }

    function test_onlyGovernanceProposesAndReplacesAndOnlyAFitCandidate() external {
        candidate = new Feed();
        vm.expectRevert(abi.encodeWithSelector(AnchorUnfit.selector, ETH, address(candidate), 8));
        anchor.propose(ETH, address(candidate), HEARTBEAT, DEVIATION);
        vm.expectRevert(abi.encodeWithSelector(AnchorMissing.selector, 2));
        anchor.propose(2, address(feed), HEARTBEAT, DEVIATION);
        vm.expectRevert(abi.encodeWithSelector(AnchorMissing.selector, ETH));
        anchor.recordAgreement(ETH);
        vm.startPrank(address(7));
        vm.expectRevert();
        anchor.propose(ETH, address(feed), HEARTBEAT, DEVIATION);
        vm.expectRevert();
        anchor.replace(ETH);
        vm.stopPrank();
    }

    function _propose() private {
        now_ = START;
        candidate = new Feed();
        candidate.push(2_000e8, START);
        anchor.propose(ETH, address(candidate), 7_200, DEVIATION);
    }

    function _pass(uint64 seconds_) private {
        now_ += seconds_;
        vm.warp(now_);
        candidate.push(2_000e8, now_);
    }

    /// @dev By a stranger, while the reporters say `price`.
    function _record(uint256 price) private {
        reporters.say(now_, price, false);
        vm.prank(address(7));
        anchor.recordAgreement(ETH);
    }
}
