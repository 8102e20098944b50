// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {Observation, ROUND_SECONDS, SignedObservation} from "../types/Observation.sol";
import {NoEquivocation, ObservationsNotSorted, UnknownReporter, UnknownSigner, WrongSigner} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {IReporterOracle} from "./IReporterOracle.sol";
import {MedianLib} from "./MedianLib.sol";
import {ObservationLib} from "./ObservationLib.sol";

// What do the reporters say?

/// @dev Deployment: takes the keeper registry, on which it must be allowed to `punish`. The price book calls `submit`, as
///      anyone may.
contract ReporterOracle is IReporterOracle, EIP712 {
    using ObservationLib for Observation;

    /// @dev Rounds of which values are kept, so that several may fill side by side: eighty seconds.
    uint256 private constant RING = 8;
    uint256 private constant MAX_VALUES = 16;
    uint256 private constant PRICE_STEP = 1e10; // observations have 8 decimals, prices 18

    /// @dev A complete round; one slot. Prices in 1e-8.
    struct Summary {
        uint40 time;
        uint64 median;
        uint64 low;
        uint64 high;
        uint8 reporters;
        bool isWide;
    }

    /// @dev One round of the ring; one slot. Bit `id` of `spoken` is set once reporter `id` has.
    struct Head {
        uint40 time;
        uint8 count;
        uint208 spoken;
    }

    /// @dev In 1e-8; two fit one slot.
    struct Value {
        uint64 price;
        uint64 halfWidth;
    }

    struct Feed {
        Summary newest;
        Summary previous;
        Head[RING] heads;
        Value[MAX_VALUES][RING] values;
    }

    IKeeperRegistry public immutable registry;

    mapping(uint8 underlying => Feed) private feeds;

    constructor(IKeeperRegistry keeperRegistry) EIP712("Plimsoll Reporter Oracle", "1") {
        registry = keeperRegistry;
    }

    /// @inheritdoc IReporterOracle
    function submit(SignedObservation[] calldata observations) external returns (uint256 taken) {
        uint256 quorum = registry.quorum();
        uint256 from;
        while (from < observations.length) {
            uint256 to = _endOfRound(observations, from);
            taken += _takeRound(observations, from, to, quorum);
            from = to;
        }
    }

    /// @inheritdoc IReporterOracle
    function proveEquivocation(SignedObservation calldata first, SignedObservation calldata second) external {
        (Observation calldata a, Observation calldata b) = (first.observation, second.observation);
        bool areTwoValues = a.price != b.price || a.halfWidth != b.halfWidth;
        require(a.underlying == b.underlying && a.time == b.time && areTwoValues, NoEquivocation(a.time, b.time));
        address signer = _signerOf(first);
        require(_signerOf(second) == signer, WrongSigner(_signerOf(second), signer));
        uint16 reporter = registry.reporterOf(signer);
        require(reporter > 0, UnknownSigner(signer));

        emit EquivocationProven(reporter, a.underlying, a.time, msg.sender);
        registry.punish(reporter, msg.sender);
    }

    /// @inheritdoc IReporterOracle
    function rounds(uint8 underlying) external view returns (Round memory newest, Round memory previous) {
        Feed storage feed = feeds[underlying];
        return (_roundOf(feed.newest), _roundOf(feed.previous));
    }

    /// @inheritdoc IReporterOracle
    function openRound(uint8 underlying) external view returns (uint64 time, uint256 reporters) {
        Feed storage feed = feeds[underlying];
        uint256 newest = feed.newest.time;
        uint256 most;
        for (uint256 i; i < RING; ++i) {
            Head memory head = feed.heads[i];
            if (head.time <= newest || head.count < most || (head.count == most && head.time < time)) continue;
            (time, reporters, most) = (head.time, head.spoken, head.count);
        }
    }

    /// @inheritdoc IReporterOracle
    function digestOf(SignedObservation calldata observation) public view returns (bytes32) {
        return _hashTypedDataV4(observation.observation.hash());
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    /// @dev First index after `from` that belongs to another underlying or time. Refuses what is out of order.
    function _endOfRound(SignedObservation[] calldata observations, uint256 from) private pure returns (uint256 to) {
        Observation calldata first = observations[from].observation;
        for (to = from + 1; to < observations.length; ++to) {
            Observation calldata next = observations[to].observation;
            bool isSameRound = next.underlying == first.underlying && next.time == first.time;
            bool isLaterRound =
                next.underlying > first.underlying || (next.underlying == first.underlying && next.time > first.time);
            bool isLaterReporter = observations[to].reporter > observations[to - 1].reporter;
            require(isLaterRound || (isSameRound && isLaterReporter), ObservationsNotSorted(to));
            if (isLaterRound) break;
        }
    }

    /// @dev Observations `from` … `to` − 1 are of one underlying and time.
    function _takeRound(
        SignedObservation[] calldata observations,
        uint256 from,
        uint256 to,
        uint256 quorum
    ) private returns (uint256 taken) {
        uint8 underlying = observations[from].observation.underlying;
        uint64 time = observations[from].observation.time;
        ObservationLib.requireRoundTime(time);
        Feed storage feed = feeds[underlying];
        uint256 place = (time / ROUND_SECONDS) % RING;
        Head memory head = feed.heads[place];
        // Passed: a newer round is complete, or a newer one has taken its place in the ring.
        if (time < feed.newest.time || head.time > time) return 0;

        if (head.time < time) head = Head(uint40(time), 0, 0);
        for (uint256 i = from; i < to; ++i) {
            if (_take(feed.values[place], head, observations[i])) ++taken;
        }
        if (taken == 0) return 0;
        feed.heads[place] = head;
        if (head.count >= quorum) _conclude(underlying, feed, head, feed.values[place], quorum);
    }

    /// @dev One more value, unless its reporter has spoken in this round; changes `head` in memory only.
    function _take(
        Value[MAX_VALUES] storage values,
        Head memory head,
        SignedObservation calldata signed
    ) private returns (bool) {
        uint16 reporter = signed.reporter;
        if ((uint256(head.spoken) >> reporter) & 1 == 1 || head.count == MAX_VALUES) return false;
        Observation calldata observation = signed.observation;
        observation.requireInRange();
        _requireSigned(signed);

        values[head.count++] = Value(observation.price, observation.halfWidth);
        head.spoken |= uint208(1) << reporter; // ids are below 208

        (bytes32 r, bytes32 vs) = _inTwoWords(signed.signature);
        emit Observed(
            observation.underlying,
            observation.time,
            reporter,
            observation.price,
            observation.halfWidth,
            r,
            vs
        );
        return true;
    }

    /// @dev Of one that was recovered: 65 bytes, v 27 or 28, and s below half the order, so that its top bit is free.
    function _inTwoWords(bytes calldata signature) private pure returns (bytes32 r, bytes32 vs) {
        r = bytes32(signature[0:32]);
        vs = bytes32(signature[32:64]) | bytes32(uint256(uint8(signature[64]) - 27) << 255);
    }

    function _requireSigned(SignedObservation calldata signed) private view {
        address signer = registry.signerOf(signed.reporter);
        require(signer != address(0), UnknownReporter(signed.reporter));
        address recovered = _signerOf(signed);
        require(recovered == signer, WrongSigner(recovered, signer));
    }

    /// @dev Zero where the signature is malformed.
    function _signerOf(SignedObservation calldata signed) private view returns (address signer) {
        (signer, , ) = ECDSA.tryRecover(digestOf(signed), signed.signature);
    }

    /// @dev The round has a quorum: it becomes the newest, or, being that already, is summed up again.
    function _conclude(
        uint8 underlying,
        Feed storage feed,
        Head memory head,
        Value[MAX_VALUES] storage values,
        uint256 quorum
    ) private {
        Summary memory summary = _summarise(head, values, quorum);
        if (feed.newest.time < head.time) feed.previous = feed.newest;
        feed.newest = summary;
        emit RoundChanged(
            underlying,
            summary.time,
            _price(summary.median),
            _price(summary.low),
            _price(summary.high),
            summary.reporters
        );
    }

    /// @dev A quorum of narrow values: their median, and the wide ones do not count. Otherwise an interval, each end the
    ///      median of all values' ends (RULES C2); either way at most f of at least 2f + 1 values are false.
    function _summarise(
        Head memory head,
        Value[MAX_VALUES] storage values,
        uint256 quorum
    ) private view returns (Summary memory) {
        uint256 count = head.count;
        uint256[] memory narrow = new uint256[](count);
        uint256[] memory lows = new uint256[](count);
        uint256[] memory highs = new uint256[](count);
        uint256 narrowCount;
        for (uint256 i; i < count; ++i) {
            Value memory value = values[i];
            if (value.halfWidth == 0) narrow[narrowCount++] = value.price;
            lows[i] = value.price - value.halfWidth; // halfWidth is at most half the price
            highs[i] = uint256(value.price) + value.halfWidth;
        }
        if (narrowCount >= quorum) {
            MedianLib.truncate(narrow, narrowCount);
            uint64 median = uint64(MedianLib.median(narrow));
            return Summary(head.time, median, median, median, uint8(count), false);
        }
        uint256 low = MedianLib.median(lows);
        uint256 high = MedianLib.median(highs);
        return Summary(head.time, uint64((low + high) / 2), uint64(low), _capped(high), uint8(count), true);
    }

    /// @dev A high end is at most 1.5 × 2^64, where no price is: the cast keeps it from wrapping.
    function _capped(uint256 value) private pure returns (uint64) {
        return value > type(uint64).max ? type(uint64).max : uint64(value);
    }

    function _roundOf(Summary memory summary) private pure returns (Round memory) {
        return
            Round(
                summary.time,
                _price(summary.median),
                _price(summary.low),
                _price(summary.high),
                summary.reporters,
                summary.isWide
            );
    }

    function _price(uint256 priceE8) private pure returns (Price) {
        return Price.wrap(priceE8 * PRICE_STEP);
    }
}
