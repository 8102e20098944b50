// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Why was it refused? Each error names the state that refused, carries the numbers compared, and says what to do.

// ---- types -------------------------------------------------------------------------------------------------

/// @dev The kind byte names no payoff. Remedy: build identifiers with `seriesIdOf`.
error MalformedSeries(uint128 series);

// ---- access ------------------------------------------------------------------------------------------------

// ---- ledger ------------------------------------------------------------------------------------------------

// ---- keepers -----------------------------------------------------------------------------------------------

/// @dev Governance has not let this operator join. Remedy: ask for `admit`.
error NotAdmitted(address operator);
/// @dev Signing keys count once, for ever. Remedy: make a new key.
error SignerTaken(address signer, uint16 id);
/// @dev Remedy: use an address that no serving keeper sends from.
error SenderTaken(address sender, uint16 id);
error TooManySenders(uint256 count, uint256 max);
/// @dev Remedy: wait for a seat; where all ids are spent, a new registry.
error RegistryFull(uint256 count, uint256 max);
error UnknownKeeper(uint16 id);
error NotOperator(address caller, address operator);
error AlreadyLeaving(uint16 id, uint64 fromEpoch);
/// @dev Remedy: withdraw once the keeper has left and the delay has passed.
error BondNotDue(uint256 time, uint256 dueAt);
error EpochNotDue(uint256 time, uint256 dueAt);
/// @dev Remedy: let more keepers join before the first epoch.
error TooFewKeepers(uint256 count, uint256 quorum);
/// @dev Asked: N ≥ 3f + 1, M ≥ 2f + 1, M ≤ N − f.
error QuorumUnsafe(uint256 faultTolerance, uint256 quorum, uint256 count);
/// @dev Asked: 0 ≤ guard < slot.
error TurnsMalformed(uint256 slotSeconds, uint256 guardSeconds);

// ---- oracle ------------------------------------------------------------------------------------------------

// ---- pricebook ---------------------------------------------------------------------------------------------

// ---- math --------------------------------------------------------------------------------------------------

// ---- risk and margin ---------------------------------------------------------------------------------------

// ---- margin calls ------------------------------------------------------------------------------------------

// ---- liquidation -------------------------------------------------------------------------------------------

// ---- settlement --------------------------------------------------------------------------------------------

// ---- clearinghouse -----------------------------------------------------------------------------------------

// ---- exchange ----------------------------------------------------------------------------------------------
