// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MedianLib} from "../oracle/MedianLib.sol";
import {ButterflyArbitrage, SmileOutsideReports} from "../types/Errors.sol";
import {Slice} from "../types/Observation.sol";
import {SmileLib} from "./SmileLib.sol";

// How do several reporters' smiles of one expiry become one? (RULES C7)

/// @custom:source docs/METHODOLOGY.md#volatility, docs/decisions/0004-a-surface-is-three-medians.md
library CombineLib {
    uint256 private constant ONE = 1e18;
    int256 private constant RHO_MAX = 0.99e18;
    int256 private constant BASIS_OFFSET = 1 << 31;
    /// @dev [1e18] Half way between the medians the smile may lie outside by this share of its variance, two hundredths of
    ///      volatility: among 2f + 1 reporters what may be said there is one number, which a slice of three parameters misses
    ///      where they differ in shape.
    uint256 private constant TOLERANCE = 0.04e18;

    /// @dev θ is the median; so are the total variances at k = ±√θ; ρ and φ are those of the one slice through the three. At
    ///      each of the three points the value is the reporters' median, so f liars cannot move it out of the honest range.
    ///      (Medians of ρ and φ themselves give a slice that nobody quoted.) Where butterfly fails φ is reduced to the bound.
    ///      The basis is a median of its own. At ±½√θ it must lie near what the reporters but f to either side have said.
    /// @param said Of one expiry, each within its range, at least 2f + 1.
    function combined(Slice[] memory said, uint256 faultTolerance) internal pure returns (Slice memory slice) {
        uint256[] memory values = new uint256[](said.length);
        for (uint256 r; r < said.length; ++r) values[r] = said[r].theta;
        uint256 theta = MedianLib.median(values);
        int256 k = int256(Math.sqrt(theta * ONE));
        uint256 left = _medianAt(said, values, -k);
        uint256 right = _medianAt(said, values, k);
        for (uint256 r; r < said.length; ++r) values[r] = uint256(said[r].basis + BASIS_OFFSET); // not negative
        slice.basis = int32(int256(MedianLib.median(values)) - BASIS_OFFSET);

        slice.expiry = said[0].expiry;
        (int256 rho, uint256 phi) = SmileLib.through(theta, left, right, k);
        rho = SmileLib.inSteps(rho);
        require(phi > 0 && rho <= RHO_MAX && rho >= -RHO_MAX, ButterflyArbitrage(slice.expiry));
        uint256 bound = SmileLib.phiMax(theta, rho);
        slice.theta = uint64(theta); // a median of 64-bit values
        slice.rho = int64(rho);
        slice.phi = uint96(phi < bound ? phi : bound); // θ ≥ 1e-18, so the bound is below 2^96

        _requireNear(slice, said, values, -k / 2, faultTolerance, phi > bound);
        _requireNear(slice, said, values, k / 2, faultTolerance, phi > bound);
    }

    /// @dev Between the (f + 1)-th smallest and largest of what was said at `k`, or little beyond. A reduced φ only flattens, and
    ///      lies lower by that.
    function _requireNear(
        Slice memory slice,
        Slice[] memory said,
        uint256[] memory values,
        int256 k,
        uint256 faultTolerance,
        bool isReduced
    ) private pure {
        _variancesAt(said, values, k);
        MedianLib.sort(values);
        (uint256 low, uint256 high) = (values[faultTolerance], values[values.length - 1 - faultTolerance]);
        uint256 variance = SmileLib.totalVariance(slice, k);
        uint256 most = (high * (ONE + TOLERANCE)) / ONE;
        bool isNear = variance <= most && (isReduced || variance >= (low * (ONE - TOLERANCE)) / ONE);
        require(isNear, SmileOutsideReports(slice.expiry, variance, low, high));
    }

    function _medianAt(Slice[] memory said, uint256[] memory values, int256 k) private pure returns (uint256) {
        _variancesAt(said, values, k);
        return MedianLib.median(values);
    }

    function _variancesAt(Slice[] memory said, uint256[] memory values, int256 k) private pure {
        for (uint256 r; r < said.length; ++r) values[r] = SmileLib.totalVariance(said[r], k);
    }
}
