// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AmountTooLarge} from "../types/Errors.sol";
import {Cash} from "../types/Cash.sol";

// What is a balance worth, and what does a loss do to everybody's?

/// @dev A balance is what the ledger stores: shares of the cash index where positive, units of account owed where
///      negative. At the first index a share is a unit, and everything is exact.
library CashIndexLib {
    uint256 internal constant FIRST_INDEX = 1e18;

    /// @dev A loss never takes more than all but a billionth of the first index: shares keep fitting their slot.
    uint256 internal constant LAST_INDEX = 1e9;

    /// @dev No gain lifts it higher, so that products with a balance fit a word.
    uint256 internal constant MOST_INDEX = 1e36;

    /// @dev Rounds down: against the account.
    function cashOf(int128 balance, uint256 index) internal pure returns (Cash) {
        if (balance <= 0 || index == FIRST_INDEX) return Cash.wrap(balance);
        // Both factors are below 2^128, so the product is below 2^256, and the quotient below 2^127 times the index.
        return Cash.wrap(int256((uint256(int256(balance)) * index) / FIRST_INDEX));
    }

    /// @dev Rounds down: against the account.
    function balanceOf(Cash cash, uint256 index) internal pure returns (int128) {
        int256 value = cash.raw();
        if (value > 0 && index != FIRST_INDEX) value = int256(Math.mulDiv(uint256(value), FIRST_INDEX, index));
        require(
            value >= -type(int128).max && value <= type(int128).max,
            AmountTooLarge(Cash.wrap(value).magnitude(), uint128(type(int128).max))
        );
        return int128(value);
    }

    /// @notice Whether a gain keeps the index within its bounds: it at most doubles it.
    function canTake(uint256 index, uint256 shares, uint256 gain) internal pure returns (bool) {
        return gain <= (shares * index) / FIRST_INDEX && index <= MOST_INDEX / 2;
    }

    /// @notice The index after `gain` is shared by the holders of `shares`, who `canTake` it. Rounds down: the rest is dust.
    function shareGain(uint256 index, uint256 shares, uint256 gain) internal pure returns (uint256) {
        return index + (gain * FIRST_INDEX) / shares;
    }

    /// @notice The index after `loss` is shared by the holders of `shares`, and what that takes from them.
    /// @dev `taken` is `loss`, or all that is there down to LAST_INDEX. The index rounds down: what holders keep is never
    ///      more than what is left, and the difference is dust of the universe.
    function shareLoss(
        uint256 index,
        uint256 shares,
        uint256 loss
    ) internal pure returns (uint256 newIndex, uint256 taken) {
        uint256 before = (shares * index) / FIRST_INDEX;
        uint256 kept = loss < before ? before - loss : 0;
        // One more than the floored value, so that shares times the new index stays below what is kept.
        newIndex = Math.max(Math.mulDiv(index, kept, before + 1), LAST_INDEX);
        if (newIndex >= index) return (index, 0);
        uint256 left = Math.ceilDiv(shares * newIndex, FIRST_INDEX);
        taken = left < before ? Math.min(before - left, loss) : 0;
    }
}
