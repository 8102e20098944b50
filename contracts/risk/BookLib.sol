// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MalformedSeries, SizeOutOfBounds} from "../types/Errors.sol";
import {Observed} from "../types/Marks.sol";
import {LAST_KIND, OptionKind} from "../types/OptionKind.sol";
import {Position, STRIKE_UNITS} from "../types/Portfolio.sol";
import {SeriesId, STRIKE_STEP} from "../types/SeriesId.sol";

// How does a portfolio fall apart into underlyings, expiries and strikes?

/// @dev All options of one expiry on one strike are a strip: a put is a call plus strike less forward, so both share one
///      price. Strips stand side by side in an array, five words each: structs in memory would cost more than what is
///      done with them.
uint256 constant STRIP_WORDS = 5;
uint256 constant STRIP_BYTES = 160;
uint256 constant STRIKE = 0; // [1e18]
uint256 constant CALLS = 1; // [1e18 contracts] signed
uint256 constant PUTS = 2; // [1e18 contracts] signed
uint256 constant LOG_MONEYNESS = 3; // [Q96] ln(forward / strike)
uint256 constant VOLATILITY = 4; // [Q96] σ√τ on the smile

library BookLib {
    /// @dev Sizes stay below 2^100 and prices below 2^98·11, so sums of 64 products fit a word with room for a weight.
    uint256 internal constant MOST_SIZE = 1 << 100;

    uint256 private constant KIND_SHIFT = 152;
    uint256 private constant FIELD_SHIFT = 128;

    /// @dev One word a position, as the ledger keeps it: `series << 128 | size`.
    function wordsOf(Position[] memory positions) internal pure returns (uint256[] memory words) {
        words = new uint256[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) {
            int256 size = positions[i].size.raw();
            require(size < int256(MOST_SIZE) && size >= -int256(MOST_SIZE), SizeOutOfBounds(size, MOST_SIZE));
            words[i] = (uint256(positions[i].series.raw()) << 128) | uint128(uint256(size));
        }
    }

    /// @dev Pricing units of sorted positions (RULES A7).
    function unitsOf(uint256[] memory words) internal pure returns (uint256 units) {
        for (uint256 i = 0; i < words.length; ++i) {
            SeriesId series = seriesOf(words[i]);
            units += series.kind().pricingUnits();
            if (i == 0 || !series.sharesStrike(seriesOf(words[i - 1]))) units += STRIKE_UNITS;
        }
    }

    /// @dev The barrier and Asian series among them, in their order.
    function pathDependentOf(uint256[] memory words) internal pure returns (SeriesId[] memory series) {
        if (!_holdsPathDependent(words)) return series;
        series = new SeriesId[](words.length);
        uint256 count = 0;
        for (uint256 i = 0; i < words.length; ++i) {
            if (kindOf(words[i]) >= uint8(OptionKind.DOWN_OUT_CALL)) series[count++] = seriesOf(words[i]);
        }
        assembly ("memory-safe") {
            mstore(series, count) // never longer than allocated
        }
    }

    /// @dev One look for most accounts, which hold none: those kinds are four and more, and no others have such bits.
    function _holdsPathDependent(uint256[] memory words) private pure returns (bool) {
        uint256 all = 0;
        unchecked {
            for (uint256 i = 0; i < words.length; ++i) all |= get(words, i);
        }
        return kindOf(all) >= uint8(OptionKind.DOWN_OUT_CALL);
    }

    /// @dev A knock-in that was touched is its call or put from then on, and a knock-out is nothing.
    function touch(uint256[] memory words, Observed[] memory observed) internal pure {
        for (uint256 i = 0; i < observed.length; ++i) {
            if (!observed[i].isTouched || !observed[i].series.kind().isBarrier()) continue;
            for (uint256 j = 0; j < words.length; ++j) {
                if (seriesOf(words[j]) == observed[i].series) words[j] = _touched(words[j]);
            }
        }
    }

    function _touched(uint256 word) private pure returns (uint256) {
        OptionKind kind = seriesOf(word).kind();
        if (!kind.isKnockIn()) return word & ~uint256(type(uint128).max);
        uint256 plain = uint256(uint8(kind.isCall() ? OptionKind.CALL : OptionKind.PUT)) << KIND_SHIFT;
        return (word & ~(uint256(type(uint32).max) << FIELD_SHIFT)) | plain;
    }

    /// @dev Sorts in place, ascending: underlying, then expiry, then strike. Insertion: 64 at most, often sorted already.
    ///      Sizes of a ledger's words fit 128 bits; here they must be smaller.
    function sort(uint256[] memory words) internal pure {
        uint256 most = 0;
        assembly ("memory-safe") {
            let first := add(words, 32)
            let end := add(first, shl(5, mload(words)))
            let last := 0 // the largest so far
            for {
                let next := first
            } lt(next, end) {
                next := add(next, 32)
            } {
                let word := mload(next)
                let size := signextend(15, word)
                most := or(most, xor(size, sar(255, size)))
                if lt(word, last) {
                    let slot := next
                    for {} gt(slot, first) {
                        slot := sub(slot, 32)
                    } {
                        let before := mload(sub(slot, 32))
                        if iszero(gt(before, word)) {
                            break
                        }
                        mstore(slot, before)
                    }
                    mstore(slot, word)
                    continue
                }
                last := word
            }
        }
        require(most < MOST_SIZE, SizeOutOfBounds(int256(most), MOST_SIZE));
    }

    /// @dev Without the check of bounds, which costs more than the rest of most loops here: `i` is below the length.
    function get(uint256[] memory words, uint256 i) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 32), shl(5, i)))
        }
    }

    /// @dev Likewise: `field` of strip number `i`.
    function get(uint256[] memory strips, uint256 i, uint256 field) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(strips, 32), shl(5, add(mul(i, STRIP_WORDS), field))))
        }
    }

    /// @dev Where in memory the strips begin, and where they end: loops over all of them walk from one to the other.
    function bordersOf(uint256[] memory strips) internal pure returns (uint256 first, uint256 end) {
        assembly ("memory-safe") {
            first := add(strips, 32)
            end := add(first, shl(5, mload(strips)))
        }
    }

    /// @dev `field` of the strip at `strip` in memory.
    function fieldAt(uint256 strip, uint256 field) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(strip, shl(5, field)))
        }
    }

    function setFieldAt(uint256 strip, uint256 field, uint256 value) internal pure {
        assembly ("memory-safe") {
            mstore(add(strip, shl(5, field)), value)
        }
    }

    function countOf(uint256[] memory strips) internal pure returns (uint256) {
        return strips.length / STRIP_WORDS;
    }

    function sizeOf(uint256 word) internal pure returns (int256) {
        return int128(uint128(word));
    }

    function seriesOf(uint256 word) internal pure returns (SeriesId) {
        return SeriesId.wrap(uint128(word >> 128));
    }

    /// @dev Unchecked: more than LAST_KIND is none.
    function kindOf(uint256 word) internal pure returns (uint8) {
        return uint8(word >> KIND_SHIFT);
    }

    function underlyingOf(uint256 word) internal pure returns (uint8) {
        return uint8(word >> 248);
    }

    function expiryOf(uint256 word) internal pure returns (uint32) {
        return uint32(word >> 216);
    }

    /// @dev First position at or after `from` with another underlying. Of sorted words: where the last has it, all between have.
    function endOfUnderlying(uint256[] memory words, uint256 from) internal pure returns (uint256 end) {
        unchecked {
            uint8 underlying = underlyingOf(get(words, from));
            end = words.length;
            if (underlyingOf(get(words, end - 1)) == underlying) return end;
            end = from + 1;
            while (underlyingOf(get(words, end)) == underlying) ++end;
        }
    }

    /// @dev First of the positions on the expiry of the one before `end`. Likewise, and those from `least` are of one underlying.
    function startOfExpiry(uint256[] memory words, uint256 least, uint256 end) internal pure returns (uint256 start) {
        unchecked {
            start = end - 1;
            uint32 expiry = expiryOf(get(words, start));
            if (expiryOf(get(words, least)) == expiry) return least;
            while (expiryOf(get(words, start - 1)) == expiry) --start;
        }
    }

    /// @dev Positions [start, end) of one expiry, by strike, ascending; logarithms and smile are still to be filled in. Other
    ///      kinds are counted, and have a strip of their strike.
    function stripsOf(
        uint256[] memory words,
        uint256 start,
        uint256 end
    ) internal pure returns (uint256[] memory strips, uint256 exotics) {
        strips = new uint256[]((end - start) * STRIP_WORDS);
        uint256 lastKind = LAST_KIND;
        uint256 malformed = 0;
        assembly ("memory-safe") {
            let strip := sub(strips, 128) // the one before the first
            let last := not(0) // no strike
            let next := add(add(words, 32), shl(5, start))
            for {
                let border := add(add(words, 32), shl(5, end))
            } lt(next, border) {
                next := add(next, 32)
            } {
                let word := mload(next)
                let strike := and(shr(160, word), 0xffffffffffffff)
                if iszero(eq(strike, last)) {
                    last := strike
                    strip := add(strip, 160)
                    mstore(strip, mul(strike, STRIKE_STEP))
                }
                let kind := and(shr(152, word), 0xff)
                if lt(kind, 2) {
                    // Calls or puts.
                    let slot := add(strip, add(32, shl(5, kind)))
                    mstore(slot, add(mload(slot), signextend(15, word)))
                    continue
                }
                exotics := add(exotics, 1)
                if gt(kind, lastKind) {
                    malformed := word
                }
            }
            mstore(strips, shr(5, sub(add(strip, 128), strips))) // never longer than allocated
        }
        require(malformed == 0, MalformedSeries(uint128(malformed >> 128)));
    }
}
