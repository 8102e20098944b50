// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {
    CreditNotLower,
    GridTooLarge,
    NothingToAdvance,
    ParameterOutOfBounds,
    ScenarioOutOfBounds,
    UnderlyingNotListed
} from "../types/Errors.sol";
import {MAX_SCENARIOS, MarginParameters, Scenario} from "../types/Margin.sol";
import {GridLib} from "./GridLib.sol";
import {IParameters} from "./IParameters.sol";
import {NumbersLib} from "./NumbersLib.sol";

// By which numbers does this universe live? The implementation: one data contract for each underlying.

contract Parameters is AccessManaged, IParameters {
    int256 private constant MILLION = 1e6;
    int256 private constant MOST_SPOT_MOVE = 10e6;

    /// @dev [s] How long a change takes, and how often it may be moved on: each step has everybody's margin computed anew.
    uint64 private constant CHANGE_SECONDS = 7 days;
    /// @dev [s] Of a grid: what is new comes in over as long as that, and what is old goes out over as long again.
    uint64 private constant GRID_HALF_SECONDS = 7 days;
    uint64 private constant STEP_SECONDS = 1 hours;
    uint256 private constant LEAST_CREDIT = 500_000;

    /// @param creditCap [1e-6] The guardian's, on the credit for bought options; zero for none.
    struct Numbers {
        address pointer;
        uint32 version;
        bool hasParameters;
        bool hasGrid;
        uint32 creditCap;
    }

    /// @param from @param target Data contracts. @param begunAt @param movedAt [unix s]
    struct Change {
        address from;
        uint64 begunAt;
        address target;
        uint64 movedAt;
    }

    mapping(uint8 underlying => Numbers) private _numbers;
    mapping(uint8 underlying => Change) private _changes;
    mapping(uint8 underlying => Change) private _gridChanges;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IParameters
    function setMarginParameters(uint8 underlying, MarginParameters calldata parameters) external restricted {
        _requireInBounds(parameters);

        Numbers storage stored = _numbers[underlying];
        stored.creditCap = 0;
        if (stored.hasParameters) _begin(underlying, stored.pointer, parameters);
        else _setParameters(underlying, stored, parameters);
    }

    /// @inheritdoc IParameters
    function advance(uint8 underlying) external {
        uint256 from = _dueAt(_changes[underlying], CHANGE_SECONDS);
        uint256 gridFrom = _dueAt(_gridChanges[underlying], 2 * GRID_HALF_SECONDS);
        uint256 first = from < gridFrom ? from : gridFrom;
        require(block.timestamp >= first, NothingToAdvance(underlying, first == type(uint256).max ? 0 : first));

        if (block.timestamp >= from) _advanceParameters(underlying);
        if (block.timestamp >= gridFrom) _advanceGrid(underlying);
    }

    /// @inheritdoc IParameters
    function lowerLongCredit(uint8 underlying, uint32 credit) external restricted {
        Numbers storage stored = _numbers[underlying];
        (MarginParameters memory parameters, ) = _read(stored.pointer);
        require(credit < parameters.longCredit, CreditNotLower(credit, parameters.longCredit));
        _requireBetween(10, credit, LEAST_CREDIT, 1_000_000);

        stored.creditCap = credit;
        parameters.longCredit = credit;
        _setParameters(underlying, stored, parameters);
    }

    /// @inheritdoc IParameters
    function setGrid(uint8 underlying, Scenario[] calldata grid_) external restricted {
        _requireSound(grid_);

        Numbers storage stored = _numbers[underlying];
        if (stored.hasGrid) _beginGrid(underlying, stored.pointer, grid_);
        else _setGrid(underlying, stored, grid_);
    }

    /// @inheritdoc IParameters
    function grid(uint8 underlying) external view returns (Scenario[] memory) {
        return _gridOf(_numbers[underlying].pointer);
    }

    /// @inheritdoc IParameters
    function marginParameters(uint8 underlying) external view returns (MarginParameters memory parameters) {
        (parameters, ) = _read(_numbers[underlying].pointer);
    }

    /// @inheritdoc IParameters
    function pendingParameters(uint8 underlying) external view returns (MarginParameters memory target, uint64 endsAt) {
        Change memory change = _changes[underlying];
        if (change.target == address(0)) return (target, 0);
        (target, ) = _read(change.target);
        endsAt = change.begunAt + CHANGE_SECONDS;
    }

    /// @inheritdoc IParameters
    function pendingGrid(uint8 underlying) external view returns (Scenario[] memory target, uint64 endsAt) {
        Change memory change = _gridChanges[underlying];
        if (change.target == address(0)) return (target, 0);
        return (_gridOf(change.target), change.begunAt + 2 * GRID_HALF_SECONDS);
    }

    /// @inheritdoc IParameters
    function numbers(uint8 underlying) external view returns (address pointer) {
        Numbers storage stored = _numbers[underlying];
        require(stored.hasParameters && stored.hasGrid, UnderlyingNotListed(underlying));
        return stored.pointer;
    }

    /// @inheritdoc IParameters
    function version(uint8 underlying) external view returns (uint32) {
        return _numbers[underlying].version;
    }

    function _setParameters(uint8 underlying, Numbers storage stored, MarginParameters memory parameters) private {
        (, uint256[] memory words) = _read(stored.pointer);
        stored.hasParameters = true;
        uint32 version_ = _write(stored, parameters, words);
        emit MarginParametersChanged(underlying, version_, parameters);
    }

    function _setGrid(uint8 underlying, Numbers storage stored, Scenario[] memory grid_) private {
        (MarginParameters memory parameters, ) = _read(stored.pointer);
        stored.hasGrid = true;
        uint32 version_ = _write(stored, parameters, NumbersLib.wordsOf(grid_));
        emit GridChanged(underlying, version_, grid_);
    }

    // ---- changes ---------------------------------------------------------------------------------------------

    /// @dev From what is in force now, wherever an earlier change has come to.
    function _begin(uint8 underlying, address from, MarginParameters calldata target) private {
        address pointer = NumbersLib.write(NumbersLib.encode(target, new uint256[](0)));
        uint64 now_ = uint64(block.timestamp);
        _changes[underlying] = Change(from, now_, pointer, now_);
        emit ParameterChangeBegun(underlying, target, now_ + CHANGE_SECONDS);
    }

    function _beginGrid(uint8 underlying, address from, Scenario[] memory target) private {
        uint256 both = GridLib.union(_gridOf(from), target).length;
        require(both <= MAX_SCENARIOS, GridTooLarge(both, MAX_SCENARIOS));

        MarginParameters memory none;
        address pointer = NumbersLib.write(NumbersLib.encode(none, NumbersLib.wordsOf(target)));
        uint64 now_ = uint64(block.timestamp);
        _gridChanges[underlying] = Change(from, now_, pointer, now_);
        emit GridChangeBegun(underlying, target, now_ + 2 * GRID_HALF_SECONDS);
    }

    /// @return [unix s] An hour after the last step, or at its end; never where nothing is on its way.
    function _dueAt(Change memory change, uint64 duration) private pure returns (uint256) {
        if (change.target == address(0)) return type(uint256).max;
        uint256 next = change.movedAt + STEP_SECONDS;
        uint256 end = change.begunAt + duration;
        return next < end ? next : end;
    }

    function _advanceParameters(uint8 underlying) private {
        Change memory change = _changes[underlying];
        uint256 elapsed = _move(_changes[underlying], CHANGE_SECONDS);
        Numbers storage stored = _numbers[underlying];
        MarginParameters memory due = _between(change.from, change.target, elapsed);
        if (stored.creditCap != 0 && stored.creditCap < due.longCredit) due.longCredit = stored.creditCap;
        _setParameters(underlying, stored, due);
    }

    function _advanceGrid(uint8 underlying) private {
        Change memory change = _gridChanges[underlying];
        uint256 elapsed = _move(_gridChanges[underlying], 2 * GRID_HALF_SECONDS);
        Scenario[] memory from = _gridOf(change.from);
        Scenario[] memory due = GridLib.between(from, _gridOf(change.target), elapsed, GRID_HALF_SECONDS);
        _setGrid(underlying, _numbers[underlying], due);
    }

    /// @return elapsed [s] Since it began, at most `duration`, after which it is over.
    function _move(Change storage change, uint64 duration) private returns (uint256 elapsed) {
        elapsed = block.timestamp - change.begunAt;
        if (elapsed < duration) {
            change.movedAt = uint64(block.timestamp);
            return elapsed;
        }
        (change.from, change.begunAt, change.target, change.movedAt) = (address(0), 0, address(0), 0);
        return duration;
    }

    /// @dev Each number on the straight line between two that are within bounds, hence within them.
    function _between(address from, address target, uint256 elapsed) private view returns (MarginParameters memory) {
        (MarginParameters memory first, ) = _read(from);
        (MarginParameters memory last, ) = _read(target);
        uint256[16] memory a = abi.decode(abi.encode(first), (uint256[16]));
        uint256[16] memory b = abi.decode(abi.encode(last), (uint256[16]));
        for (uint256 i = 0; i < 16; ++i) a[i] = (a[i] * (CHANGE_SECONDS - elapsed) + b[i] * elapsed) / CHANGE_SECONDS;
        return abi.decode(abi.encode(a), (MarginParameters));
    }

    function _read(address pointer) private view returns (MarginParameters memory parameters, uint256[] memory words) {
        if (pointer != address(0)) words = NumbersLib.read(pointer, parameters);
    }

    function _gridOf(address pointer) private view returns (Scenario[] memory scenarios) {
        (, uint256[] memory words) = _read(pointer);
        scenarios = new Scenario[](words.length);
        for (uint256 i = 0; i < words.length; ++i) scenarios[i] = NumbersLib.scenarioOf(words[i]);
    }

    function _write(
        Numbers storage stored,
        MarginParameters memory parameters,
        uint256[] memory words
    ) private returns (uint32 version_) {
        version_ = stored.version + 1;
        stored.version = version_;
        stored.pointer = NumbersLib.write(NumbersLib.encode(parameters, words));
    }

    /// @dev Bounds that keep the risk function total: no volatility, forward or factor can turn negative inside them.
    function _requireInBounds(MarginParameters calldata p) private pure {
        _requireBetween(0, p.closeoutFactor, 300_000, p.maintenanceFactor);
        _requireBetween(1, p.maintenanceFactor, p.closeoutFactor, 1_000_000);
        _requireBetween(2, p.volatilityUp, 0, 3_000_000);
        _requireBetween(3, p.volatilityDown, 0, 300_000); // times 30^0.35 stays below one
        _requireBetween(4, p.volatilityFloor, 0, 3_000_000);
        _requireBetween(5, p.shortPower, 0, 350_000);
        _requireBetween(6, p.longPower, 0, 350_000);
        _requireBetween(7, p.skewShift, 0, 400_000); // twice it stays below one
        _requireBetween(8, p.basisShock, 0, 200_000);
        _requireBetween(9, p.gapVolatility, 0, 1_000_000);
        _requireBetween(10, p.longCredit, LEAST_CREDIT, 1_000_000);
        _requireBetween(11, p.concentrationSlope, 0, 10_000_000);
        _requireBetween(12, p.concentrationLoss, 1e18, 1e36);
        _requireBetween(13, p.nakedContingency, 0, 200_000);
        _requireBetween(14, p.collateralHaircut, 0, 500_000);
        _requireBetween(15, p.keeperReserve, 0, 1e24);
    }

    function _requireBetween(uint256 position, uint256 value, uint256 least, uint256 most) private pure {
        require(value >= least && value <= most, ParameterOutOfBounds(position, value, least, most));
    }

    /// @dev Ascending by move, so that neighbours are next to each other; a rotation moves nothing else.
    function _requireSound(Scenario[] calldata grid_) private pure {
        require(grid_.length > 0 && grid_.length <= MAX_SCENARIOS, GridTooLarge(grid_.length, MAX_SCENARIOS));
        int256 previous = -MILLION + 1;
        for (uint256 i = 0; i < grid_.length; ++i) {
            Scenario calldata s = grid_[i];
            bool isSound =
                s.spotMove >= previous &&
                    s.spotMove <= MOST_SPOT_MOVE &&
                    s.weight > 0 &&
                    s.weight <= uint256(MILLION) &&
                    _isDirection(s.volatilityMove) &&
                    _isDirection(s.skew) &&
                    (s.skew == 0 || (s.spotMove == 0 && s.volatilityMove == 0));
            require(isSound, ScenarioOutOfBounds(i, s.spotMove, s.weight));
            previous = s.spotMove;
        }
    }

    function _isDirection(int8 value) private pure returns (bool) {
        return value >= -1 && value <= 1;
    }
}
