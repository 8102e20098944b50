// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

// What does a debt cost a year, and what has it cost since?

library InterestLib {
    uint256 internal constant ONE = 1e18;

    /// @dev [1e18 a year] While debts are less than the kink's share of positive cash the rate rises gently, beyond it steeply.
    uint256 internal constant FIRST_RATE = 0.05e18;
    uint256 internal constant KINK_RATE = 0.15e18;
    uint256 internal constant LAST_RATE = 0.5e18;
    uint256 internal constant KINK = 0.5e18;

    /// @dev [1e18 a year] At this moment.
    function rateOf(uint256 positive, uint256 debts) internal pure returns (uint256) {
        if (debts >= positive) return LAST_RATE;
        uint256 share = Math.mulDiv(debts, ONE, positive);
        if (share <= KINK) return FIRST_RATE + ((KINK_RATE - FIRST_RATE) * share) / KINK;
        return KINK_RATE + ((LAST_RATE - KINK_RATE) * (share - KINK)) / (ONE - KINK);
    }

    /// @dev Rounds up: against the account.
    /// @param owed Below 2^128. @param cost [1e18 a year · s] ∫ rate dt, below 2^128.
    function dueOn(uint256 owed, uint256 cost) internal pure returns (uint256) {
        return Math.ceilDiv(owed * cost, 365 days * ONE);
    }
}
