// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginParameters, Scenario} from "../types/Margin.sol";
import {LnLib} from "../math/LnLib.sol";

// How are margin parameters and grid kept, so that reading them costs one cold account?

/// @dev The numbers of one underlying live in the code of a data contract:
///
///      | 00 | 16 words of MarginParameters, as in memory | one word a scenario |
///
///      A scenario's word, most significant first: | ln(1 + move) [Q96] 176 | skew 8 | volatilityMove 8 | spotMove 32 | weight 32 |.
library NumbersLib {
    uint256 private constant PARAMETERS_BYTES = 16 * 32;
    uint256 private constant MILLION = 1e6;

    function encode(
        MarginParameters memory parameters,
        uint256[] memory words
    ) internal pure returns (bytes memory data) {
        data = abi.encodePacked(uint8(0), abi.encode(parameters), words);
    }

    function wordsOf(Scenario[] memory grid) internal pure returns (uint256[] memory words) {
        words = new uint256[](grid.length);
        for (uint256 i = 0; i < grid.length; ++i) words[i] = wordOf(grid[i]);
    }

    function wordOf(Scenario memory scenario) internal pure returns (uint256) {
        int256 logMove = LnLib.lnRatioQ96(uint256(int256(MILLION) + scenario.spotMove), MILLION);
        return
            (uint256(logMove) << 80) |
            (uint256(uint8(scenario.skew)) << 72) |
            (uint256(uint8(scenario.volatilityMove)) << 64) |
            (uint256(uint32(scenario.spotMove)) << 32) |
            uint256(scenario.weight);
    }

    function scenarioOf(uint256 word) internal pure returns (Scenario memory) {
        return
            Scenario({
                spotMove: spotMoveOf(word),
                weight: uint32(word),
                volatilityMove: volatilityMoveOf(word),
                skew: skewOf(word)
            });
    }

    /// @dev [1e-6]
    function weightOf(uint256 word) internal pure returns (uint256) {
        return uint32(word);
    }

    /// @dev [1e-6]
    function spotMoveOf(uint256 word) internal pure returns (int32) {
        return int32(uint32(word >> 32));
    }

    function volatilityMoveOf(uint256 word) internal pure returns (int8) {
        return int8(uint8(word >> 64));
    }

    function skewOf(uint256 word) internal pure returns (int8) {
        return int8(uint8(word >> 72));
    }

    /// @dev [Q96]
    function logMoveOf(uint256 word) internal pure returns (int256) {
        return int256(word) >> 80;
    }

    /// @dev Puts `data` into the code of a new contract; its first byte is STOP, so nobody can run it.
    function write(bytes memory data) internal returns (address pointer) {
        // Creation code: returns what follows its ten bytes.
        bytes memory creation = abi.encodePacked(hex"61", uint16(data.length), hex"80600a3d393df3", data);
        assembly ("memory-safe") {
            pointer := create(0, add(creation, 32), mload(creation))
        }
        assert(pointer != address(0));
    }

    /// @dev Copies the numbers into memory as they are, and the first of them into `parameters`: a struct of words needs no decoding.
    function read(address pointer, MarginParameters memory parameters) internal view returns (uint256[] memory grid) {
        assembly ("memory-safe") {
            let count := shr(5, sub(extcodesize(pointer), add(PARAMETERS_BYTES, 1)))
            extcodecopy(pointer, parameters, 1, PARAMETERS_BYTES)
            grid := mload(0x40)
            mstore(grid, count)
            extcodecopy(pointer, add(grid, 32), add(PARAMETERS_BYTES, 1), shl(5, count))
            mstore(0x40, add(add(grid, 32), shl(5, count)))
        }
    }
}
