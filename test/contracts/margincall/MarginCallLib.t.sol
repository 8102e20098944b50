// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginCallLib, Holdings} from "../../../contracts/margincall/MarginCallLib.sol";
import {
    GRACE_SECONDS,
    GRACE_AFTER_LAPSE_SECONDS,
    LAPSE_MEMORY_SECONDS
} from "../../../contracts/margincall/MarginCallLib.sol";
import {accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Witness, NO_SCENARIO} from "../../../contracts/types/Margin.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Portfolio, Position, Collateral} from "../../../contracts/types/Portfolio.sol";
import {seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";

contract MarginCallLibTest is Test {
    using MarginCallLib for Holdings;

    function test_holdingsAreTheUnderlyingsOfOptionsAndOfCollateralThatIsNotZero() public pure {
        Holdings memory held = MarginCallLib.holdingsOf(_portfolio());
        assertEq(held.options, (1 << 2) | (1 << 255), "options");
        assertEq(held.collateral, 1 << 1, "collateral");
    }

    function test_collateralDecidesOnlyWhereThereAreNoOptions() public pure {
        assertEq(Holdings(1 << 2, 1 << 1).decisive(), 1 << 2, "options decide");
        assertEq(Holdings(0, 1 << 1).decisive(), 1 << 1, "collateral is all there is");
    }

    function test_aWitnessIsCompletedWithNoLossAndFreedOfWhatIsNotHeld() public pure {
        Witness[] memory named = new Witness[](3);
        named[0] = Witness(2, [uint8(7), 8, 9, 10, 11, 12, 13, 14]);
        named[1] = Witness(2, [uint8(1), 1, 1, 1, 1, 1, 1, 1]);
        named[2] = Witness(9, [uint8(3), 3, 3, 3, 3, 3, 3, 3]);
        Witness[] memory complete = MarginCallLib.complete(named, Holdings((1 << 2) | (1 << 255), 1 << 1));
        assertEq(complete.length, 3, "one for each held");
        assertEq(uint256(complete[0].underlying), 1, "ascending");
        assertEq(uint256(complete[0].scenarios[0]), NO_SCENARIO, "not named");
        assertEq(uint256(complete[1].underlying), 2, "second");
        assertEq(uint256(complete[1].scenarios[3]), 10, "the first named counts");
        assertEq(uint256(complete[2].underlying), 255, "third");
        assertEq(uint256(complete[2].scenarios[1]), NO_SCENARIO, "not named either");
    }

    function test_aPairThatIsNotNamedIsLookedAtAsTheFirstIs() public pure {
        Witness[] memory named = new Witness[](1);
        uint8 none = NO_SCENARIO;
        named[0] = Witness(2, [uint8(7), none, 9, none, none, none, none, none]);
        uint8[8] memory scenarios = MarginCallLib.complete(named, Holdings(1 << 2, 0))[0].scenarios;
        assertEq(uint256(scenarios[1]), 7, "an open one");
        assertEq(uint256(scenarios[2]), 9, "one that is named");
        assertEq(uint256(scenarios[7]), 7, "the last");
        assertEq(uint256(named[0].scenarios[1]), NO_SCENARIO, "what was given stays as it was");
    }

    function testFuzz_eightScenariosPackIntoEightBytesAndBack(uint8[8] memory scenarios) public pure {
        uint8[8] memory back = MarginCallLib.unpack(MarginCallLib.pack(scenarios));
        for (uint256 i = 0; i < 8; ++i) assertEq(uint256(back[i]), scenarios[i], "byte");
    }

    function testFuzz_aSetIsTheSumOfItsMembers(uint256 set) public pure {
        uint256 members = MarginCallLib.count(set);
        uint256 left = set;
        for (; left != 0; --members) {
            uint8 first = MarginCallLib.first(left);
            assertTrue((left >> first) & 1 == 1, "a member");
            assertEq(left & ((1 << first) - 1), 0, "the smallest");
            left = MarginCallLib.without(left, first);
        }
        assertEq(members, 0, "count");
    }

    function testFuzz_theGraceIsShortForSixHoursAfterALapse(uint64 lapsedAt, uint64 later) public pure {
        lapsedAt = uint64(bound(uint256(lapsedAt), 1, 1 << 40));
        later = uint64(bound(uint256(later), 0, 2 * LAPSE_MEMORY_SECONDS));
        uint32 expected = later < LAPSE_MEMORY_SECONDS ? GRACE_AFTER_LAPSE_SECONDS : GRACE_SECONDS;
        assertEq(uint256(MarginCallLib.graceFor(lapsedAt, lapsedAt + later)), expected, "grace");
        assertEq(uint256(MarginCallLib.graceFor(0, later)), GRACE_SECONDS, "never lapsed");
    }

    function test_theOutsideWorldAndTheHouseAreNobodysAccounts() public pure {
        address house = address(0xbeef);
        assertFalse(MarginCallLib.isSomebodys(accountIdOf(address(0), 0), house), "outside");
        assertFalse(MarginCallLib.isSomebodys(accountIdOf(house, 77), house), "house");
        assertTrue(MarginCallLib.isSomebodys(accountIdOf(address(1), 0), house), "somebody");
    }

    function _portfolio() private pure returns (Portfolio memory portfolio) {
        portfolio.cash = Cash.wrap(-1);
        portfolio.positions = new Position[](2);
        portfolio.positions[0] = Position(seriesIdOf(255, 1, 1, OptionKind.CALL, 0), Size.wrap(1));
        portfolio.positions[1] = Position(seriesIdOf(2, 1, 1, OptionKind.PUT, 0), Size.wrap(-1));
        portfolio.collateral = new Collateral[](2);
        portfolio.collateral[0] = Collateral(1, 5);
        portfolio.collateral[1] = Collateral(3, 0);
    }
}
