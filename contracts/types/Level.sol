// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How much must be held, and for what?

/// @dev MARK is equity. A healthy account is above all four.
enum Level {
    MARK, // equity
    CLOSEOUT, // below it an auction may start at once
    MAINTENANCE, // below it the account may be called
    INITIAL // trades and withdrawals must stay above it
}

uint256 constant LEVELS = 4;
