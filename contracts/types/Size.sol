// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How many contracts?

/// @dev Contracts, 18 decimals; positive is long. A position stores 128 bits of it.
type Size is int256;

using {addSize as +, subtractSize as -, negateSize as -, equalSize as ==} for Size global;
using SizeLib for Size global;

Size constant NO_SIZE = Size.wrap(0);

function addSize(Size a, Size b) pure returns (Size) {
    return Size.wrap(Size.unwrap(a) + Size.unwrap(b));
}

function subtractSize(Size a, Size b) pure returns (Size) {
    return Size.wrap(Size.unwrap(a) - Size.unwrap(b));
}

function negateSize(Size a) pure returns (Size) {
    return Size.wrap(-Size.unwrap(a));
}

function equalSize(Size a, Size b) pure returns (bool) {
    return Size.unwrap(a) == Size.unwrap(b);
}

library SizeLib {
    function raw(Size a) internal pure returns (int256) {
        return Size.unwrap(a);
    }

    function isShort(Size a) internal pure returns (bool) {
        return Size.unwrap(a) < 0;
    }

    function magnitude(Size a) internal pure returns (uint256) {
        int256 value = Size.unwrap(a);
        return uint256(value < 0 ? -value : value);
    }
}
