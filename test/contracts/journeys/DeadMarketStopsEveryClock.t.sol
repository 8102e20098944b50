// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {FIRST_SHARE} from "../../../contracts/liquidation/AuctionLib.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {GraceNotOver, MarketNotCallable} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Reporters and anchor fall silent in the middle of a grace. Deposits go in, nobody is auctioned, and no time is lost.
contract DeadMarketStopsEveryClock is Universe {
    function test_aGraceStandsWhileNoSourceIsLive() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        trade(buyer, seller, callAt(230), 20e18, 3e18);
        takeOutUntil(seller, 175e18, Level.MAINTENANCE, -20e18);
        pass(2 minutes, 175e18);
        assertTrue(callMargin(seller), "called");
        pass(5 minutes, 175e18);
        assertEq(marginCalls.graceLeft(seller), 600, "ten minutes left");

        Witness[] memory witnesses = witnessesOf(seller);
        passInSilence(6 hours);
        assertTrue(priceBook.index(ETHER).state == MarketState.DEAD, "dead");
        uint64 left = marginCalls.graceLeft(seller);
        passInSilence(6 hours);
        assertEq(marginCalls.graceLeft(seller), left, "time stands");
        vm.expectPartialRevert(MarketNotCallable.selector);
        auctions.start(seller, witnesses);
        vm.expectPartialRevert(MarketNotCallable.selector);
        marginCalls.openMarginCall(buyer, witnesses);
        give(seller, CASH, 1e18);
    }

    function test_anAuctionIsNotBidForWithoutAPrice() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 165e18, Level.CLOSEOUT, -30e18);
        pass(1 minutes, 165e18);
        startAuction(seller);
        passInSilence(6 hours);
        uint256 share = auctions.quote(seller).discountShare;
        passInSilence(1 days);
        assertEq(auctions.quote(seller).discountShare, share, "the discount stands");
        vm.expectPartialRevert(MarketNotCallable.selector);
        this.bidFor(seller, bidder);
        setPrice(165e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.PRICED, "reopening");
        vm.expectPartialRevert(MarketNotCallable.selector);
        this.bidFor(seller, bidder);
        pass(2 minutes, 165e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.LIQUIDATING, "bids are taken again");
        assertEq(auctions.quote(seller).discountShare, FIRST_SHARE, "from the first value on");
        bid(seller, bidder, 1e18);
    }

    function test_afterAStopEveryGraceHasTenMinutesLeft() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        trade(buyer, seller, callAt(230), 20e18, 3e18);
        takeOutUntil(seller, 175e18, Level.MAINTENANCE, -20e18);
        pass(2 minutes, 175e18);
        callMargin(seller);
        pass(14 minutes, 175e18);
        assertEq(marginCalls.graceLeft(seller), 60, "a minute left");
        passInSilence(6 hours);
        setPrice(175e18);
        assertEq(marginCalls.graceLeft(seller), 600, "ten");
        pass(2 minutes, 175e18);
        assertEq(marginCalls.graceLeft(seller), 600, "which stand until there are bidders");
        pass(1 minutes, 175e18);
        assertEq(marginCalls.graceLeft(seller), 540, "and then run");
    }

    function bidFor(AccountId account, AccountId buyer) external {
        bid(account, buyer, 1e18);
    }
}
