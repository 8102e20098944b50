// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";

/// @dev An owner of ether sells calls against it. Ether rises: what he holds pays what he owes, and he is never called.
contract CoveredCallExpiresInTheMoney is Universe {
    function test_theEtherHeldCarriesTheCallAllTheWay() external {
        SeriesId call = callAt(220);
        AccountId owner = named("owner of ether");
        give(owner, ETHER, 10e18);
        AccountId buyer = funded("buyer", 1_000e18);
        trade(buyer, owner, call, 10e18, 3e18);
        assertEq(cashOf(owner), 30e18, "the premium");

        for (uint256 price = 210e18; price <= 300e18; price += 30e18) {
            pass(5 minutes, price);
            assertFalse(isBelow(owner, Level.MAINTENANCE), "never below MAINTENANCE");
        }
        expireAt(260e18);
        assertEq(settleAll(owner, buyer), 2, "both settle");

        assertEq(cashOf(owner), 30e18 - 400e18, "owes ten times 40");
        assertEq(cashOf(buyer), 970e18 + 400e18, "and the buyer is paid");
        assertStatus(owner, IMarginCalls.Status.HEALTHY, "his ether is worth more than he owes");
        assertFalse(isBelow(owner, Level.MAINTENANCE), "still");
        assertSolvent();
    }
}
