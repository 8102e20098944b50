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

    struct Case {
        int256 equity;
        int256 maintenance;
        int256 initial;
        int256 reserve;
        uint256 fraction;
    }

    /// @dev Guarantee 5 on the formulas, with a reserve that a part must hold as the whole does. Health at a level is
    ///      E − share·(loss + reserve); of everything but the reserve and the price, 1 − f is left.
    function testFuzz_aBidNeverLowersHealth(
        int256 equity,
        uint256 loss,
        uint256 reserve,
        uint256 share,
        uint256 draw
    ) public pure {
        Case memory c = _case(equity, loss, reserve);
        Cash price = AuctionLib.priceOf(
            Cash.wrap(c.equity),
            Cash.wrap(c.maintenance),
            Cash.wrap(c.reserve),
            bound(share, 0.02e18, 1e18)
        );
        uint256 most = _maxFraction(c, price);
        if (most == 0) return;
        uint256 least = AuctionLib.leastFractionOf(
            Cash.wrap(c.equity),
            Cash.wrap(c.maintenance),
            price,
            Cash.wrap(c.reserve),
            most
        );
        c.fraction = bound(draw, least, most);
        int256 paid = price.raw() < 0 ? int256(0) : price.raw();
        _assertNotLower(c, paid, c.initial, c.reserve, "INITIAL");
        _assertNotLower(c, paid, c.maintenance, (c.reserve * 8) / 10, "MAINTENANCE");
    }

    /// @param paid For the whole, to the account.
    function _assertNotLower(
        Case memory c,
        int256 paid,
        int256 requirement,
        int256 reserve,
        string memory what
    ) private pure {
        int256 kept = int256(WHOLE - c.fraction);
        int256 left = ((c.equity - requirement + reserve) * kept + paid * int256(c.fraction)) / int256(WHOLE);
        if (c.fraction != WHOLE) left -= reserve;
        assertGe(left + 4, c.equity - requirement, what);
    }

    function testFuzz_theLargestFractionRestoresTheInitialMarginAndNoMore(
        int256 equity,
        uint256 loss,
        uint256 reserve,
        uint256 share
    ) public pure {
        Case memory c = _case(equity, loss, reserve);
        if (c.equity < 0) return;
        Cash price = AuctionLib.priceOf(
            Cash.wrap(c.equity),
            Cash.wrap(c.maintenance),
            Cash.wrap(c.reserve),
            bound(share, 0.02e18, 1e18)
        );
        uint256 fraction = _maxFraction(c, price);
        if (fraction == 0) return assertGe(c.equity, c.initial, "nothing is lacking");
        if (fraction == WHOLE) return;

        int256 lacking = c.initial - c.equity;
        int256 gained = lacking + price.raw() - c.reserve;
        int256 left = (gained * int256(fraction)) / int256(WHOLE) - lacking;
        assertGe(left, -1, "restored");
        assertLe(
            left,
            (gained * int256(RESTORING_MARGIN + 1)) / int256(WHOLE) + 1,
            "and not beyond the margin for rounding"
        );
    }

    function test_whereAPartWouldLeaveTheAccountWorseOnlyTheWholeIsSold() public pure {
        // E = 25, R = 24 + 0.8·20 = 40 is more; x = 60 %: price 1. A part would leave a reserve of 20 standing.
        (Cash e, Cash r, Cash m, Cash reserve) = (Cash.wrap(25), Cash.wrap(40), Cash.wrap(50), Cash.wrap(20));
        Cash price = AuctionLib.priceOf(e, r, reserve, 0.6e18);
        assertEq(price.raw(), 1, "price");
        assertTrue(AuctionLib.isOnlyWhole(e, r, price, reserve), "16 < 20");
        uint256 most = AuctionLib.maxFractionOf(e, r, m, price, reserve);
        assertEq(most, WHOLE, "all");
        assertEq(AuctionLib.leastFractionOf(e, r, price, reserve, most), WHOLE, "or nothing");
    }

    function test_nothingMayBeTakenWhereNothingIsLacking() public pure {
        (Cash e, Cash r, Cash m) = (Cash.wrap(10), Cash.wrap(8), Cash.wrap(10));
        assertEq(AuctionLib.maxFractionOf(e, r, m, Cash.wrap(9), Cash.wrap(0)), 0, "above INITIAL");
    }

    function _case(int256 equity, uint256 loss, uint256 reserve) private pure returns (Case memory c) {
        loss = bound(loss, 1e12, uint256(MOST));
        c.reserve = int256(bound(reserve, 0, uint256(MOST)));
        c.initial = int256(loss) + c.reserve;
        c.maintenance = (c.initial * 8) / 10;
        c.equity = bound(equity, -c.initial, c.initial + c.initial / 4);
    }

    function _maxFraction(Case memory c, Cash price) private pure returns (uint256) {
        return
            AuctionLib.maxFractionOf(
                Cash.wrap(c.equity),
                Cash.wrap(c.maintenance),
                Cash.wrap(c.initial),
                price,
                Cash.wrap(c.reserve)
            );
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
        Cash price = AuctionLib.priceOf(equity, Cash.wrap(int256(maintenance)), Cash.wrap(0), share);
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
        return AuctionLib.priceOf(Cash.wrap(equity), Cash.wrap(int256(maintenance)), Cash.wrap(0), share);
    }
}
