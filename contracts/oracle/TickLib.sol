// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExpLib} from "../math/ExpLib.sol";

// What price is a mean tick? A pool's tick t means 1.0001^t units of its second token for one of its first, in their own decimals.

library TickLib {
    /// @dev [1e36] ln 1.0001 and ln 10, to the last digit.
    int256 private constant LN_TICK = 99_995_000_333_308_335_333_166_680_951_131;
    int256 private constant LN_TEN = 2_302_585_092_994_045_684_017_991_454_684_364_208;
    /// @dev Beyond it no tick is: prices of a pool lie between 2^-128 and 2^128.
    int256 internal constant MAX_TICK = 887_272;
    /// @dev [1e18] Of a price with 18 decimals: from 1e-8, the step of an observation, to 1e12. What is outside is no price.
    uint256 private constant MIN_PRICE = 1e10;
    uint256 private constant MAX_PRICE = 1e30;
    int256 private constant MAX_EXPONENT = 28e18; // e^28 > 1e12

    /// @dev 1.0001^(tickSum / period) · 10^decimalShift, or its inverse where the pool has the quote first: in 18 decimals, zero
    ///      where there is no such price. The geometric mean of the prices over the period: the tick itself is never rounded.
    ///      Error: the exponent's is below 1e-18 + 1 in its last digit, that of ExpLib below 8.5e-19: 4e-18 of the price, and one
    ///      in its last digit (against a reference of 50 digits in test/contracts/oracle/TickLib.t.sol).
    /// @param tickSum Seconds times ticks. @param period [s] Not zero.
    /// @param decimalShift Decimals of the base less those of the quote.
    function meanPrice(
        int256 tickSum,
        int256 period,
        int256 decimalShift,
        bool isInverse
    ) internal pure returns (uint256 price) {
        if (tickSum > MAX_TICK * period || tickSum < -MAX_TICK * period) return 0;
        // At most 887,272 · 2^32 · 1e32: far inside 256 bits.
        int256 exponent = ((isInverse ? -tickSum : tickSum) * LN_TICK) / period + decimalShift * LN_TEN;
        exponent /= 1e18;
        if (exponent > MAX_EXPONENT) return 0;
        price = ExpLib.expWad(exponent);
        if (price < MIN_PRICE || price > MAX_PRICE) return 0;
    }
}
