// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {TurnLib} from "../../../contracts/keepers/TurnLib.sol";
import {Test} from "../Test.sol";

contract TurnLibTest is Test {
    function testFuzz_strideIsPrimeToTheCountAndNotAboveIt(uint256 lot, uint256 count) external pure {
        count = bound(count, 1, 64);
        uint256 stride = TurnLib.strideOf(lot, count);
        assertEq(TurnLib.greatestCommonDivisor(stride, count), 1, "prime to the count");
        assertTrue(stride >= 1 && stride <= count, "from 1 to the count");
    }

    function testFuzz_consecutiveSlotsNameEveryKeeperOnce(bytes32 subject, bytes32 seed, uint64 time) external pure {
        uint16 count = uint16(1 + (uint256(seed) % 16));
        uint64 start = time >> 1;
        uint256 seen;
        for (uint64 i; i < count; ++i) seen |= 1 << TurnLib.onTurn(subject, seed, start + 24 * i, 24, count, 0);
        assertEq(seen, (1 << count) - 1, "all keepers");
    }

    function testFuzz_aTurnIsTheSameForAWholeSlot(bytes32 subject, bytes32 seed, uint64 time) external pure {
        uint64 start = (time >> 1) - ((time >> 1) % 24);
        uint16 first = TurnLib.onTurn(subject, seed, start, 24, 5, 0);
        for (uint64 second = 1; second < 24; ++second)
            assertEq(TurnLib.onTurn(subject, seed, start + second, 24, 5, 0), first, "one keeper a slot");
    }

    function testFuzz_theActorIsThePresentKeeperOrTheOneBefore(
        bytes32 subject,
        bytes32 seed,
        uint64 time,
        uint64 due
    ) external pure {
        time = uint64(bound(time, 1_000, type(uint40).max));
        uint16 actor = TurnLib.actor(subject, seed, time, due > time ? time : due, 24, 12, 5, 0);
        uint16 present = TurnLib.onTurn(subject, seed, time, 24, 5, 0);
        uint16 previous = TurnLib.onTurn(subject, seed, time - 12, 24, 5, 0);
        assertTrue(actor == present || actor == previous, "present or previous");
    }

    function testFuzz_theIdleArePassedOverAndNobodyElsesTurnMoves(
        bytes32 subject,
        bytes32 seed,
        uint64 time,
        uint256 idle
    ) external pure {
        uint16 count = uint16(1 + (uint256(seed) % 16));
        bool isAnyoneLeft = ~idle & ((1 << count) - 1) > 0;
        uint16 before = TurnLib.onTurn(subject, seed, time >> 1, 24, count, 0);
        uint16 position = TurnLib.onTurn(subject, seed, time >> 1, 24, count, idle);
        assertTrue(position < count, "a position");
        if (!isAnyoneLeft || (idle >> before) & 1 == 0) assertEq(position, before, "as if nobody slept");
        else assertEq((idle >> position) & 1, 0, "one that is awake");
    }
}
