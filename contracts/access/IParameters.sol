// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginParameters, Scenario} from "../types/Margin.sol";

/// @title By which numbers does this universe live?
/// @notice Governance data: margin parameters and scenario grid per underlying, versioned, bounded in code. Set
///         through the AccessManager only.
interface IParameters {
    event GridChanged(uint8 indexed underlying, uint32 version, Scenario[] grid);
    event MarginParametersChanged(uint8 indexed underlying, uint32 version, MarginParameters parameters);

    /// @notice Scenarios of `underlying`, at most MAX_SCENARIOS.
    function grid(uint8 underlying) external view returns (Scenario[] memory);

    function marginParameters(uint8 underlying) external view returns (MarginParameters memory);

    /// @notice Rises with every change of grid or parameters of `underlying`; zero before it is listed.
    function version(uint8 underlying) external view returns (uint32);

    /// @custom:reverts ParameterOutOfBounds
    function setMarginParameters(uint8 underlying, MarginParameters calldata parameters) external;

    /// @notice Data contract with parameters and grid as `NumbersLib` reads them: one cold account instead of forty slots.
    /// @custom:reverts UnderlyingNotListed
    function numbers(uint8 underlying) external view returns (address pointer);

    /// @param grid Ascending by move; a rotation of the smile moves nothing else.
    /// @custom:reverts GridTooLarge, ScenarioOutOfBounds
    function setGrid(uint8 underlying, Scenario[] calldata grid) external;
}
