// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

/// @title Who may brake at once, and until when?
/// @notice Holds the guardian's role; its key acts through it, for 180 days after it was appointed (RULES B9). A key that
///         nobody renews is no key for ever.
interface IGuardian {
    event GuardianAppointed(address indexed key, uint64 lapsesAt);

    /// @notice The key alone, until it lapses: calls `target`, which must have given the guardian's role the function.
    /// @custom:reverts NotGuardian, GuardianLapsed
    function act(address target, bytes calldata deed) external returns (bytes memory);

    /// @notice Governance alone: names a key, or the same anew.
    function appoint(address key) external;

    function key() external view returns (address);

    /// @notice [unix s]
    function lapsesAt() external view returns (uint64);
}
