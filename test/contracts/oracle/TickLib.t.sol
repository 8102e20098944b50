// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {TickLib} from "../../../contracts/oracle/TickLib.sol";
import {Test} from "../Test.sol";

contract TickLibTest is Test {
    /// @dev References by fifty-digit arithmetic, cut to 18 decimals.
    function test_aMeanTickIsAPriceToFourParts() external pure {
        _check(0, 1_800, 0, false, 1_000000000000000000);
        _check(1_800, 1_800, 0, false, 1_000100000000000000);
        _check(-1_800, 1_800, 0, false, 999900009999000099);
        _check(-360559800, 1_800, 12, false, 2000_040289648088261463);
        _check(360559800, 1_800, 12, true, 2000_040289648088261463);
        _check(360560700, 1_800, 12, true, 1999_940295133131985323);
        _check(-497383200, 1_800, 12, false, 1_000002643830950670);
        _check(414486000, 1_800, 10, true, 1_000002203191973486);
        _check(-179999223, 1_800, 12, false, 45424594_577310325624643815);
        _check(90000000, 1_800, 0, false, 148_376062923074618982);
        _check(124345800, 1_800, -6, false, 999999339043354);
        _check(86415, 7, 3, false, 3436_447654033286777260);
    }

    function test_whatIsNoTickOrNoPriceIsNone() external pure {
        assertEq(TickLib.meanPrice(887_273, 1, 0, false), 0, "beyond the last tick");
        assertEq(TickLib.meanPrice(-887_273, 1, 0, false), 0, "beyond the first");
        assertEq(TickLib.meanPrice(887_272, 1, 0, false), 0, "above every price");
        assertEq(TickLib.meanPrice(887_272, 1, 0, true), 0, "below every price");
        assertEq(TickLib.meanPrice(type(int56).max, 1_800, 18, false), 0, "what a liar says");
        assertEq(TickLib.meanPrice(type(int56).min, 1_800, -18, true), 0, "and another");
    }

    function testFuzz_pricesRiseWithTheTickAndTheInverseFalls(int256 sum, uint256 step) external pure {
        sum = bound(sum, -1_800 * 150_000, 1_800 * 150_000);
        int256 more = sum + int256(bound(step, 1, 1_800 * 100));
        assertGe(_price(more, false), _price(sum, false), "up");
        assertLe(_price(more, true), _price(sum, true), "down");
    }

    function testFuzz_aPriceTimesItsInverseIsOne(int256 sum) external pure {
        sum = bound(sum, -1_800 * 150_000, 1_800 * 150_000);
        int256 product = (_price(sum, false) * _price(sum, true)) / 1e18;
        // Each is cut at its last digit, which is 3e-13 of the smallest.
        assertNear(product, 1e18, 1e7, "one");
    }

    function _price(int256 sum, bool isInverse) private pure returns (int256) {
        return int256(TickLib.meanPrice(sum, 1_800, 0, isInverse));
    }

    function _check(int256 sum, int256 period, int256 shift, bool isInverse, uint256 expected) private pure {
        uint256 price = TickLib.meanPrice(sum, period, shift, isInverse);
        assertNear(int256(price), int256(expected), (expected * 4) / 1e18 + 1, "the reference");
    }
}
