// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IPriceBook} from "../../../contracts/pricebook/IPriceBook.sol";
import {MarketState, Side, UnderlyingMarks} from "../../../contracts/types/Marks.sol";
import {IPoolMean} from "../../../contracts/oracle/IPoolMean.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Feed} from "../oracle/ChainlinkAnchor.t.sol";
import {Books} from "./Books.sol";
import {vm} from "../Vm.sol";

contract PriceBookTest is Books {
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
        assertEq(book.marketTime(ETH), 3_720, "the market reopens");
        for (uint64 step = 300; step <= 600; step += 300) {
            _warp(START + 20_000 + step);
            book.update(ETH);
        }
        assertEq(book.marketTime(ETH), 3_720, "until bidders may act");
        _warp(START + 20_700);
        assertEq(book.marketTime(ETH), 3_820, "and runs");
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
        book.marks(ETH, Side.TAKING, expiries);
        book.lastStop(ETH);
        book.settlementPrice(ETH, expiry);
        book.hourPrice(ETH, expiry);
        book.average(ETH, uint32(START - (START % 3_600)) + 3_600 * (expiry % 500), uint24(widths % 169));
    }
}
