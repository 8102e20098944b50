// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {ObservationLib} from "../oracle/ObservationLib.sol";
import {
    CalendarArbitrage,
    ForwardMovedTooFar,
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
import {CombineLib} from "./CombineLib.sol";
import {IVolatilityBook} from "./IVolatilityBook.sol";
import {RealisedLib} from "./RealisedLib.sol";
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

    /// @dev [s] A surface so old stands beside a newer one: what is said of an account must hold under both (RULES C7).
    uint64 private constant OLDER_SECONDS = 30 minutes;
    /// @dev [1e-9] A forward may move against spot by 0.5 % and 0.1 % a minute since the last surface.
    uint256 private constant BASIS_MOVE = 0.005e9;
    uint256 private constant BASIS_MOVE_PER_MINUTE = 0.001e9;

    /// @param words One slot a slice, as `SmileLib.pack` does.
    struct Stored {
        uint64 time;
        uint256[] words;
    }

    /// @dev Three surfaces in three places, numbered from one; zero is none. What waits becomes the older one half an hour
    ///      after it was written, and the next surface then waits in its turn.
    struct Surfaces {
        uint8 newest;
        uint8 waiting;
        uint8 older;
        Stored[3] places;
    }

    IKeeperRegistry public immutable registry;

    mapping(uint8 underlying => Surfaces) private surfaces;

    constructor(IKeeperRegistry keeperRegistry) EIP712("Plimsoll Volatility Book", "1") {
        registry = keeperRegistry;
    }

    /// @inheritdoc IVolatilityBook
    function submit(SignedSurface[] calldata signed) external {
        uint256 quorum = registry.quorum();
        require(signed.length >= quorum && quorum > 0, SurfaceQuorumMissing(signed.length, quorum));
        Surface calldata first = signed[0].surface;
        (uint8 underlying, uint64 time) = (first.underlying, first.time);
        (uint64 lastTime, Slice[] memory last) = surface(underlying);
        _requireTimely(time, lastTime);
        _requireSameShape(signed);
        _requireSigned(signed);

        Slice[] memory slices = new Slice[](first.slices.length);
        uint256 faultTolerance = registry.faultTolerance();
        for (uint256 i; i < slices.length; ++i) slices[i] = _aggregate(signed, i, faultTolerance);
        _requireNoCalendarArbitrage(slices);
        if (lastTime > 0) _requireModestMove(last, lastTime, slices, time);
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
        (uint64 time, Slice[] memory slices) = surface(underlying);
        if (time == 0) return (0, 0, 0);
        Slice memory slice = SmileLib.smileAt(slices, time, block.timestamp, expiry);
        return (slice.theta, slice.rho, slice.phi);
    }

    /// @inheritdoc IVolatilityBook
    function smiles(
        uint8 underlying,
        uint32[] calldata expiries,
        uint256 realised
    ) external view returns (Smiles memory answer) {
        Slice[] memory slices;
        (answer.time, slices) = surface(underlying);
        answer.newest = _smilesAt(answer.time, slices, expiries);
        (uint64 time, Slice[] memory older) = olderSurface(underlying);
        if (time > 0) answer.beside = _smilesAt(time, older, expiries);
        if (answer.time > 0 && realised > 0) {
            answer.newest = RealisedLib.bounded(answer.newest, realised, block.timestamp);
            answer.beside = RealisedLib.bounded(answer.beside, realised, block.timestamp);
        }
        bool isSame = keccak256(abi.encode(answer.beside)) == keccak256(abi.encode(answer.newest));
        if (isSame) answer.beside = new Slice[](0);
    }

    /// @inheritdoc IVolatilityBook
    function surface(uint8 underlying) public view returns (uint64, Slice[] memory) {
        Surfaces storage its = surfaces[underlying];
        return _read(its, its.newest);
    }

    /// @inheritdoc IVolatilityBook
    function olderSurface(uint8 underlying) public view returns (uint64, Slice[] memory) {
        Surfaces storage its = surfaces[underlying];
        (uint8 newest, uint8 waiting, uint8 older) = (its.newest, its.waiting, its.older);
        if (newest == 0 || _isOld(its, newest)) return _read(its, 0);
        return _read(its, _isOld(its, waiting) ? waiting : older);
    }

    function _isOld(Surfaces storage its, uint8 place) private view returns (bool) {
        return block.timestamp >= its.places[place - 1].time + OLDER_SECONDS;
    }

    function _read(Surfaces storage its, uint8 place) private view returns (uint64 time, Slice[] memory slices) {
        if (place == 0) return (0, slices);
        uint256[] memory words = its.places[place - 1].words;
        slices = new Slice[](words.length);
        for (uint256 i; i < words.length; ++i) slices[i] = SmileLib.unpack(words[i]);
        return (its.places[place - 1].time, slices);
    }

    function _smilesAt(
        uint64 time,
        Slice[] memory slices,
        uint32[] calldata expiries
    ) private view returns (Slice[] memory answer) {
        answer = new Slice[](expiries.length);
        for (uint256 i; i < expiries.length; ++i) {
            answer[i] =
                time == 0
                    ? Slice(expiries[i], 0, 0, 0, 0)
                    : SmileLib.smileAt(slices, time, block.timestamp, expiries[i]);
        }
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
                _requireInRange(other.slices[i], earliest, first.time);
            }
        }
    }

    function _requireInRange(Slice calldata slice, uint256 earliest, uint256 time) private pure {
        bool isInRange =
            slice.expiry > earliest &&
                _magnitude(slice.basis) <= SmileLib.basisMax(slice.expiry - time) &&
                slice.theta > 0 &&
                slice.phi > 0 &&
                slice.rho <= RHO_MAX &&
                slice.rho >= -RHO_MAX;
        require(isInRange, SliceOutOfRange(slice.expiry));
    }

    function _magnitude(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
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

    function _aggregate(
        SignedSurface[] calldata signed,
        uint256 i,
        uint256 faultTolerance
    ) private pure returns (Slice memory) {
        Slice[] memory said = new Slice[](signed.length);
        for (uint256 r; r < said.length; ++r) said[r] = signed[r].surface.slices[i];
        return CombineLib.combined(said, faultTolerance);
    }

    function _requireNoCalendarArbitrage(Slice[] memory slices) private pure {
        for (uint256 i = 1; i < slices.length; ++i) {
            require(SmileLib.isCalendarFree(slices[i - 1], slices[i]), CalendarArbitrage(slices[i].expiry));
        }
    }

    /// @dev Of every expiry that both surfaces have: volatility at the money and one deviation to either side, and the basis.
    function _requireModestMove(Slice[] memory old, uint64 oldTime, Slice[] memory slices, uint64 time) private pure {
        uint256 move = MOVE + (MOVE_PER_MINUTE * (time - oldTime)) / 60;
        uint256 basisMove = BASIS_MOVE + (BASIS_MOVE_PER_MINUTE * (time - oldTime)) / 60;
        for (uint256 i; i < slices.length; ++i) {
            Slice memory before = SmileLib.smileAt(old, oldTime, time, slices[i].expiry);
            if (before.theta == 0 || !_has(old, slices[i].expiry)) continue;
            bool isModest = _magnitude(int256(slices[i].basis) - before.basis) <= basisMove;
            require(isModest, ForwardMovedTooFar(slices[i].expiry, before.basis, slices[i].basis));
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

    function _store(Surfaces storage its, Slice[] memory slices, uint64 time) private {
        (uint8 newest, uint8 waiting, uint8 older) = (its.newest, its.waiting, its.older);
        if (waiting == 0 || time >= its.places[waiting - 1].time + OLDER_SECONDS) {
            older = waiting;
            newest = waiting = _placeBeside(older, older);
        } else if (newest == waiting) {
            newest = _placeBeside(waiting, older);
        }
        (its.newest, its.waiting, its.older) = (newest, waiting, older);
        _write(its.places[newest - 1], slices, time);
    }

    /// @dev A place that is neither.
    function _placeBeside(uint8 a, uint8 b) private pure returns (uint8 place) {
        place = 1;
        while (place == a || place == b) ++place;
    }

    function _write(Stored storage stored, Slice[] memory slices, uint64 time) private {
        stored.time = time;
        while (stored.words.length > slices.length) stored.words.pop();
        for (uint256 i; i < slices.length; ++i) {
            uint256 word = SmileLib.pack(slices[i]);
            if (i < stored.words.length) stored.words[i] = word;
            else stored.words.push(word);
        }
    }
}
