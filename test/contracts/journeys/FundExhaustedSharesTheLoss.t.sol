// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Universe} from "../Universe.sol";

/// @dev The gap is larger than the fund, which pays a quarter of itself a block. What it cannot pay is shared by all positive cash, once, visibly, in proportion.
contract FundExhaustedSharesTheLoss is Universe {
    function test_allHoldersOfCashLoseTheSameShare() external {
        backFund("depositor", 100e18);
        AccountId seller = funded("seller", 900e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        AccountId bystander = funded("bystander", 7_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);

        pass(1 minutes, 110e18);
        startAuction(seller);
        pass(8 minutes, 110e18);
        int256 deficit = -auctions.quote(seller).equity.raw();
        int256 buyers = cashOf(buyer);
        int256 paid;
        for (uint256 blocks = 0; blocks < 3; ++blocks) {
            (, Cash part) = bid(seller, bidder, 1e18);
            paid -= part.raw();
            assertEq(ledger.cashIndex(), 1e18, "no holder before the fund is empty");
            assertEq(auctions.quote(seller).maxFraction, 0, "a quarter of the fund a block");
            passInSilence(12);
        }
        (, Cash rest) = bid(seller, bidder, 1e18);
        paid -= rest.raw();

        assertGe(paid, deficit - 1e18, "the deficit");
        assertLe(paid, deficit + 10e18, "and no reward but the fund's");
        assertEq(cashOf(fund.fundAccount()), 0, "the fund first");
        assertLt(int256(ledger.cashIndex()), 1e18, "then the index");
        int256 index = int256(ledger.cashIndex());
        assertNear(cashOf(bystander), (7_000e18 * index) / 1e18, 2, "the bystander by the index");
        assertNear(cashOf(buyer), (buyers * index) / 1e18, 2, "the buyer by the same");
        assertSolvent();
    }
}
