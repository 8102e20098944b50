// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginHarness, UnderlyingNumbers} from "./MarginHarness.sol";
import {Cash} from "../types/Cash.sol";
import {LEVELS} from "../types/Level.sol";
import {MarginParameters, Scenario, Witness} from "../types/Margin.sol";
import {ExpiryMark, MAX_PAIRS, MarketState, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {LAST_KIND, OptionKind} from "../types/OptionKind.sol";
import {Collateral, Portfolio, Position} from "../types/Portfolio.sol";
import {Price} from "../types/Price.sol";
import {SeriesId, seriesIdOf} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// Tests only: portfolios drawn from a seed, and one hash of what the margin function says of all of them. The same draws
// are made by test/differential/marginCases.ts, whose hash must be the same.

/// @dev Knuth's multiplier; the upper half of the state is drawn from.
struct Draws {
    uint64 state;
}

struct Case {
    Portfolio portfolio;
    UnderlyingMarks[] marks;
    UnderlyingNumbers[] numbers;
    Observed[] observed;
}

contract MarginCases is MarginHarness {
    /// @notice Hash over the answers to `count` cases drawn from `seed`.
    function digest(uint64 seed, uint256 count) external view returns (bytes32 hash) {
        Draws memory draws = Draws(seed);
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        for (uint256 i = 0; i < count; ++i) {
            hash = _answer(draws, hash);
            assembly ("memory-safe") {
                mstore(0x40, free) // nothing of a case is needed after it
            }
        }
    }

    function _answer(Draws memory draws, bytes32 hash) private view returns (bytes32) {
        Case memory drawn = _draw(draws);
        Side side = Side(_next(draws, 2));
        (int256[LEVELS] memory health, Witness[] memory witnesses) = assess(
            drawn.portfolio,
            drawn.marks,
            drawn.numbers,
            drawn.observed,
            side
        );
        bytes32 whole = keccak256(abi.encode(health, witnesses));
        if (_next(draws, 2) == 0) {
            for (uint256 i = 0; i < witnesses.length; ++i) {
                for (uint256 j = 0; j < MAX_PAIRS; ++j) witnesses[i].scenarios[j] = uint8(_next(draws, 256));
            }
        }
        int256[LEVELS] memory named = assessAt(drawn.portfolio, drawn.marks, drawn.numbers, drawn.observed, witnesses);
        return keccak256(abi.encode(hash, whole, named));
    }

    function _draw(Draws memory draws) private pure returns (Case memory drawn) {
        uint256 underlyings = _next(draws, 4) == 0 ? 2 : 1;
        drawn.marks = new UnderlyingMarks[](underlyings);
        drawn.numbers = new UnderlyingNumbers[](underlyings);
        uint256[] memory spots = new uint256[](underlyings);
        for (uint256 i = 0; i < underlyings; ++i) {
            spots[i] = (1 + _next(draws, 999_999)) * 10 ** (14 + _next(draws, 7));
            drawn.marks[i] = _marks(draws, uint8(i + 1), spots[i]);
            drawn.numbers[i].parameters = _parameters(draws);
            drawn.numbers[i].grid = _grid(draws);
        }
        drawn.portfolio.cash = Cash.wrap((int256(_next(draws, 2_000_000_000)) - 1_000_000_000) * 1e15);
        drawn.portfolio.positions = _positions(draws, drawn.marks, spots);
        drawn.portfolio.collateral = _collateral(draws, underlyings);
        drawn.observed = _observed(draws, drawn, spots);
    }

    function _marks(
        Draws memory draws,
        uint8 underlying,
        uint256 spot
    ) private pure returns (UnderlyingMarks memory marks) {
        marks.underlying = underlying;
        marks.state = MarketState.AGREED;
        marks.candidates = new Price[](_next(draws, 4) == 0 ? 1 + _next(draws, 4) : 1);
        for (uint256 i = 0; i < marks.candidates.length; ++i) {
            marks.candidates[i] = Price.wrap((spot * (900_000 + _next(draws, 200_001))) / 1e6);
        }
        marks.expiries = new ExpiryMark[](1 + _next(draws, 3));
        for (uint256 i = 0; i < marks.expiries.length; ++i) {
            marks.expiries[i] = _expiry(draws, uint32(1_600_000_000 + i), spot);
        }
        if (_next(draws, 4) == 0) marks.older = new ExpiryMark[](marks.expiries.length);
        for (uint256 i = 0; i < marks.older.length; ++i) {
            marks.older[i] = _expiry(draws, uint32(1_600_000_000 + i), spot);
        }
        if (_next(draws, 3) == 0) marks.surfaceAge = uint32(_next(draws, 3 days));
    }

    function _expiry(Draws memory draws, uint32 expiry, uint256 spot) private pure returns (ExpiryMark memory mark) {
        mark.expiry = expiry;
        mark.secondsLeft = uint32(_secondsLeft(draws));
        mark.windowSeconds = _next(draws, 8) == 0 ? 0 : 1800;
        mark.forwardRatio = uint64((900_000 + _next(draws, 200_001)) * 1e12);
        uint256 volatility = 10_000 + _next(draws, 3_000_000);
        mark.theta = uint64(
            _next(draws, 8) == 0
                ? _next(draws, 1000)
                : (volatility * volatility * 1e6 * mark.secondsLeft) / uint256(365 days)
        );
        mark.rho = (int64(uint64(_next(draws, 1_900_001))) - 950_000) * 1e12;
        mark.phi = uint64(_next(draws, 18_000_001) * 1e12);
        if (mark.secondsLeft < mark.windowSeconds) {
            mark.elapsedShare = uint64(((uint256(mark.windowSeconds) - mark.secondsLeft) * 1e18) / mark.windowSeconds);
        }
        if (_next(draws, 4) != 0) mark.averageSoFar = Price.wrap((spot * (950_000 + _next(draws, 100_001))) / 1e6);
        if (mark.secondsLeft == 0 && _next(draws, 2) == 0) {
            mark.settlementPrice = Price.wrap((spot * (950_000 + _next(draws, 100_001))) / 1e6);
        }
    }

    function _secondsLeft(Draws memory draws) private pure returns (uint256) {
        uint256 shape = _next(draws, 8);
        if (shape == 0) return 0;
        if (shape == 1) return _next(draws, 1800);
        if (shape == 2) return _next(draws, 1 days);
        if (shape == 3) return _next(draws, 3 days);
        if (shape == 4) return 1;
        return _next(draws, shape == 5 ? 400 days : 30 days);
    }

    function _parameters(Draws memory draws) private pure returns (MarginParameters memory p) {
        p.closeoutFactor = uint32(300_000 + _next(draws, 300_001));
        p.maintenanceFactor = uint32(600_000 + _next(draws, 400_001));
        p.volatilityUp = uint32(_next(draws, 3_000_001));
        p.volatilityDown = uint32(_next(draws, 300_001));
        p.volatilityFloor = uint32(_next(draws, 3_000_001));
        p.shortPower = uint32(_next(draws, 350_001));
        p.longPower = uint32(_next(draws, 350_001));
        p.skewShift = uint32(_next(draws, 400_001));
        p.basisShock = uint32(_next(draws, 200_001));
        p.gapVolatility = uint32(_next(draws, 1_000_001));
        p.longCredit = uint32(500_000 + _next(draws, 500_001));
        p.concentrationSlope = uint32(_next(draws, 10_000_001));
        p.concentrationLoss = uint128(10 ** (18 + _next(draws, 10)));
        p.nakedContingency = uint32(_next(draws, 200_001));
        p.collateralHaircut = uint32(_next(draws, 500_001));
        p.keeperReserve = uint128(_next(draws, 1000) * 1e18);
    }

    /// @dev Mostly short ones, since most of the cost is here; ascending, from -98 % up.
    function _grid(Draws memory draws) private pure returns (Scenario[] memory grid) {
        uint256 shape = _next(draws, 32);
        grid = new Scenario[](shape < 24 ? 1 + _next(draws, 4) : (shape < 31 ? 1 + _next(draws, 10) : 33));
        uint256 step = 2_000_000 / grid.length;
        int32 move = -980_000;
        for (uint256 i = 0; i < grid.length; ++i) {
            move += int32(uint32(_next(draws, step)));
            grid[i].spotMove = move;
            grid[i].weight = _next(draws, 2) == 0 ? 1_000_000 : uint32(1 + _next(draws, 1_000_000));
            grid[i].volatilityMove = int8(int256(_next(draws, 3))) - 1;
            uint256 turn = _next(draws, 8);
            grid[i].skew = turn == 0 ? int8(1) : (turn == 1 ? int8(-1) : int8(0));
        }
    }

    function _positions(
        Draws memory draws,
        UnderlyingMarks[] memory marks,
        uint256[] memory spots
    ) private pure returns (Position[] memory positions) {
        uint256 shape = _next(draws, 256);
        positions = new Position[](
            shape < 176 ? _next(draws, 5) : (shape < 250 ? 1 + _next(draws, 10) : (shape < 255 ? 24 : 64))
        );
        uint56 strike = 1;
        bool isPlain = _next(draws, 3) != 0;
        for (uint256 i = 0; i < positions.length; ++i) {
            uint256 which = _next(draws, marks.length);
            uint32 expiry = marks[which].expiries[_next(draws, marks[which].expiries.length)].expiry;
            if (_next(draws, 3) != 0) strike = uint56(1 + (spots[which] * (200_000 + _next(draws, 2_800_001))) / 1e16);
            OptionKind kind = OptionKind(_next(draws, isPlain ? 2 : LAST_KIND + 1));
            positions[i].series = seriesIdOf(uint8(which + 1), expiry, strike, kind, _field(draws, kind));
            positions[i].size = Size.wrap(_size(draws));
        }
    }

    function _field(Draws memory draws, OptionKind kind) private pure returns (uint24) {
        if (kind.isBarrier()) return uint24(5000 + _next(draws, 15_001));
        return kind.isAsian() ? uint24(1 + _next(draws, 168)) : 0;
    }

    function _observed(
        Draws memory draws,
        Case memory drawn,
        uint256[] memory spots
    ) private pure returns (Observed[] memory observed) {
        Position[] memory positions = drawn.portfolio.positions;
        observed = new Observed[](positions.length);
        uint256 count = 0;
        for (uint256 i = 0; i < positions.length; ++i) {
            SeriesId series = positions[i].series;
            if (!series.kind().isPathDependent()) continue;
            observed[count++] = _seen(draws, series, drawn.marks[series.underlying() - 1], spots);
        }
        if (_next(draws, 8) == 0) count = 0;
        assembly ("memory-safe") {
            mstore(observed, count) // never longer than allocated
        }
    }

    /// @dev What is decided only where the expiry has passed.
    function _seen(
        Draws memory draws,
        SeriesId series,
        UnderlyingMarks memory marks,
        uint256[] memory spots
    ) private pure returns (Observed memory seen) {
        uint256 spot = spots[series.underlying() - 1];
        uint256 secondsLeft = _secondsLeftOf(marks, series.expiry());
        seen.series = series;
        seen.isTouched = _next(draws, 4) == 0;
        if (_next(draws, 4) != 0) seen.averageSoFar = Price.wrap((spot * (900_000 + _next(draws, 200_001))) / 1e6);
        if (secondsLeft == 0 && _next(draws, 2) == 0) {
            seen.settlementPrice = Price.wrap((spot * (900_000 + _next(draws, 200_001))) / 1e6);
        }
        uint256 window = series.kind().isAsian() ? uint256(series.field()) * 1 hours : 0;
        if (secondsLeft < window) seen.elapsedShare = uint64(((window - secondsLeft) * 1e18) / window);
    }

    function _secondsLeftOf(UnderlyingMarks memory marks, uint32 expiry) private pure returns (uint256) {
        uint256 i = 0;
        while (marks.expiries[i].expiry != expiry) ++i;
        return marks.expiries[i].secondsLeft;
    }

    function _size(Draws memory draws) private pure returns (int256 size) {
        uint256 shape = _next(draws, 16);
        if (shape == 0) size = int256(1 + _next(draws, 100));
        else if (shape == 1) size = int256(1 + _next(draws, 1_000_000)) * 1e23;
        else if (shape < 8) size = int256(1 + _next(draws, 1_000_000)) * 1e15;
        else size = int256(1 + _next(draws, 1_000)) * 1e18;
        if (_next(draws, 2) == 0) size = -size;
    }

    function _collateral(Draws memory draws, uint256 underlyings) private pure returns (Collateral[] memory held) {
        uint256 first = _next(draws, 3) == 0 ? 0 : underlyings;
        held = new Collateral[](underlyings - first);
        for (uint256 i = 0; i < held.length; ++i) {
            held[i] = Collateral({underlying: uint8(i + 1), amount: _next(draws, 1_000_000) * 1e16});
        }
    }

    function _next(Draws memory draws, uint256 below) private pure returns (uint256) {
        unchecked {
            draws.state = draws.state * 6364136223846793005 + 1442695040888963407; // modulo 2^64 by design
        }
        return (draws.state >> 33) % below;
    }
}
