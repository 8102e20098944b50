// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Whose turn is it? Arithmetic on the chain's time, so that nobody has to agree on anything. Twin of units/turns.ts.

library TurnLib {
    /// @dev Position, among `count` keepers, of the one on turn for `subject` at `time`:
    ///      K = (h + ⌊time / slotSeconds⌋ · stride) mod count, with h and stride drawn from (subject, seed).
    ///      The stride is prime to `count`, so each `count` consecutive slots name every keeper once. Whoever is idle is passed
    ///      over for the next by the stride, so that nobody else's turn moves; where all are, none is.
    /// @param time [unix s] of a head. @param slotSeconds [s] Not zero. @param count Not zero; at most 65,535.
    /// @param idle Bit = position.
    /// @custom:source docs/METHODOLOGY.md#turns
    function onTurn(
        bytes32 subject,
        bytes32 seed,
        uint64 time,
        uint32 slotSeconds,
        uint16 count,
        uint256 idle
    ) internal pure returns (uint16) {
        uint256 lot = uint256(keccak256(abi.encode(subject, seed)));
        uint256 slot = time / slotSeconds;
        uint256 stride = strideOf(lot, count);
        uint256 position = ((lot % count) + slot * stride) % count;
        for (uint256 i; i < count && (idle >> position) & 1 == 1; ++i) position = (position + stride) % count;
        return uint16(position);
    }

    /// @dev A keeper acts at head `time` if it was on turn at max(dueSince, time − guardSeconds): a duty still belongs
    ///      to the previous keeper for one guard after the hand-over, and no head is idle.
    function actor(
        bytes32 subject,
        bytes32 seed,
        uint64 time,
        uint64 dueSince,
        uint32 slotSeconds,
        uint32 guardSeconds,
        uint16 count,
        uint256 idle
    ) internal pure returns (uint16) {
        uint64 guarded = time > guardSeconds ? time - guardSeconds : 0;
        return onTurn(subject, seed, guarded > dueSince ? guarded : dueSince, slotSeconds, count, idle);
    }

    /// @dev The first number at or after a draw from 1 … count, cyclically, that is prime to `count`. One always is.
    function strideOf(uint256 lot, uint256 count) internal pure returns (uint256 stride) {
        stride = 1 + ((lot >> 128) % count);
        while (greatestCommonDivisor(stride, count) != 1) stride = (stride % count) + 1;
    }

    function greatestCommonDivisor(uint256 a, uint256 b) internal pure returns (uint256) {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
