// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Level, LEVELS} from "../../../contracts/types/Level.sol";
import {Scenario} from "../../../contracts/types/Margin.sol";
import {Side} from "../../../contracts/types/Marks.sol";
import {vm} from "../Vm.sol";
import {World} from "../World.sol";

/// @dev Governance widens the range of the grid. What a seller must hold, in a market that stands still, rises day by day for a week,
///      and no day asks for more than the end will.
contract AWiderGridCallsNobodyAtOnce is World {
    uint256 private constant DAYS = 14;

    function test_whatMustBeHeldRisesDayByDayAndNeverBeyondTheEnd() external {
        AccountId seller = funded("seller", 5_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        int256 first = _heldBy(seller);

        Scenario[] memory wider = _grid();
        (wider[2].spotMove, wider[26].spotMove) = (-250_000, 250_000);
        numbers.setGrid(ETHER, wider);
        assertEq(_heldBy(seller), first, "nothing at once");
        int256[] memory held = new int256[](DAYS + 1);
        held[0] = first;
        for (uint256 day = 1; day <= DAYS; ++day) {
            vm.warp(START + day * 1 days);
            numbers.advance(ETHER);
            vm.warp(START);
            held[day] = _heldBy(seller);
        }

        assertGt(held[DAYS], (first * 11) / 10, "by more than a tenth in all");
        for (uint256 day = 1; day <= DAYS; ++day) {
            assertGe(held[day], held[day - 1], "never less");
            assertLe(held[day] - held[day - 1], held[DAYS] / 7 + 1e15, "a seventh a day");
        }
        assertEq(held[7], held[DAYS], "all of it after a week");
    }

    /// @dev At MAINTENANCE.
    function _heldBy(AccountId account) private view returns (int256) {
        Cash[LEVELS] memory health = margin.assess(account, Side.BELOW).health;
        return (health[uint8(Level.MARK)] - health[uint8(Level.MAINTENANCE)]).raw();
    }
}
