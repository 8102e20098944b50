// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Which payoff does a series have? Kinds are part of the identifier from the first day. Even ones are calls, odd ones puts.

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

/// @dev [1e18 units of account] What a digital pays.
uint256 constant DIGITAL_PAYOFF = 1e18;

using {isCall, isDigital, isBarrier, isKnockIn, isUp, isAsian, isPathDependent, pricingUnits} for OptionKind global;

function isCall(OptionKind kind) pure returns (bool) {
    return uint8(kind) & 1 == 0;
}

function isDigital(OptionKind kind) pure returns (bool) {
    return kind == OptionKind.DIGITAL_CALL || kind == OptionKind.DIGITAL_PUT;
}

function isBarrier(OptionKind kind) pure returns (bool) {
    return kind >= OptionKind.DOWN_OUT_CALL && kind <= OptionKind.UP_IN_PUT;
}

/// @dev Of a barrier kind.
function isKnockIn(OptionKind kind) pure returns (bool) {
    return uint8(kind) & 2 != 0;
}

/// @dev Of a barrier kind: touched from below.
function isUp(OptionKind kind) pure returns (bool) {
    return kind >= OptionKind.UP_OUT_CALL;
}

function isAsian(OptionKind kind) pure returns (bool) {
    return kind >= OptionKind.ASIAN_CALL;
}

/// @dev Whether more than the settlement price decides what it pays.
function isPathDependent(OptionKind kind) pure returns (bool) {
    return kind >= OptionKind.DOWN_OUT_CALL;
}

/// @dev What a position costs to value and to move, its strike apart (RULES A7; measured, docs/decisions/0015).
function pricingUnits(OptionKind kind) pure returns (uint16) {
    if (isBarrier(kind)) return 49;
    if (isAsian(kind)) return 11;
    return isDigital(kind) ? 10 : 3;
}
