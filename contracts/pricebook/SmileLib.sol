// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Slice} from "../types/Observation.sol";

// Which smile is free of arbitrage, and what does it say between the expiries? eSSVI slices in 1e18, bases in 1e-9.

/// @custom:source docs/METHODOLOGY.md#volatility
library SmileLib {
    int256 private constant ONE = 1e18;
    uint256 private constant UONE = 1e18;
    uint256 private constant YEAR = 365 days;
    int256 private constant RHO_UNIT = 1e9;
    /// @dev [1e-9] A forward lies at most 3 % and 60 % a year from spot: futures of April 2021 stood 50 % a year above it.
    uint256 private constant BASIS_MOST = 0.03e9;
    uint256 private constant BASIS_PER_YEAR = 0.6e9;
    /// @dev [1e-9] What fits its 32 bits; a forward is never below a tenth of spot.
    int256 private constant BASIS_CEILING = 2e9;
    int256 private constant BASIS_FLOOR = -0.9e9;

    /// @dev w(k) = θ/2 · (1 + ρφk + √((φk + ρ)² + 1 − ρ²)): total variance at log-moneyness `k` (Gatheral and Jacquier 2014,
    ///      with ρ by expiry as Hendriks and Martini 2019). Rounded down; 1 + ρφk + √… is never negative.
    ///      Bounds: |k| ≤ 1e20, φ < 2^96, so φk < 2^163/1e18 and its square fits.
    function totalVariance(Slice memory slice, int256 k) internal pure returns (uint256) {
        int256 z = (int256(uint256(slice.phi)) * k) / ONE;
        int256 rho = slice.rho;
        int256 root = int256(Math.sqrt(uint256((z + rho) * (z + rho) + ONE * ONE - rho * rho)));
        int256 bracket = ONE + (rho * z) / ONE + root;
        return bracket > 0 ? (uint256(slice.theta) * uint256(bracket)) / (2 * UONE) : 0;
    }

    /// @dev The one slice through (−k, left), (0, θ), (k, right), k > 0. With A = 2·right/θ − 1, B = 2·left/θ − 1, a = φk
    ///      and s = ρa: s = (A − B)(A + B) / (2(A + B + 2)) and a² = (A − s)² − 2s − 1. Zero φ where there is none.
    function through(
        uint256 theta,
        uint256 left,
        uint256 right,
        int256 k
    ) internal pure returns (int256 rho, uint256 phi) {
        int256 a = int256((2 * right * UONE) / theta) - ONE;
        int256 b = int256((2 * left * UONE) / theta) - ONE;
        if (a + b + 2 * ONE <= 0) return (0, 0);
        int256 s = ((a - b) * (a + b)) / (2 * (a + b + 2 * ONE));
        int256 square = (a - s) * (a - s) - 2 * s * ONE - ONE * ONE;
        if (square <= 0) return (0, 0);
        int256 root = int256(Math.sqrt(uint256(square)));
        if (root == 0 || s >= root || -s >= root) return (0, 0);
        return ((s * ONE) / root, uint256((root * ONE) / k));
    }

    /// @dev Largest φ without butterfly arbitrage at (θ, ρ): θφ(1 + |ρ|) < 4 and θφ²(1 + |ρ|) ≤ 4, sufficient by Gatheral
    ///      and Jacquier 2014, theorem 4.2. Rounded down.
    function phiMax(uint256 theta, int256 rho) internal pure returns (uint256) {
        uint256 weight = theta * (UONE + uint256(rho < 0 ? -rho : rho));
        uint256 bySlope = (4e54 - 1) / weight;
        uint256 byCurvature = Math.sqrt(4e72 / weight);
        return bySlope < byCurvature ? bySlope : byCurvature;
    }

    /// @dev [1e-9] Largest basis, to either side, of an expiry `secondsLeft` away.
    function basisMax(uint256 secondsLeft) internal pure returns (uint256) {
        return BASIS_MOST + (BASIS_PER_YEAR * secondsLeft) / YEAR;
    }

    /// @dev ρ as a slot holds it: in steps of 1e-9, towards zero.
    function inSteps(int256 rho) internal pure returns (int256) {
        return (rho / RHO_UNIT) * RHO_UNIT;
    }

    /// @dev One slot: expiry 32, θ 64, ρ 32, basis 32, φ 96.
    function pack(Slice memory slice) internal pure returns (uint256) {
        return
            (uint256(slice.expiry) << 224) |
            (uint256(slice.theta) << 160) |
            (uint256(uint32(int32(slice.rho / RHO_UNIT))) << 128) | // |ρ| ≤ 1e18
            (uint256(uint32(slice.basis)) << 96) |
            slice.phi;
    }

    function unpack(uint256 word) internal pure returns (Slice memory) {
        return
            Slice(
                uint32(word >> 224),
                uint64(word >> 160),
                int64(int256(int32(uint32(word >> 128))) * RHO_UNIT), // below 2^31 · 1e9
                uint96(word),
                int32(uint32(word >> 96))
            );
    }

    /// @dev The slice with θ between `least` and `most`; φ is reduced where a higher θ asks for it.
    function bounded(Slice memory slice, uint256 least, uint256 most) internal pure returns (Slice memory) {
        uint256 theta = slice.theta < least ? least : (slice.theta > most ? most : slice.theta);
        if (theta > type(uint64).max) theta = type(uint64).max;
        return Slice(slice.expiry, uint64(theta), slice.rho, _phiAt(slice, theta), slice.basis);
    }

    /// @dev Whether `far`, expiring after `near`, is nowhere below it: θ and the slopes of both wings do not fall and φ does
    ///      not rise (Hendriks and Martini 2019, proposition 3.5, the branch that Pasquazzi's correction of 2023 leaves as it
    ///      was; Corbetta et al. 2019 use the same three). Sufficient; the corrected other branch is not used.
    function isCalendarFree(Slice memory near, Slice memory far) internal pure returns (bool) {
        int256 nearSlope = int256(uint256(near.theta)) * int256(uint256(near.phi));
        int256 farSlope = int256(uint256(far.theta)) * int256(uint256(far.phi));
        return
            far.theta >= near.theta &&
            far.phi <= near.phi &&
            farSlope * (ONE + far.rho) >= nearSlope * (ONE + near.rho) &&
            farSlope * (ONE - far.rho) >= nearSlope * (ONE - near.rho);
    }

    /// @dev The smile of `expiry` at `time`, of a surface written at `surfaceTime`. Volatility stands still while time passes:
    ///      θ scales with the time left, and so does the basis. Between expiries θ, θφ, ρθφ and the basis are linear in time,
    ///      which keeps calendar and butterfly conditions (Corbetta et al. 2019, section 4); before the first and after the
    ///      last, flat in volatility and in the basis a year.
    /// @param slices Ascending, expiring after `surfaceTime`, not empty.
    function smileAt(
        Slice[] memory slices,
        uint256 surfaceTime,
        uint256 time,
        uint32 expiry
    ) internal pure returns (Slice memory) {
        uint256 right;
        while (right < slices.length && slices[right].expiry < expiry) ++right;
        if (right == slices.length) return _flat(slices[right - 1], surfaceTime, time, expiry);
        bool hasLeft = right > 0 && slices[right - 1].expiry > time;
        if (!hasLeft || slices[right].expiry == expiry) return _flat(slices[right], surfaceTime, time, expiry);
        Slice memory left = _flat(slices[right - 1], surfaceTime, time, slices[right - 1].expiry);
        return _between(left, _flat(slices[right], surfaceTime, time, slices[right].expiry), expiry);
    }

    /// @dev The slice with its volatilities, for another expiry. φ is kept where that stays free of butterflies.
    function _flat(
        Slice memory slice,
        uint256 surfaceTime,
        uint256 time,
        uint32 expiry
    ) private pure returns (Slice memory) {
        uint256 left = expiry > time ? expiry - time : 0;
        uint256 theta = (uint256(slice.theta) * left) / (slice.expiry - surfaceTime);
        if (theta > type(uint64).max) theta = type(uint64).max;
        int256 basis = (int256(slice.basis) * int256(left)) / int256(slice.expiry - surfaceTime);
        return Slice(expiry, uint64(theta), slice.rho, _phiAt(slice, theta), _inSlot(basis));
    }

    function _phiAt(Slice memory slice, uint256 theta) private pure returns (uint96) {
        if (theta <= slice.theta) return slice.phi;
        uint256 bound = phiMax(theta, slice.rho);
        return bound < slice.phi ? uint96(bound) : slice.phi;
    }

    function _inSlot(int256 basis) private pure returns (int32) {
        if (basis > BASIS_CEILING) return int32(BASIS_CEILING);
        return basis < BASIS_FLOOR ? int32(BASIS_FLOOR) : int32(basis);
    }

    function _between(Slice memory left, Slice memory right, uint32 expiry) private pure returns (Slice memory) {
        int256 share = (int256(uint256(expiry - left.expiry)) * ONE) / int256(uint256(right.expiry - left.expiry));
        int256 leftSlope = int256(uint256(left.theta)) * int256(uint256(left.phi)); // 1e36, below 2^160
        int256 rightSlope = int256(uint256(right.theta)) * int256(uint256(right.phi));
        int256 theta = _mix(int256(uint256(left.theta)), int256(uint256(right.theta)), share);
        int256 slope = _mix(leftSlope, rightSlope, share);
        int256 skew = _mix((leftSlope * left.rho) / ONE, (rightSlope * right.rho) / ONE, share);
        int32 basis = int32(_mix(left.basis, right.basis, share)); // between two that fit
        if (theta <= 0 || slope <= 0) {
            return Slice(expiry, uint64(uint256(theta > 0 ? theta : int256(0))), left.rho, 0, basis);
        }
        return
            Slice(
                expiry,
                uint64(uint256(theta)), // between two that fit
                int64((skew * ONE) / slope), // a mean of two in (−1, 1)
                uint96(uint256(slope / theta)), // a mean of two that fit
                basis
            );
    }

    function _mix(int256 a, int256 b, int256 share) private pure returns (int256) {
        return a + ((b - a) * share) / ONE;
    }
}
