// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginParameters, Scenario} from "../types/Margin.sol";

/// @title By which numbers does this universe live?
/// @notice Governance data: margin parameters and scenario grid per underlying, versioned, bounded in code. Set
///         through the AccessManager only.
interface IParameters {
    event GridChanged(uint8 indexed underlying, uint32 version, Scenario[] grid);
    event MarginParametersChanged(uint8 indexed underlying, uint32 version, MarginParameters parameters);

    /// @dev What was announced; it is in force at `endsAt`, and on its way until then.
    event ParameterChangeBegun(uint8 indexed underlying, MarginParameters target, uint64 endsAt);

    /// @dev The same of a grid.
    event GridChangeBegun(uint8 indexed underlying, Scenario[] target, uint64 endsAt);

    /// @notice Scenarios of `underlying`, at most MAX_SCENARIOS.
    function grid(uint8 underlying) external view returns (Scenario[] memory);

    function marginParameters(uint8 underlying) external view returns (MarginParameters memory);

    /// @notice Rises with every change of grid or parameters of `underlying`; zero before it is listed.
    function version(uint8 underlying) external view returns (uint32);

    /// @notice Governance alone. The first of an underlying are in force at once; every later change moves linearly over seven
    ///         days, so that nobody healthy under both ends is surprised (RULES B9). A new one starts from where the last stands.
    /// @custom:reverts ParameterOutOfBounds
    function setMarginParameters(uint8 underlying, MarginParameters calldata parameters) external;

    /// @notice Moves parameters and grid to where they are due; anyone may, once an hour, and at the end.
    /// @custom:reverts NothingToAdvance
    function advance(uint8 underlying) external;

    /// @notice The guardian alone, at once: less credit for bought options, which counts at INITIAL only. Holds until governance
    ///         sets parameters anew.
    /// @custom:reverts CreditNotLower, ParameterOutOfBounds
    function lowerLongCredit(uint8 underlying, uint32 credit) external;

    /// @return target What is on its way. @return endsAt [unix s] Zero where nothing is.
    function pendingParameters(uint8 underlying) external view returns (MarginParameters memory target, uint64 endsAt);

    /// @return target The grid on its way. @return endsAt [unix s] Zero where none is.
    function pendingGrid(uint8 underlying) external view returns (Scenario[] memory target, uint64 endsAt);

    /// @notice Data contract with parameters and grid as `NumbersLib` reads them: one cold account instead of forty slots.
    /// @custom:reverts UnderlyingNotListed
    function numbers(uint8 underlying) external view returns (address pointer);

    /// @notice Governance alone. The first of an underlying is in force at once. Later what is new, or weighs more, comes in over seven
    ///         days, and what is old, or weighs less, goes out over the next seven; both together fit into MAX_SCENARIOS, so a
    ///         change of more is several. A new one starts from where the last stands.
    /// @param grid Ascending by move; a rotation of the smile moves nothing else.
    /// @custom:reverts GridTooLarge, ScenarioOutOfBounds
    function setGrid(uint8 underlying, Scenario[] calldata grid) external;
}
