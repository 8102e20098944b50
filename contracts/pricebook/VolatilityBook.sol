// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {MedianLib} from "../oracle/MedianLib.sol";
import {ObservationLib} from "../oracle/ObservationLib.sol";
import {
    ButterflyArbitrage,
    CalendarArbitrage,
    NoEquivocation,
    SliceOutOfRange,
    SurfaceMovedTooFar,
    SurfaceNotNewer,
    SurfaceQuorumMissing,
    SurfacesDiffer,
    SurfaceTooOld,
    UnknownReporter,
    UnknownSigner,
    WrongSigner
} from "../types/Errors.sol";
import {SignedSurface, Slice, Surface} from "../types/Observation.sol";
import {IVolatilityBook} from "./IVolatilityBook.sol";
import {SmileLib} from "./SmileLib.sol";

// How uncertain is the future believed to be?

/// @dev Deployment: takes the keeper registry, on which it must be allowed to `punish`.
contract VolatilityBook is IVolatilityBook, EIP712 {
    using ObservationLib for Surface;

    uint256 private constant ONE = 1e18;
    uint256 private constant MAX_SLICES = 16;
    /// @dev [s] Signed surfaces nobody submitted must not lie in store for the one who wants them.
    uint256 private constant SUBMIT_SECONDS = 600;
    /// @dev [1e18] A volatility may change by 10 % and 2 % a minute since the last surface: it always reopens.
    uint256 private constant MOVE = 0.1e18;
    uint256 private constant MOVE_PER_MINUTE = 0.02e18;
    int64 private constant RHO_MAX = 0.99e18;

    struct Stored {
        uint64 time;
        Slice[] slices;
    }

    IKeeperRegistry public immutable registry;

    mapping(uint8 underlying => Stored) private surfaces;

    constructor(IKeeperRegistry keeperRegistry) EIP712("Plimsoll Volatility Book", "1") {
        registry = keeperRegistry;
    }

    /// @inheritdoc IVolatilityBook
    function submit(SignedSurface[] calldata signed) external {
        uint256 quorum = registry.quorum();
        require(signed.length >= quorum && quorum > 0, SurfaceQuorumMissing(signed.length, quorum));
        Surface calldata first = signed[0].surface;
        (uint8 underlying, uint64 time) = (first.underlying, first.time);
        _requireTimely(time, surfaces[underlying].time);
        _requireSameShape(signed);
        _requireSigned(signed);

        Slice[] memory slices = new Slice[](first.slices.length);
        for (uint256 i; i < slices.length; ++i) slices[i] = _aggregate(signed, i);
        _requireNoCalendarArbitrage(slices);
        _requireModestMove(surfaces[underlying], slices, time);
        _store(surfaces[underlying], slices, time);

        emit SurfaceChanged(underlying, time, slices);
    }

    /// @inheritdoc IVolatilityBook
    function proveEquivocation(SignedSurface calldata first, SignedSurface calldata second) external {
        (Surface calldata a, Surface calldata b) = (first.surface, second.surface);
        bool isOneRound = a.underlying == b.underlying && a.time == b.time;
        require(isOneRound && digestOf(first) != digestOf(second), NoEquivocation(a.time, b.time));
        address signer = _signerOf(first);
        require(_signerOf(second) == signer, WrongSigner(_signerOf(second), signer));
        uint16 reporter = registry.reporterOf(signer);
        require(reporter > 0, UnknownSigner(signer));

        emit EquivocationProven(reporter, a.underlying, a.time, msg.sender);
        registry.punish(reporter, msg.sender);
    }

    /// @inheritdoc IVolatilityBook
    function smile(uint8 underlying, uint32 expiry) external view returns (uint64, int64, uint96) {
        Stored memory stored = surfaces[underlying];
        if (stored.slices.length == 0) return (0, 0, 0);
        Slice memory slice = SmileLib.smileAt(stored.slices, stored.time, block.timestamp, expiry);
        return (slice.theta, slice.rho, slice.phi);
    }

    /// @inheritdoc IVolatilityBook
    function smiles(uint8 underlying, uint32[] calldata expiries) external view returns (Slice[] memory answer) {
        answer = new Slice[](expiries.length);
        Stored memory stored = surfaces[underlying];
        for (uint256 i; i < expiries.length; ++i) {
            answer[i] =
                stored.slices.length == 0
                    ? Slice(expiries[i], 0, 0, 0)
                    : SmileLib.smileAt(stored.slices, stored.time, block.timestamp, expiries[i]);
        }
    }

    /// @inheritdoc IVolatilityBook
    function surface(uint8 underlying) external view returns (uint64, Slice[] memory) {
        return (surfaces[underlying].time, surfaces[underlying].slices);
    }

    /// @inheritdoc IVolatilityBook
    function digestOf(SignedSurface calldata signed) public view returns (bytes32) {
        return _hashTypedDataV4(signed.surface.hash());
    }

    // ---- who said what --------------------------------------------------------------------------------------

    function _requireTimely(uint64 time, uint64 last) private view {
        ObservationLib.requireRoundTime(time);
        require(time > last, SurfaceNotNewer(time, last));
        require(block.timestamp - time <= SUBMIT_SECONDS, SurfaceTooOld(block.timestamp - time, SUBMIT_SECONDS));
    }

    /// @dev One underlying, one round, the same expiries, each reporter once, every number in its range.
    function _requireSameShape(SignedSurface[] calldata signed) private pure {
        Surface calldata first = signed[0].surface;
        require(first.slices.length > 0 && first.slices.length <= MAX_SLICES, SliceOutOfRange(0));
        for (uint256 r; r < signed.length; ++r) {
            Surface calldata other = signed[r].surface;
            bool isSame =
                other.underlying == first.underlying &&
                    other.time == first.time &&
                    other.slices.length == first.slices.length &&
                    (r == 0 || signed[r].reporter > signed[r - 1].reporter);
            require(isSame, SurfacesDiffer(r));
            for (uint256 i; i < first.slices.length; ++i) {
                require(other.slices[i].expiry == first.slices[i].expiry, SurfacesDiffer(r));
                uint256 earliest = i == 0 ? first.time : first.slices[i - 1].expiry;
                _requireInRange(other.slices[i], earliest);
            }
        }
    }

    function _requireInRange(Slice calldata slice, uint256 earliest) private pure {
        bool isInRange =
            slice.expiry > earliest &&
                slice.theta > 0 &&
                slice.phi > 0 &&
                slice.rho <= RHO_MAX &&
                slice.rho >= -RHO_MAX;
        require(isInRange, SliceOutOfRange(slice.expiry));
    }

    function _requireSigned(SignedSurface[] calldata signed) private view {
        for (uint256 r; r < signed.length; ++r) {
            address signer = registry.signerOf(signed[r].reporter);
            require(signer != address(0), UnknownReporter(signed[r].reporter));
            address recovered = _signerOf(signed[r]);
            require(recovered == signer, WrongSigner(recovered, signer));
        }
    }

    /// @dev Zero where the signature is malformed.
    function _signerOf(SignedSurface calldata signed) private view returns (address signer) {
        (signer, , ) = ECDSA.tryRecover(digestOf(signed), signed.signature);
    }

    // ---- several become one ---------------------------------------------------------------------------------

    /// @dev θ is the median; so are the total variances at k = ±√θ; ρ and φ are those of the one slice through the three. At
    ///      each of the three points the value is the reporters' median, so f liars cannot move it out of the honest range.
    ///      (Medians of ρ and φ themselves give a slice that nobody quoted.) Where butterfly fails φ is reduced to the bound.
    function _aggregate(SignedSurface[] calldata signed, uint256 i) private pure returns (Slice memory slice) {
        uint256[] memory values = new uint256[](signed.length);
        for (uint256 r; r < values.length; ++r) values[r] = signed[r].surface.slices[i].theta;
        uint256 theta = MedianLib.median(values);
        int256 k = int256(Math.sqrt(theta * ONE));
        for (uint256 r; r < values.length; ++r) values[r] = SmileLib.totalVariance(signed[r].surface.slices[i], -k);
        uint256 left = MedianLib.median(values);
        for (uint256 r; r < values.length; ++r) values[r] = SmileLib.totalVariance(signed[r].surface.slices[i], k);
        uint256 right = MedianLib.median(values);

        slice.expiry = signed[0].surface.slices[i].expiry;
        (int256 rho, uint256 phi) = SmileLib.through(theta, left, right, k);
        require(phi > 0 && rho <= RHO_MAX && rho >= -RHO_MAX, ButterflyArbitrage(slice.expiry));
        uint256 bound = SmileLib.phiMax(theta, rho);
        slice.theta = uint64(theta); // a median of 64-bit values
        slice.rho = int64(rho);
        slice.phi = uint96(phi < bound ? phi : bound); // θ ≥ 1e-18, so the bound is below 2^96
    }

    function _requireNoCalendarArbitrage(Slice[] memory slices) private pure {
        for (uint256 i = 1; i < slices.length; ++i) {
            require(SmileLib.isCalendarFree(slices[i - 1], slices[i]), CalendarArbitrage(slices[i].expiry));
        }
    }

    /// @dev Of every expiry that both surfaces have, at the money and one deviation to either side.
    function _requireModestMove(Stored storage last, Slice[] memory slices, uint64 time) private view {
        if (last.slices.length == 0) return;
        Slice[] memory old = last.slices;
        uint256 move = MOVE + (MOVE_PER_MINUTE * (time - last.time)) / 60;
        for (uint256 i; i < slices.length; ++i) {
            Slice memory before = SmileLib.smileAt(old, last.time, time, slices[i].expiry);
            if (before.theta == 0 || !_has(old, slices[i].expiry)) continue;
            int256 k = int256(Math.sqrt(uint256(before.theta) * ONE));
            _requireWithin(before, slices[i], 0, move);
            _requireWithin(before, slices[i], -k, move);
            _requireWithin(before, slices[i], k, move);
        }
    }

    /// @dev old·(1 − move)² ≤ new ≤ old·(1 + move)², since volatility is the root of variance.
    function _requireWithin(Slice memory before, Slice memory next, int256 k, uint256 move) private pure {
        uint256 from = SmileLib.totalVariance(before, k);
        uint256 to = SmileLib.totalVariance(next, k);
        uint256 low = move < ONE ? (((from * (ONE - move)) / ONE) * (ONE - move)) / ONE : 0;
        uint256 high = (((from * (ONE + move)) / ONE) * (ONE + move)) / ONE;
        require(to >= low && to <= high, SurfaceMovedTooFar(next.expiry, from, to));
    }

    function _has(Slice[] memory slices, uint32 expiry) private pure returns (bool) {
        for (uint256 i; i < slices.length; ++i) {
            if (slices[i].expiry == expiry) return true;
        }
        return false;
    }

    function _store(Stored storage stored, Slice[] memory slices, uint64 time) private {
        stored.time = time;
        while (stored.slices.length > slices.length) stored.slices.pop();
        for (uint256 i; i < slices.length; ++i) {
            if (i < stored.slices.length) stored.slices[i] = slices[i];
            else stored.slices.push(slices[i]);
        }
    }
}
