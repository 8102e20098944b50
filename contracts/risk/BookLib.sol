// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {KindNotPriced, SizeOutOfBounds} from "../types/Errors.sol";
import {OptionKind} from "../types/OptionKind.sol";
import {Position} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";

// How does a portfolio fall apart into underlyings, expiries and strikes?

/// @dev All options of one expiry on one strike: a put is a call plus strike less forward, so both share one price.
/// @param calls [1e18 contracts] Signed. @param puts [1e18 contracts] Signed.
/// @param logMoneyness [Q96] ln(forward / strike). @param volatility [Q96] σ√τ on the smile.
struct Strip {
    uint256 strike;
    int256 calls;
    int256 puts;
    int256 logMoneyness;
    uint256 volatility;
}

library BookLib {
    /// @dev Sizes stay below 2^100 and prices below 2^98·11, so sums of 64 products fit a word with room for a weight.
    uint256 internal constant MOST_SIZE = 1 << 100;

    /// @dev One word a position, `series << 128 | size`, ascending: underlying, then expiry, then strike.
    function sorted(Position[] memory positions) internal pure returns (uint256[] memory words) {
        words = new uint256[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) {
            int256 size = positions[i].size.raw();
            require(positions[i].size.magnitude() < MOST_SIZE, SizeOutOfBounds(size, MOST_SIZE));
            uint256 word = (uint256(positions[i].series.raw()) << 128) | uint128(uint256(size));
            uint256 slot = i;
            for (; slot > 0 && words[slot - 1] > word; --slot) words[slot] = words[slot - 1];
            words[slot] = word;
        }
    }

    function seriesOf(uint256 word) internal pure returns (SeriesId) {
        return SeriesId.wrap(uint128(word >> 128));
    }

    function sizeOf(uint256 word) internal pure returns (int256) {
        return int128(uint128(word));
    }

    function underlyingOf(uint256 word) internal pure returns (uint8) {
        return uint8(word >> 248);
    }

    function expiryOf(uint256 word) internal pure returns (uint32) {
        return uint32(word >> 216);
    }

    /// @dev First position at or after `from` with another underlying.
    function endOfUnderlying(uint256[] memory words, uint256 from) internal pure returns (uint256 end) {
        for (end = from + 1; end < words.length && words[end] >> 248 == words[from] >> 248;) ++end;
    }

    /// @dev First of the positions on the expiry of the one before `end`.
    function startOfExpiry(uint256[] memory words, uint256 least, uint256 end) internal pure returns (uint256 start) {
        for (start = end - 1; start > least && words[start - 1] >> 216 == words[end - 1] >> 216;) --start;
    }

    /// @dev Positions [start, end) of one expiry, by strike, ascending; logarithms and smile are still to be filled in.
    function stripsOf(
        uint256[] memory words,
        uint256 start,
        uint256 end
    ) internal pure returns (Strip[] memory strips) {
        strips = new Strip[](end - start);
        uint256 count = 0;
        for (uint256 i = start; i < end; ++i) {
            SeriesId series = seriesOf(words[i]);
            uint256 strike = series.strike().raw();
            if (count == 0 || strips[count - 1].strike != strike) strips[count++].strike = strike;
            OptionKind kind = series.kind();
            require(kind <= OptionKind.PUT, KindNotPriced(uint8(kind)));
            if (kind == OptionKind.CALL) strips[count - 1].calls += sizeOf(words[i]);
            else strips[count - 1].puts += sizeOf(words[i]);
        }
        assembly ("memory-safe") {
            mstore(strips, count) // never longer than allocated
        }
    }
}
