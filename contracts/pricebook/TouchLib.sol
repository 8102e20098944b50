// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {BarrierNotTouched, CoverageTooLow, HourNotObservable, NotABarrier, NotAFullHour} from "../types/Errors.sol";
import {OptionKind} from "../types/OptionKind.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {CheckpointLib} from "./CheckpointLib.sol";
import {SettlementLib} from "./SettlementLib.sol";

// Was a barrier touched at a full hour? (RULES E3)

library TouchLib {
    using CheckpointLib for CheckpointLib.History;

    /// @dev [s] For so long after its hour a touch can be recorded: long enough for a keeper that was away, short enough for
    ///      those who wait for their settlement.
    uint32 internal constant TOUCH_SECONDS = 6 hours;
    /// @dev [s] What is averaged before the hour.
    uint256 private constant MEAN_SECONDS = 10 minutes;
    /// @dev [s] Without a later checkpoint the mean is final then: rounds are taken over only while live.
    uint256 private constant FINAL_SECONDS = 1 hours;
    uint256 private constant PRICE_STEP = 1e10; // checkpoints hold 1e-8, prices 18 decimals

    /// @dev What series that are touched together share: underlying, expiry, barrier, side.
    function keyOf(SeriesId series) internal pure returns (uint256) {
        OptionKind kind = series.kind();
        require(kind.isBarrier(), NotABarrier(uint8(kind)));
        // A barrier is below 2^56 · 1e10 · 2^24 / 1e4 < 2^101: each field has bits of its own.
        return
            (uint256(series.underlying()) << 248) |
            (uint256(series.expiry()) << 216) |
            (series.barrier().raw() << 8) |
            (kind.isUp() ? 1 : 0);
    }

    /// @param lastCheckpoint [unix s] Time of the newest.
    function requireObservable(uint32 hour, uint64 lastCheckpoint) internal view {
        require(hour % 1 hours == 0, NotAFullHour(hour));
        bool isFinal = block.timestamp >= hour && (lastCheckpoint >= hour || block.timestamp >= hour + FINAL_SECONDS);
        require(
            isFinal && block.timestamp <= uint256(hour) + TOUCH_SECONDS,
            HourNotObservable(block.timestamp, hour, uint256(hour) + TOUCH_SECONDS)
        );
    }

    /// @dev [1e18] Mean over the ten minutes before `hour`, of which enough were covered.
    function meanBefore(CheckpointLib.History storage history, uint32 hour) internal view returns (uint256) {
        (uint256 sum, uint256 covered) = history.between(hour - MEAN_SECONDS, hour);
        require(SettlementLib.isCovered(covered, MEAN_SECONDS), CoverageTooLow(covered, MEAN_SECONDS));
        return (sum * PRICE_STEP) / covered;
    }

    function requireTouching(SeriesId series, uint32 hour, Price price) internal view {
        uint256 to = uint256(hour) + TOUCH_SECONDS;
        require(block.timestamp <= to, HourNotObservable(block.timestamp, hour, to));
        Price barrier = series.barrier();
        bool isBeyond = series.kind().isUp() ? !(price < barrier) : !(price > barrier);
        require(isBeyond && hour <= series.expiry(), BarrierNotTouched(price.raw(), barrier.raw()));
    }
}
