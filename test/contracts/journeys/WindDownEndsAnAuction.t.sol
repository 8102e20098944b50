// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AuctionNotOver, MarketNotCallable} from "../../../contracts/types/Errors.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A market dies for good in the middle of an auction. Nobody bids without a price; the wind-down settles what was on offer, and
///      what the account owes then goes the way of every loss.
contract WindDownEndsAnAuction is Universe {
    AccountId private seller;
    AccountId private buyer;
    AccountId private bidder;
    SeriesId private later;

    function test_whatWasOnOfferIsSettledAndTheDebtGoesToTheFund() external {
        _anAuctionIsOpenWhenAllFallSilent(20 hours);
        passInSilence(90 days);
        windDown.fixLastAgreed(ETHER);
        _settle();
        assertLt(cashOf(seller), 0, "the seller owes");
        int256 owed = -cashOf(seller);
        int256 backed = cashOf(fund.fundAccount());

        auctions.close(seller);
        assertEq(cashOf(seller), 0, "closed");
        assertStatus(seller, IMarginCalls.Status.CLOSED, "for good");
        assertEq(cashOf(fund.fundAccount()), backed - owed, "by the fund");
        assertEq(auctions.openAuctionCount(), 0, "no auction is left open");
        withdraw(buyer, CASH, uint256(cashOf(buyer)));
        assertSolvent();
    }

    function test_whoHasSomethingLeftGetsItBack() external {
        _anAuctionIsOpenWhenAllFallSilent(1 minutes);
        passInSilence(90 days);
        windDown.fixLastAgreed(ETHER);
        _settle();
        assertGt(cashOf(seller), 0, "at that price the seller had enough");

        auctions.close(seller);
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "free");
        withdraw(seller, CASH, uint256(cashOf(seller)));
        assertSolvent();
    }

    /// @param lasting [s] So long ether stood at 360; the day before it was 200.
    function _anAuctionIsOpenWhenAllFallSilent(uint64 lasting) private {
        backFund("depositor", 20_000e18);
        later = seriesIdOf(ETHER, NEXT_FRIDAY, 180e8, OptionKind.CALL, 0);
        seller = funded("seller", 3_000e18);
        buyer = funded("buyer", 2_000e18);
        bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, later, 20e18, 24e18);
        pass(1 days, 200e18);
        withdraw(seller, CASH, 1_000e18);
        pass(1 minutes, 360e18);
        startAuction(seller);
        pass(lasting, 360e18);

        passInSilence(2 hours);
        windDown.note(ETHER);
        vm.expectPartialRevert(MarketNotCallable.selector);
        this.bidForAll();
        passInSilence(14 days);
        windDown.declare(ETHER);
        vm.expectPartialRevert(MarketNotCallable.selector);
        this.bidForAll();
        vm.expectPartialRevert(AuctionNotOver.selector);
        auctions.close(seller);
    }

    function _settle() private {
        AccountId[] memory both = new AccountId[](2);
        (both[0], both[1]) = (seller, buyer);
        assertEq(settlement.settle(ETHER, NEXT_FRIDAY, both), 2, "both are settled");
    }

    function bidForAll() external {
        bid(seller, bidder, 1e18);
    }
}
