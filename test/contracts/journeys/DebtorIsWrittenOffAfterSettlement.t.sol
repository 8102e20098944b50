// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {NotADebtor} from "../../../contracts/types/Errors.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Nobody bid in time. The seller settles into debt with nothing left, the buyer is paid, and the fund closes the debt.
contract DebtorIsWrittenOffAfterSettlement is Universe {
    function test_theBuyerIsPaidInFullAndTheFundBearsTheRest() external {
        backFund("depositor", 5_000e18);
        AccountId seller = funded("seller", 900e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);

        expireAt(110e18);
        vm.expectPartialRevert(NotADebtor.selector);
        auctions.writeOff(seller);
        settleAll(seller, buyer);
        assertEq(cashOf(seller), 980e18 - 1_400e18, "in debt");
        assertEq(cashOf(buyer), 1_920e18 + 1_400e18, "paid in full");

        auctions.writeOff(seller);
        assertEq(cashOf(seller), 0, "closed");
        assertEq(cashOf(fund.fundAccount()), 5_000e18 - 420e18, "by the fund");
        assertStatus(seller, IMarginCalls.Status.CLOSED, "closed");
        assertSolvent();
        vm.expectPartialRevert(NotADebtor.selector);
        auctions.writeOff(seller);
    }
}
