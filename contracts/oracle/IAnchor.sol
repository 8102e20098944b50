// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Price} from "../types/Price.sol";

/// @title What does the slow, independent source say?
/// @notice Chainlink aggregators, one per underlying: decimals pinned and probed at listing, answers at the
///         aggregator's own bounds invalid, sequencer uptime and a grace after its restart on L2.
interface IAnchor {
    /// @param isLive Sequencer up, answer valid, age ≤ heartbeat + 120 s.
    /// @param price Zero where the answer is invalid.
    /// @param liveUntil [unix s] Last moment at which this answer is fresh.
    /// @param deviation [1e-6] δ, as `feedOf` says.
    struct Answer {
        bool isLive;
        Price price;
        uint64 updatedAt;
        uint64 liveUntil;
        uint80 roundId;
        uint32 deviation;
    }

    event AnchorListed(
        uint8 indexed underlying,
        address aggregator,
        uint8 decimals,
        uint32 heartbeat,
        uint32 deviation
    );

    /// @notice Never reverts for a listed underlying: a broken aggregator is a dead one.
    function read(uint8 underlying) external view returns (Answer memory);

    /// @notice One historical round; `updatedAt` zero where there is none, `price` zero where it is invalid.
    function readRound(uint8 underlying, uint80 roundId) external view returns (Answer memory);

    /// @param heartbeat [s]
    /// @param deviation [1e-6] Step at which the feed updates early (δ).
    function list(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external;

    /// @notice [s], [1e-6]
    function feedOf(uint8 underlying) external view returns (address aggregator, uint32 heartbeat, uint32 deviation);
}
