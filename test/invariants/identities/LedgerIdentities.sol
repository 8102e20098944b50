// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Stage} from "../Stage.sol";

// Do the books balance, and does custody hold what they say?

abstract contract LedgerIdentities is Stage {
    /// @dev [1e18] A few units a contract in each of its values: a digital's positions are of thousands of contracts.
    uint256 private constant ROUNDING = 1e8;

    function invariant_L1_sizesOfEverySeriesSumToZero() public view {
        AccountId[] memory active = ledger.activeAccounts(0, ALL);
        uint256 open;
        for (uint256 s = 0; s < handler.seriesCount(); s++) {
            SeriesId series = handler.series(s);
            int256 sum;
            int256 longs;
            for (uint256 i = 0; i < active.length; i++) {
                int256 size = sizeOf(active[i], series);
                sum += size;
                if (size > 0) longs += size;
            }
            assertEq(sum, 0, "L1: sizes");
            assertEq(int256(ledger.openInterestOf(series)), longs, "L1: open interest");
            if (series.underlying() == ETHER) open += uint256(longs);
        }
        assertEq(ledger.openInterestIn(ETHER), open, "L1: open interest in all series of the underlying");
    }

    function invariant_L2_tokensAndDebtsCoverPositiveCash() public view {
        (Cash positive, Cash debts) = ledger.totals();
        int256 held = int256(custody.held(CASH));
        assertEq(cashOf(OUTSIDE), -held, "L2: the outside is owed what custody holds");
        assertGe(held + debts.raw(), positive.raw(), "L2: more cash than tokens and debts");
        assertLe(held + debts.raw() - positive.raw(), dustMost(), "L2: more dust than rounding leaves");
        _mustNeverBreak("L2");
    }

    function invariant_L3_custodyHoldsTheCollateralOfAllAccounts() public view {
        for (uint8 asset = ETHER; asset <= LIVELY; asset++) {
            uint256 sum;
            for (uint256 i = 0; i < handler.actorCount(); i++) sum += ledger.collateralOf(handler.accounts(i), asset);
            assertEq(custody.held(asset), ledger.collateralOf(OUTSIDE, asset), "L3: recorded");
            assertEq(sum, custody.held(asset), "L3: owned");
        }
    }

    function invariant_L4_everyChangeRaisesTheVersionByOne() public view {
        _mustNeverBreak("L4");
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            assertEq(uint256(ledger.versionOf(account)), handler.lastVersion(account.raw()), "L4: the last event");
        }
    }

    function invariant_L5_accountsWithPositionsOrDebtsAreActiveAndNoOthers() public view {
        AccountId[] memory active = ledger.activeAccounts(0, ALL);
        for (uint256 i = 0; i < active.length; i++) {
            bool isActive = ledger.positionsOf(active[i]).length != 0 || cashOf(active[i]) < 0;
            assertTrue(isActive, "L5: a sleeper");
        }
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            bool isActive = ledger.positionsOf(account).length != 0 || cashOf(account) < 0;
            if (isActive) assertTrue(_contains(active, account), "L5: one is missing");
        }
    }

    function invariant_L6_noTradeAndNoWithdrawalMakesADebt() public view {
        _mustNeverBreak("L6");
    }

    /// @dev Each position is valued with at most a few units of rounding. Where prices move, from one move to the next.
    function invariant_L7_noClosedLoopProfitsAnyCoalition() public view {
        int256 most = handler.wealthAtRest() + handler.givenSince() + int256(ROUNDING);
        assertLe(handler.wealth(), most, "L7: value from nothing");
    }

    /// @dev Reckoned anew from every account that there is, not from the ledger's own totals.
    function invariant_L29_cashOfAllAccountsAndTheOutsideSumsToDust() public view {
        int256 sum = cashOf(OUTSIDE) + cashOf(fund.fundAccount()) + cashOf(queue.queueAccount());
        for (uint256 i = 0; i < handler.actorCount(); i++) sum += cashOf(handler.accounts(i));
        uint32 last = 0;
        for (uint256 s = 0; s < handler.seriesCount(); s++) {
            uint32 expiry = handler.series(s).expiry();
            if (expiry != last) sum += cashOf(settlement.clearingAccount(ETHER, expiry));
            last = expiry;
        }
        assertLe(sum, 0, "L29: cash from nothing");
        assertGe(sum, -dustMost(), "L29: more dust than rounding leaves");
    }

    function invariant_L30_aDepositIsWorthWhatItCosts() public view {
        _mustNeverBreak("L30");
    }

    function invariant_L31_custodyHasTheTokensItSaysItHolds() public view {
        for (uint8 asset = CASH; asset <= LIVELY; asset++) {
            uint256 scale = asset == CASH ? 1e12 : 1;
            uint256 tokens = custody.tokenOf(asset).balanceOf(address(custody));
            assertEq(custody.held(asset), tokens * scale, "L31");
        }
    }

    function invariant_L32_whoHasNoRoleMovesNothingFromInsideACallback() public view {
        _mustNeverBreak("L32");
    }

    function _contains(AccountId[] memory active, AccountId account) private pure returns (bool) {
        for (uint256 i = 0; i < active.length; i++) {
            if (active[i] == account) return true;
        }
        return false;
    }
}
