// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountHealthy} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Reporters and anchor part company. Nobody is called by one of them alone, and a frozen anchor's veto fades.
contract DisputedPrice is Universe {
    function test_aDisputeShieldsTheAccountUntilTheFrozenAnchorsSayFades() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 180e18, Level.MAINTENANCE, -20e18);
        pass(1 minutes, 200e18);

        // The anchor stays at 200; reporters say 165.
        _reportersAlone(1 minutes, 165e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.DISPUTED, "disputed");
        Witness[] memory witnesses = witnessesOf(seller);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(seller, witnesses);
        assertLt(healthOf(seller, Level.INITIAL), 0, "yet it is not above INITIAL either");

        _reportersAlone(25 minutes, 165e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.DISPUTED, "still disputed");
        assertTrue(callMargin(seller), "silence has narrowed its say to a tenth");
        assertStatus(seller, IMarginCalls.Status.CALLED, "called");
    }

    function test_aDisputeWithAWordOfTheAnchorIsNoCall() external {
        AccountId seller = funded("seller", 2_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 180e18, Level.MAINTENANCE, -20e18);
        for (uint256 i = 0; i < 30; ++i) {
            _warp(now_ + 60);
            anchorSays(200e18);
            reportersSay(165e18);
        }
        Witness[] memory witnesses = witnessesOf(seller);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(seller, witnesses);
        vm.expectPartialRevert(AccountHealthy.selector);
        auctions.start(seller, witnesses);
    }

    function _reportersAlone(uint64 elapsed, uint256 price) private {
        for (uint64 end = now_ + elapsed; now_ < end;) {
            _warp(now_ + 60);
            reportersSay(price);
        }
    }
}
