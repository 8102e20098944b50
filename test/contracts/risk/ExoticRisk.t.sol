// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {NumbersLib} from "../../../contracts/access/NumbersLib.sol";
import {IExoticRisk} from "../../../contracts/risk/IExoticRisk.sol";
import {ALL_CHARGES, Scenario} from "../../../contracts/types/Margin.sol";
import {Observed} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Test} from "../Test.sol";

// What does it cost to look at an expiry's digitals, barriers and averages at one price, under 33 scenarios and every charge?

contract ExoticRiskTest is Test {
    using Strings for uint256;

    uint32 private constant EXPIRY = 1_600_000_000;
    uint256 private constant SPOT = 2000e18;

    IExoticRisk private exoticRisk;

    function setUp() public {
        exoticRisk = IExoticRisk(deploy("ExoticRisk.sol:ExoticRisk", ""));
    }

    function test_twentyTwoDigitalsCostNoMoreThanCommitted() public view {
        requireCost(bookOf(OptionKind.DIGITAL_CALL, 0, 22), 1 days, 1_600_000);
        requireCost(bookOf(OptionKind.DIGITAL_PUT, 0, 22), 1 days, 1_600_000);
    }

    function test_twentyOneAveragesCostNoMoreThanCommittedBeforeAndInTheirWindow() public view {
        requireCost(bookOf(OptionKind.ASIAN_CALL, 24, 21), 3 days, 1_800_000);
        requireCost(bookOf(OptionKind.ASIAN_PUT, 24, 21), 12 hours, 1_800_000);
    }

    function test_sixBarriersCostNoMoreThanCommitted() public view {
        requireCost(bookOf(OptionKind.UP_IN_CALL, 13_000, 6), 3 days, 3_100_000);
        requireCost(bookOf(OptionKind.DOWN_OUT_CALL, 7000, 6), 3 days, 3_100_000);
        requireCost(bookOf(OptionKind.DOWN_OUT_PUT, 7000, 6), 3 days, 3_100_000);
    }

    function requireCost(IExoticRisk.Query memory query, uint32 secondsLeft, uint256 most) private view {
        query.mark.secondsLeft = secondsLeft;
        uint256 annual = 0.3e18; // quiet enough that a day is charged for its gaps
        query.mark.theta = uint64((((annual * annual) / 1e18) * secondsLeft) / 365 days);
        uint256 before = gasleft();
        exoticRisk.answer(query);
        uint256 cost = before - gasleft();
        assertTrue(cost <= most, cost.toString());
    }

    /// @dev Short and long in turn, each on its own strike.
    function bookOf(
        OptionKind kind,
        uint24 field,
        uint256 count
    ) private pure returns (IExoticRisk.Query memory query) {
        query.words = new uint256[](count);
        query.observed = new Observed[](kind.isPathDependent() ? count : 0);
        for (uint256 i = 0; i < count; ++i) {
            SeriesId series = seriesIdOf(1, EXPIRY, uint56((2000 + 25 * i - (25 * count) / 2) * 1e8), kind, field);
            int128 size = i % 2 == 0 ? int128(-1e18) : int128(1e18);
            query.words[i] = (uint256(series.raw()) << 128) | uint128(size);
            if (!kind.isPathDependent()) continue;
            query.observed[i].series = series;
            if (!kind.isAsian()) continue;
            (query.observed[i].elapsedShare, query.observed[i].averageSoFar) = (0.5e18, Price.wrap(SPOT / 2));
        }
        query.mark.expiry = EXPIRY;
        query.mark.windowSeconds = 1800;
        query.mark.forwardRatio = 1.001e18;
        (query.mark.rho, query.mark.phi) = (-0.3e18, 2e18);
        (query.spot, query.charges) = (SPOT, ALL_CHARGES);
        query.grid = NumbersLib.wordsOf(grid());
        query.nodes = query.grid;
        query.parameters.volatilityUp = 500_000;
        query.parameters.volatilityDown = 300_000;
        query.parameters.volatilityFloor = 400_000;
        query.parameters.shortPower = 300_000;
        query.parameters.longPower = 130_000;
        query.parameters.skewShift = 100_000;
        query.parameters.basisShock = 45_000;
        query.parameters.gapVolatility = 90_000;
    }

    /// @dev 33: four tails either way, seven moves in three volatilities, the range's ends once more, two rotations.
    function grid() private pure returns (Scenario[] memory scenarios) {
        int32[17] memory moves = [
            int32(-660_000),
            -500_000,
            -400_000,
            -300_000,
            -180_000,
            -180_000,
            -120_000,
            -60_000,
            0,
            60_000,
            120_000,
            180_000,
            180_000,
            300_000,
            500_000,
            1_000_000,
            2_000_000
        ];
        scenarios = new Scenario[](33);
        uint256 count = 0;
        for (uint256 i = 0; i < moves.length; ++i) {
            bool isTail = i < 4 || i > 12;
            bool isOne = isTail || i == 4 || i == 12;
            uint32 weight = isTail ? 200_000 : 1_000_000;
            scenarios[count++] = Scenario(moves[i], weight, 1, 0);
            if (isOne) continue;
            scenarios[count++] = Scenario(moves[i], weight, 0, 0);
            scenarios[count++] = Scenario(moves[i], weight, -1, 0);
            if (moves[i] != 0) continue;
            scenarios[count++] = Scenario(0, weight, 0, 1);
            scenarios[count++] = Scenario(0, weight, 0, -1);
        }
        assert(count == 33);
    }
}
