// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {CoverageTooLow, RungNotOpen, SettlementPriceNotFixed} from "../../../contracts/types/Errors.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev The reporters are silent before an expiry: an hour later it settles on the anchor's rounds over the same window.
contract SettlementOnTheAnchor is Universe {
    function test_withoutReportersTheAnchorsAverageSettles() external {
        SeriesId put = putAt(180);
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, put, 10e18, 4e18);

        _warp(FRIDAY - 40 minutes);
        anchorSays(170e18);
        uint80 first = aggregator.latest();
        _warp(FRIDAY - 15 minutes);
        anchorSays(160e18);
        _warp(FRIDAY + 60);
        setPrice(160e18);
        vm.expectPartialRevert(CoverageTooLow.selector);
        this.fix();
        vm.expectPartialRevert(RungNotOpen.selector);
        priceBook.fixFromAnchor(ETHER, FRIDAY, first, 2);
        vm.expectPartialRevert(SettlementPriceNotFixed.selector);
        this.settleFirst(seller);

        _warp(FRIDAY + 1 hours);
        priceBook.fixFromAnchor(ETHER, FRIDAY, first, 2);
        assertEq(priceBook.settlementPrice(ETHER, FRIDAY).raw(), 165e18, "half at 170, half at 160");
        settleAll(seller, buyer);
        assertEq(cashOf(buyer), 1_960e18 + 150e18, "ten times 15");
        assertEq(cashOf(seller), 2_040e18 - 150e18, "from the seller");
        assertSolvent();
    }

    function fix() external {
        fixFirstRung();
    }

    function settleFirst(AccountId account) external {
        settleOne(account);
    }
}
