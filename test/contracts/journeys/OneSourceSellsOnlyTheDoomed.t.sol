// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarketNotCallable} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Every reporter is gone and the anchor alone speaks: nobody is called, and only who is below CLOSEOUT even at the end
///      of ±3 % that is best for him is auctioned.
contract OneSourceSellsOnlyTheDoomed is Universe {
    function test_theAnchorAloneAuctionsTheDoomedAndCallsNobody() external {
        AccountId frail = funded("frail", 1_050e18);
        AccountId doomed = funded("doomed", 600e18);
        AccountId buyer = funded("buyer", 4_000e18);
        trade(buyer, frail, putAt(180), 20e18, 4e18);
        trade(buyer, doomed, putAt(180), 12e18, 4e18);

        passInSilence(10 minutes);
        anchorSays(165e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.SINGLE, "one source");
        Witness[] memory witnesses = witnessesOf(frail);
        vm.expectPartialRevert(MarketNotCallable.selector);
        marginCalls.openMarginCall(frail, witnesses);

        anchorSays(120e18);
        assertTrue(isBelow(doomed, Level.CLOSEOUT), "at +3 % too");
        startAuction(doomed);
        assertEq(auctions.openAuctionCount(), 1, "auctioned");
    }
}
