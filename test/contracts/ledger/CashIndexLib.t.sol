// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {CashIndexLib} from "../../../contracts/ledger/CashIndexLib.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Test} from "../Test.sol";

contract CashIndexLibTest is Test {
    function testFuzz_atTheFirstIndexABalanceIsExactlyItsCash(int128 balance) public pure {
        if (balance == type(int128).min) balance++;
        Cash cash = CashIndexLib.cashOf(balance, CashIndexLib.FIRST_INDEX);
        assertEq(cash.raw(), int256(balance), "cash");
        assertEq(int256(CashIndexLib.balanceOf(cash, CashIndexLib.FIRST_INDEX)), int256(balance), "balance");
    }

    function testFuzz_cashNeverGainsByBeingStored(uint256 index, uint256 cash) public pure {
        index = bound(index, CashIndexLib.LAST_INDEX, CashIndexLib.FIRST_INDEX);
        cash = bound(cash, 0, 1e28);
        int128 balance = CashIndexLib.balanceOf(Cash.wrap(int256(cash)), index);
        int256 stored = CashIndexLib.cashOf(balance, index).raw();
        assertLe(stored, int256(cash), "gained");
        assertGe(stored, int256(cash) - 1, "lost more than a unit");
    }

    function testFuzz_aDebtIsNotScaled(uint256 index, uint256 debt) public pure {
        index = bound(index, CashIndexLib.LAST_INDEX, CashIndexLib.FIRST_INDEX);
        int256 owed = -int256(bound(debt, 0, 1e37));
        assertEq(CashIndexLib.cashOf(int128(owed), index).raw(), owed, "owed");
    }

    function testFuzz_whatHoldersKeepAndWhatWasTakenIsNoMoreThanTheyHad(
        uint256 index,
        uint256 shares,
        uint256 loss
    ) public pure {
        index = bound(index, CashIndexLib.LAST_INDEX, CashIndexLib.FIRST_INDEX);
        shares = bound(shares, 0, 1e37);
        loss = bound(loss, 0, 1e38);
        (uint256 newIndex, uint256 taken) = CashIndexLib.shareLoss(index, shares, loss);
        assertTrue(newIndex <= index && newIndex >= CashIndexLib.LAST_INDEX, "index");
        assertTrue(taken <= loss, "took more than the loss");
        assertTrue(shares * newIndex + taken * 1e18 <= shares * index, "value was made");
    }
}
