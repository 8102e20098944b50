// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ListingLib} from "../../contracts/ListingLib.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Test} from "./Test.sol";

contract ListingLibTest is Test {
    uint256 private constant NOW = 1_583_884_800; // Wednesday, 11 March 2020, 00:00 UTC
    uint256 private constant DAY = 1 days;
    uint32 private constant FAR = 1_584_086_400; // Friday, 13 March 2020, 08:00 UTC

    function test_everyDayOfTheWeekAheadHasAnExpiryAtEight() public pure {
        for (uint256 day = 0; day < 7; day++) {
            assertTrue(ListingLib.isOnCalendar(NOW + day * DAY + 8 hours, NOW), "eight");
            assertFalse(ListingLib.isOnCalendar(NOW + day * DAY + 9 hours, NOW), "nine");
        }
    }

    function test_beyondAWeekOnlyFridaysAndBeyondEightOfThemOnlyLastFridays() public pure {
        uint256 friday = NOW + 2 * DAY + 8 hours; // 13 March 2020
        assertTrue(ListingLib.isOnCalendar(friday + 7 * DAY, NOW), "20 March");
        assertFalse(ListingLib.isOnCalendar(friday + 8 * DAY, NOW), "21 March");
        assertTrue(ListingLib.isOnCalendar(friday + 49 * DAY, NOW), "1 May");
        assertFalse(ListingLib.isOnCalendar(friday + 63 * DAY, NOW), "15 May");
        assertTrue(ListingLib.isOnCalendar(1_590_739_200, NOW), "29 May 2020, the last Friday of its month");
        assertTrue(ListingLib.isOnCalendar(1_609_142_400 - 3 * DAY, NOW), "25 December 2020");
        assertTrue(ListingLib.isOnCalendar(1_614_326_400, NOW), "26 February 2021");
        assertFalse(ListingLib.isOnCalendar(1_614_326_400 - 7 * DAY, NOW), "19 February 2021");
        assertFalse(ListingLib.isOnCalendar(1_619_769_600, NOW), "30 April 2021 is more than a year away");
    }

    function test_whatHasExpiredIsNotListed() public pure {
        assertFalse(ListingLib.isOnCalendar(NOW - 16 hours, NOW), "yesterday");
    }

    function test_strikesAreMultiplesOfATwentiethOfTheirDecade() public pure {
        uint64[6] memory on = [uint64(200e8), 205e8, 100e8, 5000e8, 5050e8, 0.5e8];
        uint64[5] memory off = [uint64(201e8), 202.5e8, 5010e8, 200e8 + 1, 0];
        for (uint256 i = 0; i < on.length; i++) assertTrue(ListingLib.isOnTick(price(on[i])), "on");
        for (uint256 i = 0; i < off.length; i++) assertFalse(ListingLib.isOnTick(price(off[i])), "off");
    }

    function test_strikesOpenFromThreeTenthsToThreeTimesTheIndex() public pure {
        Price spot = price(200e8);
        assertTrue(ListingLib.isInRange(price(60e8), spot), "three tenths");
        assertFalse(ListingLib.isInRange(price(59e8), spot), "less");
        assertTrue(ListingLib.isInRange(price(600e8), spot), "three times");
        assertFalse(ListingLib.isInRange(price(601e8), spot), "more");
    }

    function test_aPositionOpensTwoHoursBeforeItsExpiryAndNotLater() public pure {
        uint32 expiry = uint32(NOW + 8 hours);
        SeriesId series = seriesIdOf(1, expiry, 200e8, OptionKind.PUT, 0);
        assertTrue(ListingLib.isOpenable(series, expiry - 2 hours, price(200e8)), "two hours");
        assertFalse(ListingLib.isOpenable(series, expiry - 2 hours + 1, price(200e8)), "less");
    }

    function test_aFieldThatMeansNothingToItsKindIsNotListed() public pure {
        assertTrue(isListed(OptionKind.CALL, 0), "a call");
        assertFalse(isListed(OptionKind.CALL, 1), "a call with a field");
        assertTrue(isListed(OptionKind.DIGITAL_PUT, 0), "a digital");
        assertFalse(isListed(OptionKind.DIGITAL_PUT, 100), "a digital with a barrier");
        assertFalse(isListed(OptionKind.ASIAN_CALL, 0), "an average over nothing");
        assertTrue(isListed(OptionKind.ASIAN_CALL, 1), "over an hour");
        assertFalse(
            ListingLib.isWellFormed(seriesIdOf(1, FAR, 200e8, OptionKind.ASIAN_PUT, 169)),
            "over more than a week"
        );
    }

    function test_anAverageOpensTwoHoursBeforeItsWindowAndNotLater() public pure {
        SeriesId series = seriesIdOf(1, FAR, 200e8, OptionKind.ASIAN_PUT, 24);
        assertTrue(ListingLib.isOpenable(series, FAR - 26 hours, price(200e8)), "two hours");
        assertFalse(ListingLib.isOpenable(series, FAR - 26 hours + 1, price(200e8)), "less");
    }

    function test_aBarrierLiesAheadOfTheMarketOnAHundredthOfTheStrike() public pure {
        assertTrue(isListed(OptionKind.DOWN_OUT_CALL, 9_900), "below");
        assertFalse(isListed(OptionKind.DOWN_OUT_CALL, 10_000), "at the market");
        assertFalse(isListed(OptionKind.DOWN_OUT_CALL, 9_950), "between two steps");
        assertFalse(isListed(OptionKind.DOWN_OUT_CALL, 2_900), "too far");
        assertTrue(isListed(OptionKind.UP_IN_PUT, 10_100), "above");
        assertFalse(isListed(OptionKind.UP_IN_PUT, 10_000), "at the market, from below");
        assertFalse(isListed(OptionKind.UP_IN_PUT, 30_100), "too far above");
    }

    function test_aBarrierThatIsPassedWhereverItPaysIsNotListed() public pure {
        SeriesId upCall = seriesIdOf(1, FAR, 250e8, OptionKind.UP_OUT_CALL, 9_600);
        assertFalse(ListingLib.isOpenable(upCall, FAR - 1 days, price(200e8)), "up, 240 under a strike of 250");
        SeriesId downPut = seriesIdOf(1, FAR, 150e8, OptionKind.DOWN_IN_PUT, 10_400);
        assertFalse(ListingLib.isOpenable(downPut, FAR - 1 days, price(200e8)), "down, 156 over a strike of 150");
        SeriesId upPut = seriesIdOf(1, FAR, 250e8, OptionKind.UP_OUT_PUT, 9_600);
        assertTrue(ListingLib.isOpenable(upPut, FAR - 1 days, price(200e8)), "a put pays below it");
    }

    function isListed(OptionKind kind, uint24 field) private pure returns (bool) {
        return ListingLib.isOpenable(seriesIdOf(1, FAR, 200e8, kind, field), FAR - 1 days, price(200e8));
    }

    function price(uint256 raw) private pure returns (Price) {
        return Price.wrap(raw * 1e10);
    }
}
