// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Cash} from "./Cash.sol";
import {SeriesId} from "./SeriesId.sol";
import {Size} from "./Size.sol";

// What does an account hold?

/// @dev Most positions an account may hold, in pricing units (RULES A7).
uint256 constant MAX_POSITIONS = 64;

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
