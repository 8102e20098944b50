// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Cash} from "./Cash.sol";
import {SeriesId} from "./SeriesId.sol";
import {Size} from "./Size.sol";

// What does an account hold?

/// @dev Most that the positions of an account may cost, in pricing units (RULES A7): each its kind's, and each strike of an expiry
///      that any of them has, once. Calls and puts on 32 strikes, or calls on 45, 22 digitals, 21
///      averages, 6 barriers.
uint256 constant MAX_PRICING_UNITS = 320;
uint16 constant STRIKE_UNITS = 4;

/// @dev Most assets of a universe, cash (zero) among them: an account's underlyings are one 64-bit set.
uint8 constant MAX_ASSETS = 64;

struct Position {
    SeriesId series;
    Size size;
}

/// @dev `amount` [1e18 units of the underlying] held as collateral.
struct Collateral {
    uint8 underlying;
    uint256 amount;
}

/// @param positions In no particular order; series are distinct.
/// @param collateral One entry for each underlying held, in ascending order.
struct Portfolio {
    Cash cash;
    Position[] positions;
    Collateral[] collateral;
}
