// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {Level, LEVELS} from "../types/Level.sol";
import {Side} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";
import {Witness} from "../types/Margin.sol";

/// @title What must be held?
/// @notice Remembers nothing: takes a portfolio and marks and answers. Requirements round up, credits down.
/// @custom:source docs/METHODOLOGY.md#margin
interface IMargin {
    /// @param health By level, in the order of `Level`: what is left beyond the requirement; equity at MARK.
    ///        For BELOW each underlying counts at the candidate with the largest health, for ABOVE at the smallest.
    /// @param witnesses The worst scenario and the charges of every candidate, as a caller would name them.
    struct Assessment {
        Cash[LEVELS] health;
        Witness[] witnesses;
    }

    /// @notice The whole grid, under every price that a statement of `side` must hold under.
    function assess(AccountId account, Side side) external view returns (Assessment memory);

    /// @notice The same for any portfolio: what a trade would leave.
    function assessPortfolio(Portfolio calldata portfolio, Side side) external view returns (Assessment memory);

    /// @notice Only the named scenarios and charges, for the BELOW side: what a margin call, an auction start and a bid are judged by.
    ///         Never smaller than the whole grid would say.
    function assessAt(
        AccountId account,
        Witness[] calldata witnesses
    ) external view returns (Cash[LEVELS] memory health);

    function isBelow(AccountId account, Level level, Witness[] calldata witnesses) external view returns (bool);

    function isAbove(AccountId account, Level level) external view returns (bool);
}
