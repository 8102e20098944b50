// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {WaterfallLib} from "../../../contracts/liquidation/WaterfallLib.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Test} from "../Test.sol";

contract WaterfallLibTest is Test {
    function testFuzz_theHoldersPayTheLossTheFundCouldNotAndNoReward(
        uint256 owed,
        uint256 loss,
        uint256 byFund
    ) public pure {
        owed = bound(owed, 0, 1e30);
        loss = bound(loss, 0, owed);
        byFund = bound(byFund, 0, owed);
        int256 asked = WaterfallLib
            .byHolders(Cash.wrap(int256(owed)), Cash.wrap(int256(loss)), Cash.wrap(int256(byFund)))
            .raw();
        assertGe(asked, 0, "never a gain");
        assertLe(asked, int256(loss), "at most the loss");
        assertEq(asked, byFund < loss ? int256(loss - byFund) : int256(0), "what is left of the loss");
    }
}
