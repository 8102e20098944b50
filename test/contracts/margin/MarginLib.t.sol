// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginHarness, UnderlyingNumbers} from "../../../contracts/harness/MarginHarness.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {LEVELS} from "../../../contracts/types/Level.sol";
import {ALL_CHARGES, CHARGES_SHIFT, SCENARIO_MASK, Scenario, Witness} from "../../../contracts/types/Margin.sol";
import {ExpiryMark, MarketState, Observed, Side, UnderlyingMarks} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Portfolio, Position} from "../../../contracts/types/Portfolio.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";

// What holds of the margin function whatever is held? MarginLib and RiskLib as they are called, exotics included.

contract MarginLibTest is Test {
    uint32 private constant EXPIRY = 1_600_000_000;
    uint256 private constant SPOT = 2000e18;

    MarginHarness private harness;

    struct Draw {
        uint8 kind;
        uint256 strike;
        uint256 field;
        uint256 size;
        bool isShort;
    }

    function setUp() public {
        harness = MarginHarness(deploy("MarginHarness.sol:MarginHarness", ""));
    }

    function testFuzz_healthFallsByLevelAndBelowIsNeverLessThanAbove(
        Draw[3] memory draws,
        uint256 left,
        uint256 volatility
    ) external view {
        Portfolio memory held = portfolioOf(draws);
        UnderlyingMarks[] memory marks = marksOf(left, volatility);
        (int256[LEVELS] memory above, ) = assess(held, marks, Side.ABOVE);
        (int256[LEVELS] memory below, ) = assess(held, marks, Side.BELOW);
        for (uint256 i = 0; i < LEVELS; ++i) {
            assertGe(below[i], above[i], "below and above");
            if (i > 0) assertLe(above[i], above[i - 1], "by level");
        }
    }

    function testFuzz_aWitnessThatNamesLessShowsLess(
        Draw[3] memory draws,
        uint256 left,
        uint256 volatility,
        uint8 scenario
    ) external view {
        Portfolio memory held = portfolioOf(draws);
        UnderlyingMarks[] memory marks = marksOf(left, volatility);
        (int256[LEVELS] memory whole, Witness[] memory witnesses) = assess(held, marks, Side.BELOW);
        int256[LEVELS] memory named = harness.assessAt(held, marks, numbers(), new Observed[](0), witnesses);
        for (uint256 i = 0; i < LEVELS; ++i) assertEq(named[i], whole[i], "assess names what shows it");

        witnesses[0].scenarios[0] = scenario | (ALL_CHARGES << uint8(CHARGES_SHIFT));
        int256[LEVELS] memory charged = harness.assessAt(held, marks, numbers(), new Observed[](0), witnesses);
        witnesses[0].scenarios[0] = scenario & SCENARIO_MASK;
        int256[LEVELS] memory alone = harness.assessAt(held, marks, numbers(), new Observed[](0), witnesses);
        for (uint256 i = 0; i < LEVELS; ++i) {
            assertGe(charged[i], whole[i], "never below what the grid says");
            assertGe(alone[i], charged[i], "nor is less below more");
        }
    }

    /// @dev Near the barrier and down to the last second: what is knocked in and what is knocked out make the vanilla.
    function testFuzz_knockedInAndOutAreWorthTheVanilla(
        uint8 pick,
        uint256 strike,
        uint256 field,
        uint256 left,
        uint256 volatility
    ) external view {
        OptionKind out = OptionKind(uint8([4, 5, 8, 9][pick % 4]));
        UnderlyingMarks[] memory marks = marksOf(left, volatility);
        uint56 strikeE8 = uint56(bound(strike, 1000e8, 4000e8));
        // At the barrier itself and a thousandth to either side, every other time.
        uint24 ratio = uint24(field % 2 == 0 ? bound(field, 5000, 20_000) : (SPOT * 1e4) / (uint256(strikeE8) * 1e10));
        Portfolio memory both;
        both.positions = new Position[](2);
        both.positions[0] = positionOf(out, strikeE8, ratio, 1e18);
        both.positions[1] = positionOf(OptionKind(uint8(out) + 2), strikeE8, ratio, 1e18);
        Portfolio memory plain;
        plain.positions = new Position[](1);
        plain.positions[0] = positionOf(out.isCall() ? OptionKind.CALL : OptionKind.PUT, strikeE8, 0, 1e18);
        (int256[LEVELS] memory parts, ) = assess(both, marks, Side.ABOVE);
        (int256[LEVELS] memory whole, ) = assess(plain, marks, Side.ABOVE);
        assertNear(parts[0], whole[0], 100_000, "in and out");
    }

    /// @dev At any volatility and time left: no digital is worth less than nothing, and the two are one unit.
    function testFuzz_twoDigitalsAreOneUnit(uint256 strike, uint256 left, uint256 volatility) external view {
        UnderlyingMarks[] memory marks = marksOf(left, volatility);
        Portfolio memory held;
        held.positions = new Position[](2);
        uint56 strikeE8 = uint56(bound(strike, 1000e8, 4000e8));
        held.positions[0] = positionOf(OptionKind.DIGITAL_CALL, strikeE8, 0, 1e18);
        held.positions[1] = positionOf(OptionKind.DIGITAL_PUT, strikeE8, 0, 1e18);
        (int256[LEVELS] memory health, ) = assess(held, marks, Side.ABOVE);
        for (uint256 i = 0; i < LEVELS; ++i) assertEq(health[i], 1e18, "one unit at every level");
    }

    /// @dev An average moves less than its end, so that it is worth no more, whatever its window.
    function testFuzz_anAtTheMoneyAverageIsWorthNoMoreThanTheVanilla(
        uint256 hours_,
        uint256 left,
        uint256 volatility
    ) external view {
        UnderlyingMarks[] memory marks = marksOf(bound(left, 1 hours, 400 days), volatility);
        Portfolio memory average;
        average.positions = new Position[](1);
        average.positions[0] = positionOf(OptionKind.ASIAN_CALL, 2000e8, uint24(bound(hours_, 2, 168)), 1e18);
        Portfolio memory plain;
        plain.positions = new Position[](1);
        plain.positions[0] = positionOf(OptionKind.CALL, 2000e8, 0, 1e18);
        (int256[LEVELS] memory its, ) = assess(average, marks, Side.ABOVE);
        (int256[LEVELS] memory vanilla, ) = assess(plain, marks, Side.ABOVE);
        assertLe(its[0], vanilla[0] + 1e6, "no more");
        assertGe(its[0], 0, "and not less than nothing");
    }

    function assess(
        Portfolio memory held,
        UnderlyingMarks[] memory marks,
        Side side
    ) private view returns (int256[LEVELS] memory health, Witness[] memory witnesses) {
        return harness.assess(held, marks, numbers(), new Observed[](0), side);
    }

    function portfolioOf(Draw[3] memory draws) private pure returns (Portfolio memory held) {
        held.cash = Cash.wrap(1000e18);
        held.positions = new Position[](3);
        for (uint256 i = 0; i < 3; ++i) {
            OptionKind kind = OptionKind(draws[i].kind % 14);
            uint256 field = kind.isAsian() ? bound(draws[i].field, 1, 168) : bound(draws[i].field, 5000, 20_000);
            int256 size = int256(bound(draws[i].size, 1, 1e24));
            held.positions[i] = positionOf(
                kind,
                uint56(bound(draws[i].strike, 500e8, 6000e8)),
                kind.isPathDependent() ? uint24(field) : 0,
                draws[i].isShort ? -size : size
            );
        }
    }

    function positionOf(
        OptionKind kind,
        uint56 strikeE8,
        uint24 field,
        int256 size
    ) private pure returns (Position memory) {
        return Position(seriesIdOf(1, EXPIRY, strikeE8, kind, field), Size.wrap(size));
    }

    /// @dev One expiry, a second to 400 days away; volatility of a year from a thousandth to three.
    function marksOf(uint256 left, uint256 volatility) private pure returns (UnderlyingMarks[] memory marks) {
        marks = new UnderlyingMarks[](1);
        marks[0].underlying = 1;
        marks[0].state = MarketState.AGREED;
        marks[0].candidates = new Price[](1);
        marks[0].candidates[0] = Price.wrap(SPOT);
        marks[0].expiries = new ExpiryMark[](1);
        ExpiryMark memory mark = marks[0].expiries[0];
        mark.expiry = EXPIRY;
        mark.secondsLeft = uint32(bound(left, 1, 400 days));
        mark.windowSeconds = 1800;
        mark.forwardRatio = 1e18;
        uint256 annual = bound(volatility, 0.001e18, 3e18);
        mark.theta = uint64((((annual * annual) / 1e18) * mark.secondsLeft) / 365 days);
        mark.rho = -0.3e18;
        mark.phi = 2e18;
        if (mark.secondsLeft < 1800) {
            mark.elapsedShare = uint64((uint256(1800 - mark.secondsLeft) * 1e18) / 1800);
            mark.averageSoFar = Price.wrap(SPOT);
        }
    }

    function numbers() private pure returns (UnderlyingNumbers[] memory all) {
        all = new UnderlyingNumbers[](1);
        all[0].parameters.closeoutFactor = 600_000;
        all[0].parameters.maintenanceFactor = 800_000;
        all[0].parameters.volatilityUp = 500_000;
        all[0].parameters.volatilityDown = 300_000;
        all[0].parameters.volatilityFloor = 400_000;
        all[0].parameters.shortPower = 300_000;
        all[0].parameters.longPower = 130_000;
        all[0].parameters.skewShift = 100_000;
        all[0].parameters.basisShock = 45_000;
        all[0].parameters.gapVolatility = 90_000;
        all[0].parameters.longCredit = 950_000;
        all[0].parameters.concentrationSlope = 250_000;
        all[0].parameters.concentrationLoss = 10_000_000e18;
        all[0].parameters.nakedContingency = 5_000;
        all[0].parameters.collateralHaircut = 30_000;
        all[0].parameters.keeperReserve = 25e18;
        int32[7] memory moves = [int32(-660_000), -180_000, -90_000, 0, 90_000, 180_000, 2_000_000];
        all[0].grid = new Scenario[](9);
        for (uint256 i = 0; i < 7; ++i) {
            bool isTail = i == 0 || i == 6;
            all[0].grid[i > 3 ? i + 2 : i] = Scenario(
                moves[i],
                isTail ? 69_300 : 1_000_000,
                i % 2 == 0 ? int8(1) : int8(-1),
                0
            );
        }
        all[0].grid[4] = Scenario(0, 1_000_000, 0, 1);
        all[0].grid[5] = Scenario(0, 1_000_000, 0, -1);
    }
}
