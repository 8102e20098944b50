// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ReductionLib} from "../../contracts/ReductionLib.sol";
import {Cash} from "../../contracts/types/Cash.sol";
import {ReductionRefused} from "../../contracts/types/Errors.sol";
import {LEVELS} from "../../contracts/types/Level.sol";
import {Price} from "../../contracts/types/Price.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Test} from "./Test.sol";
import {vm} from "./Vm.sol";

contract ReductionLibTest is Test {
    Price private constant INDEX = Price.wrap(200e18);

    function testFuzz_aReductionNeverTurnsNorAddsToAPosition(int128 held, int128 change) public pure {
        bool isReduction = ReductionLib.isReduction(Size.wrap(held), Size.wrap(change));
        int256 left = int256(held) + change;
        bool movedTowardsZero = held > 0 ? change < 0 && left >= 0 : held < 0 && change >= 0 && left <= 0;
        if (change != 0) assertTrue(isReduction == movedTowardsZero, "towards zero");
    }

    function test_healthMayRiseAndNotFall() public {
        judge(health(100e18, 40e18, 20e18), health(100e18, 41e18, 21e18), 1e18);
        vm.expectPartialRevert(ReductionRefused.selector);
        this.judge(health(100e18, 40e18, 20e18), health(100e18, 41e18, 20e18 - 1), 1e18);
        vm.expectPartialRevert(ReductionRefused.selector);
        this.judge(health(100e18, 40e18, 20e18), health(100e18, 40e18 - 1, 21e18), 1e18);
    }

    function test_equityMayFallByAHundredthOfTheIndexAContract() public {
        judge(health(100e18, 40e18, 20e18), health(94e18, 41e18, 21e18), 3e18);
        vm.expectPartialRevert(ReductionRefused.selector);
        this.judge(health(100e18, 40e18, 20e18), health(94e18 - 1, 41e18, 21e18), 3e18);
    }

    function test_equityBelowATenthOfTheMaintenanceMarginMayNotFallAtAll() public {
        // 9 of equity against 100 required
        judge(health(9e18, -60e18, -92e18), health(9e18, -59e18, -91e18), 3e18);
        vm.expectPartialRevert(ReductionRefused.selector);
        this.judge(health(9e18, -60e18, -92e18), health(9e18 - 1, -59e18, -91e18), 3e18);
    }

    /// @dev In the order of levels; INITIAL is of no account.
    function health(int256 equity, int256 closeout, int256 maintenance) private pure returns (Cash[LEVELS] memory) {
        return [Cash.wrap(equity), Cash.wrap(closeout), Cash.wrap(maintenance), Cash.wrap(maintenance - 10e18)];
    }

    function judge(Cash[LEVELS] memory before, Cash[LEVELS] memory afterwards, uint256 size) public pure {
        ReductionLib.requireNotWorse(1, before, afterwards, Size.wrap(-int256(size)), INDEX);
    }
}
