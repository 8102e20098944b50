// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Universe} from "../Universe.sol";

/// @dev An accomplice showers a failing account with dust. Every step of its liquidation goes through all the same.
contract GiftsDelayNobody is Universe {
    function test_dustStopsNeitherCallNorStartNorBid() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 172e18, Level.MAINTENANCE, -20e18);
        pass(2 minutes, 172e18);
        _gift(seller);
        assertTrue(callMargin(seller), "called");
        pass(16 minutes, 172e18);
        _gift(seller);
        startAuction(seller);
        pass(5 minutes, 165e18);
        bytes32 seen = ledger.seriesHashOf(seller);
        _gift(seller);
        assertEq(ledger.seriesHashOf(seller), seen, "the bidder's portfolio is still the one he has seen");
        (uint256 fraction, ) = bid(seller, bidder, 1e18);
        assertGt(int256(fraction), 0, "sold");
        assertSolvent();
    }

    function _gift(AccountId account) private {
        give(account, CASH, 1e12);
        give(account, ETHER, 1);
    }
}
