// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ExoticLib} from "../math/ExoticLib.sol";
import {Cash} from "../types/Cash.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// What does one contract pay at its settlement price?

library PayoffLib {
    using SafeCast for uint256;

    /// @dev [1e18 units of account per contract] Exact.
    /// @param settlementPrice Of the expiry; for an Asian series that of its own window.
    /// @param isTouched Whether an observation of a barrier series was at or past its barrier; of no other kind.
    function perContract(SeriesId series, Price settlementPrice, bool isTouched) internal pure returns (uint256) {
        return ExoticLib.payoff(series.kind(), series.strike().raw(), settlementPrice.raw(), isTouched);
    }

    /// @dev Rounds down for longs and up, in magnitude, for shorts: the remainder is the house's, so an expiry never pays
    ///      out more than it takes in.
    /// @return payoff @return dust [1e-18 of the last digit] What rounding kept back.
    function payoffOf(
        SeriesId series,
        Size size,
        Price settlementPrice,
        bool isTouched
    ) internal pure returns (Cash payoff, uint256 dust) {
        int256 exact = size.raw() * perContract(series, settlementPrice, isTouched).toInt256();
        int256 whole = exact / 1e18;
        if (exact < 0 && whole * 1e18 != exact) --whole;
        // A remainder of flooring is never negative.
        return (Cash.wrap(whole), uint256(exact - whole * 1e18));
    }
}
