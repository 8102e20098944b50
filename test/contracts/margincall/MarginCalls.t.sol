// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {
    AccountBelowMaintenance,
    AccountCured,
    AccountHealthy,
    AccountNotCured,
    GraceNotOver,
    HouseAccount,
    MarketNotCallable,
    NotCalled,
    NothingHeld,
    WitnessNotWorse
} from "../../../contracts/types/Errors.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

contract MarginCallsTest is House {
    /// @dev Short 10 calls at 5, each requiring 10: INITIAL 100, MAINTENANCE 80, equity = cash − 50.
    function setUp() public override {
        super.setUp();
        margin.setSeries(call, 5e18, 10e18);
        sell(alices, bobs, call, 10e18);
    }

    function test_anAccountBelowMaintenanceIsCalledWithFifteenMinutesOfMarketTime() public {
        deposit(alices, 129e18);
        assertTrue(marginCalls.openMarginCall(alices, witness(100)), "opened");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.CALLED, "called");
        assertEq(marginCalls.graceLeft(alices), 900, "grace");
        passTime(400);
        assertEq(marginCalls.graceLeft(alices), 500, "runs");
        vm.warp(block.timestamp + 1 hours);
        assertEq(marginCalls.graceLeft(alices), 500, "stands with the market");
    }

    function test_anAccountAtMaintenanceCannotBeCalled() public {
        deposit(alices, 130e18);
        vm.expectRevert(abi.encodeWithSelector(AccountHealthy.selector, alices.raw(), 0));
        marginCalls.openMarginCall(alices, witness(100));
    }

    function testFuzz_noWitnessCallsAnAccountThatIsNotBelowMaintenance(uint8 scenario, uint256 cash) public {
        deposit(alices, int256(bound(cash, 130e18, 1000e18) / 1e12) * 1e12);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(alices, witness(scenario));
    }

    function test_aWitnessThatShowsTooLittleCallsNobody() public {
        deposit(alices, 129e18);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(alices, witness(90));
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(alices, new Witness[](0));
    }

    function test_aSecondCallChangesNothingAndMovesNoDeadline() public {
        deposit(alices, 100e18);
        marginCalls.openMarginCall(alices, witness(100));
        passTime(600);
        assertFalse(marginCalls.openMarginCall(alices, witness(100)), "a no-op");
        assertEq(marginCalls.graceLeft(alices), 300, "the deadline of the first");
    }

    function test_aWorseWitnessReplacesTheRecordedOneAndABetterOneDoesNot() public {
        deposit(alices, 100e18);
        marginCalls.openMarginCall(alices, witness(80));
        passTime(100);
        marginCalls.replaceWitness(alices, witness(100));
        assertEq(uint256(marginCalls.marginCallOf(alices).witnesses[0].scenarios[0]), 100, "replaced");
        assertEq(marginCalls.graceLeft(alices), 800, "the clock runs on");
        vm.expectRevert(abi.encodeWithSelector(WitnessNotWorse.selector, int256(-22e18), int256(-30e18)));
        marginCalls.replaceWitness(alices, witness(90));
    }

    function test_oneSourceAloneCallsNobody() public {
        deposit(alices, 100e18);
        MarketState[2] memory tooLittle = [MarketState.DEAD, MarketState.SINGLE];
        for (uint256 i = 0; i < 2; ++i) {
            book.setMarket(ETH, tooLittle[i], Price.wrap(200e18));
            vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(tooLittle[i])));
            marginCalls.openMarginCall(alices, witness(100));
        }
    }

    function test_aWideOrDisputedMarketCanStillCall() public {
        deposit(alices, 100e18);
        book.setMarket(ETH, MarketState.WIDE, Price.wrap(200e18));
        assertTrue(marginCalls.openMarginCall(alices, witness(100)), "wide");
        deposit(alices, 50e18);
        marginCalls.recordCure(alices);
        ledger.postCash(alices, bobs, ledger.cashOf(alices));
        book.setMarket(ETH, MarketState.DISPUTED, Price.wrap(200e18));
        assertTrue(marginCalls.openMarginCall(alices, witness(100)), "disputed");
    }

    function test_aCallIsCuredAtInitialAndNotBefore() public {
        deposit(alices, 100e18);
        marginCalls.openMarginCall(alices, witness(100));
        deposit(alices, 49e18);
        vm.expectRevert(abi.encodeWithSelector(AccountNotCured.selector, alices.raw(), int256(-1e18)));
        marginCalls.recordCure(alices);
        deposit(alices, 1e18);
        marginCalls.recordCure(alices);
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "healthy");
        vm.expectRevert(abi.encodeWithSelector(NotCalled.selector, alices.raw(), 0));
        marginCalls.recordCure(alices);
    }

    function test_aCallThatIsNeitherCuredNorBelowLapsesAtItsDeadline() public {
        deposit(alices, 100e18);
        marginCalls.openMarginCall(alices, witness(100));
        deposit(alices, 40e18);
        passTime(899);
        vm.expectRevert(abi.encodeWithSelector(GraceNotOver.selector, alices.raw(), 1));
        marginCalls.lapse(alices);
        passTime(1);
        marginCalls.lapse(alices);
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "lapsed");
    }

    function test_afterALapseTheGraceIsFiveMinutesForSixHours() public {
        test_aCallThatIsNeitherCuredNorBelowLapsesAtItsDeadline();
        ledger.postCash(alices, bobs, ledger.cashOf(alices));
        passTime(6 hours - 1);
        marginCalls.openMarginCall(alices, witness(100));
        assertEq(marginCalls.graceLeft(alices), 300, "remembered");
        deposit(alices, 150e18);
        marginCalls.recordCure(alices);
        ledger.postCash(alices, bobs, ledger.cashOf(alices));
        passTime(1);
        marginCalls.openMarginCall(alices, witness(100));
        assertEq(marginCalls.graceLeft(alices), 900, "forgotten");
    }

    function test_anAccountBelowMaintenanceDoesNotLapseAndACuredOneIsNoLapse() public {
        deposit(alices, 100e18);
        marginCalls.openMarginCall(alices, witness(100));
        passTime(900);
        vm.expectRevert(abi.encodeWithSelector(AccountBelowMaintenance.selector, alices.raw(), int256(-30e18)));
        marginCalls.lapse(alices);
        deposit(alices, 50e18);
        vm.expectRevert(abi.encodeWithSelector(AccountCured.selector, alices.raw(), 0));
        marginCalls.lapse(alices);
    }

    function test_aBatchCallsWhomItCanAndSaysWhyItSkippedTheRest() public {
        deposit(bobs, 1e18);
        IMarginCalls.Call[] memory calls = new IMarginCalls.Call[](4);
        calls[0] = IMarginCalls.Call(bobs, witness(100));
        calls[1] = IMarginCalls.Call(alices, witness(100));
        calls[2] = IMarginCalls.Call(alices, witness(100));
        calls[3] = IMarginCalls.Call(carols, witness(100));
        vm.expectEmit(true, false, false, true);
        emit IMarginCalls.CallSkipped(bobs, abi.encodeWithSelector(AccountHealthy.selector, bobs.raw(), 51e18));
        assertEq(marginCalls.openMarginCalls(calls), 1, "one was due");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.CALLED, "called");
    }

    function test_aBatchThatRunsShortOfGasStopsCleanlyAndKeepsWhatItDid() public {
        IMarginCalls.Call[] memory calls = new IMarginCalls.Call[](30);
        for (uint96 i = 0; i < 30; ++i) {
            AccountId account = AccountId.wrap(alices.raw() + i);
            if (i != 0) sell(account, bobs, call, 10e18);
            calls[i] = IMarginCalls.Call(account, witness(100));
        }
        uint256 opened = marginCalls.openMarginCalls{gas: 2_000_000}(calls);
        assertTrue(opened > 0 && opened < 30, "some");
        assertEq(marginCalls.openMarginCalls(calls), 30 - opened, "the rest later");
    }

    function test_nobodysAccountsAndEmptyOnesCannotBeCalled() public {
        AccountId clearing = settlement.clearingAccount(ETH, EXPIRY);
        ledger.postCash(clearing, bobs, ledger.cashOf(alices));
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, clearing.raw()));
        marginCalls.openMarginCall(clearing, witness(100));
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, 0));
        marginCalls.openMarginCall(AccountId.wrap(0), witness(100));
        vm.expectRevert(abi.encodeWithSelector(NothingHeld.selector, carols.raw()));
        marginCalls.openMarginCall(carols, witness(100));
    }

    function test_onlyTheAuctionHouseMovesAccountsInAndOutOfAuction() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        vm.prank(bob);
        marginCalls.enterAuction(alices);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        vm.prank(bob);
        marginCalls.leaveAuction(alices, IMarginCalls.Status.HEALTHY);
    }
}
