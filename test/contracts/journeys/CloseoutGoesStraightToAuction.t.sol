// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {AuctionNotOver} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A fall too fast for a grace: below CLOSEOUT the portfolio is offered at once, and one bid restores the account.
contract CloseoutGoesStraightToAuction is Universe {
    function test_oneBidRestoresTheBufferAndTheAuctionEndsByItself() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 165e18, Level.CLOSEOUT, -30e18);

        pass(1 minutes, 165e18);
        assertTrue(isBelow(seller, Level.CLOSEOUT), "below CLOSEOUT");
        startAuction(seller);
        assertStatus(seller, IMarginCalls.Status.AUCTION, "at once");
        vm.expectPartialRevert(AuctionNotOver.selector);
        auctions.close(seller);

        pass(3 minutes, 165e18);
        int256 maintenance = healthOf(seller, Level.MAINTENANCE);
        (uint256 fraction, Cash paid) = bid(seller, bidder, 1e18);
        assertTrue(fraction < 1e18, "a part is enough");
        assertGt(paid.raw(), 0, "the account is paid");
        assertGt(healthOf(seller, Level.MAINTENANCE), maintenance, "and is better for it");
        assertGe(healthOf(seller, Level.INITIAL), 0, "above INITIAL");
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "restored");
        assertEq(auctions.openAuctionCount(), 0, "over");
        assertEq(sizeOf(seller, putAt(180)) + sizeOf(bidder, putAt(180)), -20e18, "nothing lost");
        assertSolvent();
    }
}
