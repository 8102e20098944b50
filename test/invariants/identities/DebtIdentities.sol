// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Stage} from "../Stage.sol";

// Does nobody gain by another's debt, and is whoever waits for cash paid in turn?

abstract contract DebtIdentities is Stage {
    function invariant_L33_interestMakesNobodyTogetherRicher() public view {
        _mustNeverBreak("L33");
    }

    function invariant_L34_noMoreIsSoldThanADebtAsksForNorFarBelowTheIndex() public view {
        _mustNeverBreak("L34");
    }

    function invariant_L27_noCollectionAndNoTearUpWorsensAnybodysDebt() public view {
        _mustNeverBreak("L27");
    }

    function invariant_L28_whoWaitsIsPaidInTurnAndTheQueueHoldsWhatItOwes() public view {
        _mustNeverBreak("L28");
        (uint256 first, uint256 next) = queue.places();
        int256 shares;
        for (uint256 place = first; place < next; place++) shares += int256(uint256(queue.waitingAt(place).shares));
        int256 owed = (shares * int256(ledger.cashIndex())) / ONE;
        assertLe(owed, cashOf(queue.queueAccount()) + dustMost(), "L28: held");
    }
}
