// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IDebts} from "../../../contracts/liquidation/IDebts.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {DebtNotDue} from "../../../contracts/types/Errors.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A settlement leaves one owner in debt and custody with fewer tokens than there is cash. All run at once. Who asked first is
///      paid first, as the debtor's ether is sold; in the end everybody has his own.
contract RunOnCashDrainsInTurn is Universe {
    AccountId private writer;
    AccountId private winner;
    AccountId private saver;

    function test_whoAskedFirstIsPaidFirstAndInTheEndEverybodyIs() external {
        writer = named("writer");
        give(writer, ETHER, 10e18);
        winner = funded("winner", 1_000e18);
        saver = funded("saver", 100e18);
        trade(winner, writer, callAt(220), 10e18, 3e18);
        expireAt(260e18);
        settleAll(writer, winner);
        assertEq(cashOf(winner), 970e18 + 400e18, "paid in full, on the books");
        assertEq(cashOf(writer), 30e18 - 400e18, "by one who owes it");

        withdraw(winner, CASH, 1_370e18);
        withdraw(saver, CASH, 100e18);
        assertEq(_tokensOf(winner), 0, "1,100 tokens are not 1,370");
        assertEq(_tokensOf(saver), 0, "and nobody overtakes, not even with a little");
        assertEq(queue.pay(10), 0, "no tokens, no pay");
        vm.expectPartialRevert(DebtNotDue.selector);
        debts.openSale(writer, ETHER);

        passInSilence(1 days);
        setPrice(260e18);
        pass(5 minutes, 260e18);
        debts.openSale(writer, ETHER);
        _buyEther("first", 280e18);
        assertEq(queue.pay(10), 1, "the first in turn");
        assertNear(int256(_tokensOf(winner)), 1_370e6, 1e6, "in full, and a part of the debtor's interest");
        assertEq(queue.pay(10), 0, "what is left is less than the next one's");
        _buyEther("second", 200e18);
        assertEq(queue.pay(10), 1, "the next");
        assertNear(int256(_tokensOf(saver)), 100e6, 1e6, "in full");
        assertGe(cashOf(writer), 0, "the debt is gone");
        assertGt(int256(ledger.collateralOf(writer, ETHER)), 8e18, "and no more ether than it took");
        assertSolvent();
    }

    /// @dev Somebody brings so much cash, and buys ether of it.
    function _buyEther(string memory name, uint256 cash) private {
        AccountId buyer = funded(name, cash);
        vm.prank(buyer.owner());
        debts.buy(IDebts.Purchase(writer, ETHER, buyer, 1e18, Price.wrap(260e18)));
    }

    function _tokensOf(AccountId account) private view returns (uint256) {
        return dollar.balanceOf(account.owner());
    }
}
