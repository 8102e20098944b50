// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {OUTSIDE} from "../../../contracts/ledger/Ledger.sol";
import {POSTER} from "../../../contracts/access/Roles.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {GasTooLowToPay} from "../../../contracts/types/Errors.sol";
import {World} from "../World.sol";
import {vm} from "../Vm.sol";

/// @dev Dora owes 600, so that custody holds 400 for 1,000 of positive cash: Anna's 500, Bert's 300 and Carl's 200.
contract WithdrawalQueueTest is World {
    AccountId private anna;
    AccountId private bert;
    AccountId private carl;
    AccountId private dora;

    function setUp() public override {
        super.setUp();
        manager.grantRole(POSTER, address(this), 0);
        (anna, bert, carl, dora) = (funded("anna", 400e18), named("bert"), named("carl"), named("dora"));
        ledger.postCash(dora, anna, Cash.wrap(100e18));
        ledger.postCash(dora, bert, Cash.wrap(300e18));
        ledger.postCash(dora, carl, Cash.wrap(200e18));
    }

    function test_cashIsPaidWhileTokensLastAndWaitsOtherwise() public {
        withdraw(bert, CASH, 300e18);
        assertEq(tokensOf(bert), 300e6, "there were tokens");
        withdraw(anna, CASH, 500e18);
        assertEq(tokensOf(anna), 0, "and there are not enough");
        assertEq(cashOf(anna), 0, "she has asked");
        assertEq(cashOf(queue.queueAccount()), 500e18, "and waits");
        assertSolventHere();
    }

    /// @dev Without the rule whoever is quick, or asks for little, is paid by those who asked before.
    function test_nobodyOvertakes() public {
        withdraw(anna, CASH, 500e18);
        withdraw(bert, CASH, 1e18);
        assertEq(tokensOf(bert), 0, "there are tokens for one, and Anna was first");
        assertEq(queue.pay(10), 0, "but not for her");
        give(dora, CASH, 100e18);
        assertEq(queue.pay(10), 1, "the first");
        assertEq(tokensOf(anna), 500e6, "in full");
        give(dora, CASH, 500e18);
        assertEq(queue.pay(10), 1, "then the next");
        assertEq(tokensOf(bert), 1e6, "in his turn");
        withdraw(carl, CASH, 200e18);
        assertEq(tokensOf(carl), 200e6, "and with nobody waiting all is as ever");
        assertSolventHere();
    }

    function test_whoWaitsBearsLossesLikeAllCash() public {
        withdraw(anna, CASH, 500e18);
        vm.prank(address(auctions));
        ledger.realiseLoss(dora, Cash.wrap(600e18));
        assertNear(cashOf(bert), 120e18, 1e3, "the others' share");
        queue.pay(1);
        assertNear(int256(tokensOf(anna)), 200e6, 1, "is also hers");
        assertSolventHere();
    }

    function test_aReceiverWhomTheTokenRefusesHoldsUpNobody() public {
        withdraw(anna, CASH, 500e18);
        withdraw(bert, CASH, 300e18);
        give(dora, CASH, 600e18);
        address refused = anna.owner();
        vm.mockCallRevert(
            address(dollar),
            abi.encodeWithSignature("transfer(address,uint256)", refused, uint256(500e6)),
            "blocked"
        );
        assertEq(queue.pay(10), 2, "both are served");
        assertEq(cashOf(anna), 500e18, "hers again");
        assertEq(tokensOf(bert), 300e6, "his");
        assertSolventHere();
    }

    function test_nobodyMakesATransferFailByBringingLittleGas() public {
        withdraw(anna, CASH, 500e18);
        give(dora, CASH, 600e18);
        (bool isDone, bytes memory reason) = address(queue).call{gas: 300_000}(abi.encodeCall(queue.pay, (1)));
        assertFalse(isDone, "refused");
        assertEq(bytes32(bytes4(reason)), bytes32(GasTooLowToPay.selector), "for its gas");
    }

    function test_aFundDepositorDoesNotOvertakeEither() public {
        address owner = addressOf("backer");
        dollar.faucet(owner, 1_000e6);
        vm.startPrank(owner);
        dollar.approve(address(fund), 1_000e6);
        fund.deposit(1_000e6, owner);
        fund.requestRedeem(fund.balanceOf(owner));
        vm.stopPrank();
        vm.warp(block.timestamp + 72 hours);
        assertGt(int256(fund.maxWithdraw(owner)), 0, "nobody waits");
        ledger.postCash(dora, anna, Cash.wrap(5_000e18));
        withdraw(anna, CASH, 5_000e18);
        assertEq(fund.maxWithdraw(owner), 0, "somebody does");
        assertEq(fund.maxRedeem(owner), 0, "likewise");
    }

    function test_onlyTheFrontDoorPutsSomebodyInTheQueue() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(this)));
        queue.enqueue(anna, address(this), 1e18);
    }

    function testFuzz_everybodyIsPaidInTurnAndNothingIsLost(uint256[6] memory amounts, uint256 loss) public {
        for (uint256 i = 0; i < amounts.length; ++i) {
            AccountId account =
                i % 3 == 0
                    ? anna
                    : i % 3 == 1
                        ? bert
                        : carl;
            uint256 has = uint256(cashOf(account));
            if (has / 1e12 == 0) continue;
            withdraw(account, CASH, bound(amounts[i], 1e12, has));
        }
        vm.prank(address(auctions));
        ledger.realiseLoss(dora, Cash.wrap(int256(bound(loss, 0, 300e18))));
        give(dora, CASH, 600e18);
        queue.pay(type(uint256).max);
        (uint256 first, uint256 next) = queue.places();
        assertEq(first, next, "nobody waits");
        assertNear(cashOf(queue.queueAccount()), 0, 12, "all is paid");
        assertSolventHere();
    }

    function tokensOf(AccountId account) private view returns (uint256) {
        return dollar.balanceOf(account.owner());
    }

    function assertSolventHere() private view {
        (Cash positive, Cash debts) = ledger.totals();
        assertGe(int256(custody.held(CASH)) + debts.raw(), positive.raw(), "tokens and debts cover all positive cash");
        assertEq(cashOf(OUTSIDE), -int256(custody.held(CASH)), "and the outside is owed what is there");
    }
}
