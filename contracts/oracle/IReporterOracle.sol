// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SignedObservation} from "../types/Observation.sol";
import {Price} from "../types/Price.sol";

/// @title What do the reporters say?
/// @notice EIP-712 observations in rounds of ten seconds; the index is the median of the newest round with a quorum.
///         Rounds never mix. Anyone may submit any number; an incomplete round stands until it is completed or passed.
interface IReporterOracle {
    /// @param median Of the narrow observations, or the end best for the account where too few are narrow.
    /// @param low,high Equal to `median` unless wide observations were needed for the quorum.
    /// @param reporters Observations counted.
    struct Round {
        uint64 time;
        Price median;
        Price low;
        Price high;
        uint16 reporters;
        bool isWide;
    }

    /// @notice Raised for every observation taken: enough to rebuild every round, and to show that its reporter has signed another
    ///         value, whoever carried it and how.
    /// @param r,vs The signature, in two words (EIP-2098).
    event Observed(
        uint8 indexed underlying,
        uint64 indexed time,
        uint16 indexed reporter,
        uint64 price,
        uint64 halfWidth,
        bytes32 r,
        bytes32 vs
    );
    /// @notice Raised when a round has, or changes, its quorum's median.
    event RoundChanged(
        uint8 indexed underlying,
        uint64 indexed time,
        Price median,
        Price low,
        Price high,
        uint16 reporters
    );

    /// @notice Raised when a keeper was shown to have signed two values for one round.
    event EquivocationProven(uint16 indexed reporter, uint8 indexed underlying, uint64 indexed time, address prover);

    /// @notice Takes what is new of `observations`, skips what is known or older than the newest complete round (two
    ///         keepers may race), refuses what is wrong.
    /// @param observations Sorted by (underlying, time, reporter), strictly ascending.
    /// @return taken How many were new.
    /// @custom:reverts UnknownReporter, WrongSigner, NotARoundTime, ObservationFromFuture, ObservationsNotSorted,
    ///         ObservationOutOfRange
    function submit(SignedObservation[] calldata observations) external returns (uint256 taken);

    /// @notice Shows that one key signed two values for one underlying and round: its keeper serves no more, and a tenth of its
    ///         bond goes to the caller. Anyone may; in any order, whether either was ever submitted or not. `reporter` is not
    ///         asked for: the signature says whose it is. What stands in a complete round stays: it is one of the f false words.
    /// @custom:reverts NoEquivocation, WrongSigner, UnknownSigner, NothingToForfeit
    function proveEquivocation(SignedObservation calldata first, SignedObservation calldata second) external;

    /// @notice Newest complete round and the complete one before it; zero time where there is none.
    function rounds(uint8 underlying) external view returns (Round memory newest, Round memory previous);

    /// @notice The round standing incomplete, if newer than the newest complete one: its time and who has spoken
    ///         (bit = reporter id). Of several the one with most values, then the newest: a liar cannot draw the others
    ///         away from a round that is nearly complete.
    function openRound(uint8 underlying) external view returns (uint64 time, uint256 reporters);

    /// @notice EIP-712 digest that a reporter signs.
    function digestOf(SignedObservation calldata observation) external view returns (bytes32);
}
