// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ChainlinkAnchor} from "../../../contracts/oracle/ChainlinkAnchor.sol";
import {IPoolMean} from "../../../contracts/oracle/IPoolMean.sol";
import {IPriceBook} from "../../../contracts/pricebook/IPriceBook.sol";
import {PriceBook} from "../../../contracts/pricebook/PriceBook.sol";
import {VolatilityBook} from "../../../contracts/pricebook/VolatilityBook.sol";
import {MarketState, Side, UnderlyingMarks} from "../../../contracts/types/Marks.sol";
import {SignedObservation} from "../../../contracts/types/Observation.sol";
import "../../../contracts/types/Errors.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Feed} from "../oracle/ChainlinkAnchor.t.sol";
import {Fleet} from "../oracle/Fleet.sol";
import {vm} from "../Vm.sol";

contract PriceBookTest is Fleet {
    uint256 constant P = 2_000e8;
    uint256 constant SCALE = 1e10;
    uint32 constant EXPIRY = uint32(START) + 2 hours;
    uint64 constant WINDOW_START = EXPIRY - 30 minutes;
    /// @dev (7 keepers + 1) · 24 s.
    uint64 constant LIVE = 192;

    Feed feed;
    ChainlinkAnchor anchor;
    VolatilityBook volatility;
    IPoolMean pools;
    PriceBook book;

    function setUp() public {
        _deployFleet();
        feed = new Feed();
        feed.push(int256(P), START);
        anchor = new ChainlinkAnchor(address(0), 0, oracle, address(authority));
        anchor.list(ETH, address(feed), 3_600, 5_000);
        volatility = new VolatilityBook(registry);
        pools = IPoolMean(deploy("PoolMean.sol:PoolMean", abi.encode(address(0), authority)));
        book = new PriceBook(registry, oracle, anchor, volatility, pools);
    }

    // ---- states and the index -------------------------------------------------------------------------------

    function test_aReportIsTakenOverInTheSameCall() external {
        assertEq(_report(P + 100), 3, "taken");
        IPriceBook.Index memory index = book.index(ETH);
        assertState(MarketState.AGREED, "agreed");
        assertEq(index.price.raw(), (P + 100) * SCALE, "the median is the index");
        assertEq(index.updatedAt, START, "as of its round");
        assertEq(index.anchor.raw(), P * SCALE, "the anchor beside it");
        assertEq(book.checkpointCount(ETH), 1, "a checkpoint");
    }

    function test_aPoolsMeanCountsForWhoTakesOnly() external {
        _report(P);
        vm.mockCall(
            address(pools),
            abi.encodeWithSelector(IPoolMean.mean.selector, ETH),
            abi.encode((P * SCALE * 95) / 100)
        );
        Price[] memory taking = book.marks(ETH, Side.TAKING, new uint32[](0)).candidates;
        assertEq(taking.length, 2, "the median and the pool");
        assertEq(taking[1].raw(), (P * SCALE * 95) / 100, "its mean");
        assertEq(book.marks(ETH, Side.ABOVE, new uint32[](0)).candidates.length, 1, "the median");
        assertEq(book.marks(ETH, Side.BELOW, new uint32[](0)).candidates.length, 1, "the median");
        vm.clearMockedCalls();
        assertEq(book.marks(ETH, Side.TAKING, new uint32[](0)).candidates.length, 1, "no pool is no price");
    }

    function test_reportingWhatIsKnownIsACheapNoOp() external {
        _report(P);
        assertEq(_report(P), 0, "nothing new");
        assertEq(book.checkpointCount(ETH), 1, "no checkpoint");
    }

    function test_roundsLiveOneTurnOfEveryKeeperAndOneMore() external {
        _report(P);
        _warp(START + LIVE);
        assertState(MarketState.AGREED, "just live");
        _warp(START + LIVE + 1);
        assertState(MarketState.SINGLE, "the anchor alone");
        assertEq(book.index(ETH).price.raw(), P * SCALE, "its price is in force");
        _warp(START + 3_721);
        assertState(MarketState.DEAD, "nobody");
        assertEq(book.marks(ETH, Side.BELOW, new uint32[](0)).candidates[0].raw(), P * SCALE, "the last agreed");
    }

    function test_pastAnHourOfDisagreementTheFrozenAnchorHasNoVeto() external {
        _report(P);
        for (uint64 t = 60; t <= 1_200; t += 60) {
            _warp(START + t);
            _report((P * 92) / 100);
        }
        UnderlyingMarks memory below = book.marks(ETH, Side.BELOW, new uint32[](0));
        assertEq(uint256(below.state), uint256(MarketState.DISPUTED), "still disputed");
        assertEq(below.candidates.length, 1, "but the anchor's interval holds the median");
        UnderlyingMarks memory above = book.marks(ETH, Side.ABOVE, new uint32[](0));
        assertTrue(above.candidates.length >= 2, "withdrawals still ask the anchor");
    }

    // ---- market time ----------------------------------------------------------------------------------------

    function test_marketTimeRunsWithTheClockWhileASourceIsLiveAndStandsWhileNoneIs() external {
        _report(P);
        assertEq(book.marketTime(ETH), 0, "starts");
        _warp(START + 1_000);
        assertEq(book.marketTime(ETH), 1_000, "runs, the anchor is live");
        _warp(START + 10_000);
        assertEq(book.marketTime(ETH), 3_720, "stands since the anchor fell silent");
        book.update(ETH);
        assertEq(book.marketTime(ETH), 3_720, "touching it changes nothing");
        _warp(START + 20_000);
        feed.push(int256(P), START + 19_990);
        book.update(ETH);
        assertEq(book.marketTime(ETH), 3_730, "resumes with the answer");
        _warp(START + 20_100);
        assertEq(book.marketTime(ETH), 3_830, "and runs");
    }

    function testFuzz_marketTimeNeverRunsBackNorFasterThanTheClock(uint16[12] calldata gaps, uint256 what) external {
        _report(P);
        uint64 last;
        for (uint256 i; i < 12; ++i) {
            uint64 gap = gaps[i];
            _warp(now_ + gap);
            assertTrue(book.marketTime(ETH) >= last && book.marketTime(ETH) <= last + gap, "as it is read");
            if ((what >> (3 * i)) & 1 == 1) _report(P);
            if ((what >> (3 * i + 1)) & 1 == 1) feed.push(int256(P), now_ - (gap < 100 ? 0 : 90));
            if ((what >> (3 * i + 2)) & 1 == 1) book.update(ETH);
            uint64 time = book.marketTime(ETH);
            assertTrue(time >= last && time <= now_ - START, "after a touch");
            last = time;
        }
    }

    // ---- settlement: first rung -----------------------------------------------------------------------------

    function test_theSettlementPriceIsTheAverageOverTheWindow() external {
        _fillWindow(P, P + 600); // half an hour: fifteen minutes at each
        (uint256 start, uint256 end) = _brackets();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), (P + 300) * SCALE, "the mean");
    }

    function testFuzz_noOtherIndicesAreTaken(uint256 start, uint256 end) external {
        _fillWindow(P, P + 600);
        (uint256 trueStart, uint256 trueEnd) = _brackets();
        start = bound(start, 0, book.checkpointCount(ETH) + 1);
        end = bound(end, 0, book.checkpointCount(ETH) + 1);
        if (start == trueStart && end == trueEnd) return;
        vm.expectPartialRevert(CheckpointNotBracketing.selector);
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
    }

    function testFuzz_thePriceIsTheSameWheneverItIsFixed(
        uint32 wait,
        uint64[8] calldata later,
        bool isStranger
    ) external {
        _fillWindow(P, P + 600);
        (uint256 start, uint256 end) = _brackets();
        for (uint64 i; i < later.length; ++i) {
            _warp(now_ + 30);
            _report(1 + (uint256(later[i]) >> 24));
        }
        _warp(now_ + wait);
        if (isStranger) vm.prank(address(0xBEEF));
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), (P + 300) * SCALE, "always the same");
    }

    function test_aSettlementPriceIsWrittenOnceAndNotBeforeExpiry() external {
        vm.expectRevert(abi.encodeWithSelector(NotExpired.selector, START, EXPIRY));
        book.fixSettlementPrice(ETH, EXPIRY, 0, 0);
        _fillWindow(P, P);
        (uint256 start, uint256 end) = _brackets();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        vm.expectRevert(abi.encodeWithSelector(SettlementPriceAlreadyFixed.selector, ETH, EXPIRY));
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
    }

    function test_itIsFinalOnlyAtTheFirstCheckpointAfterExpiry() external {
        _reportEvery(60, WINDOW_START - 60, EXPIRY - 60, P);
        _warp(EXPIRY + 30);
        uint256 count = book.checkpointCount(ETH);
        vm.expectRevert(abi.encodeWithSelector(CheckpointNotBracketing.selector, count, EXPIRY));
        book.fixSettlementPrice(ETH, EXPIRY, 1, count);
        // An hour later no round of that time can come any more.
        _warp(EXPIRY + 1 hours);
        book.fixSettlementPrice(ETH, EXPIRY, 1, count);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), P * SCALE, "the mean");
    }

    function test_disputedTimeDoesNotCount() external {
        _reportEvery(60, WINDOW_START - 60, WINDOW_START + 1_500, P);
        _reportEvery(60, WINDOW_START + 1_560, EXPIRY + 60, (P * 90) / 100); // disputed: five minutes of thirty
        (uint256 start, uint256 end) = _brackets();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), P * SCALE, "only agreed seconds");
    }

    function test_tooLittleCoverIsRefused() external {
        _reportEvery(60, WINDOW_START - 60, WINDOW_START + 1_320, P);
        _reportEvery(60, EXPIRY, EXPIRY + 60, P);
        (uint256 start, uint256 end) = _brackets();
        vm.expectRevert(abi.encodeWithSelector(CoverageTooLow.selector, 1_380, 1_800));
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
    }

    // ---- settlement: second and third rung ------------------------------------------------------------------

    function test_withoutCoverTheAnchorsRoundsOverTheSameWindowCount() external {
        feed.push(int256(P - 100), WINDOW_START - 10); // round 2
        feed.push(int256(P + 500), WINDOW_START + 900); // round 3
        _warp(EXPIRY + 1 hours);
        book.fixFromAnchor(ETH, EXPIRY, 2, 2);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), (P + 200) * SCALE, "half and half");
    }

    function testFuzz_noOtherRoundsOfTheAnchorAreTaken(uint80 first, uint80 count) external {
        feed.push(int256(P - 100), WINDOW_START - 10);
        feed.push(int256(P + 500), WINDOW_START + 900);
        feed.push(int256(P + 900), EXPIRY + 5);
        _warp(EXPIRY + 1 hours);
        first = uint80(bound(first, 0, 6));
        count = uint80(bound(count, 0, 66));
        if (first == 2 && count == 2) return;
        vm.expectRevert();
        book.fixFromAnchor(ETH, EXPIRY, first, count);
    }

    function test_aChangeOfPhaseIsFollowed() external {
        uint80 next = (1 << 64) | 1;
        feed.push(int256(P), WINDOW_START - 10);
        feed.jumpTo(next - 1);
        feed.push(int256(P + 800), WINDOW_START + 900);
        _warp(EXPIRY + 1 hours);
        book.fixFromAnchor(ETH, EXPIRY, 2, 2);
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), (P + 400) * SCALE, "last of one phase, first of the next");
    }

    function test_anInvalidAnswerOfTheAnchorCoversNothing() external {
        feed.push(int256(P), WINDOW_START - 10);
        feed.push(0, WINDOW_START + 100);
        feed.push(int256(P + 50), WINDOW_START + 200);
        _warp(EXPIRY + 1 hours);
        book.fixFromAnchor(ETH, EXPIRY, 2, 3);
        uint256 mean = ((P * 100 + (P + 50) * 1_600) * SCALE) / 1_700;
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), mean, "the valid ones");
    }

    function test_theSecondRungIsShutWhileTheFirstHoldsAndOutsideItsHours() external {
        _fillWindow(P, P);
        _warp(EXPIRY + 1 hours - 1);
        vm.expectPartialRevert(RungNotOpen.selector);
        book.fixFromAnchor(ETH, EXPIRY, 1, 1);
        _warp(EXPIRY + 1 hours);
        vm.expectRevert(abi.encodeWithSelector(AverageIsCovered.selector, 1_800, 1_800));
        book.fixFromAnchor(ETH, EXPIRY, 1, 1);
        _warp(EXPIRY + 1 days);
        vm.expectPartialRevert(RungNotOpen.selector);
        book.fixFromAnchor(ETH, EXPIRY, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(AverageIsCovered.selector, 1_800, 1_800));
        book.fixFromLastAgreed(ETH, EXPIRY, 0, 1);
    }

    function test_aDayLaterTheLastAgreedHalfHourCounts() external {
        feed.push(int256(P), START);
        _reportEvery(60, START, START + 2_400, P);
        _reportEvery(60, START + 2_460, START + 3_240, P + 700); // fourteen minutes, the last covering one more
        _warp(EXPIRY + 1 days);
        uint256 count = book.checkpointCount(ETH);
        // 41 checkpoints at P, 14 at P + 700: the last thirty minutes hold fourteen of them.
        book.fixFromLastAgreed(ETH, EXPIRY, count - 30, count);
        uint256 mean = ((P * 16 + (P + 700) * 14) * SCALE) / 30;
        assertEq(book.settlementPrice(ETH, EXPIRY).raw(), mean, "the last thirty minutes");
    }

    function test_withoutAnAgreedSecondThereIsNoThirdRung() external {
        _warp(EXPIRY + 1 days);
        vm.expectPartialRevert(CheckpointNotBracketing.selector);
        book.fixFromLastAgreed(ETH, EXPIRY, 0, 0);
        _report(P);
        vm.expectRevert(abi.encodeWithSelector(NothingAgreed.selector, ETH, EXPIRY));
        book.fixFromLastAgreed(ETH, EXPIRY, 0, 0);
    }

    // ---- marks ----------------------------------------------------------------------------------------------

    function test_insideTheWindowTheMarksCarryTheElapsedPartOfTheAverage() external {
        uint32[] memory expiries = new uint32[](1);
        expiries[0] = EXPIRY;
        assertEq(book.marks(ETH, Side.BELOW, expiries).expiries[0].elapsedShare, 0, "before");
        _reportEvery(60, WINDOW_START - 60, WINDOW_START + 540, P);
        _warp(WINDOW_START + 600);
        UnderlyingMarks memory marks = book.marks(ETH, Side.BELOW, expiries);
        assertEq(marks.expiries[0].elapsedShare, uint256(1e18) / 3, "a third");
        assertEq(marks.expiries[0].averageSoFar.raw(), P * SCALE, "its mean");
        assertEq(marks.expiries[0].secondsLeft, 1_200, "left");
        _reportEvery(60, WINDOW_START + 600, EXPIRY + 60, P);
        marks = book.marks(ETH, Side.BELOW, expiries);
        assertEq(marks.expiries[0].elapsedShare, 1e18, "over");
        assertEq(marks.expiries[0].settlementPrice.raw(), 0, "not yet fixed");
        (uint256 start, uint256 end) = _brackets();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        marks = book.marks(ETH, Side.BELOW, expiries);
        assertEq(marks.expiries[0].settlementPrice.raw(), P * SCALE, "fixed");
    }

    function test_withNothingCoveredTheAverageSoFarIsThePriceInForce() external {
        uint32[] memory expiries = new uint32[](1);
        expiries[0] = EXPIRY;
        feed.push(int256(P + 7), WINDOW_START);
        _warp(WINDOW_START + 600);
        UnderlyingMarks memory marks = book.marks(ETH, Side.BELOW, expiries);
        assertEq(marks.expiries[0].averageSoFar.raw(), (P + 7) * SCALE, "the anchor's");
    }

    /// @dev Whatever was reported, whatever the feed does, whenever: nothing that a liquidation reads reverts.
    function testFuzz_noReachableInputRevertsARead(
        uint64[6] calldata prices,
        uint32[6] calldata gaps,
        uint256 widths,
        int256 answer,
        uint256 fault,
        uint32 expiry
    ) external {
        for (uint256 i; i < 6; ++i) {
            _warp(now_ + (gaps[i] >> 18));
            uint256 price = uint256(prices[i]) | 1;
            uint256 width = (widths >> i) & 1 == 0 ? 0 : price / 2;
            for (uint16 id = 1; id <= 3; ++id) {
                book.report(_one(_signedBy(id, id, now_ - (now_ % 10), price, width)));
            }
        }
        feed.push(answer, now_);
        feed.breakBy(Feed.Fault(fault % 6));
        uint32[] memory expiries = new uint32[](2);
        (expiries[0], expiries[1]) = (expiry, EXPIRY);
        book.update(ETH);
        book.index(ETH);
        book.marketTime(ETH);
        UnderlyingMarks memory below = book.marks(ETH, Side.BELOW, expiries);
        assertTrue(below.candidates.length > 0, "there is a price to judge by");
        assertTrue(below.candidates[0].raw() > 0, "and it is not zero");
        book.marks(ETH, Side.ABOVE, expiries);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _report(uint256 price) private returns (uint256) {
        return book.report(_round(now_ - (now_ % 10), _list(price, price, price)));
    }

    function _reportEvery(uint64 step, uint64 from, uint64 to, uint256 price) private {
        for (uint64 t = from; t <= to; t += step) {
            _warp(t);
            if ((t - from) % 1_500 == 0) feed.push(int256(P), t);
            _report(price);
        }
    }

    /// @dev Half the window at each price, with the checkpoint before it and the first after expiry.
    function _fillWindow(uint256 first, uint256 second) private {
        feed.push(int256(P), WINDOW_START - 60);
        _reportEvery(60, WINDOW_START - 60, WINDOW_START + 840, first);
        _reportEvery(60, WINDOW_START + 900, EXPIRY + 60, second);
    }

    /// @dev Found the slow way.
    function _brackets() private view returns (uint256 start, uint256 end) {
        uint256 count = book.checkpointCount(ETH);
        end = count;
        for (uint256 i = count; i > 0; --i) {
            (uint64 time, , ) = book.checkpoint(ETH, i - 1);
            if (time >= EXPIRY) end = i - 1;
            if (time <= WINDOW_START && start == 0) start = i - 1;
        }
    }

    function assertState(MarketState expected, string memory what) private view {
        assertEq(uint256(book.index(ETH).state), uint256(expected), what);
    }
}
