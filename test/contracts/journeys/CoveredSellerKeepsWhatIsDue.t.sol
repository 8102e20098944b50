// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountHealthy, BelowInitialMargin} from "../../../contracts/types/Errors.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Side} from "../../../contracts/types/Marks.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Calls sold against ether are in the money a day before they expire. From then on what is due in cash may not leave as ether;
///      nobody is called for it, and who brings the cash owes nothing afterwards.
contract CoveredSellerKeepsWhatIsDue is Universe {
    uint256 private constant PRICE = 260e18;

    function test_fromADayBeforeExpiryEtherCountsOnlyBeyondWhatIsDue() external {
        AccountId owner = named("owner of ether");
        give(owner, ETHER, 10e18);
        AccountId buyer = funded("buyer", 1_000e18);
        trade(buyer, owner, callAt(220), 10e18, 3e18);
        pass(FRIDAY - 24 hours - 10 minutes - now_, 210e18);
        pass(10 minutes - 1, PRICE);
        int256[2] memory before = [_healthOf(owner, Level.INITIAL), _healthOf(owner, Level.MAINTENANCE)];
        uint256 state = vm.snapshotState();
        withdraw(owner, ETHER, 6e18);
        vm.revertToState(state);

        _warp(now_ + 1);
        assertNear(before[0] - _healthOf(owner, Level.INITIAL), 400e18, 1e18, "ten times 40 count no more");
        assertNear(before[1] - _healthOf(owner, Level.MAINTENANCE), 0, 1e18, "at no other level");
        vm.expectPartialRevert(BelowInitialMargin.selector);
        withdraw(owner, ETHER, 6e18);
        Witness[] memory witnesses = witnessesOf(owner);
        vm.expectPartialRevert(AccountHealthy.selector);
        marginCalls.openMarginCall(owner, witnesses);

        give(owner, CASH, 400e18);
        withdraw(owner, ETHER, 6e18);
        pass(FRIDAY - 30 minutes - now_, PRICE);
        expireAt(PRICE);
        assertEq(settleAll(owner, buyer), 2, "both settle");
        assertEq(cashOf(owner), 30e18, "he owes nothing");
        assertEq(cashOf(buyer), 970e18 + 400e18, "and the buyer is paid");
        assertSolvent();
    }

    function _healthOf(AccountId account, Level level) private view returns (int256) {
        return margin.assess(account, Side.ABOVE).health[uint256(level)].raw();
    }
}
