// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Universe} from "../Universe.sol";

/// @dev Two bidders with little capital each take a part of one book.
contract TwoBidsShareAnAuction is Universe {
    function test_eachTakesWhatItCanCarryAndTheAccountIsRestored() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId first = funded("first bidder", 3_000e18);
        AccountId second = funded("second bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        trade(buyer, seller, callAt(240), 5e18, 2e18);
        takeOutUntil(seller, 163e18, Level.CLOSEOUT, -30e18);

        pass(1 minutes, 163e18);
        startAuction(seller);
        pass(4 minutes, 163e18);
        int256 before = healthOf(seller, Level.INITIAL);
        (uint256 taken, ) = bid(seller, first, 0.1e18);
        assertEq(taken, 0.1e18, "as asked");
        assertGt(healthOf(seller, Level.INITIAL), before, "a first step");
        assertStatus(seller, IMarginCalls.Status.AUCTION, "goes on");

        pass(2 minutes, 163e18);
        bid(seller, second, 1e18);
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "restored");
        assertEq(
            sizeOf(seller, putAt(180)) + sizeOf(first, putAt(180)) + sizeOf(second, putAt(180)),
            -20e18,
            "every contract has its owner"
        );
        assertSolvent();
    }
}
