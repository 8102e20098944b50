// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {FloorNotReached} from "../../../contracts/types/Errors.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Ether gaps, the fund is empty and nobody bids for an hour. What the dead account sold is torn up at the mark, each holder's share
///      alike, and what it owes is shared by all who hold cash.
contract HoldersShareWhatNobodyTakes is Universe {
    AccountId private seller;
    AccountId private first;
    AccountId private second;

    function test_atTheFloorHoldersArePaidTheMarkAndTheLossIsEverybodys() external {
        seller = funded("seller", 900e18);
        first = funded("first holder", 2_000e18);
        second = funded("second holder", 2_000e18);
        AccountId bystander = funded("bystander", 5_000e18);
        trade(first, seller, putAt(180), 15e18, 4e18);
        trade(second, seller, putAt(180), 5e18, 4e18);

        pass(1 minutes, 110e18);
        startAuction(seller);
        pass(50 minutes, 110e18);
        vm.expectPartialRevert(FloorNotReached.selector);
        this.tearUp();
        pass(10 minutes, 110e18);
        int256 had = cashOf(first);
        assertEq(this.tearUp(), 20e18, "all that it had sold");
        assertEq(
            sizeOf(first, putAt(180)) + sizeOf(second, putAt(180)) + sizeOf(seller, putAt(180)),
            0,
            "nothing open"
        );
        assertNear(cashOf(first) - had, 15e18 * 72, 15e18, "at the mark: 70 each, and a little for time");

        auctions.close(seller);
        assertStatus(seller, IMarginCalls.Status.CLOSED, "closed");
        int256 index = int256(ledger.cashIndex());
        assertLt(index, 1e18, "by all who hold cash");
        assertNear(cashOf(bystander), (5_000e18 * index) / 1e18, 2, "each the same share");
        assertSolvent();
    }

    function tearUp() external returns (uint256) {
        AccountId[] memory holders = new AccountId[](2);
        (holders[0], holders[1]) = (first, second);
        return tearUps.tearUp(seller, putAt(180), holders);
    }
}
