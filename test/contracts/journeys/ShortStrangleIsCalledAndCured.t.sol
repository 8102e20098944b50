// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountHealthy, AccountInCall, AccountNotCured} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A seller of a strangle is called when ether falls, may only deposit and reduce, and cures.
contract ShortStrangleIsCalledAndCured is Universe {
    function test_theSellerIsCalledWhenEtherFallsAndCuresWithADeposit() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        trade(buyer, seller, callAt(230), 20e18, 3e18);
        takeOutUntil(seller, 175e18, Level.MAINTENANCE, -20e18);
        Witness[] memory tooEarly = witnessesOf(seller);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(seller, tooEarly);

        pass(5 minutes, 175e18);
        assertTrue(isBelow(seller, Level.MAINTENANCE), "below MAINTENANCE");
        assertFalse(isBelow(seller, Level.CLOSEOUT), "above CLOSEOUT");
        assertTrue(callMargin(seller), "called");
        assertFalse(callMargin(seller), "once");
        assertStatus(seller, IMarginCalls.Status.CALLED, "called");
        assertEq(marginCalls.graceLeft(seller), 900, "fifteen minutes");

        vm.expectPartialRevert(AccountInCall.selector);
        this.withdrawFrom(seller, 1e18);
        vm.expectPartialRevert(AccountNotCured.selector);
        marginCalls.recordCure(seller);

        pass(5 minutes, 175e18);
        int256 missing = -healthOf(seller, Level.INITIAL);
        give(seller, CASH, (uint256(missing) / 1e12) * 1e12 + 1e12);
        marginCalls.recordCure(seller);
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "cured");
        assertSolvent();
    }

    function withdrawFrom(AccountId account, uint256 amount) external {
        withdraw(account, CASH, amount);
    }
}
