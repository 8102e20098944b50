// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {CheckpointLib} from "../../../contracts/pricebook/CheckpointLib.sol";
import {Test} from "../Test.sol";

contract CheckpointLibTest is Test {
    using CheckpointLib for CheckpointLib.History;

    uint64 constant START = 1_600_000_000;

    CheckpointLib.History history;
    /// @dev Price of every second, kept the slow way.
    uint64[] seconds_;

    function test_anObservationCoversAtMostAMinute() external {
        history.add(START, 5);
        history.add(START + 1_000, 7);
        (uint256 sum, uint256 covered) = history.between(START, START + 1_000);
        assertEq(covered, 60, "one minute");
        assertEq(sum, 300, "at its price");
        (sum, covered) = history.between(START, START + 1_030);
        assertEq(covered, 90, "the newest one covers too");
        assertEq(sum, 300 + 7 * 30, "at its own price");
    }

    function test_aRoundThatWasNotAgreedCoversNothingAndEndsTheOneBefore() external {
        history.add(START, 5);
        history.add(START + 20, 0);
        history.add(START + 40, 5);
        (, uint256 covered) = history.between(START, START + 40);
        assertEq(covered, 20, "only the first");
    }

    function test_beforeTheFirstCheckpointNothingIsCovered() external {
        (uint256 sum, uint256 covered) = history.between(START, START + 100);
        assertEq(sum + covered, 0, "no history");
        history.add(START + 50, 5);
        (, covered) = history.between(START, START + 60);
        assertEq(covered, 10, "from the first on");
    }

    /// @dev Any history, any two moments: what the checkpoints say is what a second-by-second account says.
    function testFuzz_anyIntervalIsTheSumOfItsSeconds(
        uint8[24] calldata gaps,
        uint64[24] calldata prices,
        uint256 from,
        uint256 to
    ) external {
        uint64 time = START;
        for (uint256 i; i < 24; ++i) {
            uint64 price = prices[i] % 5 == 0 ? 0 : prices[i];
            history.add(time, price);
            uint64 gap = 1 + uint64(gaps[i]);
            for (uint64 s; s < gap; ++s) seconds_.push(s < 60 ? price : 0);
            time += gap;
        }
        history.add(time, 0);
        from = bound(from, 0, seconds_.length);
        to = bound(to, from, seconds_.length);
        (uint256 sum, uint256 covered) = history.between(START + from, START + to);
        for (uint256 s = from; s < to; ++s) {
            sum -= seconds_[s];
            if (seconds_[s] > 0) --covered;
        }
        assertEq(sum, 0, "sum");
        assertEq(covered, 0, "covered");
    }

    function testFuzz_theSearchFindsTheLastAtOrBefore(uint16 count, uint256 time) external {
        count = uint16(bound(count, 1, 600));
        for (uint64 i; i < count; ++i) history.add(START + 7 * i, 1);
        time = bound(time, START - 10, START + 7 * uint256(count) + 10);
        uint256 found = history.lastAtOrBefore(time);
        uint256 expected = time < START ? 0 : (time - START) / 7;
        if (expected >= count) expected = count - 1;
        assertEq(found, expected, "index");
    }
}
