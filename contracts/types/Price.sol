// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What is one unit worth?

/// @dev Units of account per unit of underlying, 18 decimals.
type Price is uint256;

using PriceLib for Price global;
using {lessThanPrice as <, greaterThanPrice as >, equalPrice as ==} for Price global;

function lessThanPrice(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) < Price.unwrap(b);
}

function greaterThanPrice(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) > Price.unwrap(b);
}

function equalPrice(Price a, Price b) pure returns (bool) {
    return Price.unwrap(a) == Price.unwrap(b);
}

library PriceLib {
    function raw(Price price) internal pure returns (uint256) {
        return Price.unwrap(price);
    }
}
