// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Cash, NO_CASH} from "./types/Cash.sol";
import {ReductionRefused} from "./types/Errors.sol";
import {Level, LEVELS} from "./types/Level.sol";
import {Price} from "./types/Price.sol";
import {Size} from "./types/Size.sol";

// Has a trade only reduced, and not given value away? (RULES D2)

/// @dev Without the bounds on equity a doomed account would give its last value to an accomplice by "reducing" at any
///      price, and the default fund would pay.
library ReductionLib {
    uint256 private constant ONE = 1e18;
    uint256 private constant MOST_LOST = 0.01e18; // of the index, per contract
    uint256 private constant LEAST_EQUITY = 0.1e18; // of the maintenance margin

    /// @notice Whether `change` moves `held` only towards zero.
    function isReduction(Size held, Size change) internal pure returns (bool) {
        return held.isShort() != change.isShort() && held.magnitude() >= change.magnitude();
    }

    /// @notice Refuses what leaves health lower, or equity lower by more than the bounds allow.
    /// @param account Named by the refusal.
    /// @param size Contracts given up, either sign.
    function requireNotWorse(
        uint256 account,
        Cash[LEVELS] memory before,
        Cash[LEVELS] memory afterwards,
        Size size,
        Price index
    ) internal pure {
        _requireAtLeast(account, Level.MAINTENANCE, afterwards, before[uint8(Level.MAINTENANCE)]);
        _requireAtLeast(account, Level.CLOSEOUT, afterwards, before[uint8(Level.CLOSEOUT)]);
        _requireAtLeast(account, Level.MARK, afterwards, _leastEquity(before, afterwards, size, index));
    }

    /// @dev Where little equity is left, none may be given: at mark or better.
    function _leastEquity(
        Cash[LEVELS] memory before,
        Cash[LEVELS] memory afterwards,
        Size size,
        Price index
    ) private pure returns (Cash) {
        Cash equity = afterwards[uint8(Level.MARK)];
        Cash maintenance = equity - afterwards[uint8(Level.MAINTENANCE)];
        bool isThin = equity < _share(maintenance, LEAST_EQUITY);
        Cash lost = isThin ? NO_CASH : Cash.wrap(int256((((size.magnitude() * index.raw()) / ONE) * MOST_LOST) / ONE));
        return before[uint8(Level.MARK)] - lost;
    }

    function _requireAtLeast(uint256 account, Level level, Cash[LEVELS] memory health, Cash least) private pure {
        Cash left = health[uint8(level)];
        require(left >= least, ReductionRefused(account, uint8(level), left.raw(), least.raw()));
    }

    function _share(Cash amount, uint256 share) private pure returns (Cash) {
        return Cash.wrap((amount.raw() * int256(share)) / int256(ONE));
    }
}
