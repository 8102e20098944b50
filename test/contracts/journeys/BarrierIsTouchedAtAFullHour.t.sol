// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {BarrierNotTouched, SeriesNotListed} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A put that begins to live at 160, and one that ends there. Only full hours count: between two of them the market may pass
///      the barrier and come back.
contract BarrierIsTouchedAtAFullHour is Universe {
    AccountId private seller;
    AccountId private buyer;
    SeriesId private knockIn;
    SeriesId private knockOut;

    function setUp() public override {
        super.setUp();
        knockIn = seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.DOWN_IN_PUT, 8_000);
        knockOut = seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.DOWN_OUT_PUT, 8_000);
        seller = funded("seller", 5_000e18);
        buyer = funded("buyer", 1_000e18);
        trade(buyer, seller, knockIn, 10e18, 3e18);
        trade(buyer, seller, knockOut, 10e18, 4e18);
    }

    function test_betweenTwoHoursNobodyLooks() external {
        pass(20 minutes, 155e18);
        pass(40 minutes, 175e18);
        pass(1 minutes, 175e18);
        vm.expectRevert(abi.encodeWithSelector(BarrierNotTouched.selector, 175e18, 160e18));
        priceBook.recordTouch(knockIn, uint32(START + 1 hours));
        assertEq(priceBook.touchedAt(knockIn), 0, "not touched");
    }

    function test_aTouchMakesAPutOfTheOneAndNothingOfTheOther() external {
        _touch();
        assertEq(priceBook.touchedAt(knockIn), uint32(START + 1 hours), "one answer");
        assertEq(priceBook.touchedAt(knockOut), uint32(START + 1 hours), "for both");
        trade(seller, buyer, knockOut, 10e18, 0);
        assertEq(sizeOf(buyer, knockOut), 0, "what is worth nothing can be handed back");

        int256 buyers = cashOf(buyer);
        expireAt(170e18);
        assertEq(settleAll(seller, buyer), 2, "at once: a touch is final");
        assertEq(cashOf(buyer) - buyers, 300e18, "30 for each put");
        assertSolvent();
    }

    function test_theWriterOfWhatWasKnockedOutIsFree() external {
        int256 before = healthOf(seller, Level.INITIAL);
        trade(seller, buyer, knockIn, 10e18, 3e18);
        _touch();
        assertGt(healthOf(seller, Level.INITIAL), before, "nothing is owed any more");
        vm.expectPartialRevert(SeriesNotListed.selector);
        trade(buyer, seller, knockOut, 1e18, 0);
    }

    function test_thatNothingTouchedIsFinalOnlyWhenNothingCanBeRecorded() external {
        int256 buyers = cashOf(buyer);
        expireAt(170e18);
        settleAll(seller, buyer);
        assertEq(sizeOf(buyer, knockOut), 10e18, "left standing");
        pass(5 hours + 59 minutes, 170e18);
        pass(1 minutes, 170e18);
        assertEq(settleAll(seller, buyer), 2, "six hours later");
        assertEq(cashOf(buyer) - buyers, 300e18, "30 for each put that never ended");
        assertEq(sizeOf(buyer, knockIn), 0, "and nothing for one that never began");
        assertSolvent();
    }

    function _touch() private {
        pass(1 hours, 155e18);
        pass(1 minutes, 170e18);
        priceBook.recordTouch(knockIn, uint32(START + 1 hours));
    }
}
