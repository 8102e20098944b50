// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Price} from "../types/Price.sol";

/// @title What does the slow, independent source say?
/// @notice Chainlink aggregators, one per underlying: decimals pinned and probed, answers at the aggregator's own bounds
///         invalid, sequencer uptime and a grace after its restart on L2. One is replaced only by another that agreed with the
///         reporters for a week, and whose agreement anyone has recorded here (RULES C8).
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

    /// @param since [unix s] First record of the present run of agreement; zero where there is none.
    /// @param last [unix s] Its last record.
    /// @param apartSince [unix s] First record, after that, of a disagreement; zero where there is none.
    struct Trial {
        address aggregator;
        uint64 since;
        uint64 last;
        uint64 apartSince;
    }

    event AnchorListed(
        uint8 indexed underlying,
        address aggregator,
        uint8 decimals,
        uint32 heartbeat,
        uint32 deviation
    );
    event AnchorProbed(uint8 indexed underlying, bool isFit, int256 minAnswer, int256 maxAnswer);
    event AnchorProposed(uint8 indexed underlying, address aggregator, uint32 heartbeat, uint32 deviation);
    event AgreementRecorded(uint8 indexed underlying, address aggregator, bool isAgreed, uint64 since);
    event AnchorReplaced(uint8 indexed underlying, address former, address aggregator);

    /// @notice Never reverts for what an aggregator does: a broken one is a dead one.
    function read(uint8 underlying) external view returns (Answer memory);

    /// @notice One historical round of the feed that was listed at `asOf` [unix s]; `updatedAt` zero where there is none, `price`
    ///         zero where it is invalid. `asOf` keeps a settlement price the same before and after a replacement.
    function readRound(uint8 underlying, uint64 asOf, uint80 roundId) external view returns (Answer memory);

    /// @notice The newest round of the feed that was listed at `asOf`; zero where there is none.
    function newestRound(uint8 underlying, uint64 asOf) external view returns (uint80 roundId);

    /// @param heartbeat [s] At most a day.
    /// @param deviation [1e-6] Step at which the feed updates early (δ); at most 5 %.
    /// @custom:reverts AnchorAlreadyListed, AnchorUnfit
    function list(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external;

    /// @notice Asks the aggregator again for its decimals and its bounds, which change when a proxy is pointed elsewhere; anyone
    ///         may. A feed whose decimals are not those it was listed with is dead until it has them again or is replaced.
    /// @custom:reverts AnchorMissing
    function probe(uint8 underlying) external;

    /// @notice Puts a candidate beside the feed of `underlying`: from now on its agreement with the reporters can be recorded.
    ///         Governance only; a second proposal begins anew.
    /// @custom:reverts AnchorMissing, AnchorUnfit
    function propose(uint8 underlying, address aggregator, uint32 heartbeat, uint32 deviation) external;

    /// @notice Compares the candidate with the reporters' newest round at this moment, and records the outcome; anyone may, at
    ///         least every two hours. A run of agreement ends where no agreement was recorded for two hours, or where
    ///         disagreement was recorded twice, ten minutes apart, and no agreement in between: a feed may lag a jump.
    /// @custom:reverts AnchorMissing, NothingToCompare
    function recordAgreement(uint8 underlying) external;

    /// @notice Makes the candidate the feed. Governance only, and only after seven days of recorded agreement up to now.
    /// @custom:reverts AnchorMissing, AnchorUnproven
    function replace(uint8 underlying) external;

    function trialOf(uint8 underlying) external view returns (Trial memory);

    /// @notice [unix s] When the chain's sequencer last came up; zero on a chain without one, and while it is down.
    function restartedAt() external view returns (uint64);

    /// @notice [s], [1e-6]
    function feedOf(uint8 underlying) external view returns (address aggregator, uint32 heartbeat, uint32 deviation);
}
