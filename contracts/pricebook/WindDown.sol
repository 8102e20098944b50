// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IPriceBook} from "./IPriceBook.sol";
import {IWindDown} from "./IWindDown.sol";
import {
    AlreadyDeclared,
    MarketAlive,
    MarketSilent,
    NotDeclared,
    NothingAgreed,
    SilenceTooShort,
    WindDownOver
} from "../types/Errors.sol";
import {MarketState} from "../types/Marks.sol";
import {Price} from "../types/Price.sol";

// What if the prices never come back?

/// @dev Deployment: (price book). That no source was live for the whole time is proven by market time, which stands only then.
contract WindDown is IWindDown {
    uint64 private constant SILENCE_SECONDS = 14 days;
    uint64 private constant REVIVAL_SECONDS = 90 days;
    uint64 private constant MEAN_SECONDS = 24 hours;

    /// @dev [s] One sample covers at most this much time after it.
    uint64 private constant COVER_SECONDS = 1 hours;

    IPriceBook public immutable priceBook;

    mapping(uint8 underlying => Silence) private _silences;
    mapping(uint8 underlying => Samples) private _samples;

    /// @inheritdoc IWindDown
    mapping(uint8 underlying => Price) public price;

    constructor(IPriceBook priceBook_) {
        priceBook = priceBook_;
    }

    // ---- silence -----------------------------------------------------------------------------------------------

    /// @inheritdoc IWindDown
    function note(uint8 underlying) external {
        Silence storage silence = _silences[underlying];
        require(silence.declaredAt == 0, AlreadyDeclared(underlying));
        _requireSilent(underlying);
        if (_isUnbroken(underlying, silence)) return;

        silence.notedAt = uint64(block.timestamp);
        silence.marketTime = priceBook.marketTime(underlying);
        emit SilenceNoted(underlying, silence.notedAt);
    }

    /// @inheritdoc IWindDown
    function declare(uint8 underlying) external {
        Silence storage silence = _silences[underlying];
        require(silence.declaredAt == 0, AlreadyDeclared(underlying));
        _requireSilent(underlying);
        uint256 passed = _isUnbroken(underlying, silence) ? block.timestamp - silence.notedAt : 0;
        require(passed >= SILENCE_SECONDS, SilenceTooShort(underlying, passed, SILENCE_SECONDS));

        silence.declaredAt = uint64(block.timestamp);
        silence.checkpoints = uint64(priceBook.checkpointCount(underlying));
        emit WindDownDeclared(underlying, silence.declaredAt);
    }

    // ---- the price ---------------------------------------------------------------------------------------------

    /// @inheritdoc IWindDown
    function sample(uint8 underlying) external {
        _requireOpen(underlying);
        require(_age(underlying) < REVIVAL_SECONDS, WindDownOver(underlying));
        IPriceBook.Index memory index = priceBook.index(underlying);
        require(index.state != MarketState.DEAD, MarketSilent(underlying));

        Samples storage samples = _samples[underlying];
        uint256 passed = block.timestamp - samples.takenAt;
        if (samples.takenAt != 0 && passed <= COVER_SECONDS) {
            samples.cumulative += samples.last.raw() * passed;
            samples.covered += uint64(passed);
        }
        (samples.last, samples.takenAt) = (index.price, uint64(block.timestamp));
        emit SampleTaken(underlying, index.price, samples.covered);
        if (samples.covered >= MEAN_SECONDS) _fix(underlying, samples.cumulative / samples.covered);
    }

    /// @inheritdoc IWindDown
    function fixLastAgreed(uint8 underlying) external {
        _requireOpen(underlying);
        uint256 age = _age(underlying);
        require(age >= REVIVAL_SECONDS, SilenceTooShort(underlying, age, REVIVAL_SECONDS));
        uint256 count = _silences[underlying].checkpoints;
        require(count != 0, NothingAgreed(underlying, 0));

        (, uint256 endSum, uint64 endCovered) = priceBook.checkpoint(underlying, count - 1);
        require(endCovered != 0, NothingAgreed(underlying, 0));
        uint64 taken = endCovered < MEAN_SECONDS ? endCovered : MEAN_SECONDS;
        uint256 startSum = _sumAtCovered(underlying, count, endCovered - taken);
        _fix(underlying, (endSum - startSum) / taken);
    }

    function _fix(uint8 underlying, uint256 mean) private {
        price[underlying] = Price.wrap(mean);
        emit WindDownPriceFixed(underlying, Price.wrap(mean));
    }

    /// @dev Between two checkpoints one price holds.
    function _sumAtCovered(uint8 underlying, uint256 count, uint64 covered) private view returns (uint256) {
        uint256 low = 0;
        for (uint256 high = count; high - low > 1;) {
            uint256 middle = (low + high) / 2;
            (, , uint64 its) = priceBook.checkpoint(underlying, middle);
            if (its <= covered) low = middle;
            else high = middle;
        }
        (, uint256 sum, uint64 from) = priceBook.checkpoint(underlying, low);
        if (from >= covered) return sum;
        (, uint256 nextSum, uint64 to) = priceBook.checkpoint(underlying, low + 1);
        return sum + ((nextSum - sum) * (covered - from)) / (to - from);
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    /// @inheritdoc IWindDown
    function isDeclared(uint8 underlying) public view returns (bool) {
        return _silences[underlying].declaredAt != 0;
    }

    /// @inheritdoc IWindDown
    function silenceOf(uint8 underlying) external view returns (Silence memory) {
        return _silences[underlying];
    }

    /// @inheritdoc IWindDown
    function samplesOf(uint8 underlying) external view returns (Samples memory) {
        return _samples[underlying];
    }

    function _requireSilent(uint8 underlying) private view {
        MarketState state = priceBook.index(underlying).state;
        require(state == MarketState.DEAD, MarketAlive(underlying, uint8(state)));
    }

    function _requireOpen(uint8 underlying) private view {
        require(isDeclared(underlying), NotDeclared(underlying));
        require(price[underlying].raw() == 0, WindDownOver(underlying));
    }

    function _isUnbroken(uint8 underlying, Silence storage silence) private view returns (bool) {
        return silence.notedAt != 0 && priceBook.marketTime(underlying) == silence.marketTime;
    }

    function _age(uint8 underlying) private view returns (uint256) {
        return block.timestamp - _silences[underlying].declaredAt;
    }
}
