// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A depositor asks to leave before a crash. He may not run while auctions are open, and bears his share of the loss.
contract FundDepositorLeavesAfterTheStorm is Universe {
    function test_heIsBrakedInTheStormAndPaidAfterIt() external {
        uint256 shares = backFund("depositor", 1_000e18);
        address depositor = addressOf("depositor");
        AccountId seller = funded("seller", 900e18);
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId bidder = funded("bidder", 20_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        vm.prank(depositor);
        fund.requestRedeem(shares);
        _warp(now_ + 1 hours);
        setPrice(200e18);
        pass(1 minutes, 110e18);
        startAuction(seller);
        assertEq(fund.maxRedeem(depositor), 0, "asked three days too late");
        assertLt(int256(fund.totalAssets()), 1_000e6, "the open deficit counts");
        pass(8 minutes, 110e18);
        for (uint256 blocks = 0; blocks < 2; ++blocks) {
            bid(seller, bidder, 1e18);
            passInSilence(12);
        }
        assertEq(auctions.openAuctionCount(), 0, "two blocks pay for it");
        uint256 left = uint256(cashOf(fund.fundAccount())) / 1e12;

        _warp(now_ + 72 hours);
        assertEq(fund.maxRedeem(depositor), shares, "the storm is over");
        vm.prank(depositor);
        fund.redeem(shares, depositor, depositor);
        assertNear(int256(dollar.balanceOf(depositor)), int256(left), 2, "what the loss left");
        assertSolvent();
    }
}
