// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Whose account is it? The owner is part of the identifier, so ownership needs no storage read.

/// @dev `owner << 96 | index`: one address owns 2^96 accounts, each with its own margin.
type AccountId is uint256;

using AccountIdLib for AccountId global;
using {equal as ==, notEqual as !=} for AccountId global;

uint256 constant INDEX_BITS = 96;

function accountIdOf(address owner, uint96 index) pure returns (AccountId) {
    return AccountId.wrap((uint256(uint160(owner)) << INDEX_BITS) | index);
}

function equal(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) == AccountId.unwrap(b);
}

function notEqual(AccountId a, AccountId b) pure returns (bool) {
    return AccountId.unwrap(a) != AccountId.unwrap(b);
}

library AccountIdLib {
    function owner(AccountId account) internal pure returns (address) {
        return address(uint160(AccountId.unwrap(account) >> INDEX_BITS));
    }

    function index(AccountId account) internal pure returns (uint96) {
        return uint96(AccountId.unwrap(account));
    }

    function raw(AccountId account) internal pure returns (uint256) {
        return AccountId.unwrap(account);
    }
}
