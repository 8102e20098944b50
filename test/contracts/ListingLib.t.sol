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

    function test_onlyPlainCallsAndPutsOpen() public pure {
        uint32 expiry = uint32(NOW + 8 hours);
        for (uint8 kind = 0; kind <= uint8(OptionKind.ASIAN_PUT); kind++) {
            SeriesId series = seriesIdOf(1, expiry, 200e8, OptionKind(kind), 0);
            assertTrue(ListingLib.isOpenable(series, NOW, price(200e8)) == (kind <= 1), "call and put");
        }
        assertFalse(
            ListingLib.isOpenKind(seriesIdOf(1, expiry, 200e8, OptionKind.CALL, 1)),
            "a field that means nothing"
        );
    }

    function price(uint256 raw) private pure returns (Price) {
        return Price.wrap(raw * 1e10);
    }
}
