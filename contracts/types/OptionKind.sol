// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Which payoff does a series have? Kinds are part of the identifier from the first day; those that are not yet
// priced are refused at the trade.

enum OptionKind {
    CALL,
    PUT,
    DIGITAL_CALL,
    DIGITAL_PUT,
    DOWN_OUT_CALL,
    DOWN_OUT_PUT,
    DOWN_IN_CALL,
    DOWN_IN_PUT,
    UP_OUT_CALL,
    UP_OUT_PUT,
    UP_IN_CALL,
    UP_IN_PUT,
    ASIAN_CALL,
    ASIAN_PUT
}

uint8 constant LAST_KIND = uint8(OptionKind.ASIAN_PUT);
