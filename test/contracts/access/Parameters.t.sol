// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {NumbersLib} from "../../../contracts/access/NumbersLib.sol";
import {Parameters} from "../../../contracts/access/Parameters.sol";
import {
    CreditNotLower,
    GridTooLarge,
    NothingToAdvance,
    ParameterOutOfBounds,
    ScenarioOutOfBounds,
    UnderlyingNotListed
} from "../../../contracts/types/Errors.sol";
import {MAX_SCENARIOS, MarginParameters, Scenario} from "../../../contracts/types/Margin.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract ParametersTest is Test {
    uint8 private constant ETH = 1;
    uint256 private constant START = 1_600_000_000;
    Parameters private parameters;

    function setUp() public {
        parameters = Parameters(
            deploy("Parameters.sol:Parameters", abi.encode(address(new AccessManager(address(this)))))
        );
    }

    function test_whatIsReadIsWhatWasSet() public {
        MarginParameters memory set = sound();
        Scenario[] memory grid = threeScenarios();
        parameters.setMarginParameters(ETH, set);
        parameters.setGrid(ETH, grid);
        assertEq(keccak256(abi.encode(parameters.marginParameters(ETH))), keccak256(abi.encode(set)), "parameters");
        assertEq(keccak256(abi.encode(parameters.grid(ETH))), keccak256(abi.encode(grid)), "grid");
        MarginParameters memory read;
        uint256[] memory words = NumbersLib.read(parameters.numbers(ETH), read);
        assertEq(keccak256(abi.encode(read)), keccak256(abi.encode(set)), "numbers");
        assertEq(words.length, 3, "scenarios");
    }

    function test_theVersionRisesWithEveryChange() public {
        assertEq(parameters.version(ETH), 0, "before");
        parameters.setMarginParameters(ETH, sound());
        parameters.setGrid(ETH, threeScenarios());
        assertEq(parameters.version(ETH), 2, "after");
    }

    function test_numbersAreRefusedUntilBothAreSet() public {
        parameters.setGrid(ETH, threeScenarios());
        vm.expectRevert(abi.encodeWithSelector(UnderlyingNotListed.selector, ETH));
        parameters.numbers(ETH);
    }

    function test_aStrangerMaySetNothing() public {
        address stranger = addressOf("stranger");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        parameters.setMarginParameters(ETH, sound());
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        parameters.setGrid(ETH, threeScenarios());
    }

    function test_factorsFallByLevel() public {
        MarginParameters memory set = sound();
        set.closeoutFactor = 900_000;
        vm.expectRevert(abi.encodeWithSelector(ParameterOutOfBounds.selector, 0, 900_000, 300_000, 800_000));
        parameters.setMarginParameters(ETH, set);
    }

    function test_positiveValueIsNeverScaledUp() public {
        MarginParameters memory set = sound();
        set.longCredit = 1_000_001;
        vm.expectRevert(abi.encodeWithSelector(ParameterOutOfBounds.selector, 10, 1_000_001, 500_000, 1_000_000));
        parameters.setMarginParameters(ETH, set);
    }

    function test_aGridOfNothingOrTooMuchIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(GridTooLarge.selector, 0, MAX_SCENARIOS));
        parameters.setGrid(ETH, new Scenario[](0));
        vm.expectRevert(abi.encodeWithSelector(GridTooLarge.selector, MAX_SCENARIOS + 1, MAX_SCENARIOS));
        parameters.setGrid(ETH, new Scenario[](MAX_SCENARIOS + 1));
    }

    function test_aMoveToNothingAndADescendingGridAreRefused() public {
        Scenario[] memory grid = threeScenarios();
        grid[0].spotMove = -1e6;
        vm.expectRevert(abi.encodeWithSelector(ScenarioOutOfBounds.selector, 0, -1e6, 1e6));
        parameters.setGrid(ETH, grid);
        grid = threeScenarios();
        grid[2].spotMove = -500_000;
        vm.expectRevert(abi.encodeWithSelector(ScenarioOutOfBounds.selector, 2, -500_000, 1e6));
        parameters.setGrid(ETH, grid);
    }

    // ---- changes ---------------------------------------------------------------------------------------------

    function test_aChangeMovesLinearlyOverSevenDays() public {
        _list();
        MarginParameters memory target = sound();
        (target.maintenanceFactor, target.keeperReserve) = (900_000, 95e18);
        parameters.setMarginParameters(ETH, target);
        assertEq(parameters.marginParameters(ETH).maintenanceFactor, 800_000, "nothing at once");
        vm.warp(START + 3.5 days);
        parameters.advance(ETH);
        assertEq(parameters.marginParameters(ETH).maintenanceFactor, 850_000, "half of it after half the time");
        assertEq(parameters.marginParameters(ETH).keeperReserve, 60e18, "of each");
        (, uint64 endsAt) = parameters.pendingParameters(ETH);
        assertEq(endsAt, START + 7 days, "on its way");
        vm.warp(START + 8 days);
        parameters.advance(ETH);
        assertEq(keccak256(abi.encode(parameters.marginParameters(ETH))), keccak256(abi.encode(target)), "all of it");
        assertEq(parameters.grid(ETH).length, 3, "the grid is as it was");
        vm.expectRevert(abi.encodeWithSelector(NothingToAdvance.selector, ETH, 0));
        parameters.advance(ETH);
    }

    /// @dev Each step has every account's margin computed anew: nobody may cause that every block.
    function test_aChangeIsMovedOnOnceAnHour() public {
        _list();
        parameters.setMarginParameters(ETH, sound());
        vm.expectRevert(abi.encodeWithSelector(NothingToAdvance.selector, ETH, START + 1 hours));
        parameters.advance(ETH);
        vm.warp(START + 1 hours);
        parameters.advance(ETH);
        vm.expectRevert(abi.encodeWithSelector(NothingToAdvance.selector, ETH, START + 2 hours));
        parameters.advance(ETH);
    }

    function test_aNewChangeStartsFromWhereTheLastStands() public {
        _list();
        MarginParameters memory target = sound();
        target.maintenanceFactor = 900_000;
        parameters.setMarginParameters(ETH, target);
        vm.warp(START + 3.5 days);
        parameters.advance(ETH);
        parameters.setMarginParameters(ETH, sound());
        vm.warp(START + 7 days);
        parameters.advance(ETH);
        assertEq(parameters.marginParameters(ETH).maintenanceFactor, 825_000, "half way back");
    }

    function testFuzz_onItsWayEveryNumberLiesBetweenItsEnds(uint32 maintenance, uint128 reserve, uint256 time) public {
        _list();
        MarginParameters memory target = sound();
        target.maintenanceFactor = uint32(bound(maintenance, 600_000, 1_000_000));
        target.keeperReserve = uint128(bound(reserve, 0, 1e24));
        parameters.setMarginParameters(ETH, target);
        vm.warp(START + bound(time, 1 hours, 14 days));
        parameters.advance(ETH);
        MarginParameters memory its = parameters.marginParameters(ETH);
        _requireAmong(its.maintenanceFactor, 800_000, target.maintenanceFactor);
        _requireAmong(its.keeperReserve, 25e18, target.keeperReserve);
        assertEq(its.closeoutFactor, 600_000, "what does not change stays");
    }

    /// @dev The guardian's brake is not undone by a change that was on its way.
    function test_theGuardiansCapOutlivesAChangeAndFallsWithTheNext() public {
        _list();
        MarginParameters memory target = sound();
        target.longCredit = 990_000;
        parameters.setMarginParameters(ETH, target);
        parameters.lowerLongCredit(ETH, 700_000);
        vm.warp(START + 7 days);
        parameters.advance(ETH);
        assertEq(parameters.marginParameters(ETH).longCredit, 700_000, "capped");
        vm.expectRevert(abi.encodeWithSelector(CreditNotLower.selector, 700_000, 700_000));
        parameters.lowerLongCredit(ETH, 700_000);
        vm.expectRevert(abi.encodeWithSelector(ParameterOutOfBounds.selector, 10, 499_999, 500_000, 1_000_000));
        parameters.lowerLongCredit(ETH, 499_999);
        parameters.setMarginParameters(ETH, target);
        vm.warp(START + 14 days);
        parameters.advance(ETH);
        assertEq(parameters.marginParameters(ETH).longCredit, 990_000, "governance has spoken");
    }

    // ---- changes of the grid ---------------------------------------------------------------------------------

    function test_aGridComesInOverAWeekAndTheOldOneGoesOutOverTheNext() public {
        _list();
        Scenario[] memory target = wider();
        parameters.setGrid(ETH, target);
        assertEq(parameters.grid(ETH).length, 3, "nothing at once");
        vm.warp(START + 3.5 days);
        parameters.advance(ETH);
        Scenario[] memory grid = parameters.grid(ETH);
        assertEq(grid.length, 4, "both are in force");
        assertEq(grid[0].spotMove, -250_000, "the new one");
        assertEq(grid[0].weight, 500_000, "by half");
        assertEq(grid[1].weight, 1e6, "the old one whole");
        vm.warp(START + 10.5 days);
        parameters.advance(ETH);
        grid = parameters.grid(ETH);
        assertEq(grid[0].weight, 1e6, "the new one whole");
        assertEq(grid[1].weight, 500_000, "the old one by half");
        (Scenario[] memory pending, uint64 endsAt) = parameters.pendingGrid(ETH);
        assertEq(keccak256(abi.encode(pending)), keccak256(abi.encode(target)), "what is on its way");
        assertEq(endsAt, START + 14 days, "and until when");
        vm.warp(START + 14 days);
        parameters.advance(ETH);
        assertEq(keccak256(abi.encode(parameters.grid(ETH))), keccak256(abi.encode(target)), "all of it");
        (, endsAt) = parameters.pendingGrid(ETH);
        assertEq(endsAt, 0, "nothing is on its way");
        vm.expectRevert(abi.encodeWithSelector(NothingToAdvance.selector, ETH, 0));
        parameters.advance(ETH);
    }

    function test_bothGridsTogetherFitIntoTheMostScenarios() public {
        _list();
        Scenario[] memory target = new Scenario[](MAX_SCENARIOS - 2);
        for (uint256 i = 0; i < target.length; ++i) {
            target[i] = Scenario({spotMove: int32(int256(i + 1)), weight: 1e6, volatilityMove: 0, skew: 0});
        }
        vm.expectRevert(abi.encodeWithSelector(GridTooLarge.selector, MAX_SCENARIOS + 1, MAX_SCENARIOS));
        parameters.setGrid(ETH, target);
    }

    function test_gridAndParametersMoveAtOnceAndEachAtItsOwnPace() public {
        _list();
        MarginParameters memory set = sound();
        set.maintenanceFactor = 900_000;
        parameters.setMarginParameters(ETH, set);
        parameters.setGrid(ETH, wider());
        vm.warp(START + 7 days);
        parameters.advance(ETH);
        assertEq(parameters.marginParameters(ETH).maintenanceFactor, 900_000, "the parameters have arrived");
        assertEq(parameters.grid(ETH).length, 4, "the grid is half way");
        assertEq(parameters.version(ETH), 4, "a version each");
        vm.expectRevert(abi.encodeWithSelector(NothingToAdvance.selector, ETH, START + 7 days + 1 hours));
        parameters.advance(ETH);
    }

    function wider() private pure returns (Scenario[] memory grid) {
        grid = threeScenarios();
        grid[0].spotMove = -250_000;
    }

    function _list() private {
        vm.warp(START);
        parameters.setMarginParameters(ETH, sound());
        parameters.setGrid(ETH, threeScenarios());
    }

    function _requireAmong(uint256 value, uint256 a, uint256 b) private pure {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        assertTrue(value >= low && value <= high, "between its ends");
    }

    function threeScenarios() private pure returns (Scenario[] memory grid) {
        grid = new Scenario[](3);
        grid[0] = Scenario({spotMove: -180_000, weight: 1e6, volatilityMove: 1, skew: 0});
        grid[1] = Scenario({spotMove: 0, weight: 1e6, volatilityMove: 0, skew: -1});
        grid[2] = Scenario({spotMove: 5e6, weight: 27_720, volatilityMove: -1, skew: 0});
        // Neighbours stay in order, and the last has the weight that the refusal above compares.
        grid[2].weight = 1e6;
    }

    function sound() private pure returns (MarginParameters memory) {
        return
            MarginParameters({
                closeoutFactor: 600_000,
                maintenanceFactor: 800_000,
                volatilityUp: 500_000,
                volatilityDown: 300_000,
                volatilityFloor: 400_000,
                shortPower: 300_000,
                longPower: 130_000,
                skewShift: 100_000,
                basisShock: 45_000,
                gapVolatility: 90_000,
                longCredit: 950_000,
                concentrationSlope: 250_000,
                concentrationLoss: 10_000_000e18,
                nakedContingency: 5_000,
                collateralHaircut: 30_000,
                keeperReserve: 25e18
            });
    }
}
