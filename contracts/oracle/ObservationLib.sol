// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Observation, ROUND_SECONDS, Slice, Surface} from "../types/Observation.sol";
import {NotARoundTime, ObservationFromFuture, ObservationOutOfRange} from "../types/Errors.sol";

// What exactly does a reporter sign? EIP-712 hashes of an observation and of a surface; twins in units/observation.ts.

library ObservationLib {
    bytes32 internal constant OBSERVATION_TYPEHASH = keccak256(
        "Observation(uint8 underlying,uint64 time,uint64 price,uint64 halfWidth)"
    );
    bytes32 internal constant SLICE_TYPEHASH = keccak256(
        "Slice(uint32 expiry,uint64 theta,int64 rho,uint96 phi,int32 basis)"
    );
    bytes32 internal constant SURFACE_TYPEHASH = keccak256(
        "Surface(uint8 underlying,uint64 time,Slice[] slices)Slice(uint32 expiry,uint64 theta,int64 rho,uint96 phi,int32 basis)"
    );

    function hash(Observation calldata observation) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    OBSERVATION_TYPEHASH,
                    observation.underlying,
                    observation.time,
                    observation.price,
                    observation.halfWidth
                )
            );
    }

    function hash(Surface calldata surface) internal pure returns (bytes32) {
        bytes32[] memory slices = new bytes32[](surface.slices.length);
        for (uint256 i; i < slices.length; ++i) slices[i] = hash(surface.slices[i]);
        return
            keccak256(
                abi.encode(SURFACE_TYPEHASH, surface.underlying, surface.time, keccak256(abi.encodePacked(slices)))
            );
    }

    function hash(Slice calldata slice) internal pure returns (bytes32) {
        return keccak256(abi.encode(SLICE_TYPEHASH, slice.expiry, slice.theta, slice.rho, slice.phi, slice.basis));
    }

    function requireRoundTime(uint64 time) internal view {
        require(time % ROUND_SECONDS == 0, NotARoundTime(time, ROUND_SECONDS));
        require(time <= block.timestamp, ObservationFromFuture(time, block.timestamp));
    }

    /// @dev A wide observation reaches at most half its price to either side: wider says nothing.
    function requireInRange(Observation calldata observation) internal pure {
        require(
            observation.price > 0 && observation.halfWidth <= observation.price / 2,
            ObservationOutOfRange(observation.price, observation.halfWidth)
        );
    }
}
