// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

// What may be charged, for what, and how much at most? All of it is the default fund's income.

/// @dev [1e-6] Of the index, a contract: the most that governance may set for whose order takes, and for whose order rests, who pays
///      no more than that.
uint32 constant MOST_TRADE_SHARE = 1_000;
/// @dev [1e-6] Of the settlement price, a contract that pays: the most that a deployment may fix.
uint32 constant MOST_SETTLEMENT_SHARE = 500;
/// @dev [1e-6] Of the premium, and of what an account is paid at expiry: no fee is more, and no schedule allows more.
uint32 constant MOST_OF_WORTH = 125_000;
/// @dev [1e-6] Liquidation penalty: of the discount that a bid is given, the bidder passes on as much. Where the fund pays for
///      the bid there is none.
uint256 constant PENALTY_SHARE = 100_000;

uint256 constant FEE_UNIT = 1e6;

/// @dev Fixed at deployment: no key changes what an expiry pays.
/// @param priceShare [1e-6 of the settlement price, a contract that pays]
/// @param payoffShare [1e-6] Of what the account is paid in all: the fee is never more.
struct SettlementFee {
    uint32 priceShare;
    uint32 payoffShare;
}

library FeeLib {
    /// @dev [1e18] A share of the price, at most a share of what the contract is worth. Rounds down.
    /// @param price @param worth [1e18] @param ofPrice @param ofWorth [1e-6]
    function feeOf(uint256 price, uint256 ofPrice, uint256 worth, uint256 ofWorth) internal pure returns (uint256) {
        return Math.min(Math.mulDiv(price, ofPrice, FEE_UNIT), Math.mulDiv(worth, ofWorth, FEE_UNIT));
    }
}
