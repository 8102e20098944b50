// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {GridTooLarge, ParameterOutOfBounds, ScenarioOutOfBounds, UnderlyingNotListed} from "../types/Errors.sol";
import {MAX_SCENARIOS, MarginParameters, Scenario} from "../types/Margin.sol";
import {IParameters} from "./IParameters.sol";
import {NumbersLib} from "./NumbersLib.sol";

// By which numbers does this universe live? The implementation: one data contract for each underlying.

contract Parameters is AccessManaged, IParameters {
    int256 private constant MILLION = 1e6;
    int256 private constant MOST_SPOT_MOVE = 10e6;

    struct Numbers {
        address pointer;
        uint32 version;
        bool hasParameters;
        bool hasGrid;
    }

    mapping(uint8 underlying => Numbers) private _numbers;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IParameters
    function setMarginParameters(uint8 underlying, MarginParameters calldata parameters) external restricted {
        _requireInBounds(parameters);

        Numbers storage stored = _numbers[underlying];
        (, uint256[] memory words) = _read(stored.pointer);
        stored.hasParameters = true;
        uint32 version_ = _write(stored, parameters, words);

        emit MarginParametersChanged(underlying, version_, parameters);
    }

    /// @inheritdoc IParameters
    function setGrid(uint8 underlying, Scenario[] calldata grid_) external restricted {
        _requireSound(grid_);

        Numbers storage stored = _numbers[underlying];
        (MarginParameters memory parameters, ) = _read(stored.pointer);
        stored.hasGrid = true;
        uint32 version_ = _write(stored, parameters, NumbersLib.wordsOf(grid_));

        emit GridChanged(underlying, version_, grid_);
    }

    /// @inheritdoc IParameters
    function grid(uint8 underlying) external view returns (Scenario[] memory scenarios) {
        (, uint256[] memory words) = _read(_numbers[underlying].pointer);
        scenarios = new Scenario[](words.length);
        for (uint256 i = 0; i < words.length; ++i) scenarios[i] = NumbersLib.scenarioOf(words[i]);
    }

    /// @inheritdoc IParameters
    function marginParameters(uint8 underlying) external view returns (MarginParameters memory parameters) {
        (parameters, ) = _read(_numbers[underlying].pointer);
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

    function _read(address pointer) private view returns (MarginParameters memory parameters, uint256[] memory words) {
        if (pointer != address(0)) (parameters, words) = NumbersLib.read(pointer);
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
        _requireBetween(10, p.longCredit, 500_000, 1_000_000);
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
