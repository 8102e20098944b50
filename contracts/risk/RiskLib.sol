// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";
import {MarkMissing} from "../types/Errors.sol";
import {MarginParameters, NO_SCENARIO} from "../types/Margin.sol";
import {ExpiryMark} from "../types/Marks.sol";
import {BookLib, Strip} from "./BookLib.sol";
import {GapLib} from "./GapLib.sol";
import {Horizon, Point, PointLib} from "./PointLib.sol";
import {ValueLib} from "./ValueLib.sol";

// What could be lost on one underlying at one price?

/// @dev One underlying's part of a portfolio, and what it is judged by.
/// @param words Sorted positions of the whole portfolio; those of this underlying are [start, end).
/// @param collateral [1e18 units of the underlying]
/// @param marks One for each expiry held. @param grid Words of NumbersLib.
struct Book {
    uint8 underlying;
    uint256[] words;
    uint256 start;
    uint256 end;
    uint256 collateral;
    ExpiryMark[] marks;
    MarginParameters parameters;
    uint256[] grid;
}

/// @dev All with 36 decimals.
/// @param value Options and collateral now.
/// @param gridLoss Worst weighted loss of the scenarios, at least zero. @param scenario Where; NO_SCENARIO if nowhere.
/// @param charges Basis and gap. @param longValue Positive value of unexpired options, by expiry.
/// @param calls Net size of unexpired calls. @param puts Of puts.
struct Exposure {
    int256 value;
    uint256 gridLoss;
    uint8 scenario;
    uint256 charges;
    uint256 longValue;
    int256 calls;
    int256 puts;
}

library RiskLib {
    using PointLib for Horizon;

    uint256 private constant MILLION = 1e6;
    int256 private constant FADE_SECONDS = 3 days;
    uint256 private constant PRESENT = 0;
    uint256 private constant BASIS_DOWN = 1;
    uint256 private constant BASIS_UP = 2;
    uint256 private constant FIRST_SCENARIO = 3;

    /// @param spot [1e18] The candidate price.
    /// @param scenarios Indices into the grid: those to look at.
    function exposureOf(
        Book memory book,
        uint256 spot,
        uint8[] memory scenarios
    ) internal pure returns (Exposure memory exposure) {
        int256[] memory losses = new int256[](scenarios.length);
        for (uint256 end = book.end; end > book.start;) {
            uint256 start = BookLib.startOfExpiry(book.words, book.start, end);
            addExpiry(book, spot, start, end, scenarios, losses, exposure);
            end = start;
        }

        int256 held = int256(book.collateral * spot);
        exposure.value += held;
        exposure.scenario = NO_SCENARIO;
        for (uint256 i = 0; i < scenarios.length; ++i) {
            uint256 word = book.grid[scenarios[i]];
            int256 loss = losses[i] - (held * NumbersLib.spotMoveOf(word)) / int256(MILLION);
            if (loss <= 0) continue;
            uint256 weighted = divideUp(uint256(loss) * NumbersLib.weightOf(word), MILLION);
            if (weighted > exposure.gridLoss) (exposure.gridLoss, exposure.scenario) = (weighted, scenarios[i]);
        }
    }

    /// @dev Expiries come from the farthest to the nearest, so that `losses` are those of the later ones.
    function addExpiry(
        Book memory book,
        uint256 spot,
        uint256 start,
        uint256 end,
        uint8[] memory scenarios,
        int256[] memory losses,
        Exposure memory exposure
    ) private pure {
        ExpiryMark memory mark = markOf(book, BookLib.expiryOf(book.words[start]));
        Strip[] memory strips = BookLib.stripsOf(book.words, start, end);
        if (mark.secondsLeft == 0) {
            exposure.value += ValueLib.payoff(strips, expiredPrice(mark, spot));
            return;
        }

        Horizon memory h = PointLib.horizonOf(mark, spot, book.parameters);
        uint256 rootTheta = SurfaceLib.totalVolatilityQ96(h.theta, mark.rho, mark.phi, 0);
        ValueLib.prepare(strips, h, mark);
        Point[] memory points = pointsOf(book, h, mark, scenarios);
        int256[] memory values = ValueLib.valuesAt(strips, points, rootTheta, book.parameters);

        int256 present = values[PRESENT];
        exposure.value += present;
        if (present > 0) exposure.longValue += uint256(present);
        exposure.charges += basisLoss(values);
        if ((((rootTheta * h.up) >> 96) * points[PRESENT].volatility) >> 96 < gapVolatilityQ96(book.parameters)) {
            exposure.charges += GapLib.chargeOf(strips, h, book.grid);
        }
        for (uint256 i = 0; i < strips.length; ++i) {
            exposure.calls += strips[i].calls;
            exposure.puts += strips[i].puts;
        }
        for (uint256 i = 0; i < scenarios.length; ++i) {
            int256 loss = present - values[FIRST_SCENARIO + i];
            if (NumbersLib.skewOf(book.grid[scenarios[i]]) != 0) losses[i] += loss > 0 ? loss : int256(0);
            else losses[i] = end == book.end ? loss : faded(losses[i], loss, mark.secondsLeft);
        }
    }

    function pointsOf(
        Book memory book,
        Horizon memory h,
        ExpiryMark memory mark,
        uint8[] memory scenarios
    ) private pure returns (Point[] memory points) {
        points = new Point[](FIRST_SCENARIO + scenarios.length);
        int256 shift = PointLib.basisShift(mark.secondsLeft, book.parameters);
        points[PRESENT] = h.presentPoint();
        points[BASIS_DOWN] = h.basisPoint(-shift);
        points[BASIS_UP] = h.basisPoint(shift);
        for (uint256 i = 0; i < scenarios.length; ++i) {
            points[FIRST_SCENARIO + i] = h.scenarioPoint(book.grid[scenarios[i]]);
        }
    }

    /// @dev Settled: the settlement price. Expired and not yet settled: the average, or the candidate where none was covered.
    function expiredPrice(ExpiryMark memory mark, uint256 spot) private pure returns (uint256) {
        if (mark.settlementPrice.raw() > 0) return mark.settlementPrice.raw();
        return mark.averageSoFar.raw() > 0 ? mark.averageSoFar.raw() : spot;
    }

    /// @dev Losses of two expiries in one scenario. Over the nearer one's last three days gains count less and less, so that
    ///      the margin of a calendar is there before its near leg is gone (RULES B4). Credits round down.
    function faded(int256 later, int256 near, uint256 secondsLeft) private pure returns (int256) {
        if (int256(secondsLeft) >= FADE_SECONDS) return later + near;
        (int256 loss, int256 gain) = (int256(0), int256(0));
        if (later > 0) loss = later;
        else gain = -later;
        if (near > 0) loss += near;
        else gain -= near;
        return loss - (gain * int256(secondsLeft)) / FADE_SECONDS;
    }

    /// @dev What either basis shock takes (RULES B2); no other expiry's gain is set against it.
    function basisLoss(int256[] memory values) private pure returns (uint256) {
        int256 worst = values[BASIS_DOWN] < values[BASIS_UP] ? values[BASIS_DOWN] : values[BASIS_UP];
        return values[PRESENT] > worst ? uint256(values[PRESENT] - worst) : 0;
    }

    function gapVolatilityQ96(MarginParameters memory p) private pure returns (uint256) {
        return (uint256(p.gapVolatility) << 96) / MILLION;
    }

    function markOf(Book memory book, uint32 expiry) private pure returns (ExpiryMark memory) {
        for (uint256 i = 0; i < book.marks.length; ++i) {
            if (book.marks[i].expiry == expiry) return book.marks[i];
        }
        revert MarkMissing(book.underlying, expiry);
    }

    function divideUp(uint256 value, uint256 divisor) private pure returns (uint256) {
        return value == 0 ? 0 : (value - 1) / divisor + 1;
    }
}
