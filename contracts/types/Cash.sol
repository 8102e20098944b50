// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// How much money?

/// @dev Units of account, 18 decimals; negative is owed.
type Cash is int256;

using {
    addCash as +,
    subtractCash as -,
    negateCash as -,
    lessThanCash as <,
    atLeastCash as >=,
    greaterThanCash as >,
    atMostCash as <=,
    equalCash as ==
} for Cash global;
using CashLib for Cash global;

Cash constant NO_CASH = Cash.wrap(0);

function addCash(Cash a, Cash b) pure returns (Cash) {
    return Cash.wrap(Cash.unwrap(a) + Cash.unwrap(b));
}

function subtractCash(Cash a, Cash b) pure returns (Cash) {
    return Cash.wrap(Cash.unwrap(a) - Cash.unwrap(b));
}

function negateCash(Cash a) pure returns (Cash) {
    return Cash.wrap(-Cash.unwrap(a));
}

function lessThanCash(Cash a, Cash b) pure returns (bool) {
    return Cash.unwrap(a) < Cash.unwrap(b);
}

function atLeastCash(Cash a, Cash b) pure returns (bool) {
    return Cash.unwrap(a) >= Cash.unwrap(b);
}

function greaterThanCash(Cash a, Cash b) pure returns (bool) {
    return Cash.unwrap(a) > Cash.unwrap(b);
}

function atMostCash(Cash a, Cash b) pure returns (bool) {
    return Cash.unwrap(a) <= Cash.unwrap(b);
}

function equalCash(Cash a, Cash b) pure returns (bool) {
    return Cash.unwrap(a) == Cash.unwrap(b);
}

library CashLib {
    function raw(Cash a) internal pure returns (int256) {
        return Cash.unwrap(a);
    }

    function isNegative(Cash a) internal pure returns (bool) {
        return Cash.unwrap(a) < 0;
    }

    /// @dev The type's minimum has no magnitude and overflows, as checked arithmetic does.
    function magnitude(Cash a) internal pure returns (uint256) {
        int256 value = Cash.unwrap(a);
        return uint256(value < 0 ? -value : value);
    }
}
