// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {OpenInterestUncovered} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev The bonds of two of five keepers cover a hundred thousand contracts at 200. What would open more is refused by name; what is
///      open is reduced, auctioned and bid for as if there were no cap, also where a rise of the index has put it beyond.
contract ALargeTradeWaitsForLargerBonds is Universe {
    function test_aLargeTradeIsRefusedAndAReductionAndABidStillGoThrough() external {
        AccountId seller = funded("seller", 30_000_000e18);
        AccountId buyer = funded("buyer", 30_000_000e18);
        trade(buyer, seller, putAt(180), 60_000e18, 4e18);
        vm.expectRevert(abi.encodeWithSelector(OpenInterestUncovered.selector, 440_000e18, 400_000e18));
        trade(buyer, seller, callAt(240), 50_000e18, 2e18);
        trade(buyer, seller, callAt(240), 40_000e18, 2e18);
        (uint256 atStake, uint256 cover) = clearinghouse.stakeOf(ETHER);
        assertEq(atStake, cover, "all that two bonds cover");
        assertEq(cover, 2 * BOND, "of five keepers two could bend the index");

        // The index rises: more is at stake than is covered, and nobody is asked to close for that.
        takeOutUntil(seller, 265e18, Level.CLOSEOUT, -30e18);
        AccountId bidder = funded("bidder", 60_000_000e18);
        pass(1 minutes, 265e18);
        (atStake, ) = clearinghouse.stakeOf(ETHER);
        assertEq(atStake, 530_000e18, "a hundred thousand, moved by 2 % of 265");
        vm.expectPartialRevert(OpenInterestUncovered.selector);
        trade(buyer, bidder, callAt(240), 1e18, 27e18);
        trade(bidder, buyer, callAt(240), 1_000e18, 27e18);
        assertEq(sizeOf(buyer, callAt(240)), 39_000e18, "the buyer has reduced");
        startAuction(seller);
        pass(4 minutes, 265e18);
        (uint256 taken, ) = bid(seller, bidder, 0.1e18);
        assertEq(taken, 0.1e18, "taken over, whatever the cover");
        assertSolvent();
    }
}
