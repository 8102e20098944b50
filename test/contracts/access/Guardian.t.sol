// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IClearinghouse} from "../../../contracts/IClearinghouse.sol";
import {GUARDIAN} from "../../../contracts/access/Roles.sol";
import {IGuardian} from "../../../contracts/access/IGuardian.sol";
import {IParameters} from "../../../contracts/access/IParameters.sol";
import {CreditNotLower, GuardianLapsed, NotGuardian} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {World} from "../World.sol";
import {vm} from "../Vm.sol";

contract GuardianTest is World {
    IGuardian private guardian;
    address private key = addressOf("key");

    function setUp() public override {
        super.setUp();
        guardian = IGuardian(deploy("Guardian.sol:Guardian", abi.encode(address(manager), key)));
        manager.grantRole(GUARDIAN, address(guardian), 0);
        _permit(address(clearinghouse), IClearinghouse.stopNewRisk.selector, GUARDIAN);
        _permit(address(numbers), IParameters.lowerLongCredit.selector, GUARDIAN);
    }

    function test_itsKeyStopsNewRiskAtOnceAndNobodyElse() public {
        bytes memory stop = abi.encodeCall(IClearinghouse.stopNewRisk, ());
        vm.expectRevert(abi.encodeWithSelector(NotGuardian.selector, address(this), key));
        guardian.act(address(clearinghouse), stop);
        _act(address(clearinghouse), stop);
        assertFalse(clearinghouse.isNewRiskAllowed(), "stopped");
    }

    function test_theKeyLapsesAfterHalfAYearUnlessItIsAppointedAnew() public {
        bytes memory stop = abi.encodeCall(IClearinghouse.stopNewRisk, ());
        vm.warp(START + 180 days);
        vm.expectRevert(abi.encodeWithSelector(GuardianLapsed.selector, START + 180 days, START + 180 days));
        _act(address(clearinghouse), stop);
        vm.prank(key);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, key));
        guardian.appoint(key);
        guardian.appoint(key);
        _act(address(clearinghouse), stop);
    }

    function test_itMayDoNothingThatItsRoleMayNot() public {
        bytes memory allow = abi.encodeCall(IClearinghouse.allowNewRisk, ());
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(guardian)));
        _act(address(clearinghouse), allow);
    }

    /// @dev A bought option helps less at INITIAL, and nobody becomes callable by it.
    function test_itRaisesInitialAtOnceAndNoOtherLevel() public {
        AccountId buyer = funded("buyer", 2_000e18);
        AccountId seller = funded("seller", 5_000e18);
        trade(buyer, seller, callAt(200), 10e18, 6e18);
        trade(seller, buyer, callAt(220), 10e18, 2e18);
        int256 initial = healthOf(buyer, Level.INITIAL);
        int256 maintenance = healthOf(buyer, Level.MAINTENANCE);
        _act(address(numbers), abi.encodeCall(IParameters.lowerLongCredit, (ETHER, 700_000)));
        assertLt(healthOf(buyer, Level.INITIAL), initial, "INITIAL asks for more");
        assertEq(healthOf(buyer, Level.MAINTENANCE), maintenance, "MAINTENANCE does not");
        vm.expectRevert(abi.encodeWithSelector(CreditNotLower.selector, 700_000, 700_000));
        _act(address(numbers), abi.encodeCall(IParameters.lowerLongCredit, (ETHER, 700_000)));
    }

    function _act(address target, bytes memory deed) private {
        vm.prank(key);
        guardian.act(target, deed);
    }
}
