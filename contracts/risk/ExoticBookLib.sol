// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {BlackLib} from "../math/BlackLib.sol";
import {ExoticLib} from "../math/ExoticLib.sol";
import {LnLib} from "../math/LnLib.sol";
import {SurfaceLib} from "../math/SurfaceLib.sol";
import {ExpiryMark, Observed} from "../types/Marks.sol";
import {DIGITAL_PAYOFF, OptionKind} from "../types/OptionKind.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {BookLib, LOG_MONEYNESS, STRIKE, VOLATILITY} from "./BookLib.sol";
import {Horizon, PointLib, Points} from "./PointLib.sol";
import {ValueLib} from "./ValueLib.sol";

// What are an expiry's digitals, barriers and averages worth, here and elsewhere, and what do they pay?

/// @dev One position of a kind that is neither a plain call nor a plain put.
/// @param size [1e18 contracts] signed. @param strip Place of its strike among the strips.
/// @param level [1e18] Barrier kinds: the barrier. Asian kinds: the strike of what is still open, zero where nothing is.
/// @param seen What was observed of it; empty where nothing was.
/// @param share [1e18] Asian kinds: share of the window that is known.
/// @param log [Q96] Asian kinds: ln(forward / level). @param volatility [Q96] Asian kinds: of what is still open.
/// @param smileSlope [Q96] Digital kinds: of total volatility over ln(strike), at the unmoved market.
struct Exotic {
    OptionKind kind;
    int256 size;
    uint256 strip;
    uint256 strike;
    uint256 level;
    Observed seen;
    uint256 share;
    int256 log;
    uint256 volatility;
    int256 smileSlope;
}

/// @dev Where an expiry's exotics are valued.
/// @param averaged Points of the settlement average: what digital and barrier kinds pay by.
/// @param market The same points of the market itself: what Asian kinds average and barriers are touched by.
/// @param spot [1e18] The candidate price. @param grid Words of NumbersLib; its moves are those of spot.
struct Scene {
    Points averaged;
    Points market;
    uint256 spot;
    uint256[] grid;
    uint256 secondsLeft;
    int256 skewShift;
}

/// @dev What they pay as a function of the price: `slope · price + level` from zero on, and at each of `places` the line changes.
/// @param places Ascending: `price << 16 | i`: from that price on, `slopes[i]` and `levels[i]` are added.
struct Bends {
    int256 slope;
    int256 level;
    uint256[] places;
    int256[] slopes;
    int256[] levels;
}

/// @dev Values are size · price with 36 decimals, rounded as in ValueLib. The price of a kind is that of ExoticLib at one volatility,
///      its strike's; a digital's by the smile's slope there too.
library ExoticBookLib {
    uint256 private constant WAD = 1e18;
    uint256 private constant MILLION = 1e6;
    /// @dev Barriers are watched at full hours only (RULES E3).
    uint256 private constant WATCH_SECONDS = 1 hours;
    uint256 private constant WINDOW_STEP = 1 hours;
    uint256 private constant BARRIER_STEP = 1e4;
    /// @dev Total volatility beyond which no price of a barrier or an average changes any more.
    uint256 private constant MOST_VOLATILITY = 16 << 96;
    uint256 private constant MOST_VARIANCE = 16 << 96;
    int256 private constant MOST_SLOPE = 16 << 96;

    // ---- reading the book ------------------------------------------------------------------------------------

    /// @dev The `length` exotics among the positions of one expiry, whose strikes are those of `strips`.
    function exoticsOf(
        uint256[] memory words,
        uint256[] memory strips,
        uint256 length,
        Observed[] memory observed
    ) internal pure returns (Exotic[] memory exotics) {
        exotics = new Exotic[](length);
        uint256 count = 0;
        uint256 strip = 0;
        for (uint256 i = 0; i < words.length; ++i) {
            uint256 word = BookLib.get(words, i);
            SeriesId series = BookLib.seriesOf(word);
            uint256 strike = series.strike().raw();
            while (BookLib.get(strips, strip, STRIKE) != strike) ++strip;
            if (BookLib.kindOf(word) <= uint8(OptionKind.PUT)) continue;
            Exotic memory e = exotics[count++];
            (e.kind, e.size, e.strip, e.strike) = (series.kind(), BookLib.sizeOf(word), strip, strike);
            e.seen = seenOf(series, observed);
            if (e.kind.isBarrier()) e.level = positive((strike * series.field()) / BARRIER_STEP);
        }
    }

    /// @dev For as many barriers as a portfolio can hold.
    function seenOf(SeriesId series, Observed[] memory observed) private pure returns (Observed memory seen) {
        seen.series = series;
        if (!series.kind().isPathDependent()) return seen;
        for (uint256 i = 0; i < observed.length; ++i) if (observed[i].series == series) return observed[i];
    }

    /// @dev Whether any of them jumps, so that its loss can hide between two nodes however far its expiry (RULES B3).
    function hasJump(Exotic[] memory exotics) internal pure returns (bool) {
        for (uint256 i = 0; i < exotics.length; ++i) if (!exotics[i].kind.isAsian()) return true;
        return false;
    }

    // ---- values --------------------------------------------------------------------------------------------

    /// @dev What of the smile each kind asks for, at the unmoved market. Strips are prepared.
    function prepare(
        Exotic[] memory exotics,
        uint256[] memory strips,
        Horizon memory h,
        ExpiryMark memory mark
    ) internal pure {
        for (uint256 i = 0; i < exotics.length; ++i) {
            Exotic memory e = exotics[i];
            if (e.kind.isAsian()) prepareAverage(e, h, mark);
            else if (e.kind.isDigital()) {
                int256 k = -int256(BookLib.get(strips, e.strip, LOG_MONEYNESS));
                uint256 volatility = BookLib.get(strips, e.strip, VOLATILITY);
                e.smileSlope = SurfaceLib.volatilitySlopeQ96(h.theta, mark.rho, mark.phi, k, volatility);
            }
        }
    }

    /// @dev Strike and volatility of what is still to be averaged (K12).
    function prepareAverage(Exotic memory e, Horizon memory h, ExpiryMark memory mark) private pure {
        uint256 window = e.seen.series.field() * WINDOW_STEP;
        if (mark.secondsLeft < window && e.seen.averageSoFar.raw() > 0) e.share = e.seen.elapsedShare;
        uint256 known = (e.share * e.seen.averageSoFar.raw()) / WAD;
        uint256 rest = WAD - e.share;
        if (rest == 0 || known >= e.strike) return;
        e.level = positive(((e.strike - known) * WAD) / rest);
        e.log = LnLib.lnRatioQ96(h.forward, e.level);
        uint256 variance = SurfaceLib.totalVarianceQ96(PointLib.wholeTheta(mark), mark.rho, mark.phi, -e.log);
        e.volatility = averageVolatility(variance, mark.secondsLeft, window);
    }

    function averageVolatility(
        uint256 variance,
        uint256 secondsLeft,
        uint256 window
    ) private pure returns (uint256 volatility) {
        if (variance > MOST_VARIANCE) variance = MOST_VARIANCE;
        uint256 before = secondsLeft > window ? (variance * (secondsLeft - window)) / secondsLeft : 0;
        return ExoticLib.averageVolatilityQ96(before, variance - before);
    }

    /// @return values [1e36] What the exotics are worth at every point.
    /// @return rounding [1e36] What the present value is to be lowered by, as ValueLib.addValues says.
    function valuesOf(
        Exotic[] memory exotics,
        uint256[] memory strips,
        Scene memory scene
    ) internal pure returns (int256[] memory values, uint256 rounding) {
        values = new int256[](scene.market.words.length / 4);
        for (uint256 i = 0; i < exotics.length; ++i) {
            Exotic memory e = exotics[i];
            if (e.size < 0) rounding += uint256(-e.size) * slackOf(e, scene.market);
            bool isAsian = e.kind.isAsian();
            int256 log = isAsian ? e.log : int256(BookLib.get(strips, e.strip, LOG_MONEYNESS));
            uint256 volatility = isAsian ? e.volatility : BookLib.get(strips, e.strip, VOLATILITY);
            ValueLib.rotate(isAsian ? scene.market : scene.averaged, log, scene.skewShift);
            if (isAsian) addAverages(values, e, scene.market, volatility);
            else if (e.kind.isDigital()) addDigitals(values, e, scene.averaged, log, volatility);
            else addBarriers(values, e, scene, volatility);
        }
    }

    /// @dev [1e18] Error of ExoticLib's prices. A barrier's and an average's are in units of forward and strike.
    function slackOf(Exotic memory e, Points memory market) private pure returns (uint256) {
        return e.kind.isDigital() ? 16 : 2 + ((BookLib.get(market.words, 0) + e.strike) >> 49);
    }

    /// @dev Sizes are below 2^100 and prices below 2^118: nothing here can pass a word. The slope moves as the volatility does; that of
    ///      a rotation itself is left out.
    /// @param log ln(forward / strike) at the unmoved market. @param volatility Likewise.
    function addDigitals(
        int256[] memory values,
        Exotic memory e,
        Points memory points,
        int256 log,
        uint256 volatility
    ) private pure {
        (int256 size, bool isCall, uint256[] memory words) = (e.size, e.kind.isCall(), points.words);
        int256 slope = e.smileSlope;
        unchecked {
            for (uint256 place = 0; place < values.length; ++place) {
                int256 moved = log + int256(BookLib.get(words, 4 * place + 1));
                uint256 multiplier = BookLib.get(words, 4 * place + 2);
                uint256 share = ExoticLib.digitalValue(
                    moved,
                    (volatility * multiplier) >> 96,
                    slopeAt(slope, multiplier)
                );
                add(values, place, size * int256(isCall ? share : DIGITAL_PAYOFF - share));
            }
        }
    }

    /// @dev [Q96] As ExoticLib.digitalValue takes it.
    function slopeAt(int256 slope, uint256 multiplier) private pure returns (int256) {
        unchecked {
            int256 there = (slope * int256(multiplier)) >> 96;
            if (there > MOST_SLOPE) return MOST_SLOPE;
            return there < -MOST_SLOPE ? -MOST_SLOPE : there;
        }
    }

    /// @dev As ExoticLib.averageValue, whose strike of what is still open is `level`. @param volatility Of the unmoved market.
    function addAverages(
        int256[] memory values,
        Exotic memory e,
        Points memory points,
        uint256 volatility
    ) private pure {
        (int256 size, bool isCall, uint256[] memory words) = (e.size, e.kind.isCall(), points.words);
        (uint256 strike, uint256 level) = (e.strike, e.level);
        uint256 known = (e.share * e.seen.averageSoFar.raw()) / WAD;
        uint256 rest = WAD - e.share;
        unchecked {
            for (uint256 place = 0; place < values.length; ++place) {
                uint256 forward = BookLib.get(words, 4 * place);
                uint256 price;
                if (level == 0) {
                    uint256 mean = known + (rest * forward) / WAD;
                    if (isCall == mean > strike) price = isCall ? mean - strike : strike - mean;
                } else {
                    uint256 its = (volatility * BookLib.get(words, 4 * place + 2)) >> 96;
                    if (its > MOST_VOLATILITY) its = MOST_VOLATILITY;
                    price = BlackLib.outOfTheMoney(forward, level, LnLib.lnRatioQ96(forward, level), its);
                    (uint256 callPrice, uint256 putPrice) = BlackLib.bothOf(price, forward, level);
                    price = ((isCall ? callPrice : putPrice) * rest) / WAD;
                }
                add(values, place, size * int256(price));
            }
        }
    }

    /// @dev Between two hours nobody looks, so that in the last one only the end counts.
    function addBarriers(int256[] memory values, Exotic memory e, Scene memory scene, uint256 volatility) private pure {
        (OptionKind kind, bool isUp) = (e.kind, e.kind.isUp());
        uint256 interval = scene.secondsLeft < WATCH_SECONDS ? scene.secondsLeft : WATCH_SECONDS;
        uint256 root = ExoticLib.rootOfShare(interval, scene.secondsLeft);
        ExoticLib.Barrier memory o;
        o.strike = e.strike;
        for (uint256 place = 0; place < values.length; ++place) {
            (uint256 forward, , uint256 multiplier) = PointLib.pointAt(scene.averaged, place);
            o.volatility = (volatility * multiplier) >> 96;
            if (o.volatility > MOST_VOLATILITY) o.volatility = MOST_VOLATILITY;
            (o.spot, o.forward) = (spotAt(scene, place), forward);
            o.barrier = positive(ExoticLib.monitoredBy(e.level, isUp, o.volatility, root));
            add(values, place, e.size * int256(ExoticLib.barrierValue(kind, o)));
        }
    }

    function add(int256[] memory values, uint256 place, int256 value) private pure {
        assembly ("memory-safe") {
            let slot := add(add(values, 32), shl(5, place))
            mstore(slot, add(mload(slot), value))
        }
    }

    /// @dev A basis shock and a rotation leave spot where it is.
    function spotAt(Scene memory scene, uint256 place) private pure returns (uint256) {
        uint256 first = PointLib.FIRST_SCENARIO;
        if (place < first || place >= first + scene.grid.length) return scene.spot;
        return positive(PointLib.moved(scene.spot, BookLib.get(scene.grid, place - PointLib.FIRST_SCENARIO)));
    }

    // ---- payoffs -------------------------------------------------------------------------------------------

    /// @dev Where the average settles, barriers counting as touched where it lies past them. Averages only where `isWhole`.
    function bendsOf(Exotic[] memory exotics, bool isWhole) internal pure returns (Bends memory bends) {
        bends.places = new uint256[](2 * exotics.length);
        bends.slopes = new int256[](2 * exotics.length);
        bends.levels = new int256[](2 * exotics.length);
        uint256 count = 0;
        for (uint256 i = 0; i < exotics.length; ++i) {
            Exotic memory e = exotics[i];
            if (e.kind.isAsian() && !isWhole) continue;
            (uint256 from, uint256 to) = paidRange(e);
            if (from >= to) continue;
            (int256 slope, int256 level) = lineOf(e);
            if (from == 0) (bends.slope, bends.level) = (bends.slope + slope, bends.level + level);
            else addBend(bends, count++, from, slope, level);
            if (to < type(uint128).max) addBend(bends, count++, to, -slope, -level);
        }
        uint256[] memory places = bends.places;
        assembly ("memory-safe") {
            mstore(places, count) // never longer than allocated
        }
    }

    /// @dev Prices [from, to) at which it pays, as far as strike and barrier say.
    function paidRange(Exotic memory e) private pure returns (uint256 from, uint256 to) {
        uint256 strike = e.kind.isAsian() ? e.level : e.strike;
        (from, to) = e.kind.isCall() || strike == 0 ? (strike, uint256(type(uint128).max)) : (0, strike);
        if (!e.kind.isBarrier()) return (from, to);
        uint256 edge = e.kind.isUp() ? e.level : e.level + 1;
        if (e.kind.isUp() == e.kind.isKnockIn()) {
            if (edge > from) from = edge;
        } else if (edge < to) to = edge;
    }

    /// @dev What it pays there is slope · price + level.
    function lineOf(Exotic memory e) private pure returns (int256 slope, int256 level) {
        if (e.kind.isDigital()) return (0, e.size * int256(DIGITAL_PAYOFF));
        if (e.kind.isAsian()) return averageLineOf(e);
        slope = e.kind.isCall() ? e.size : -e.size;
        level = -slope * int256(e.strike);
    }

    /// @dev What is known beyond the strike, or short of it, and the open share of the price: rounded towards zero, by less than 1e-18
    ///      contracts. Where what is known decides, the option on the wrong side of it pays nothing.
    function averageLineOf(Exotic memory e) private pure returns (int256 slope, int256 level) {
        bool isCall = e.kind.isCall();
        int256 known = int256((e.share * e.seen.averageSoFar.raw()) / WAD);
        int256 gain = isCall ? known - int256(e.strike) : int256(e.strike) - known;
        if (e.level == 0 && (isCall ? gain < 0 : gain <= 0)) return (0, 0);
        slope = (e.size * int256(WAD - e.share)) / int256(WAD);
        return (isCall ? slope : -slope, e.size * gain);
    }

    function addBend(Bends memory bends, uint256 count, uint256 price, int256 slope, int256 level) private pure {
        (bends.slopes[count], bends.levels[count]) = (slope, level);
        insert(bends.places, count, (price << 16) | count);
    }

    /// @dev The first `count` ascend. Positions come by strike, so that mostly nothing moves.
    function insert(uint256[] memory words, uint256 count, uint256 word) internal pure {
        for (; count > 0 && words[count - 1] > word; --count) words[count] = words[count - 1];
        words[count] = word;
    }

    /// @dev [1e36] What the bends say at each of `prices`, which ascend.
    function payoffsAt(Bends memory bends, uint256[] memory prices) internal pure returns (int256[] memory payoffs) {
        payoffs = new int256[](prices.length);
        (int256 slope, int256 level) = (bends.slope, bends.level);
        uint256 next = 0;
        for (uint256 i = 0; i < prices.length; ++i) {
            for (; next < bends.places.length && bends.places[next] >> 16 <= prices[i]; ++next) {
                uint256 bend = uint16(bends.places[next]);
                (slope, level) = (slope + bends.slopes[bend], level + bends.levels[bend]);
            }
            payoffs[i] = slope * int256(prices[i]) + level;
        }
    }

    /// @dev [1e36] What they are worth once expired: by what decides them, or, until that is final, at `price`.
    function expiredValue(Exotic[] memory exotics, uint256 price, uint256 spot) internal pure returns (int256 value) {
        for (uint256 i = 0; i < exotics.length; ++i) {
            Exotic memory e = exotics[i];
            uint256 decisive = e.seen.settlementPrice.raw();
            bool isTouched = decisive == 0 && isPast(e, price);
            if (decisive == 0) decisive = e.kind.isAsian() ? e.seen.averageSoFar.raw() : price;
            if (decisive == 0) decisive = spot;
            value += e.size * int256(ExoticLib.payoff(e.kind, e.strike, decisive, isTouched));
        }
    }

    /// @dev Prices at which the payoff bends or jumps, strikes apart; prices are whole numbers, so that the two limits of a jump
    ///      are its neighbours. Zero stands for none.
    function edgesOf(Exotic memory e) internal pure returns (uint256 first, uint256 second) {
        if (e.kind.isDigital()) return (e.strike - 1, 0);
        if (e.kind.isAsian()) return (e.level, 0);
        return e.kind.isUp() ? (e.level - 1, e.level) : (e.level, e.level + 1);
    }

    function isPast(Exotic memory e, uint256 price) private pure returns (bool) {
        if (!e.kind.isBarrier()) return false;
        return e.kind.isUp() ? price >= e.level : price <= e.level;
    }

    /// @dev A price of nothing would have no logarithm.
    function positive(uint256 value) private pure returns (uint256) {
        return value == 0 ? 1 : value;
    }
}
