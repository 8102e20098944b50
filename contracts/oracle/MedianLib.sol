// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What do most of them say? With n ≥ 2f + 1 values, f of them false, the median lies between two true ones.

library MedianLib {
    /// @dev Middle value, or the mean of the two middle ones rounded down. Sorts `values` in place; not empty.
    function median(uint256[] memory values) internal pure returns (uint256) {
        sort(values);
        uint256 middle = values.length / 2;
        if (values.length % 2 == 1) return values[middle];
        // Values are prices and variances far below 2^255: the sum does not overflow.
        return (values[middle - 1] + values[middle]) / 2;
    }

    /// @dev Ascending, by insertion: the values are at most sixteen.
    function sort(uint256[] memory values) internal pure {
        for (uint256 i = 1; i < values.length; ++i) {
            uint256 value = values[i];
            uint256 j = i;
            for (; j > 0 && values[j - 1] > value; --j) values[j] = values[j - 1];
            values[j] = value;
        }
    }

    /// @dev The first `count` of `values`, in their memory.
    function truncate(uint256[] memory values, uint256 count) internal pure {
        // Safe: only ever shortens, and the words behind stay unused.
        assembly ("memory-safe") {
            if lt(count, mload(values)) {
                mstore(values, count)
            }
        }
    }
}
