// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SurfaceLib} from "../math/SurfaceLib.sol";
import {MarkMissing} from "../types/Errors.sol";
import {ALL_CHARGES, BASIS_DOWN, BASIS_UP, MarginParameters, NO_SCENARIO} from "../types/Margin.sol";
import {ExpiryMark, Observed} from "../types/Marks.sol";
import {BookLib, CALLS, PUTS, STRIP_BYTES} from "./BookLib.sol";
import {GapLib} from "./GapLib.sol";
import {IExoticRisk} from "./IExoticRisk.sol";
import {Horizon, PointLib, Points} from "./PointLib.sol";
import {ValueLib} from "./ValueLib.sol";

// What could be lost on one underlying at one price?

/// @dev One underlying's part of a portfolio, and what it is judged by.
/// @param words Sorted positions of the whole portfolio; those of this underlying are [start, end).
/// @param collateral [1e18 units of the underlying]
/// @param marks One for each expiry held. @param older The same by another surface, or none. @param surfaceAge [s]
/// @param observed Of path-dependent series held; nothing was seen of those that it leaves out.
/// @param grid Words of NumbersLib. @param exoticRisk Asked about expiries with other kinds than plain calls and puts.
struct Book {
    uint8 underlying;
    uint256[] words;
    uint256 start;
    uint256 end;
    uint256 collateral;
    ExpiryMark[] marks;
    Observed[] observed;
    MarginParameters parameters;
    uint256[] grid;
    IExoticRisk exoticRisk;
    ExpiryMark[] older;
    uint256 surfaceAge;
}

/// @dev All with 36 decimals.
/// @param value Options and collateral now.
/// @param gridLoss Worst weighted loss of the scenarios, at least zero. @param scenario Where; NO_SCENARIO if nowhere.
/// @param charges Basis and gap. @param longValue Positive value of unexpired options, by expiry.
/// @param calls Net size of unexpired calls. @param puts Of puts. @param digitals Short digitals.
/// @param shorts Shorts of other kinds, which nothing stands against. @param charged Which of the charges looked at are not zero.
/// @param due What expiries in their last day would have to pay now: calls and puts their payoff, other kinds what they are worth.
struct Exposure {
    int256 value;
    uint256 gridLoss;
    uint8 scenario;
    uint256 charges;
    uint256 longValue;
    int256 calls;
    int256 puts;
    uint256 digitals;
    uint256 shorts;
    uint8 charged;
    uint256 due;
}

library RiskLib {
    using PointLib for Horizon;
    using PointLib for Points;

    uint256 private constant FADE_SECONDS = 3 days;
    uint256 private constant DUE_SECONDS = 24 hours;
    uint256 private constant FIRST_BASIS = PointLib.FIRST_SCENARIO; // after as many scenarios as are looked at

    /// @param spot [1e18] The candidate price.
    /// @param grid Words of NumbersLib: the scenarios to look at. `scenario` of the answer is a place in it.
    /// @param charges Those to look at.
    function exposureOf(
        Book memory book,
        uint256 spot,
        uint256[] memory grid,
        uint8 charges
    ) internal pure returns (Exposure memory exposure) {
        int256[] memory losses = new int256[](grid.length);
        for (uint256 end = book.end; end > book.start;) {
            uint256 start = BookLib.startOfExpiry(book.words, book.start, end);
            addExpiry(book, spot, start, end, grid, charges, losses, exposure);
            end = start;
        }

        int256 held = int256(book.collateral * spot);
        exposure.value += held;
        (exposure.gridLoss, exposure.scenario) = worstOf(losses, held, grid);
    }

    /// @dev Losses are below 2^214 and weights below 2^20.
    function worstOf(
        int256[] memory losses,
        int256 held,
        uint256[] memory grid
    ) private pure returns (uint256 worst, uint8 scenario) {
        uint256 place = NO_SCENARIO;
        assembly ("memory-safe") {
            // The fields of a word are those of NumbersLib.
            let count := mload(grid)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                let offset := add(32, shl(5, i))
                let word := mload(add(grid, offset))
                let loss := mload(add(losses, offset))
                if held {
                    loss := sub(loss, sdiv(mul(held, signextend(3, shr(32, word))), 1000000))
                }
                if sgt(loss, 0) {
                    let weighted := add(div(sub(mul(loss, and(word, 0xffffffff)), 1), 1000000), 1) // up
                    if gt(weighted, worst) {
                        worst := weighted
                        place := i
                    }
                }
            }
        }
        scenario = uint8(place);
    }

    /// @dev Expiries come from the farthest to the nearest, so that `losses` are those of the later ones.
    function addExpiry(
        Book memory book,
        uint256 spot,
        uint256 start,
        uint256 end,
        uint256[] memory grid,
        uint8 charges,
        int256[] memory losses,
        Exposure memory exposure
    ) private pure {
        ExpiryMark memory mark = book.marks[placeOf(book, BookLib.expiryOf(book.words[start]))];
        (uint256[] memory strips, uint256 exotics) = BookLib.stripsOf(book.words, start, end);
        IExoticRisk.Answer memory others;
        if (exotics > 0) others = book.exoticRisk.answer(queryOf(book, mark, spot, start, end, grid, charges));
        if (mark.secondsLeft == 0) {
            exposure.value += addDue(exposure, strips, PointLib.expiredPrice(mark, spot), others.values);
            return;
        }

        Horizon memory h = PointLib.horizonOf(mark, spot, book.parameters);
        Points memory points = h.pointsOf(mark.secondsLeft, grid, book.parameters, charges);
        points.rootTheta = SurfaceLib.totalVolatilityQ96(h.theta, mark.rho, mark.phi, 0);
        ValueLib.prepare(strips, h, mark);
        uint256 rounding = ValueLib.addValues(strips, points, book.parameters);
        if (exotics > 0) rounding += addExotics(points, others, exposure);
        else if (charges == ALL_CHARGES && points.isQuiet(h, book.parameters)) {
            addGap(exposure, GapLib.chargeOf(strips, h, book.grid));
        }
        if (mark.secondsLeft <= DUE_SECONDS) addDue(exposure, strips, h.present, others.values);
        addBasis(exposure, points, FIRST_BASIS + grid.length, charges);
        addPresent(exposure, strips, points, rounding);
        addLosses(losses, points, grid, end == book.end ? FADE_SECONDS : mark.secondsLeft);
    }

    function queryOf(
        Book memory book,
        ExpiryMark memory mark,
        uint256 spot,
        uint256 start,
        uint256 end,
        uint256[] memory grid,
        uint8 charges
    ) private pure returns (IExoticRisk.Query memory query) {
        query.words = new uint256[](end - start);
        for (uint256 i = start; i < end; ++i) query.words[i - start] = book.words[i];
        (query.observed, query.mark, query.spot, query.charges) = (book.observed, mark, spot, charges);
        (query.grid, query.nodes, query.parameters) = (grid, book.grid, book.parameters);
    }

    function addExotics(
        Points memory points,
        IExoticRisk.Answer memory others,
        Exposure memory exposure
    ) private pure returns (uint256 rounding) {
        for (uint256 i = 0; i < others.values.length; ++i) points.addValue(i, others.values[i]);
        addGap(exposure, others.gap);
        exposure.digitals += others.digitals;
        exposure.shorts += others.shorts;
        return others.rounding;
    }

    function addPresent(
        Exposure memory exposure,
        uint256[] memory strips,
        Points memory points,
        uint256 rounding
    ) private pure {
        int256 present = points.valueAt(PointLib.PRESENT) - int256(rounding);
        exposure.value += present;
        if (present > 0) exposure.longValue += uint256(present);
        (int256 calls, int256 puts) = (0, 0);
        (uint256 strip, uint256 end) = BookLib.bordersOf(strips);
        unchecked {
            for (; strip < end; strip += STRIP_BYTES) {
                calls += int256(BookLib.fieldAt(strip, CALLS));
                puts += int256(BookLib.fieldAt(strip, PUTS));
            }
        }
        exposure.calls += calls;
        exposure.puts += puts;
    }

    /// @dev Over the nearer expiry's last three days gains count less and less, so that the margin of a calendar is there before its
    ///      near leg is gone (RULES B4). The farthest has nothing to fade against.
    function addLosses(
        int256[] memory losses,
        Points memory points,
        uint256[] memory grid,
        uint256 secondsLeft
    ) private pure {
        uint256[] memory words = points.words;
        uint256 fade = FADE_SECONDS;
        assembly ("memory-safe") {
            let present := mload(add(words, 128))
            let value := add(words, 256) // of FIRST_SCENARIO
            let slot := add(losses, 32)
            let distance := sub(grid, losses)
            for {
                let end := add(slot, shl(5, mload(grid)))
            } lt(slot, end) {
                slot := add(slot, 32)
                value := add(value, 128)
            } {
                let loss := sub(present, mload(value))
                let later := mload(slot)
                switch and(mload(add(slot, distance)), 0xff000000000000000000) // a rotation, as NumbersLib packs it
                case 0 {
                    if lt(secondsLeft, fade) {
                        // As (M10): losses whole, gains by their share, rounded down.
                        let gain := add(mul(later, slt(later, 0)), mul(loss, slt(loss, 0)))
                        loss := add(mul(loss, sgt(loss, 0)), mul(later, sgt(later, 0)))
                        later := sdiv(mul(gain, secondsLeft), fade)
                    }
                }
                default {
                    loss := mul(loss, sgt(loss, 0))
                }
                mstore(slot, add(later, loss))
            }
        }
    }

    /// @dev What either basis shock takes (RULES B2), of those at `place` and after; no other expiry's gain is set against it.
    function addBasis(Exposure memory exposure, Points memory points, uint256 place, uint8 charges) private pure {
        int256 present = points.valueAt(PointLib.PRESENT);
        int256 loss = 0;
        uint8 worse = 0;
        for (uint8 way = BASIS_DOWN; way <= BASIS_UP; ++way) {
            if (charges & way == 0) continue;
            int256 its = present - points.valueAt(place++);
            if (its > loss) (loss, worse) = (its, way);
        }
        exposure.charges += uint256(loss);
        exposure.charged |= worse;
    }

    /// @dev Of each expiry by itself: what one pays is not there when another is due (RULES A2).
    /// @param others Values of other kinds than calls and puts, the present one first; none where none is held.
    function addDue(
        Exposure memory exposure,
        uint256[] memory strips,
        uint256 price,
        int256[] memory others
    ) private pure returns (int256 payoff) {
        payoff = ValueLib.payoff(strips, price);
        if (others.length > 0) payoff += others[0];
        if (payoff < 0) exposure.due += uint256(-payoff);
    }

    function addGap(Exposure memory exposure, uint256 gap) private pure {
        if (gap == 0) return;
        exposure.charges += gap;
        exposure.charged = ALL_CHARGES;
    }

    /// @return place Of its mark.
    function placeOf(Book memory book, uint32 expiry) private pure returns (uint256 place) {
        for (; place < book.marks.length; ++place) {
            if (book.marks[place].expiry == expiry) return place;
        }
        revert MarkMissing(book.underlying, expiry);
    }
}
