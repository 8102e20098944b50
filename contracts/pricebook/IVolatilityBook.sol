// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SignedSurface, Slice} from "../types/Observation.sol";

/// @title How uncertain is the future believed to be?
/// @notice One eSSVI slice and one forward per expiry, from surfaces that at least a quorum of reporters signed for one round. A bad
///         surface is refused, the last good one stays (RULES C7).
interface IVolatilityBook {
    /// @param time [unix s] Of the newest surface; zero where there is none.
    /// @param newest By it, in the order asked; zeros where there is none.
    /// @param beside By the older one; empty where there is none or it says the same.
    struct Smiles {
        uint64 time;
        Slice[] newest;
        Slice[] beside;
    }

    event SurfaceChanged(uint8 indexed underlying, uint64 indexed time, Slice[] slices);

    /// @notice Raised when a keeper was shown to have signed two surfaces for one round.
    event EquivocationProven(uint16 indexed reporter, uint8 indexed underlying, uint64 indexed time, address prover);

    /// @notice Shows that one key signed two surfaces for one underlying and round; as `IReporterOracle.proveEquivocation`.
    /// @custom:reverts NoEquivocation, WrongSigner, UnknownSigner, NothingToForfeit
    function proveEquivocation(SignedSurface calldata first, SignedSurface calldata second) external;

    /// @param surfaces At least a quorum, one round, one underlying, the same expiries, sorted by reporter.
    /// @custom:reverts SurfaceQuorumMissing, SurfacesDiffer, SliceOutOfRange, UnknownReporter, WrongSigner, SurfaceNotNewer,
    ///         SurfaceTooOld, ButterflyArbitrage, CalendarArbitrage, SurfaceMovedTooFar, ForwardMovedTooFar
    function submit(SignedSurface[] calldata surfaces) external;

    /// @notice The smile of `expiry` now: stored slice with theta scaled to the time left; expiries between slices
    ///         are interpolated, those outside extrapolated flat in volatility.
    /// @return theta [1e18] @return rho [1e18] @return phi [1e18]
    function smile(uint8 underlying, uint32 expiry) external view returns (uint64 theta, int64 rho, uint96 phi);

    /// @notice `smile` and basis of several expiries, under both surfaces: what the price book reads. Never reverts.
    /// @param realised [1e-6] Annual variance by which the levels of both are held (`RealisedLib`); not at all if zero.
    function smiles(
        uint8 underlying,
        uint32[] calldata expiries,
        uint256 realised
    ) external view returns (Smiles memory);

    function surface(uint8 underlying) external view returns (uint64 time, Slice[] memory slices);

    /// @notice The surface that was in force half an hour ago, or up to an hour ago where surfaces come often; zero and none
    ///         where the newest is that old itself, or there was none (RULES C7).
    function olderSurface(uint8 underlying) external view returns (uint64 time, Slice[] memory slices);

    /// @notice EIP-712 digest that a reporter signs.
    function digestOf(SignedSurface calldata surface) external view returns (bytes32);
}
