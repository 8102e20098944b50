// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {Stage} from "../Stage.sol";

// Is nobody wronged by calls and auctions, and does a loss take the order of the rules?

abstract contract LiquidationIdentities is Stage {
    function invariant_L14_nobodyIsCalledOrAuctionedWhomTheWholeGridDoesNotShowBelow() public view {
        _mustNeverBreak("L14");
    }

    function invariant_L15_noBidLowersTheHealthOfTheAccountItActsOn() public view {
        _mustNeverBreak("L15");
    }

    function invariant_L16_noHolderOfCashLosesBeforeTheFundIsEmpty() public view {
        _mustNeverBreak("L16");
    }

    function invariant_L17_whoIsCalledOrInAuctionTakesNoRisk() public view {
        _mustNeverBreak("L17");
    }

    function invariant_L18_theOpenAuctionsAreThoseOfAccountsInAuction() public view {
        uint256 count;
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            if (marginCalls.statusOf(handler.accounts(i)) == IMarginCalls.Status.AUCTION) count++;
        }
        assertEq(auctions.openAuctionCount(), count, "L18");
    }

    function invariant_L35_noKeeperTouchesWhomTheWholeGridShowsHealthy() public view {
        _mustNeverBreak("L35");
    }

    function invariant_L26_noDutyIsPaidByWhoHasNothing() public view {
        _mustNeverBreak("L26");
    }
}
