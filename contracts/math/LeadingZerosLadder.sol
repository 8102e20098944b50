// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How many zero bits lead a word, on a chain without EIP-7939? Stands in for LeadingZeros.sol in a cancun build.

/// @dev 256 for zero.
function leadingZeros(uint256 word) pure returns (uint256 count) {
    assembly ("memory-safe") {
        let bits := shl(7, lt(0xffffffffffffffffffffffffffffffff, word))
        bits := or(bits, shl(6, lt(0xffffffffffffffff, shr(bits, word))))
        bits := or(bits, shl(5, lt(0xffffffff, shr(bits, word))))
        bits := or(bits, shl(4, lt(0xffff, shr(bits, word))))
        bits := or(bits, shl(3, lt(0xff, shr(bits, word))))
        bits := or(bits, shl(2, lt(0xf, shr(bits, word))))
        bits := or(bits, shl(1, lt(0x3, shr(bits, word))))
        bits := or(bits, lt(0x1, shr(bits, word)))
        count := add(sub(255, bits), iszero(word))
    }
}
