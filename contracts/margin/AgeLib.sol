// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How much more must be held because the surface is old? (RULES C7)

library AgeLib {
    uint256 private constant MILLION = 1e6;
    /// @dev [1e-6] Most that age adds.
    uint256 private constant MOST = 200_000;
    /// @dev [s] Until then a surface is as good as new: keepers write one an hour.
    uint256 private constant FRESH = 2 hours;
    /// @dev [s] From then on the lower levels widen too, over as long again.
    uint256 private constant OLD = 1 days;

    /// @dev [1e-6] Of INITIAL: grows from two hours to a day. Rounded up.
    function initialFactor(uint256 age) internal pure returns (uint256) {
        return MILLION + growth(age, FRESH, OLD);
    }

    /// @dev [1e-6] Of MAINTENANCE and CLOSEOUT: `factor` grows from one day to two. Rounded up.
    function lowerFactor(uint256 factor, uint256 age) internal pure returns (uint256) {
        uint256 more = factor * growth(age, OLD, 2 * OLD);
        return factor + (more + MILLION - 1) / MILLION;
    }

    function growth(uint256 age, uint256 from, uint256 to) private pure returns (uint256) {
        if (age <= from) return 0;
        if (age >= to) return MOST;
        return (MOST * (age - from) + (to - from) - 1) / (to - from);
    }
}
