// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountHealthy, GraceNotOver} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Called in a fall that turns: at the deadline neither cured nor below. The call lapses, and is remembered.
contract ShortStrangleIsCalledAndLapses is Universe {
    function test_theMarketTurnsAndTheCallLapsesAtItsDeadline() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        trade(buyer, seller, callAt(230), 20e18, 3e18);
        takeOutUntil(seller, 175e18, Level.MAINTENANCE, -20e18);
        pass(2 minutes, 175e18);
        assertTrue(callMargin(seller), "called");

        pass(13 minutes, 179e18);
        assertGe(healthOf(seller, Level.MAINTENANCE), 0, "above MAINTENANCE");
        assertLt(healthOf(seller, Level.INITIAL), 0, "not above INITIAL");
        vm.expectPartialRevert(GraceNotOver.selector);
        marginCalls.lapse(seller);
        Witness[] memory witnesses = witnessesOf(seller);
        pass(3 minutes, 179e18);
        vm.expectPartialRevert(AccountHealthy.selector);
        auctions.start(seller, witnesses);
        marginCalls.lapse(seller);
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "lapsed");

        pass(2 minutes, 175e18);
        assertTrue(callMargin(seller), "called again");
        assertEq(marginCalls.graceLeft(seller), 300, "with five minutes");
    }
}
