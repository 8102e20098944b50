// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {POSTER} from "../../../contracts/access/Roles.sol";
import {IKeeperRegistry} from "../../../contracts/keepers/IKeeperRegistry.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {IRewards} from "../../../contracts/liquidation/IRewards.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {AccountHealthy} from "../../../contracts/types/Errors.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

/// @dev Alice is short ten calls at 5 and has 120: below MAINTENANCE. Her reserve is 25 units; ether is at 200.
contract RewardsTest is House {
    address private constant REGISTRY = address(0x4e9);
    IRewards private rewards;

    function setUp() public override {
        super.setUp();
        rewards = IRewards(
            deploy(
                "Rewards.sol:Rewards",
                abi.encode(ledger, margin.asParameters(), book.asBook(), REGISTRY, marginCalls, auctions, ETH)
            )
        );
        manager.grantRole(POSTER, address(rewards), 0);
        margin.setReserve(25e18);
        margin.setSeries(call, 5e18, 10e18);
        sell(alices, bobs, call, 10e18);
        deposit(alices, 120e18);
        _setTurn(0, 0);
        vm.fee(20 gwei);
    }

    function test_theCallerIsPaidItsGasAtTheBaseFeeAndAFifth() public {
        _call();
        // About 200,000 gas at 24 gwei and 200 are 0.96 units.
        int256 paid = cashOf(carols);
        assertGt(paid, 0.4e18, "for what it took");
        assertLt(paid, 2.5e18, "and not more");
        assertEq(cashOf(alices), 120e18 - paid, "by the account");
        assertSolvent();
    }

    function test_onTurnThereIsABonusAndOffTurnNone() public {
        uint256 state = vm.snapshotState();
        _call();
        int256 offTurn = cashOf(carols);
        vm.revertToState(state);
        _setTurn(3, 3);
        _call();
        assertNear(cashOf(carols) - offTurn, 2e18, 0.2e18, "two units");
        vm.revertToState(state);
        _setTurn(3, 4);
        _call();
        assertLt(cashOf(carols) - offTurn, 0.2e18, "another's turn");
    }

    /// @dev Else whoever copies a call would be paid for nothing.
    function test_onlyWhoChangesSomethingIsPaid() public {
        _call();
        int256 paid = cashOf(carols);
        _call();
        assertEq(cashOf(carols), paid, "once");
        vm.expectPartialRevert(AccountHealthy.selector);
        rewards.openMarginCall(bobs, witness(100), carols);
    }

    function test_payEndsWithTheReserveAndWithTheCap() public {
        vm.fee(100_000 gwei);
        _call();
        assertEq(cashOf(carols), 6.25e18, "a quarter of the reserve");
        margin.setReserve(1e24);
        deposit(alices, 1_000e18);
        passTime(900);
        margin.setSeries(call, 100e18, 10e18);
        vm.fee(500 gwei);
        uint256 state = vm.snapshotState();
        rewards.startAuction(alices, witness(100), daves);
        int256 atCap = cashOf(daves);
        vm.revertToState(state);
        vm.fee(100_000 gwei);
        rewards.startAuction(alices, witness(100), daves);
        assertNear(cashOf(daves), atCap, 0.1e18, "whatever the base fee");
    }

    function test_anAccountWithoutCashOwesNothingForIt() public {
        ledger.postCash(alices, bobs, ledger.cashOf(alices));
        _call();
        assertEq(cashOf(alices), 0, "nothing taken");
        assertEq(cashOf(carols), 0, "nothing paid");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.CALLED, "and called all the same");
    }

    function test_curesLapsesAndEndsArePaidToo() public {
        _call();
        deposit(alices, 500e18);
        rewards.recordCure(alices, daves);
        assertGt(cashOf(daves), 0, "a cure");
        margin.setSeries(call, 60e18, 10e18);
        rewards.startAuction(alices, witness(100), bobs);
        deposit(alices, 500e18);
        int256 before = cashOf(daves);
        rewards.closeAuction(alices, daves);
        assertGt(cashOf(daves), before, "an end");
        assertSolvent();
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    function _call() private {
        rewards.openMarginCall(alices, witness(100), carols);
    }

    function _setTurn(uint16 caller, uint16 onTurn) private {
        vm.mockCall(REGISTRY, abi.encodeWithSelector(IKeeperRegistry.idOf.selector), abi.encode(caller));
        vm.mockCall(REGISTRY, abi.encodeWithSelector(IKeeperRegistry.onTurn.selector), abi.encode(onTurn));
        vm.mockCall(REGISTRY, abi.encodeWithSelector(IKeeperRegistry.turnSeconds.selector), abi.encode(24, 12));
    }
}
