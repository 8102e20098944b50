// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// What did one reporter say, and when?

/// @dev A reporter's own view of one price, signed once per round (RULES C1, C2).
/// @param time [unix s] A multiple of ROUND_SECONDS.
/// @param price [1e-8 units of account] As Chainlink's USD feeds.
/// @param halfWidth [1e-8] Zero where its venues clustered; otherwise the observation is wide: price ± halfWidth.
struct Observation {
    uint8 underlying;
    uint64 time;
    uint64 price;
    uint64 halfWidth;
}

/// @param reporter Id in the keeper registry.
/// @param signature EIP-712, by the reporter's signing key.
struct SignedObservation {
    uint16 reporter;
    Observation observation;
    bytes signature;
}

/// @dev One expiry of a surface, as of the surface's time: an eSSVI slice, and where its forward stands.
/// @param expiry [unix s]
/// @param theta [1e18] At-the-money total variance from the surface's time to expiry.
/// @param rho [1e18] In (-1, 1).
/// @param phi [1e18] Thousands in the last minutes before expiry: 64 bits would not hold it.
/// @param basis [1e-9] Forward over spot, less one.
struct Slice {
    uint32 expiry;
    uint64 theta;
    int64 rho;
    uint96 phi;
    int32 basis;
}

/// @dev All expiries of one underlying at one time, ascending: accepted or refused as one (RULES C7).
struct Surface {
    uint8 underlying;
    uint64 time;
    Slice[] slices;
}

struct SignedSurface {
    uint16 reporter;
    Surface surface;
    bytes signature;
}

uint64 constant ROUND_SECONDS = 10;
