// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import "../../../contracts/types/Errors.sol";
import {IPriceBook} from "../../../contracts/pricebook/IPriceBook.sol";
import {Books} from "./Books.sol";
import {vm} from "../Vm.sol";

// The rungs as the price book shows them: over a history of reports and of the anchor's rounds.
contract SettlementLibTest is Books {
    /// @dev An expiry on a full hour.
    uint32 constant FULL = uint32(START) + 9_200;

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

    // ---- averages of Asian kinds --------------------------------------------------------------------------------

    function test_anAverageOverHoursIsFixedByTheSameRungsAndApartFromTheSettlementPrice() external {
        feed.push(int256(P), FULL - 7_260);
        _reportEvery(60, FULL - 7_260, FULL - 1_860, P);
        _reportEvery(60, FULL - 1_800, FULL + 60, P + 600); // the last half hour
        uint256 end = _firstFrom(FULL);
        vm.expectPartialRevert(CheckpointNotBracketing.selector);
        book.fixAverage(ETH, FULL, 2, 0, end);
        book.fixAverage(ETH, FULL, 2, 1, end);
        IPriceBook.AverageMark memory its = book.average(ETH, FULL, 2);
        assertEq(its.settlementPrice.raw(), (P + 150) * SCALE, "three quarters at one, a quarter at the other");
        assertEq(its.windowSeconds, 7_200, "two hours");
        assertEq(book.settlementPrice(ETH, FULL).raw(), 0, "the half hour is another matter");
        assertEq(book.average(ETH, FULL, 1).settlementPrice.raw(), 0, "and so is one hour");
        vm.expectRevert(abi.encodeWithSelector(SettlementPriceAlreadyFixed.selector, ETH, FULL));
        book.fixAverage(ETH, FULL, 2, 1, end);
    }

    function test_theAverageSoFarOfALongWindowIsThatOfItsElapsedPart() external {
        feed.push(int256(P), FULL - 7_200);
        _reportEvery(60, FULL - 7_200, FULL - 5_400, P);
        IPriceBook.AverageMark memory its = book.average(ETH, FULL, 2);
        assertEq(its.elapsedShare, 0.25e18, "a quarter");
        assertEq(its.averageSoFar.raw(), P * SCALE, "its mean");
        assertEq(book.average(ETH, FULL, 1).elapsedShare, 0, "the shorter one has not begun");
    }

    function test_anAverageFallsBackOnTheAnchorAndThenOnTheLastAgreedHours() external {
        _warp(FULL - 3_700);
        feed.push(int256(P + 40), now_); // round 2
        _reportEvery(60, FULL - 3_640, FULL - 1_900, P); // pushes rounds 3 and 4
        feed.push(int256(P + 80), FULL - 1_800); // round 5
        _warp(FULL + 1 hours);
        book.fixAverageFromAnchor(ETH, FULL, 1, 3, 3);
        uint256 price = book.average(ETH, FULL, 1).settlementPrice.raw();
        assertEq(price, (P + 40) * SCALE, "half at the one, half at the other");
        _warp(FULL + 1 days);
        book.fixAverageFromLastAgreed(ETH, FULL, 2, 0, book.checkpointCount(ETH));
        assertEq(book.average(ETH, FULL, 2).settlementPrice.raw(), P * SCALE, "what was agreed");
    }

    function test_windowsStartAndEndOnFullHoursAndAreAWeekAtMost() external {
        vm.expectRevert(abi.encodeWithSelector(WindowMalformed.selector, EXPIRY, 169, 168));
        book.average(ETH, EXPIRY, 169);
        vm.expectRevert(abi.encodeWithSelector(WindowMalformed.selector, EXPIRY + 60, 1, 168));
        book.average(ETH, EXPIRY + 60, 1);
        book.average(ETH, EXPIRY + 60, 0);
    }

    function _firstFrom(uint64 time) private view returns (uint256 first) {
        first = book.checkpointCount(ETH);
        for (uint64 its = time; its >= time && first > 0;) {
            (its, , ) = book.checkpoint(ETH, first - 1);
            if (its >= time) --first;
        }
    }
}
