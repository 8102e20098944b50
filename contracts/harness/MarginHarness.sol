// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {Holding, Look, MarginLib, Share} from "../margin/MarginLib.sol";
import {BookLib} from "../risk/BookLib.sol";
import {ExoticRisk} from "../risk/ExoticRisk.sol";
import {IExoticRisk} from "../risk/IExoticRisk.sol";
import {Book} from "../risk/RiskLib.sol";
import {LEVELS} from "../types/Level.sol";
import {MarginParameters, Scenario, Witness} from "../types/Margin.sol";
import {Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";

// Tests only: the margin function of values, without ledger, price book or parameters behind it.

struct UnderlyingNumbers {
    MarginParameters parameters;
    Scenario[] grid;
}

contract MarginHarness {
    IExoticRisk private immutable EXOTIC_RISK = new ExoticRisk();

    /// @param marks Of every underlying held, in any order. @param numbers In the order of `marks`.
    /// @param observed Of path-dependent series, in any order.
    function assess(
        Portfolio memory portfolio,
        UnderlyingMarks[] memory marks,
        UnderlyingNumbers[] memory numbers,
        Observed[] memory observed,
        Side side
    ) public view returns (int256[LEVELS] memory health, Witness[] memory witnesses) {
        Holding memory holding = _holdingOf(portfolio, observed);
        uint8[] memory underlyings = MarginLib.underlyingsOf(holding);
        for (uint256 level = 0; level < LEVELS; ++level) health[level] = holding.cash;
        witnesses = new Witness[](underlyings.length);
        Look memory look;
        (look.side, look.isWhole) = (side, true);
        for (uint256 i = 0; i < underlyings.length; ++i) {
            uint256 position = _find(marks, underlyings[i]);
            Book memory book = _bookOf(holding, marks[position], numbers[position]);
            Share memory share = MarginLib.shareOf(holding, book, marks[position].candidates, look);
            witnesses[i] = share.witness;
            for (uint256 level = 0; level < LEVELS; ++level) health[level] += share.health[level];
        }
    }

    /// @param witnesses One for each underlying held, ascending.
    function assessAt(
        Portfolio memory portfolio,
        UnderlyingMarks[] memory marks,
        UnderlyingNumbers[] memory numbers,
        Observed[] memory observed,
        Witness[] memory witnesses
    ) public view returns (int256[LEVELS] memory health) {
        Holding memory holding = _holdingOf(portfolio, observed);
        uint8[] memory underlyings = MarginLib.underlyingsOf(holding);
        for (uint256 level = 0; level < LEVELS; ++level) health[level] = holding.cash;
        Look memory look; // BELOW
        for (uint256 i = 0; i < underlyings.length; ++i) {
            uint256 position = _find(marks, underlyings[i]);
            Book memory book = _bookOf(holding, marks[position], numbers[position]);
            look.named = witnesses[i].scenarios;
            Share memory share = MarginLib.shareOf(holding, book, marks[position].candidates, look);
            for (uint256 level = 0; level < LEVELS; ++level) health[level] += share.health[level];
        }
    }

    function _holdingOf(Portfolio memory portfolio, Observed[] memory observed) private pure returns (Holding memory) {
        uint256[] memory words = BookLib.wordsOf(portfolio.positions);
        return MarginLib.holdingOf(portfolio.cash.raw(), words, portfolio.collateral, observed);
    }

    function _find(UnderlyingMarks[] memory marks, uint8 underlying) private pure returns (uint256 position) {
        while (marks[position].underlying != underlying) ++position;
    }

    function _bookOf(
        Holding memory holding,
        UnderlyingMarks memory marks,
        UnderlyingNumbers memory given
    ) private view returns (Book memory book) {
        (book.parameters, book.grid) = (given.parameters, NumbersLib.wordsOf(given.grid));
        MarginLib.fill(book, holding, marks, EXOTIC_RISK);
    }
}
