// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {OptionKind, LAST_KIND} from "./OptionKind.sol";
import {Price} from "./Price.sol";
import {MalformedSeries} from "./Errors.sol";

// What does an option pay, and when? The identifier says it all: no registry is needed to price or to settle.

/// @dev 128 bits, most significant first:
///
///      | underlying 8 | expiry 32 [unix s] | strike 56 [1e-8] | kind 8 | field 24 |
///
///      Strikes reach 720 million units of account in steps of 1e-8. `field` belongs to the kind: the barrier as
///      a ratio to the strike [1e-4], the averaging window [hours], zero for vanilla and digital kinds.
///      Sorting identifiers groups a portfolio by underlying, then expiry, then strike.
type SeriesId is uint128;

using SeriesIdLib for SeriesId global;
using {equalSeries as ==} for SeriesId global;

/// @dev One step of the strike, in the 18 decimals of `Price`.
uint256 constant STRIKE_STEP = 1e10;
/// @dev Scale of the barrier's ratio to the strike.
uint256 constant BARRIER_ONE = 1e4;

function seriesIdOf(
    uint8 underlying,
    uint32 expiry,
    uint56 strikeE8,
    OptionKind kind,
    uint24 field
) pure returns (SeriesId) {
    return
        SeriesId.wrap(
            (uint128(underlying) << 120) |
                (uint128(expiry) << 88) |
                (uint128(strikeE8) << 32) |
                (uint128(uint8(kind)) << 24) |
                uint128(field)
        );
}

function equalSeries(SeriesId a, SeriesId b) pure returns (bool) {
    return SeriesId.unwrap(a) == SeriesId.unwrap(b);
}

library SeriesIdLib {
    function underlying(SeriesId series) internal pure returns (uint8) {
        return uint8(SeriesId.unwrap(series) >> 120);
    }

    function expiry(SeriesId series) internal pure returns (uint32) {
        return uint32(SeriesId.unwrap(series) >> 88);
    }

    function strike(SeriesId series) internal pure returns (Price) {
        return Price.wrap(uint256(uint56(SeriesId.unwrap(series) >> 32)) * STRIKE_STEP);
    }

    function kind(SeriesId series) internal pure returns (OptionKind) {
        uint8 ordinal = uint8(SeriesId.unwrap(series) >> 24);
        require(ordinal <= LAST_KIND, MalformedSeries(SeriesId.unwrap(series)));
        return OptionKind(ordinal);
    }

    function field(SeriesId series) internal pure returns (uint24) {
        return uint24(SeriesId.unwrap(series));
    }

    /// @dev Of barrier kinds: exact, since a strike is a multiple of 1e10.
    function barrier(SeriesId series) internal pure returns (Price) {
        return Price.wrap((strike(series).raw() * field(series)) / BARRIER_ONE);
    }

    /// @dev Whether both have one strike of one expiry, so that one logarithm and one smile serve both.
    function sharesStrike(SeriesId series, SeriesId other) internal pure returns (bool) {
        return (SeriesId.unwrap(series) ^ SeriesId.unwrap(other)) >> 32 == 0;
    }

    function raw(SeriesId series) internal pure returns (uint128) {
        return SeriesId.unwrap(series);
    }
}
