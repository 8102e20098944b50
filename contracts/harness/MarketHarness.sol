// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {MarketLib} from "../pricebook/MarketLib.sol";
import {MarketState, Side} from "../types/Marks.sol";
import {Price} from "../types/Price.sol";

// Does the chain's market policy say what its twin says? Many answers in one call, for the differential test.

contract MarketHarness {
    uint256 private constant LAST_AGREED = 1_234e18;
    uint64 private constant TIME = 1_600_000_000;

    /// @notice For draw, draw + 1, …: the state, then the candidates of each side, each list led by its length.
    function answers(uint256 draw, uint256 amount) external pure returns (uint256[] memory words) {
        words = new uint256[](amount * 16);
        uint256 used;
        for (uint256 i; i < amount; ++i) {
            MarketLib.Sources memory sources = _draw(uint256(keccak256(abi.encode(draw + i))));
            MarketState state = MarketLib.stateOf(sources);
            words[used++] = uint256(state);
            used = _put(words, used, MarketLib.candidates(sources, state, Side.BELOW, LAST_AGREED));
            used = _put(words, used, MarketLib.candidates(sources, state, Side.ABOVE, LAST_AGREED));
            used = _put(words, used, MarketLib.candidates(sources, state, Side.TAKING, LAST_AGREED));
        }
        // Safe: only shortens.
        assembly ("memory-safe") {
            mstore(words, used)
        }
    }

    function _put(uint256[] memory words, uint256 used, Price[] memory prices) private pure returns (uint256) {
        words[used++] = prices.length;
        for (uint256 i; i < prices.length; ++i) words[used++] = prices[i].raw();
        return used;
    }

    function _draw(uint256 bits) private pure returns (MarketLib.Sources memory sources) {
        uint256 price = 1_000e18 + ((bits >> 8) % 1e20);
        sources.newest = _round(TIME - uint64((bits >> 16) % 200), price, (bits >> 24) % 1e20, bits & 1 == 1);
        sources.previous = _round(TIME - 200, price + ((bits >> 32) % 1e19), (bits >> 40) % 1e19, bits & 2 == 2);
        sources.anchor.isLive = bits & 12 != 12;
        sources.anchor.price = Price.wrap(1_000e18 + ((bits >> 48) % 1e20));
        sources.anchor.updatedAt = TIME - uint64((bits >> 56) % 4_000);
        sources.anchor.deviation = uint32((bits >> 64) % 10_000);
        sources.isNewestLive = bits & 48 != 48;
        sources.isPreviousLive = bits & 64 == 64;
        sources.outsideSince = bits & 128 == 128 ? TIME - uint64((bits >> 72) % 2_000) : 0;
        sources.time = TIME;
        // Of four draws one has no pool; the others lie to either side of the widest say.
        sources.pool = bits & 768 == 0 ? 0 : (price * (850_000 + ((bits >> 80) % 300_000))) / 1e6;
    }

    function _round(
        uint64 time,
        uint256 median,
        uint256 halfWidth,
        bool isWide
    ) private pure returns (IReporterOracle.Round memory) {
        uint256 width = isWide ? halfWidth : 0;
        return
            IReporterOracle.Round(
                time,
                Price.wrap(median),
                Price.wrap(median - width),
                Price.wrap(median + width),
                3,
                isWide
            );
    }
}
