// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AmountTooLarge} from "../types/Errors.sol";
import {Position} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// How does a position fit one storage slot?

/// @dev | series 128 | size 128, two's complement |. Zero is no position.
type PackedPosition is uint256;

using PositionLib for PackedPosition global;

library PositionLib {
    uint256 private constant SIZE_BITS = 128;

    /// @dev Symmetric, so that the other side of a posting fits too.
    int256 private constant MAX_SIZE = type(int128).max;

    function pack(SeriesId id, Size count) internal pure returns (PackedPosition) {
        int256 value = count.raw();
        require(value <= MAX_SIZE && value >= -MAX_SIZE, AmountTooLarge(count.magnitude(), uint256(MAX_SIZE)));
        // The cast keeps the low 128 bits, which hold the whole of a size that fits.
        return PackedPosition.wrap((uint256(id.raw()) << SIZE_BITS) | uint128(int128(value)));
    }

    function series(PackedPosition position) internal pure returns (SeriesId) {
        return SeriesId.wrap(uint128(PackedPosition.unwrap(position) >> SIZE_BITS));
    }

    function size(PackedPosition position) internal pure returns (Size) {
        return Size.wrap(int128(uint128(PackedPosition.unwrap(position))));
    }

    function unpack(PackedPosition position) internal pure returns (Position memory) {
        return Position(series(position), size(position));
    }
}
