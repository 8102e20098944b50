// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {TurnLib} from "../keepers/TurnLib.sol";

// Does the chain's turn arithmetic say what the keepers' says? Many answers in one call, for the differential test.

contract TurnHarness {
    /// @notice `actor` for draw, draw + 1, …: subject and seed are hashes of the draw, the rest is taken from its bits.
    function actors(uint256 draw, uint256 amount) external pure returns (uint16[] memory positions) {
        positions = new uint16[](amount);
        for (uint256 i; i < amount; ++i) positions[i] = _actor(uint256(keccak256(abi.encode(draw + i))));
    }

    function _actor(uint256 bits) private pure returns (uint16) {
        bytes32 seed = keccak256(abi.encode(bits));
        uint64 time = uint64(bits >> 192) >> 24;
        uint64 dueSince = bits & 1 == 0 ? 0 : time - (uint64(bits >> 8) % 100);
        uint32 slot = 2 + (uint32(bits >> 16) % 100);
        uint16 count = 1 + (uint16(bits >> 48) % 40);
        // A quarter of the draws has nobody idle, an eighth everybody, the others about a half.
        uint256 idle = bits & 6 == 0 ? 0 : (bits & 14 == 14 ? type(uint256).max : bits >> 128);
        return TurnLib.actor(bytes32(bits), seed, time, dueSince, slot, slot / 2, count, idle);
    }
}
