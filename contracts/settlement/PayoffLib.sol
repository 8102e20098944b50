// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Cash} from "../types/Cash.sol";
import {PayoffNotObserved} from "../types/Errors.sol";
import {OptionKind} from "../types/OptionKind.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// What does one contract pay at its settlement price?

/// @dev A digital pays one unit of account.
uint256 constant DIGITAL_PAYOFF = 1e18;

library PayoffLib {
    using SafeCast for uint256;

    /// @dev Whether the settlement price alone decides. Barriers and averages need observations of their own.
    function isDecidedByPrice(OptionKind kind) internal pure returns (bool) {
        return kind <= OptionKind.DIGITAL_PUT;
    }

    /// @dev [1e18 units of account per contract] Exact. At the strike a digital call pays and a digital put does not, so
    ///      that the two always pay one together.
    function perContract(SeriesId series, Price settlementPrice) internal pure returns (uint256) {
        OptionKind kind = series.kind();
        uint256 price = settlementPrice.raw();
        uint256 strike = series.strike().raw();
        if (kind == OptionKind.CALL) return price > strike ? price - strike : 0;
        if (kind == OptionKind.PUT) return strike > price ? strike - price : 0;
        if (kind == OptionKind.DIGITAL_CALL) return price >= strike ? DIGITAL_PAYOFF : 0;
        if (kind == OptionKind.DIGITAL_PUT) return price < strike ? DIGITAL_PAYOFF : 0;
        revert PayoffNotObserved(series.raw());
    }

    /// @dev Rounds down for longs and up, in magnitude, for shorts: the remainder is the house's, so an expiry never pays
    ///      out more than it takes in.
    /// @return payoff @return dust [1e-18 of the last digit] What rounding kept back.
    function payoffOf(
        SeriesId series,
        Size size,
        Price settlementPrice
    ) internal pure returns (Cash payoff, uint256 dust) {
        int256 exact = size.raw() * perContract(series, settlementPrice).toInt256();
        int256 whole = exact / 1e18;
        if (exact < 0 && whole * 1e18 != exact) --whole;
        // A remainder of flooring is never negative.
        return (Cash.wrap(whole), uint256(exact - whole * 1e18));
    }
}
