// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {NumbersLib} from "../access/NumbersLib.sol";
import {MarginLib, Holding, Numbers, Share} from "../margin/MarginLib.sol";
import {Book} from "../risk/RiskLib.sol";
import {LEVELS} from "../types/Level.sol";
import {MarginParameters, Scenario, Witness} from "../types/Margin.sol";
import {Side, UnderlyingMarks} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";

// Tests only: the margin function of values, without ledger, price book or parameters behind it.

contract MarginHarness {
    struct UnderlyingNumbers {
        MarginParameters parameters;
        Scenario[] grid;
    }

    /// @param marks By underlying, ascending, as the portfolio holds them. @param numbers Likewise.
    function assess(
        Portfolio memory portfolio,
        UnderlyingMarks[] memory marks,
        UnderlyingNumbers[] memory numbers,
        Side side
    ) public pure returns (int256[LEVELS] memory health, Witness[] memory witnesses) {
        Holding memory holding = MarginLib.holdingOf(portfolio);
        uint8[] memory underlyings = MarginLib.underlyingsOf(holding);
        for (uint256 level = 0; level < LEVELS; ++level) health[level] = holding.cash;
        witnesses = new Witness[](underlyings.length);
        for (uint256 i = 0; i < underlyings.length; ++i) {
            Book memory book = MarginLib.bookOf(holding, marks[i], numbersOf(numbers[i]));
            Share memory share = MarginLib.shareOf(holding, book, marks[i].candidates, side);
            witnesses[i] = share.witness;
            for (uint256 level = 0; level < LEVELS; ++level) health[level] += share.health[level];
        }
    }

    function assessAt(
        Portfolio memory portfolio,
        UnderlyingMarks[] memory marks,
        UnderlyingNumbers[] memory numbers,
        Witness[] memory witnesses
    ) public pure returns (int256[LEVELS] memory health) {
        Holding memory holding = MarginLib.holdingOf(portfolio);
        for (uint256 level = 0; level < LEVELS; ++level) health[level] = holding.cash;
        for (uint256 i = 0; i < MarginLib.underlyingsOf(holding).length; ++i) {
            Book memory book = MarginLib.bookOf(holding, marks[i], numbersOf(numbers[i]));
            int256[LEVELS] memory share = MarginLib.shareAt(holding, book, marks[i].candidates, witnesses[i].scenarios);
            for (uint256 level = 0; level < LEVELS; ++level) health[level] += share[level];
        }
    }

    function numbersOf(UnderlyingNumbers memory given) public pure returns (Numbers memory) {
        return Numbers({parameters: given.parameters, grid: NumbersLib.wordsOf(given.grid)});
    }
}
