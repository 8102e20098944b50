// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How many zero bits lead a word? The one place that needs EIP-7939 (osaka); LeadingZerosLadder.sol answers without it.

/// @dev 256 for zero.
function leadingZeros(uint256 word) pure returns (uint256 count) {
    assembly ("memory-safe") {
        count := clz(word)
    }
}
