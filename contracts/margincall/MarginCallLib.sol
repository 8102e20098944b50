// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AccountId} from "../types/AccountId.sol";
import {Witness, NO_SCENARIO} from "../types/Margin.sol";
import {MAX_PAIRS} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";

// Which underlyings does a statement about an account depend on, under which scenarios, and how long is the grace?

/// @dev [s of market time] Granted at the first valid call (RULES D1).
uint32 constant GRACE_SECONDS = 15 minutes;

/// @dev [s of market time] Granted to a call within LAPSE_MEMORY_SECONDS of one that lapsed (RULES D1).
uint32 constant GRACE_AFTER_LAPSE_SECONDS = 5 minutes;

/// @dev [s of market time] Left of every grace after a stop of more than five minutes, at least (RULES C6).
uint64 constant GRACE_AFTER_STOP_SECONDS = 10 minutes;

/// @dev [s] For so long a lapsed call is remembered (RULES D1).
uint64 constant LAPSE_MEMORY_SECONDS = 6 hours;

/// @dev Sets of underlyings as bitmaps: bit `u` stands for underlying `u`.
/// @param options Those in which the account has options.
/// @param collateral Those it holds as collateral.
struct Holdings {
    uint256 options;
    uint256 collateral;
}

library MarginCallLib {
    /// @dev Account zero is the outside world, whose cash is minus what custody holds; those of `house` clear settlements
    ///      and may be negative until the last page. Neither is a debtor.
    function isSomebodys(AccountId account, address house) internal pure returns (bool) {
        address owner = account.owner();
        return owner != address(0) && owner != house;
    }

    function holdingsOf(Portfolio memory portfolio) internal pure returns (Holdings memory held) {
        for (uint256 i = 0; i < portfolio.positions.length; ++i) {
            held.options |= 1 << portfolio.positions[i].series.underlying();
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            if (portfolio.collateral[i].amount != 0) held.collateral |= 1 << portfolio.collateral[i].underlying;
        }
    }

    /// @dev Underlyings whose requirement holds the keepers' reserve (RULES B7): all that are held where cash is owed, else
    ///      those with a short option.
    function reservedOf(Portfolio memory portfolio) internal pure returns (uint256 set) {
        if (portfolio.cash.isNegative()) return all(holdingsOf(portfolio));
        for (uint256 i = 0; i < portfolio.positions.length; ++i) {
            if (portfolio.positions[i].size.isShort()) set |= 1 << portfolio.positions[i].series.underlying();
        }
    }

    function all(Holdings memory held) internal pure returns (uint256) {
        return held.options | held.collateral;
    }

    function isEmpty(Holdings memory held) internal pure returns (bool) {
        return all(held) == 0;
    }

    /// @dev Underlyings whose markets must speak, and whose market time counts: those of the options. Collateral alone
    ///      decides neither, or a gift of dust in a market that is dead would stand between a failing account and its
    ///      liquidation; where there are no options it is all there is.
    function decisive(Holdings memory held) internal pure returns (uint256) {
        return held.options != 0 ? held.options : held.collateral;
    }

    /// @dev The smallest underlying in `set`, which is not empty.
    function first(uint256 set) internal pure returns (uint8) {
        return uint8(Math.log2(set & (~set + 1)));
    }

    function without(uint256 set, uint8 underlying) internal pure returns (uint256) {
        return set & ~(1 << underlying);
    }

    function count(uint256 set) internal pure returns (uint256 members) {
        for (; set != 0; set &= set - 1) ++members;
    }

    /// @dev One witness for each underlying held, ascending: of several named for one underlying the first counts, one
    ///      named for an underlying not held is dropped, and one not named has no scenario, so that it counts as no loss. Of one
    ///      that is named, pairs left open are those of the first.
    function complete(Witness[] memory named, Holdings memory held) internal pure returns (Witness[] memory witnesses) {
        uint256 left = all(held);
        witnesses = new Witness[](count(left));
        for (uint256 i = 0; i < witnesses.length; ++i) {
            uint8 underlying = first(left);
            left = without(left, underlying);
            witnesses[i] = _find(named, underlying);
        }
    }

    function _find(Witness[] memory named, uint8 underlying) private pure returns (Witness memory) {
        for (uint256 i = 0; i < named.length; ++i) {
            if (named[i].underlying == underlying) return Witness(underlying, _spread(named[i].scenarios));
        }
        return Witness(underlying, unpack(type(uint64).max)); // NO_SCENARIO everywhere
    }

    /// @dev A pair that is not named, or is not there yet, is looked at as the first one is: a market that comes to be disputed, or an
    ///      older surface that comes up, must not make an account look safe until somebody names a scenario for it.
    function _spread(uint8[MAX_PAIRS] memory named) private pure returns (uint8[MAX_PAIRS] memory scenarios) {
        for (uint256 i = 0; i < MAX_PAIRS; ++i) scenarios[i] = named[i] == NO_SCENARIO ? named[0] : named[i];
    }

    /// @dev Eight bytes, the first pair's in the lowest: a witness and its clock share one storage slot.
    function pack(uint8[MAX_PAIRS] memory scenarios) internal pure returns (uint64 packed) {
        for (uint256 i = 0; i < MAX_PAIRS; ++i) packed |= uint64(scenarios[i]) << uint64(8 * i);
    }

    function unpack(uint64 packed) internal pure returns (uint8[MAX_PAIRS] memory scenarios) {
        // The cast keeps the lowest byte, which is what it is for.
        for (uint256 i = 0; i < MAX_PAIRS; ++i) scenarios[i] = uint8(packed >> (8 * i));
    }

    /// @dev [s of market time] Of `granted` since `since`, at `time`, the last stop having been at `stop`.
    function graceLeft(uint64 granted, uint64 since, uint64 stop, uint64 time) internal pure returns (uint64) {
        if (stop <= since) return _less(granted, time - since);
        uint64 left = _less(granted, stop - since);
        return _less(left > GRACE_AFTER_STOP_SECONDS ? left : GRACE_AFTER_STOP_SECONDS, time - stop);
    }

    function _less(uint64 seconds_, uint64 passed) private pure returns (uint64) {
        return passed < seconds_ ? seconds_ - passed : 0;
    }

    /// @dev [s of market time] For a call at `time`, where the account's last lapse was at `lapsedAt` (zero for never).
    function graceFor(uint64 lapsedAt, uint256 time) internal pure returns (uint32) {
        bool remembered = lapsedAt != 0 && time < lapsedAt + LAPSE_MEMORY_SECONDS;
        return remembered ? GRACE_AFTER_LAPSE_SECONDS : GRACE_SECONDS;
    }
}
