// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import "../../../contracts/types/Errors.sol";
import {Observed} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Books} from "./Books.sol";
import {vm} from "../Vm.sol";

// Barriers as the price book sees them: at full hours only, over the ten minutes before.
contract TouchLibTest is Books {
    uint32 constant HOUR = uint32(START - (START % 3_600)) + 3_600;
    /// @dev An expiry on a full hour.
    uint32 constant LATER = HOUR + 10 hours;

    function test_aBarrierIsTouchedWhereTheMeanBeforeAFullHourLiesBeyondIt() external {
        _tenMinutesAt(HOUR, P - 100e8, P - 300e8);
        SeriesId touched = _down(1_800);
        SeriesId untouched = _down(1_799);
        book.recordTouch(touched, HOUR);
        assertEq(book.touchedAt(touched), HOUR, "touched");
        assertEq(book.hourPrice(ETH, HOUR).raw(), (P - 200e8) * SCALE, "the mean, not the last price");
        vm.expectRevert(abi.encodeWithSelector(BarrierNotTouched.selector, 1_800e18, 1_799e18));
        book.recordTouch(untouched, HOUR);
        assertEq(book.touchedAt(untouched), 0, "not touched");
    }

    function test_oneTouchIsThatOfAllSeriesWithTheSameBarrierAndSide() external {
        _tenMinutesAt(HOUR, P, P);
        book.recordTouch(_down(2_000), HOUR);
        SeriesId other = seriesIdOf(ETH, LATER, 4_000e8, OptionKind.DOWN_IN_PUT, 5_000);
        assertEq(book.touchedAt(other), HOUR, "half of four thousand is the same barrier");
        assertEq(book.touchedAt(_up(2_000)), 0, "from the other side it is another");
        assertEq(
            book.touchedAt(seriesIdOf(ETH, LATER + 1 days, 2_000e8, OptionKind.DOWN_OUT_CALL, 10_000)),
            0,
            "expiry"
        );
        book.recordTouch(_up(2_000), HOUR);
        assertEq(book.touchedAt(_up(2_000)), HOUR, "at the barrier is touched, from either side");
    }

    function test_aTouchIsRecordedOnceAndKeepsItsHour() external {
        _tenMinutesAt(HOUR, P, P);
        book.recordTouch(_down(2_000), HOUR);
        _tenMinutesAt(HOUR + 1 hours, P, P);
        book.recordTouch(_down(2_000), HOUR + 1 hours);
        assertEq(book.touchedAt(_down(2_000)), HOUR, "the first");
    }

    function test_betweenFullHoursNothingIsSeen() external {
        _tenMinutesAt(HOUR, P, P);
        vm.expectRevert(abi.encodeWithSelector(NotAFullHour.selector, HOUR - 60));
        book.observeHour(ETH, HOUR - 60);
    }

    function test_anHourIsObservedFromTheFirstWordAfterItAndForSixHours() external {
        feed.push(int256(P), HOUR - 600);
        _reportEvery(60, HOUR - 600, HOUR - 60, P);
        _warp(HOUR + 30);
        vm.expectPartialRevert(HourNotObservable.selector);
        book.observeHour(ETH, HOUR);
        _warp(HOUR + 6 hours);
        uint256 state = vm.snapshotState();
        book.observeHour(ETH, HOUR); // an hour later no round of that time can come any more
        assertEq(book.hourPrice(ETH, HOUR).raw(), P * SCALE, "the mean");
        vm.revertToState(state);
        _warp(HOUR + 6 hours + 1);
        vm.expectPartialRevert(HourNotObservable.selector);
        book.observeHour(ETH, HOUR);
        vm.expectPartialRevert(HourNotObservable.selector);
        book.recordTouch(_down(2_000), HOUR);
    }

    function test_anHourOfWhichTooLittleWasAgreedIsNoTouch() external {
        feed.push(int256(P), HOUR - 300);
        _reportEvery(60, HOUR - 300, HOUR + 60, P);
        vm.expectRevert(abi.encodeWithSelector(CoverageTooLow.selector, 300, 600));
        book.recordTouch(_down(2_000), HOUR);
    }

    function test_noHourAfterExpiryTouches() external {
        _tenMinutesAt(HOUR, P, P);
        SeriesId over = seriesIdOf(ETH, HOUR - 1 hours, 2_000e8, OptionKind.DOWN_OUT_CALL, 10_000);
        vm.expectPartialRevert(BarrierNotTouched.selector);
        book.recordTouch(over, HOUR);
        book.recordTouch(seriesIdOf(ETH, HOUR, 2_000e8, OptionKind.DOWN_OUT_CALL, 10_000), HOUR);
    }

    function test_aTouchDecidesAtOnceAndThatThereWasNoneOnlyWhenNoneCanBeRecordedAnyMore() external {
        SeriesId touched = seriesIdOf(ETH, HOUR, 2_000e8, OptionKind.DOWN_OUT_CALL, 10_000);
        SeriesId untouched = seriesIdOf(ETH, HOUR, 1_000e8, OptionKind.DOWN_OUT_CALL, 10_000);
        feed.push(int256(P), HOUR - 1_800);
        _reportEvery(60, HOUR - 1_800, HOUR, P);
        book.fixSettlementPrice(ETH, HOUR, 0, book.checkpointCount(ETH) - 1);
        assertEq(_seen(touched).settlementPrice.raw(), 0, "not yet recorded, not yet final");
        book.recordTouch(touched, HOUR);
        assertTrue(_seen(touched).isTouched && _seen(touched).settlementPrice.raw() == P * SCALE, "decided");
        _warp(HOUR + 6 hours);
        assertEq(_seen(untouched).settlementPrice.raw(), 0, "somebody might still record one");
        _warp(HOUR + 6 hours + 1);
        assertTrue(!_seen(untouched).isTouched && _seen(untouched).settlementPrice.raw() == P * SCALE, "decided too");
    }

    function test_whatIsSeenOfAnAsianSeriesIsItsOwnWindow() external {
        feed.push(int256(P), HOUR - 1_800);
        _reportEvery(60, HOUR - 1_800, HOUR, P);
        Observed memory seen = _seen(seriesIdOf(ETH, HOUR + 1 hours, 2_000e8, OptionKind.ASIAN_CALL, 2));
        assertEq(seen.elapsedShare, 0.5e18, "half of two hours");
        assertEq(seen.averageSoFar.raw(), P * SCALE, "its mean");
        seen = _seen(seriesIdOf(ETH, HOUR + 1 hours, 2_000e8, OptionKind.ASIAN_PUT, 200));
        assertEq(seen.elapsedShare, 0, "nothing of a window that does not exist");
        seen = _seen(seriesIdOf(ETH, HOUR + 1, 2_000e8, OptionKind.ASIAN_PUT, 2));
        assertEq(seen.settlementPrice.raw(), 0, "nor of one off the hour");
    }

    function test_onlyBarriersAreTouched() external {
        SeriesId call = seriesIdOf(ETH, LATER, 2_000e8, OptionKind.CALL, 0);
        vm.expectRevert(abi.encodeWithSelector(NotABarrier.selector, uint8(OptionKind.CALL)));
        book.touchedAt(call);
        vm.expectRevert(abi.encodeWithSelector(NotABarrier.selector, uint8(OptionKind.CALL)));
        book.recordTouch(call, HOUR);
    }

    function testFuzz_theHourIsTheSameWhoeverObservesItAndWhen(uint16 wait, uint64[4] calldata later) external {
        _tenMinutesAt(HOUR, P, P + 40e8);
        for (uint64 i; i < later.length; ++i) {
            _warp(now_ + 30);
            book.report(_round(now_ - (now_ % 10), _list(later[i] | 1, later[i] | 1, later[i] | 1)));
        }
        _warp(now_ + (wait % 5 hours));
        vm.prank(address(0xBEEF));
        book.observeHour(ETH, HOUR);
        assertEq(book.hourPrice(ETH, HOUR).raw(), (P + 20e8) * SCALE, "always the same");
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    /// @dev Five minutes at each price before `hour`, and the first word after it.
    function _tenMinutesAt(uint64 hour, uint256 first, uint256 second) private {
        for (uint64 t = hour - 600; t <= hour; t += 60) {
            _warp(t);
            uint256 price = t < hour - 300 ? first : second;
            feed.push(int256(price), t);
            _report(price);
        }
    }

    function _seen(SeriesId series) private view returns (Observed memory) {
        SeriesId[] memory asked = new SeriesId[](1);
        asked[0] = series;
        return book.observed(asked)[0];
    }

    function _down(uint256 barrier) private pure returns (SeriesId) {
        return seriesIdOf(ETH, LATER, uint56(barrier * 1e8), OptionKind.DOWN_OUT_CALL, 10_000);
    }

    function _up(uint256 barrier) private pure returns (SeriesId) {
        return seriesIdOf(ETH, LATER, uint56(barrier * 1e8), OptionKind.UP_IN_PUT, 10_000);
    }
}
