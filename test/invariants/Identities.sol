// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {DebtIdentities} from "./identities/DebtIdentities.sol";
import {LedgerIdentities} from "./identities/LedgerIdentities.sol";
import {LiquidationIdentities} from "./identities/LiquidationIdentities.sol";

// What holds after any sequence of calls, whatever prices do?

abstract contract Identities is LedgerIdentities, LiquidationIdentities, DebtIdentities {
    /// @dev Each sequence is drawn for one identity, and at its end they must all hold.
    function afterInvariant() public view {
        _requireAll();
    }

    function _requireAll() internal view {
        _requireBooks();
        invariant_L14_nobodyIsCalledOrAuctionedWhomTheWholeGridDoesNotShowBelow();
        invariant_L15_noBidLowersTheHealthOfTheAccountItActsOn();
        invariant_L16_noHolderOfCashLosesBeforeTheFundIsEmpty();
        invariant_L17_whoIsCalledOrInAuctionTakesNoRisk();
        invariant_L18_theOpenAuctionsAreThoseOfAccountsInAuction();
        invariant_L33_interestMakesNobodyTogetherRicher();
        invariant_L34_noMoreIsSoldThanADebtAsksForNorFarBelowTheIndex();
        invariant_L35_noKeeperTouchesWhomTheWholeGridShowsHealthy();
        invariant_L26_noDutyIsPaidByWhoHasNothing();
        invariant_L27_noCollectionAndNoTearUpWorsensAnybodysDebt();
        invariant_L28_whoWaitsIsPaidInTurnAndTheQueueHoldsWhatItOwes();
    }

    function _requireBooks() private view {
        invariant_L1_sizesOfEverySeriesSumToZero();
        invariant_L2_tokensAndDebtsCoverPositiveCash();
        invariant_L3_custodyHoldsTheCollateralOfAllAccounts();
        invariant_L4_everyChangeRaisesTheVersionByOne();
        invariant_L5_accountsWithPositionsOrDebtsAreActiveAndNoOthers();
        invariant_L6_noTradeAndNoWithdrawalMakesADebt();
        invariant_L7_noClosedLoopProfitsAnyCoalition();
        invariant_L29_cashOfAllAccountsAndTheOutsideSumsToDust();
        invariant_L30_aDepositIsWorthWhatItCosts();
        invariant_L31_custodyHasTheTokensItSaysItHolds();
        invariant_L32_whoHasNoRoleMovesNothingFromInsideACallback();
    }
}
