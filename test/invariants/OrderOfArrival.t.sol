// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SignedObservation} from "../../contracts/types/Observation.sol";
import {Books} from "../contracts/pricebook/Books.sol";
import {vm} from "../contracts/Vm.sol";

// Does it matter for a settlement price in which order, by whom and in how many calls the observations come?

contract OrderOfArrival is Books {
    uint64 private constant STEP = 60;
    /// @dev Minutes of the window in which observations are drawn; before it all say the same. Each costs a signature a word.
    uint64 private constant DRAWN = 3;
    uint256 private constant CALLS = 3;

    /// @dev What the honest said within the window, at least and at most.
    uint256 private _low;
    uint256 private _high;

    function setUp() public override {
        super.setUp();
        feed.push(int256(P), WINDOW_START - STEP);
        _reportEvery(STEP, WINDOW_START - STEP, EXPIRY - DRAWN * STEP, P);
        (_low, _high) = (P, P);
    }

    /// @dev The same words, each round's before the next is complete: one call a round; and in three calls or fewer, in any order and
    ///      at other seconds, with calls between that carry nothing.
    function testFuzz_theOrderAndTheNumberOfCallsChangeNoSettlementPrice(uint256 seed) external {
        uint256 before = vm.snapshotState();
        for (uint64 t = _first(); t <= EXPIRY + STEP; t += STEP) {
            _warp(t + 9);
            book.report(_chosen(seed, t, _heard(seed, t), 0));
        }
        uint256 inOneCall = _fixed();
        vm.revertToState(before);

        for (uint64 t = _first(); t <= EXPIRY + STEP; t += STEP) _inParts(seed, t, _heard(seed, t));
        assertEq(_fixed(), inOneCall, "the same price");
    }

    /// @dev One of seven lies as it likes. Somebody picks of every round a quorum or more, or drops it, lets the next overtake it,
    ///      and splits and orders the calls: the price is one between what the honest said.
    function testFuzz_noChoiceOfACallerMovesASettlementPriceOutOfTheHonestRange(uint256 seed) external {
        uint256 drawnFrom = book.checkpointCount(ETH) - 1;
        uint64 held;
        for (uint64 t = _first(); t <= EXPIRY + STEP; t += STEP) {
            uint256 draw = _draw(seed, t, 99);
            _note(seed, t);
            if (draw % 8 == 0) continue; // dropped
            if (draw % 8 == 1) {
                held = t; // comes after the next
                continue;
            }
            _inParts(seed, t, _subset(seed, t));
            if (held != 0) _inParts(seed, held, _subset(seed, held));
            held = 0;
        }
        _requireHonest(_meanSince(drawnFrom), "what was drawn, taken alone");
        _warp(EXPIRY + 1 hours);
        _requireHonest(_fixed() / SCALE, "the settlement price");
    }

    // ---- inside -----------------------------------------------------------------------------------------------

    function _first() private pure returns (uint64) {
        return EXPIRY - (DRAWN - 1) * STEP;
    }

    /// @dev Bit i: reporter i + 1 is heard. Three to seven of a round.
    function _heard(uint256 seed, uint64 t) private pure returns (uint256 set) {
        set = (1 << (3 + (_draw(seed, t, 50) % 5))) - 1;
    }

    /// @dev Any of those that count three or more; all where the draw is of fewer.
    function _subset(uint256 seed, uint64 t) private pure returns (uint256 set) {
        set = _draw(seed, t, 51) % (1 << KEEPERS);
        uint256 count;
        for (uint256 i; i < KEEPERS; ++i) count += (set >> i) & 1;
        if (count < QUORUM) set = (1 << KEEPERS) - 1;
    }

    /// @dev The liar's number is of the seed; the honest lie within three thousandths of the anchor.
    function _priceOf(uint256 seed, uint64 t, uint16 id) private pure returns (uint256) {
        uint256 draw = _draw(seed, t, id);
        if (id == _liar(seed)) return 1 + (draw % (3 * P));
        return (P * (997_000 + (draw % 6_001))) / 1e6;
    }

    function _liar(uint256 seed) private pure returns (uint16) {
        return 1 + uint16(seed % KEEPERS);
    }

    function _note(uint256 seed, uint64 t) private {
        for (uint16 id = 1; id <= KEEPERS; ++id) {
            uint256 price = _priceOf(seed, t, id);
            if (id == _liar(seed)) continue;
            if (price < _low) _low = price;
            if (price > _high) _high = price;
        }
    }

    function _inParts(uint256 seed, uint64 t, uint256 set) private {
        uint256 turn = _draw(seed, t, 60) % CALLS;
        for (uint256 i; i < CALLS; ++i) {
            _warp((now_ > t ? now_ : t) + uint64(_draw(seed, t, 70 + i) % 9));
            SignedObservation[] memory part = _chosen(seed, t, set, 1 + ((i + turn) % CALLS));
            if (part.length != 0) book.report(part);
            else book.update(ETH);
        }
    }

    /// @param part Which of the parts of the round, drawn for each reporter; all for zero.
    function _chosen(
        uint256 seed,
        uint64 t,
        uint256 set,
        uint256 part
    ) private view returns (SignedObservation[] memory chosen) {
        chosen = new SignedObservation[](KEEPERS);
        uint256 count;
        for (uint16 id = 1; id <= KEEPERS; ++id) {
            bool isIn = (set >> (id - 1)) & 1 == 1 && (part == 0 || 1 + (_draw(seed, t, 80 + id) % CALLS) == part);
            if (isIn) chosen[count++] = _says(id, t, _priceOf(seed, t, id));
        }
        // Safe: only shortens.
        assembly ("memory-safe") {
            mstore(chosen, count)
        }
    }

    /// @dev Of all seconds covered since checkpoint `from`; the anchor's price where there are none.
    function _meanSince(uint256 from) private view returns (uint256) {
        (, uint256 before, uint64 covered) = book.checkpoint(ETH, from);
        (, uint256 sum, uint64 coveredNow) = book.checkpoint(ETH, book.checkpointCount(ETH) - 1);
        return coveredNow == covered ? P : (sum - before) / SCALE / (coveredNow - covered);
    }

    function _requireHonest(uint256 price, string memory what) private view {
        assertTrue(price >= _low && price <= _high, what);
    }

    function _fixed() private returns (uint256) {
        (uint256 start, uint256 end) = _brackets();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        return book.settlementPrice(ETH, EXPIRY).raw();
    }

    function _draw(uint256 seed, uint64 t, uint256 place) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, t, place)));
    }
}
