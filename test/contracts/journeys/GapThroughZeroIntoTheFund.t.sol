// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Universe} from "../Universe.sol";

/// @dev Ether gaps through the account's last cent. The fund pays whoever takes the book, and no holder of cash loses.
contract GapThroughZeroIntoTheFund is Universe {
    function test_theFundPaysTheDeficitAndAtMostATenthOfTheMargin() external {
        backFund("depositor", 5_000e18);
        AccountId seller = funded("seller", 900e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);

        pass(1 minutes, 110e18);
        startAuction(seller);
        int256 equity = auctions.quote(seller).equity.raw();
        assertLt(equity, 0, "through zero");
        pass(8 minutes, 110e18);

        int256 floor = auctions.quote(seller).equity.raw() - auctions.quote(seller).maintenance.raw() / 10;
        (uint256 fraction, Cash paid) = bid(seller, bidder, 1e18);
        assertEq(fraction, 1e18, "all of it");
        assertLt(paid.raw(), 0, "the bidder is paid");
        assertGe(paid.raw(), floor - 1, "the deficit and at most a tenth of the margin");
        assertEq(cashOf(seller), 0, "nothing is left to the account");
        assertEq(cashOf(fund.fundAccount()), 5_000e18 + paid.raw(), "the fund alone paid");
        assertEq(ledger.cashIndex(), 1e18, "no holder of cash lost");
        assertStatus(seller, IMarginCalls.Status.CLOSED, "closed");
        assertSolvent();
    }
}
