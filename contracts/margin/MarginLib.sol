// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {PriceMissing, PriceOutOfBounds} from "../types/Errors.sol";
import {LEVELS, Level} from "../types/Level.sol";
import {ALL_CHARGES, CHARGES_SHIFT, MarginParameters, NO_SCENARIO, SCENARIO_MASK, Witness} from "../types/Margin.sol";
import {ExpiryMark, MAX_CANDIDATES, MAX_PAIRS, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {DIGITAL_PAYOFF} from "../types/OptionKind.sol";
import {Collateral} from "../types/Portfolio.sol";
import {Price} from "../types/Price.sol";
import {BookLib} from "../risk/BookLib.sol";
import {IExoticRisk} from "../risk/IExoticRisk.sol";
import {Book, Exposure, RiskLib} from "../risk/RiskLib.sol";
import {AgeLib} from "./AgeLib.sol";

// What is left of an account beyond what it must hold?

/// @dev What one underlying adds to health at each level [1e18], and the worst scenario of each candidate.
struct Share {
    int256[LEVELS] health;
    Witness witness;
}

/// @dev What is asked of it. In memory, so that both ways to ask share one copy of the code.
/// @param isWhole The whole grid, else what is `named` for each pair.
struct Look {
    Side side;
    bool isWhole;
    uint8[MAX_PAIRS] named;
}

/// @dev An account as the margin function sees it.
/// @param words Sorted positions. @param observed Of its path-dependent series. @param isShort It has a short anywhere. @param isDebtor Its cash is negative.
struct Holding {
    int256 cash;
    uint256[] words;
    Collateral[] collateral;
    Observed[] observed;
    bool isShort;
    bool isDebtor;
}

library MarginLib {
    uint256 private constant MILLION = 1e6;
    uint256 private constant WAD = 1e18;
    int256 private constant RAW_TO_WAD = 1e18;
    uint256 private constant MOST_PRICE = 1 << 98;
    /// @dev Concentration multiplies a loss by at most 101.
    uint256 private constant MOST_CONCENTRATION = 100e18;

    /// @param words Positions as the ledger packs them, in any order; they are sorted in place, and what was touched is changed.
    function holdingOf(
        int256 cash,
        uint256[] memory words,
        Collateral[] memory collateral,
        Observed[] memory observed
    ) internal pure returns (Holding memory) {
        if (observed.length > 0) BookLib.touch(words, observed);
        BookLib.sort(words);
        return Holding(cash, words, collateral, observed, isShort(words, 0, words.length), cash < 0);
    }

    /// @dev Underlyings of positions and collateral, ascending.
    function underlyingsOf(Holding memory holding) internal pure returns (uint8[] memory underlyings) {
        underlyings = new uint8[](holding.words.length + holding.collateral.length);
        uint256 count = 0;
        uint256 i = 0;
        uint256 j = 0;
        while (i < holding.words.length || j < holding.collateral.length) {
            uint256 held =
                i < holding.words.length ? BookLib.underlyingOf(BookLib.get(holding.words, i)) : type(uint256).max;
            uint256 pledged = j < holding.collateral.length ? holding.collateral[j].underlying : type(uint256).max;
            underlyings[count++] = uint8(held < pledged ? held : pledged);
            if (held <= pledged) i = BookLib.endOfUnderlying(holding.words, i);
            if (pledged <= held) ++j;
        }
        assembly ("memory-safe") {
            mstore(underlyings, count) // never longer than allocated
        }
    }

    /// @dev Expiries held on `underlying`, ascending.
    function expiriesOf(Holding memory holding, uint8 underlying) internal pure returns (uint32[] memory expiries) {
        uint256[] memory words = holding.words;
        (uint256 start, uint256 end) = rangeOf(words, underlying);
        expiries = new uint32[](end - start);
        uint256 left = expiries.length;
        while (end > start) {
            end = BookLib.startOfExpiry(words, start, end);
            expiries[--left] = BookLib.expiryOf(BookLib.get(words, end));
        }
        assembly ("memory-safe") {
            // Filled from its end: what is left in front is given up.
            let count := sub(mload(expiries), left)
            expiries := add(expiries, shl(5, left))
            mstore(expiries, count)
        }
    }

    /// @dev The part of `holding` that `marks` are of; parameters and grid are there already. Filled in and not returned: every
    ///      struct that a function returns is allocated and cleared first.
    function fill(
        Book memory book,
        Holding memory holding,
        UnderlyingMarks memory marks,
        IExoticRisk exoticRisk
    ) internal pure {
        book.underlying = marks.underlying;
        book.words = holding.words;
        (book.start, book.end) = rangeOf(holding.words, marks.underlying);
        for (uint256 i = 0; i < holding.collateral.length; ++i) {
            if (holding.collateral[i].underlying == marks.underlying) book.collateral = holding.collateral[i].amount;
        }
        if (book.collateral > BookLib.MOST_SIZE) book.collateral = BookLib.MOST_SIZE;
        (book.marks, book.older) = (marks.expiries, marks.older);
        book.surfaceAge = marks.surfaceAge;
        book.observed = holding.observed;
        book.exoticRisk = exoticRisk;
    }

    /// @dev Positions on `underlying` are [start, end).
    function rangeOf(uint256[] memory words, uint8 underlying) private pure returns (uint256 start, uint256 end) {
        unchecked {
            while (start < words.length && BookLib.underlyingOf(BookLib.get(words, start)) < underlying) ++start;
            bool isHeld = start < words.length && BookLib.underlyingOf(BookLib.get(words, start)) == underlying;
            end = isHeld ? BookLib.endOfUnderlying(words, start) : start;
        }
    }

    /// @dev Under every candidate and surface the whole grid, or the one scenario and the charges named for the pair: the largest
    ///      health counts for BELOW, the smallest otherwise. There is a witness where the whole grid was looked at.
    function shareOf(
        Holding memory holding,
        Book memory book,
        Price[] memory candidates,
        Look memory look
    ) internal pure returns (Share memory share) {
        requireCandidates(book, candidates);
        share.witness.underlying = book.underlying;
        if (look.isWhole) for (uint256 i = 0; i < MAX_PAIRS; ++i) share.witness.scenarios[i] = NO_SCENARIO;
        ExpiryMark[] memory newest = book.marks;
        uint256 pairs = candidates.length * (book.older.length == 0 ? 1 : 2);
        for (uint256 pair = 0; pair < pairs; ++pair) {
            if (pair == candidates.length) book.marks = book.older;
            uint256 i = pair % candidates.length;
            uint256 place = pair < candidates.length ? i : MAX_CANDIDATES + i;
            uint256 spot = candidates[i].raw();
            Exposure memory exposure = RiskLib.exposureOf(
                book,
                spot,
                look.isWhole ? book.grid : namedOf(book, look.named[place] & SCENARIO_MASK),
                look.isWhole ? ALL_CHARGES : look.named[place] >> CHARGES_SHIFT
            );
            if (look.isWhole) share.witness.scenarios[place] = byteOf(exposure);
            int256[LEVELS] memory health = healthOf(holding, book, exposure, spot);
            if (pair == 0) share.health = health;
            else merge(share.health, health, look.side);
        }
        book.marks = newest;
    }

    function byteOf(Exposure memory exposure) private pure returns (uint8) {
        return (exposure.scenario & SCENARIO_MASK) | (exposure.charged << CHARGES_SHIFT);
    }

    function namedOf(Book memory book, uint256 scenario) private pure returns (uint256[] memory named) {
        named = new uint256[](scenario < book.grid.length ? 1 : 0);
        if (named.length > 0) named[0] = book.grid[scenario];
    }

    /// @dev Value less factor · (loss + contingency), at each level; docs/METHODOLOGY.md (M14) to (M16).
    function healthOf(
        Holding memory holding,
        Book memory book,
        Exposure memory exposure,
        uint256 spot
    ) internal pure returns (int256[LEVELS] memory health) {
        MarginParameters memory p = book.parameters;
        bool isBookShort = isShort(book.words, book.start, book.end);
        uint256 requirement =
            lossOf(exposure, p, isBookShort) + contingencyOf(book, exposure, spot, isBookShort || holding.isDebtor);
        uint256 credit = holding.isShort ? divideUp(exposure.longValue * (MILLION - p.longCredit), MILLION) : 0;
        // What is due within a day is due in cash: the collateral that stands for it does not count (RULES A2).
        uint256 held = book.collateral * spot;
        credit += exposure.due < held ? exposure.due : held;

        health[uint256(Level.MARK)] = floor(exposure.value);
        uint256 age = isBookShort ? book.surfaceAge : 0; // what is paid for in full cannot lose more than it is worth
        uint256 closeout = AgeLib.lowerFactor(p.closeoutFactor, age);
        uint256 maintenance = AgeLib.lowerFactor(p.maintenanceFactor, age);
        health[uint256(Level.CLOSEOUT)] = lessShare(exposure.value, requirement, closeout, 0);
        health[uint256(Level.MAINTENANCE)] = lessShare(exposure.value, requirement, maintenance, 0);
        health[uint256(Level.INITIAL)] = lessShare(exposure.value, requirement, AgeLib.initialFactor(age), credit);
    }

    /// @dev [1e36] Grid loss and charges, more where the market cannot absorb it; what is only long loses its value at most.
    function lossOf(
        Exposure memory exposure,
        MarginParameters memory p,
        bool isBookShort
    ) internal pure returns (uint256 loss) {
        loss = exposure.gridLoss + exposure.charges;
        uint256 wad = divideUp(loss, WAD);
        if (wad > p.concentrationLoss) {
            uint256 excess = divideUp(
                uint256(p.concentrationSlope) * (WAD / MILLION) * (wad - p.concentrationLoss),
                p.concentrationLoss
            );
            if (excess > MOST_CONCENTRATION) excess = MOST_CONCENTRATION;
            loss += wad * excess;
        }
        if (!isBookShort && loss > uint256(exposure.value)) loss = uint256(exposure.value);
    }

    /// @dev [1e36] Naked shorts, haircut, the keepers' reserve (RULES B6, B7).
    function contingencyOf(
        Book memory book,
        Exposure memory exposure,
        uint256 spot,
        bool isReserved
    ) internal pure returns (uint256 contingency) {
        MarginParameters memory p = book.parameters;
        int256 calls = -exposure.calls - int256(book.collateral);
        int256 puts = -exposure.puts;
        uint256 naked = (calls > 0 ? uint256(calls) : 0) + (puts > 0 ? uint256(puts) : 0);
        naked = (naked + exposure.shorts) * spot + exposure.digitals * DIGITAL_PAYOFF;
        contingency = divideUp(naked * p.nakedContingency, MILLION);
        contingency += divideUp(book.collateral * spot * p.collateralHaircut, MILLION);
        if (isReserved) contingency += uint256(p.keeperReserve) * WAD;
    }

    function isShort(uint256[] memory words, uint256 start, uint256 end) internal pure returns (bool) {
        unchecked {
            for (uint256 i = start; i < end; ++i) if (BookLib.sizeOf(BookLib.get(words, i)) < 0) return true;
            return false;
        }
    }

    function merge(int256[LEVELS] memory into, int256[LEVELS] memory health, Side side) private pure {
        for (uint256 level = 0; level < LEVELS; ++level) {
            bool isTaken = side == Side.BELOW ? health[level] > into[level] : health[level] < into[level];
            if (isTaken) into[level] = health[level];
        }
    }

    function requireCandidates(Book memory book, Price[] memory candidates) private pure {
        require(candidates.length > 0, PriceMissing(book.underlying));
        for (uint256 i = 0; i < candidates.length; ++i) {
            uint256 price = candidates[i].raw();
            require(price > 0 && price < MOST_PRICE, PriceOutOfBounds(price, MOST_PRICE));
        }
    }

    /// @dev [1e18] value - factor · requirement - credit, rounded down. `factor` in millionths, the rest with 36 decimals.
    function lessShare(
        int256 value,
        uint256 requirement,
        uint256 factor,
        uint256 credit
    ) private pure returns (int256) {
        return floor(value - int256(divideUp(requirement * factor, MILLION) + credit));
    }

    /// @dev From 36 decimals to 18.
    function floor(int256 value) private pure returns (int256) {
        return value / RAW_TO_WAD - (value % RAW_TO_WAD < 0 ? int256(1) : int256(0));
    }

    function divideUp(uint256 value, uint256 divisor) private pure returns (uint256) {
        return value == 0 ? 0 : (value - 1) / divisor + 1;
    }
}
