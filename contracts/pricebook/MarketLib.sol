// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAnchor} from "../oracle/IAnchor.sol";
import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {MarketState, MAX_CANDIDATES, Side} from "../types/Marks.sol";
import {Price} from "../types/Price.sol";

// Do the two sources agree, and under which prices must a statement hold? (RULES C3, C4)

library MarketLib {
    uint256 private constant PPM = 1e6;
    /// @dev Beside the anchor's own step, what two honest sources may differ by.
    uint256 internal constant TOLERANCE_PPM = 10_000;
    /// @dev The anchor's say narrows by this much a minute of silence, and is never narrower than 10 %.
    uint256 private constant SILENCE_PPM_PER_MINUTE = 5_000;
    uint256 private constant SAY_PPM_MAX = 100_000;
    /// @dev One source alone is believed to within this.
    uint256 private constant SINGLE_PPM = 30_000;

    /// @param outsideSince [unix s] First round outside the tolerance since the sources last agreed; zero if none.
    /// @param pool Mean of a pool, asked for TAKING only; zero if none.
    struct Sources {
        IReporterOracle.Round newest;
        IReporterOracle.Round previous;
        IAnchor.Answer anchor;
        bool isNewestLive;
        bool isPreviousLive;
        uint64 outsideSince;
        uint64 time;
        uint256 pool;
    }

    /// @custom:source docs/METHODOLOGY.md#market-states
    function stateOf(Sources memory sources) internal pure returns (MarketState) {
        if (!sources.isNewestLive && !sources.anchor.isLive) return MarketState.DEAD;
        if (!sources.isNewestLive || !sources.anchor.isLive) return MarketState.SINGLE;
        if (sources.newest.isWide) return MarketState.WIDE;
        return isOutside(sources) ? MarketState.DISPUTED : MarketState.AGREED;
    }

    /// @dev Whether R lies outside A·(1 ± (δ + 1 %)).
    function isOutside(Sources memory sources) internal pure returns (bool) {
        (uint256 r, uint256 a) = (sources.newest.median.raw(), sources.anchor.price.raw());
        uint256 distance = r > a ? r - a : a - r;
        return distance * PPM > a * (sources.anchor.deviation + TOLERANCE_PPM);
    }

    /// @dev Half-width e of the anchor's interval A·(1 ± e): it grows from its later word, or from when R left it.
    function sayPpm(Sources memory sources) internal pure returns (uint256) {
        uint256 since = sources.outsideSince == 0 ? sources.newest.time : sources.outsideSince;
        if (sources.anchor.updatedAt > since) since = sources.anchor.updatedAt;
        uint256 silence = sources.time > since ? sources.time - since : 0;
        uint256 ppm = sources.anchor.deviation + TOLERANCE_PPM + (SILENCE_PPM_PER_MINUTE * silence) / 60;
        return ppm < SAY_PPM_MAX ? ppm : SAY_PPM_MAX;
    }

    /// @dev The point of the anchor's interval nearest to [low, high]; `low` where they meet.
    function nearestToAnchor(Sources memory sources, uint256 low, uint256 high) internal pure returns (uint256) {
        uint256 say = sayPpm(sources);
        uint256 floor = (sources.anchor.price.raw() * (PPM - say)) / PPM;
        uint256 ceiling = (sources.anchor.price.raw() * (PPM + say)) / PPM;
        if (high < floor) return floor;
        return low > ceiling ? ceiling : low;
    }

    /// @dev Every price under which a statement of `side` must hold; `lastAgreed` is all there is in a dead market.
    function candidates(
        Sources memory sources,
        MarketState state,
        Side side,
        uint256 lastAgreed
    ) internal pure returns (Price[] memory prices) {
        prices = new Price[](MAX_CANDIDATES);
        uint256 count;
        if (state == MarketState.DEAD) count = _add(prices, count, _lastKnown(sources, lastAgreed));
        else if (state == MarketState.SINGLE) count = _addSingle(prices, sources);
        else if (state == MarketState.WIDE) count = _addWide(prices, sources, side);
        else {
            count = _add(prices, count, sources.newest.median.raw());
            if (state == MarketState.DISPUTED) count = _add(prices, count, _anchorSays(sources, side));
            if (side != Side.BELOW && sources.isPreviousLive) count = _addPrevious(prices, count, sources.previous);
        }
        if (side == Side.TAKING && state != MarketState.DEAD) count = _addPool(prices, count, sources);
        // Safe: only shortens.
        assembly ("memory-safe") {
            mstore(prices, count)
        }
    }

    /// @dev The price for display and payments: the median where it is live, else the anchor's, else the last known.
    function inForce(
        Sources memory sources,
        uint256 lastAgreed
    ) internal pure returns (uint256 price, uint64 updatedAt) {
        if (sources.isNewestLive) return (sources.newest.median.raw(), sources.newest.time);
        if (sources.anchor.isLive) return (sources.anchor.price.raw(), sources.anchor.updatedAt);
        return (_lastKnown(sources, lastAgreed), 0);
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    /// @dev Before anything was agreed there are no positions; any price is as good as none, but zero has no logarithm.
    function _lastKnown(Sources memory sources, uint256 lastAgreed) private pure returns (uint256) {
        if (lastAgreed > 0) return lastAgreed;
        uint256 anchor = sources.anchor.price.raw();
        return anchor > 0 ? anchor : sources.newest.median.raw();
    }

    /// @dev The middle too: a short straddle is best there, and an account may not be called that is well at any of them.
    function _addSingle(Price[] memory prices, Sources memory sources) private pure returns (uint256 count) {
        (uint256 low, uint256 middle, uint256 high) = sources.isNewestLive
            ? (sources.newest.low.raw(), sources.newest.median.raw(), sources.newest.high.raw())
            : (sources.anchor.price.raw(), sources.anchor.price.raw(), sources.anchor.price.raw());
        count = _add(prices, count, (low * (PPM - SINGLE_PPM)) / PPM);
        count = _add(prices, count, middle);
        count = _add(prices, count, (high * (PPM + SINGLE_PPM)) / PPM);
    }

    function _addWide(Price[] memory prices, Sources memory sources, Side side) private pure returns (uint256 count) {
        (uint256 low, uint256 high) = (sources.newest.low.raw(), sources.newest.high.raw());
        count = _add(prices, count, low);
        count = _add(prices, count, sources.newest.median.raw());
        count = _add(prices, count, high);
        uint256 anchor = side == Side.BELOW ? nearestToAnchor(sources, low, high) : sources.anchor.price.raw();
        count = _add(prices, count, anchor);
    }

    function _anchorSays(Sources memory sources, Side side) private pure returns (uint256) {
        uint256 r = sources.newest.median.raw();
        return side == Side.BELOW ? nearestToAnchor(sources, r, r) : sources.anchor.price.raw();
    }

    function _addPrevious(
        Price[] memory prices,
        uint256 count,
        IReporterOracle.Round memory previous
    ) private pure returns (uint256) {
        count = _add(prices, count, previous.low.raw());
        return _add(prices, count, previous.high.raw());
    }

    /// @dev One price more, so that it can only tighten; and only where it is no further off than a source's widest say: a pool
    ///      beyond that was pushed or left. Where four prices are asked already two sources disagree, and it adds nothing.
    function _addPool(Price[] memory prices, uint256 count, Sources memory sources) private pure returns (uint256) {
        (uint256 price, ) = inForce(sources, 0);
        uint256 distance = sources.pool > price ? sources.pool - price : price - sources.pool;
        if (count == MAX_CANDIDATES || distance * PPM > price * SAY_PPM_MAX) return count;
        return _add(prices, count, sources.pool);
    }

    /// @dev Once each: every candidate costs a revaluation of the portfolio.
    function _add(Price[] memory prices, uint256 count, uint256 price) private pure returns (uint256) {
        if (price == 0) return count;
        for (uint256 i; i < count; ++i) {
            if (prices[i].raw() == price) return count;
        }
        prices[count] = Price.wrap(price);
        return count + 1;
    }
}
