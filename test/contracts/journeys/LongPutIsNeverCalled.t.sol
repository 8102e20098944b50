// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountHealthy, GraceNotOver} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Who has paid in full owes nothing, whatever the price does, and is paid at expiry.
contract LongPutIsNeverCalled is Universe {
    function test_noPriceAndNoWitnessCallsAPaidUpBuyer() external {
        SeriesId put = putAt(180);
        AccountId seller = funded("seller", 10_000e18);
        AccountId buyer = funded("buyer", 40e18);
        trade(buyer, seller, put, 10e18, 4e18);
        assertEq(cashOf(buyer), 0, "all of it spent");

        uint256[4] memory prices = [uint256(300e18), 90e18, 1_000e18, 20e18];
        for (uint256 i = 0; i < prices.length; ++i) {
            pass(1 minutes, prices[i]);
            assertFalse(isBelow(buyer, Level.MAINTENANCE), "owes nothing");
            Witness[] memory witnesses = witnessesOf(buyer);
            vm.expectPartialRevert(AccountHealthy.selector);
            marginCalls.openMarginCall(buyer, witnesses);
            vm.expectPartialRevert(AccountHealthy.selector);
            auctions.start(buyer, witnesses);
        }
        expireAt(150e18);
        settleOne(buyer);
        assertEq(cashOf(buyer), 300e18, "ten times 30");
    }
}
