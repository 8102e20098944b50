// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {
    AuctionLib,
    FUND_SHARE,
    LAST_SECONDS,
    LEAST_FRACTION,
    RESTORING_MARGIN,
    WHOLE
} from "../../../contracts/liquidation/AuctionLib.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";

contract AuctionLibTest is Test {
    using AuctionLib for Size;
    using AuctionLib for Cash;

    int256 constant MOST = 1e30;

    function test_theDiscountRisesFromTwoPercentOverTwentyToTheWholeMargin() public pure {
        assertEq(AuctionLib.discountShareAt(0), 0.02e18, "start");
        assertEq(AuctionLib.discountShareAt(450), 0.11e18, "half way to the middle");
        assertEq(AuctionLib.discountShareAt(900), 0.2e18, "15 minutes");
        assertEq(AuctionLib.discountShareAt(2250), 0.6e18, "half way to the end");
        assertEq(AuctionLib.discountShareAt(3600), 1e18, "an hour");
        assertEq(AuctionLib.discountShareAt(type(uint64).max), 1e18, "for ever");
    }

    function testFuzz_theDiscountNeverFallsAndNeverLeavesItsBounds(uint64 earlier, uint64 later) public pure {
        earlier = uint64(bound(uint256(earlier), 0, 2 * LAST_SECONDS));
        later = uint64(bound(uint256(later), earlier, 3 * LAST_SECONDS));
        uint256 first = AuctionLib.discountShareAt(earlier);
        uint256 second = AuctionLib.discountShareAt(later);
        assertTrue(first <= second, "rises");
        assertTrue(first >= 0.02e18 && second <= 1e18, "bounds");
    }

    function testFuzz_aSolventAccountIsNeverOfferedBelowZeroNorAboveItsEquity(
        int256 equity,
        uint256 maintenance,
        uint256 share
    ) public pure {
        Cash price = _price(bound(equity, 0, MOST), maintenance, share);
        assertGe(price.raw(), 0, "at least nothing");
        assertLe(price.raw(), bound(equity, 0, MOST), "at most equity");
    }

    function testFuzz_theFundNeverPaysMoreThanTheDeficitAndATenthOfTheMargin(
        int256 equity,
        uint256 maintenance,
        uint256 share
    ) public pure {
        equity = bound(equity, -MOST, -1);
        maintenance = bound(maintenance, 0, uint256(MOST));
        Cash price = _price(equity, maintenance, share);
        assertGe(price.raw(), equity - int256((maintenance * FUND_SHARE) / WHOLE) - 1, "floor");
        assertLe(price.raw(), equity, "the deficit itself is always paid");
    }

    /// @dev Guarantee 5 on the formula: f·(price − health) ≥ 0 for MAINTENANCE and INITIAL.
    function testFuzz_aBidRaisesHealthByTheFractionOfPriceAboveHealth(
        int256 equity,
        uint256 maintenance,
        uint256 initial,
        uint256 share
    ) public pure {
        equity = bound(equity, -MOST, MOST);
        maintenance = bound(maintenance, 0, uint256(MOST));
        initial = bound(initial, maintenance, 2 * uint256(MOST));
        // A bound on what an auction may hold: it starts below MAINTENANCE.
        if (equity >= int256(maintenance)) equity = int256(maintenance) - 1;
        int256 price = _price(equity, maintenance, share).raw();
        int256 gain = equity < 0 && price < 0 ? int256(0) : price;
        assertGe(gain, equity - int256(maintenance) - 1, "MAINTENANCE");
        assertGe(gain, equity - int256(initial) - 1, "INITIAL");
    }

    function testFuzz_theLargestFractionRestoresTheInitialMarginAndNoMore(
        int256 equity,
        uint256 maintenance,
        uint256 initial,
        uint256 share
    ) public pure {
        maintenance = bound(maintenance, 1e12, uint256(MOST));
        initial = bound(initial, maintenance, 2 * uint256(MOST));
        equity = bound(equity, 0, int256(maintenance) - 1);
        Cash price = _price(equity, maintenance, share);
        uint256 fraction = AuctionLib.maxFractionOf(Cash.wrap(equity), Cash.wrap(int256(initial)), price);
        if (price.raw() == 0) return assertEq(fraction, WHOLE, "all at zero");

        int256 lacking = int256(initial) - equity;
        int256 left = (-lacking * int256(WHOLE - fraction) + price.raw() * int256(fraction)) / int256(WHOLE);
        assertGe(left, -1, "restored");
        int256 excess = ((lacking + price.raw()) * int256(RESTORING_MARGIN + 1)) / int256(WHOLE) + 1;
        assertLe(left, excess, "and not beyond the margin for rounding");
    }

    function test_nothingMayBeTakenWhereNothingIsLacking() public pure {
        assertEq(AuctionLib.maxFractionOf(Cash.wrap(10), Cash.wrap(10), Cash.wrap(9)), 0, "above INITIAL");
    }

    function testFuzz_fractionsOfAPositionRoundAgainstTheBidder(int256 size, uint256 fraction) public pure {
        size = bound(size, -MOST, MOST);
        fraction = bound(fraction, LEAST_FRACTION, WHOLE);
        int256 part = Size.wrap(size).fractionOf(fraction).raw();
        assertLe(part * int256(WHOLE), size * int256(fraction), "never more than the fraction, in value");
        assertLt(size * int256(fraction), (part + 1) * int256(WHOLE), "less than one unit off");
        if (fraction == WHOLE) assertEq(part, size, "the whole is exact");
    }

    function testFuzz_paymentsRoundAgainstTheBidder(int256 price, uint256 fraction) public pure {
        price = bound(price, -MOST, MOST);
        fraction = bound(fraction, LEAST_FRACTION, WHOLE);
        int256 payment = Cash.wrap(price).paymentOf(fraction).raw();
        assertGe(payment * int256(WHOLE), price * int256(fraction), "never less than the fraction");
        assertLt((payment - 1) * int256(WHOLE), price * int256(fraction), "less than one unit off");
    }

    function testFuzz_theDiscountOfAnOfferIsAtLeastTheShareTold(uint256 maintenance, uint64 elapsed) public pure {
        maintenance = bound(maintenance, 1, uint256(MOST));
        uint256 share = AuctionLib.discountShareAt(elapsed);
        Cash equity = Cash.wrap(MOST);
        Cash price = AuctionLib.priceOf(equity, Cash.wrap(int256(maintenance)), share);
        uint256 discount = AuctionLib.discountOf(equity, price, Cash.wrap(int256(maintenance)));
        assertTrue(discount >= share, "a bidder may name the share as the floor");
    }

    function testFuzz_theBrakeIsTheWorstPriceTheFundMayPay(int256 equity, uint256 maintenance) public pure {
        equity = bound(equity, -MOST, MOST);
        maintenance = bound(maintenance, 0, uint256(MOST));
        int256 brake = AuctionLib.brakeOf(Cash.wrap(equity), Cash.wrap(int256(maintenance))).raw();
        assertGe(brake, 0, "never negative");
        if (equity < 0) assertEq(brake, -_price(equity, maintenance, WHOLE).raw(), "what the floor costs");
    }

    function _price(int256 equity, uint256 maintenance, uint256 share) private pure returns (Cash) {
        maintenance = bound(maintenance, 0, uint256(MOST));
        share = bound(share, 0.02e18, 1e18);
        return AuctionLib.priceOf(Cash.wrap(equity), Cash.wrap(int256(maintenance)), share);
    }
}
