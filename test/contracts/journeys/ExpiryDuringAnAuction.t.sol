// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Universe} from "../Universe.sol";

/// @dev A part of the book expires while it is offered: that part is settled into cash, and the auction goes on by its clock.
contract ExpiryDuringAnAuction is Universe {
    function test_theExpiredPartSettlesAndTheOtherIsStillSold() external {
        SeriesId later = seriesIdOf(ETHER, NEXT_FRIDAY, 180e8, OptionKind.PUT, 0);
        AccountId seller = funded("seller", 6_000e18);
        AccountId buyer = funded("buyer", 4_000e18);
        AccountId bidder = funded("bidder", 40_000e18);
        trade(buyer, seller, putAt(180), 10e18, 4e18);
        trade(buyer, seller, later, 60e18, 7e18);

        // After a silence the market takes new risk again only when several rounds have agreed.
        _warp(FRIDAY - 37 minutes);
        pass(5 minutes, 200e18);
        takeOutUntil(seller, 162e18, Level.CLOSEOUT, -30e18);
        pass(1 minutes, 162e18);
        startAuction(seller);
        uint256 share = auctions.quote(seller).discountShare;
        expireFrom(162e18);
        assertEq(settleAll(seller, buyer), 2, "both settle");
        assertEq(sizeOf(seller, putAt(180)), 0, "the expired part is cash");
        assertStatus(seller, IMarginCalls.Status.AUCTION, "the auction goes on");
        assertGt(int256(auctions.quote(seller).discountShare), int256(share) + 0.3e18, "by its clock");
        // Each bid restores what the price of the moment asks for, but for a rest that the next one takes.
        for (uint256 bids = 0; bids < 8 && _isInAuction(seller); ++bids) bid(seller, bidder, 1e18);
        assertTrue(!_isInAuction(seller), "sold");
        assertSolvent();
    }

    function _isInAuction(AccountId account) private view returns (bool) {
        return marginCalls.statusOf(account) == IMarginCalls.Status.AUCTION;
    }

    function expireFrom(uint256 price) private {
        pass(FRIDAY - now_, price);
        pass(60, price);
        fixFirstRung();
    }
}
