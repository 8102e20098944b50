// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {StakeLib} from "../../contracts/StakeLib.sol";
import {Price} from "../../contracts/types/Price.sol";
import {PayoffLib} from "../../contracts/settlement/PayoffLib.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Test} from "./Test.sol";

contract StakeLibTest is Test {
    uint256 private constant PPM = 1e6;

    function test_atAStepOfHalfAPercentTwoPercentOfWhatIsOpenIsAtStake() public pure {
        assertEq(StakeLib.reach(5_000), 20_000, "0.5 % the anchor may lag, and 0.5 % + 1 % beyond it");
        assertEq(StakeLib.atStake(1_000e18, Price.wrap(200e18), 5_000), 4_000e18, "of 200,000");
        assertEq(StakeLib.atStake(1, Price.wrap(1), 5_000), 1, "rounds up");
        assertEq(StakeLib.atStake(0, Price.wrap(200e18), 5_000), 0, "nothing open, nothing at stake");
    }

    function testFuzz_noCallAndNoPutPaysMoreByABentIndexThanIsAtStake(
        uint56 strike,
        uint64 index,
        uint128 size,
        uint32 deviation,
        int32 bend,
        bool isCall
    ) public pure {
        uint256 truth = bound(uint256(index), 1, type(uint64).max) * 1e10;
        deviation = uint32(bound(uint256(deviation), 0, 50_000));
        int256 furthest = int256(StakeLib.reach(deviation));
        uint256 bent = (truth * uint256(int256(PPM) + bound(int256(bend), -furthest, furthest))) / PPM;
        SeriesId series = seriesIdOf(1, 1_584_086_400, strike, isCall ? OptionKind.CALL : OptionKind.PUT, 0);

        uint256 honest = PayoffLib.perContract(series, Price.wrap(truth), false);
        uint256 moved = PayoffLib.perContract(series, Price.wrap(bent), false);
        uint256 gain = (moved > honest ? moved - honest : honest - moved) * uint256(size);
        assertLe(int256(gain / 1e18), int256(StakeLib.atStake(size, Price.wrap(truth), deviation)) + 1, "no more");
    }
}
