// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Cash} from "../types/Cash.sol";
import {FEE_UNIT, PENALTY_SHARE} from "../types/Fees.sol";
import {Size} from "../types/Size.sol";

// At which price is a failing portfolio offered, and how much of it may be taken?

/// @dev [1e18] The whole: of a portfolio, or of a share.
uint256 constant WHOLE = 1e18;

/// @dev Share of the maintenance margin below equity: 2 % at the start, 20 % after 15 minutes, all of it after an hour of
///      market time, in straight lines (RULES D3).
uint256 constant FIRST_SHARE = 0.02e18;
uint256 constant MIDDLE_SHARE = 0.2e18;
uint64 constant MIDDLE_SECONDS = 15 minutes;
uint64 constant LAST_SECONDS = 60 minutes;

/// @dev ρ: the fund pays at most this share of the maintenance margin beyond the deficit itself (RULES D3).
uint256 constant FUND_SHARE = 0.1e18;

/// @dev Least fraction of a bid, unless it takes the rest (RULES D4).
uint256 constant LEAST_FRACTION = 0.01e18;

/// @dev Added to the fraction that restores the buffer, so that rounding cannot leave the account a hair below it.
uint256 constant RESTORING_MARGIN = 1e9;

library AuctionLib {
    using SafeCast for uint256;

    /// @dev x [1e18] after `elapsed` seconds of market time. Rounds down.
    function discountShareAt(uint64 elapsed) internal pure returns (uint256) {
        if (elapsed >= LAST_SECONDS) return WHOLE;
        if (elapsed >= MIDDLE_SECONDS) {
            uint256 rise = (WHOLE - MIDDLE_SHARE) * (elapsed - MIDDLE_SECONDS);
            return MIDDLE_SHARE + rise / (LAST_SECONDS - MIDDLE_SECONDS);
        }
        return FIRST_SHARE + ((MIDDLE_SHARE - FIRST_SHARE) * elapsed) / MIDDLE_SECONDS;
    }

    /// @dev Price of the whole: E − x·R, not below 0 while E ≥ 0, not below E − ρR while E < 0. Rounds down, so that the
    ///      discount of the bidder is at least the share told.
    /// @param equity E.
    /// @param maintenance R ≥ 0.
    /// @param reserve ≥ 0: what of a requirement is the same for a part as for the whole. An account that is above
    ///        MAINTENANCE again keeps it: else selling a part would leave less health than there was.
    function priceOf(Cash equity, Cash maintenance, Cash reserve, uint256 discountShare) internal pure returns (Cash) {
        bool isSolvent = !equity.isNegative();
        uint256 share = isSolvent ? discountShare : Math.min(discountShare, FUND_SHARE);
        uint256 discount = Math.mulDiv(maintenance.magnitude(), share, WHOLE, Math.Rounding.Ceil);
        if (equity >= maintenance) {
            discount = Math.min(discount, maintenance > reserve ? (maintenance - reserve).magnitude() : 0);
        }
        int256 price = equity.raw() - discount.toInt256();
        return Cash.wrap(isSolvent && price < 0 ? int256(0) : price);
    }

    /// @dev Whether a part, sold at `price`, would leave less health than there was: where what is paid beyond health is
    ///      less than the reserve that the rest must hold as the whole did. Then only the whole is sold.
    function isOnlyWhole(Cash equity, Cash maintenance, Cash price, Cash reserve) internal pure returns (bool) {
        return !equity.isNegative() && price + maintenance - equity < reserve;
    }

    /// @dev [1e18] All at a price of zero or less; else what brings health(INITIAL) = E − M back to zero:
    ///      (1 − f)(E − M) + f·(price − reserve) = 0. Zero where nothing is lacking.
    /// @param initial M.
    function maxFractionOf(
        Cash equity,
        Cash maintenance,
        Cash initial,
        Cash price,
        Cash reserve
    ) internal pure returns (uint256) {
        int256 lacking = initial.raw() - equity.raw();
        if (lacking <= 0) return 0;
        if (price.raw() <= 0 || isOnlyWhole(equity, maintenance, price, reserve)) return WHOLE;
        // At least price + R − E − reserve, which is not negative here.
        int256 gained = lacking + price.raw() - reserve.raw();
        if (gained <= lacking) return WHOLE;
        // Both positive: the casts are safe.
        uint256 restoring = Math.mulDiv(uint256(lacking), WHOLE, uint256(gained), Math.Rounding.Ceil);
        return Math.min(WHOLE, restoring + RESTORING_MARGIN);
    }

    /// @dev [1e18] One hundredth, or all that may be taken; the whole where a part would leave the account worse.
    function leastFractionOf(
        Cash equity,
        Cash maintenance,
        Cash price,
        Cash reserve,
        uint256 maxFraction
    ) internal pure returns (uint256) {
        bool isWhole = isOnlyWhole(equity, maintenance, price, reserve);
        return isWhole ? maxFraction : Math.min(LEAST_FRACTION, maxFraction);
    }

    /// @dev What the bidder gets of a position: of a long the fraction rounded down, of a short rounded up, so that the
    ///      account is never left worse.
    function fractionOf(Size size, uint256 fraction) internal pure returns (Size) {
        Math.Rounding rounding = size.isShort() ? Math.Rounding.Ceil : Math.Rounding.Floor;
        int256 part = Math.mulDiv(size.magnitude(), fraction, WHOLE, rounding).toInt256();
        return Size.wrap(size.isShort() ? -part : part);
    }

    /// @dev The same for cash: of a debt the bidder takes the fraction rounded up.
    function fractionOf(Cash cash, uint256 fraction) internal pure returns (Cash) {
        return Cash.wrap(fractionOf(Size.wrap(cash.raw()), fraction).raw());
    }

    /// @dev What the bidder pays: rounded up; or is owed, where negative: rounded down in magnitude.
    function paymentOf(Cash price, uint256 fraction) internal pure returns (Cash) {
        return -fractionOf(-price, fraction);
    }

    /// @dev What the bidder of `fraction` passes on to the fund: a share of his discount, and nothing where others pay for him.
    ///      Rounds down.
    function penaltyOf(Cash equity, Cash price, uint256 fraction) internal pure returns (Cash) {
        if (price.isNegative()) return Cash.wrap(0);
        // A price is never above equity.
        uint256 discount = Math.mulDiv((equity - price).magnitude(), fraction, WHOLE);
        return Cash.wrap(Math.mulDiv(discount, PENALTY_SHARE, FEE_UNIT).toInt256());
    }

    /// @dev [1e18] Σ of what was below equity, as a share of the maintenance margin: what the bidder's floor is held against.
    function discountOf(Cash equity, Cash price, Cash maintenance) internal pure returns (uint256) {
        int256 discount = equity.raw() - price.raw();
        if (discount <= 0 || maintenance.raw() <= 0) return 0;
        return Math.mulDiv(uint256(discount), WHOLE, uint256(maintenance.raw()));
    }

    /// @dev Shortage of the fund at this price in the worst case, max(0, ρR − E) (RULES D7).
    function brakeOf(Cash equity, Cash maintenance) internal pure returns (Cash) {
        int256 most = Math.mulDiv(maintenance.magnitude(), FUND_SHARE, WHOLE, Math.Rounding.Ceil).toInt256();
        return Cash.wrap(most > equity.raw() ? most - equity.raw() : int256(0));
    }
}
