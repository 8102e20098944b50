// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IParameters} from "../access/IParameters.sol";
import {NumbersLib} from "../access/NumbersLib.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {PackedPosition} from "../ledger/PositionLib.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {BookLib} from "../risk/BookLib.sol";
import {ExoticRisk} from "../risk/ExoticRisk.sol";
import {IExoticRisk} from "../risk/IExoticRisk.sol";
import {Book} from "../risk/RiskLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {PortfolioTooLarge} from "../types/Errors.sol";
import {LEVELS, Level} from "../types/Level.sol";
import {NO_SCENARIO, Witness} from "../types/Margin.sol";
import {MAX_PAIRS, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {Collateral, MAX_PRICING_UNITS, Portfolio} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {IMargin} from "./IMargin.sol";
import {Holding, Look, MarginLib, Share} from "./MarginLib.sol";

// What must be held? Gathers positions, marks and numbers, and remembers nothing.

contract Margin is IMargin {
    ILedger private immutable LEDGER;
    IPriceBook private immutable PRICE_BOOK;
    IParameters private immutable PARAMETERS;
    IExoticRisk private immutable EXOTIC_RISK;

    constructor(ILedger ledger, IPriceBook priceBook, IParameters parameters) {
        (LEDGER, PRICE_BOOK, PARAMETERS) = (ledger, priceBook, parameters);
        EXOTIC_RISK = new ExoticRisk();
    }

    /// @inheritdoc IMargin
    function assess(AccountId account, Side side) external view returns (Assessment memory) {
        return _assess(_holdingOf(account), side);
    }

    /// @inheritdoc IMargin
    function assessPortfolio(Portfolio calldata portfolio, Side side) external view returns (Assessment memory) {
        uint256[] memory words = BookLib.wordsOf(portfolio.positions);
        BookLib.sort(words);
        uint256 units = BookLib.unitsOf(words);
        require(units <= MAX_PRICING_UNITS, PortfolioTooLarge(units, MAX_PRICING_UNITS));
        Holding memory holding = MarginLib.holdingOf(
            portfolio.cash.raw(),
            words,
            portfolio.collateral,
            _observed(words)
        );
        return _assess(holding, side);
    }

    /// @inheritdoc IMargin
    function assessAt(AccountId account, Witness[] calldata witnesses) external view returns (Cash[LEVELS] memory) {
        return _assessAt(account, witnesses);
    }

    /// @inheritdoc IMargin
    function isBelow(AccountId account, Level level, Witness[] calldata witnesses) external view returns (bool) {
        return _assessAt(account, witnesses)[uint256(level)].isNegative();
    }

    /// @inheritdoc IMargin
    function isAbove(AccountId account, Level level) external view returns (bool) {
        return !_assess(_holdingOf(account), Side.ABOVE).health[uint256(level)].isNegative();
    }

    function _assess(Holding memory holding, Side side) private view returns (Assessment memory) {
        Look memory look;
        (look.side, look.isWhole) = (side, true);
        return _assessAs(holding, look, new Witness[](0));
    }

    function _assessAt(AccountId account, Witness[] memory witnesses) private view returns (Cash[LEVELS] memory) {
        Look memory look;
        look.side = Side.BELOW;
        return _assessAs(_holdingOf(account), look, witnesses).health;
    }

    function _assessAs(
        Holding memory holding,
        Look memory look,
        Witness[] memory witnesses
    ) private view returns (Assessment memory assessment) {
        uint8[] memory underlyings = MarginLib.underlyingsOf(holding);
        for (uint256 level = 0; level < LEVELS; ++level) assessment.health[level] = Cash.wrap(holding.cash);
        assessment.witnesses = new Witness[](underlyings.length);
        for (uint256 i = 0; i < underlyings.length; ++i) {
            uint8 underlying = underlyings[i];
            uint32[] memory expiries = MarginLib.expiriesOf(holding, underlying);
            UnderlyingMarks memory marks = PRICE_BOOK.marks(underlying, look.side, expiries);
            Book memory book;
            book.grid = NumbersLib.read(PARAMETERS.numbers(underlying), book.parameters);
            MarginLib.fill(book, holding, marks, EXOTIC_RISK);
            if (!look.isWhole) look.named = _named(witnesses, underlying);
            Share memory share = MarginLib.shareOf(holding, book, marks.candidates, look);
            assessment.witnesses[i] = share.witness;
            for (uint256 level = 0; level < LEVELS; ++level) {
                assessment.health[level] = assessment.health[level] + Cash.wrap(share.health[level]);
            }
        }
    }

    function _holdingOf(AccountId account) private view returns (Holding memory) {
        (Cash cash, PackedPosition[] memory positions, Collateral[] memory collateral) = LEDGER.holdingsOf(account);
        uint256[] memory words;
        assembly ("memory-safe") {
            words := positions // one word each
        }
        return MarginLib.holdingOf(cash.raw(), words, collateral, _observed(words));
    }

    function _observed(uint256[] memory words) private view returns (Observed[] memory observed) {
        SeriesId[] memory series = BookLib.pathDependentOf(words);
        if (series.length > 0) observed = PRICE_BOOK.observed(series);
    }

    /// @dev Scenarios named for `underlying`: those of its first witness, none without one.
    function _named(
        Witness[] memory witnesses,
        uint8 underlying
    ) private pure returns (uint8[MAX_PAIRS] memory scenarios) {
        for (uint256 i = 0; i < witnesses.length; ++i) {
            if (witnesses[i].underlying == underlying) return witnesses[i].scenarios;
        }
        for (uint256 i = 0; i < MAX_PAIRS; ++i) scenarios[i] = NO_SCENARIO;
    }
}
