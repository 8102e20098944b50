// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ChainlinkAnchor} from "../../../contracts/oracle/ChainlinkAnchor.sol";
import {IAnchor} from "../../../contracts/oracle/IAnchor.sol";
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

contract ChainlinkAnchorTest is Test {
    uint8 constant ETH = 1;
    uint64 constant START = 1_600_000_000;
    uint32 constant HEARTBEAT = 3_600;
    uint32 constant DEVIATION = 5_000;

    Feed feed;
    Feed sequencer;
    ChainlinkAnchor anchor;

    function setUp() public {
        vm.warp(START);
        feed = new Feed();
        feed.push(2_000e8, START - 60);
        anchor = new ChainlinkAnchor(address(0), 0, address(new AccessManager(address(this))));
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
        anchor.readRound(ETH, uint80(updatedAt));
    }

    function test_anUnlistedUnderlyingIsDead() external view {
        assertFalse(anchor.read(9).isLive, "no answer");
        assertEq(anchor.readRound(9, 1).updatedAt, 0, "no history");
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
        assertEq(anchor.readRound(ETH, 1).price.raw(), 2_000e18, "first");
        assertEq(anchor.readRound(ETH, 2).updatedAt, START, "second");
        assertEq(anchor.readRound(ETH, 3).updatedAt, 0, "none");
    }

    function test_onALayerTwoTheSequencerMustBeUpForAWhile() external {
        sequencer = new Feed();
        ChainlinkAnchor second = new ChainlinkAnchor(
            address(sequencer),
            3_600,
            address(new AccessManager(address(this)))
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

    function test_decimalsArePinnedAtListing() external {
        feed.setDecimals(18);
        assertEq(anchor.read(ETH).price.raw(), 2_000e18, "as listed");
    }
}
