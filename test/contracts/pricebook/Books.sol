// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ChainlinkAnchor} from "../../../contracts/oracle/ChainlinkAnchor.sol";
import {IPoolMean} from "../../../contracts/oracle/IPoolMean.sol";
import {PriceBook} from "../../../contracts/pricebook/PriceBook.sol";
import {VolatilityBook} from "../../../contracts/pricebook/VolatilityBook.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Feed} from "../oracle/ChainlinkAnchor.t.sol";
import {Fleet} from "../oracle/Fleet.sol";

// What do tests of the price book need? Reporters, an anchor at 2,000 and the books that take over what they say.

abstract contract Books is Fleet {
    uint256 constant P = 2_000e8;
    uint256 constant SCALE = 1e10;
    uint32 constant EXPIRY = uint32(START) + 2 hours;
    uint64 constant WINDOW_START = EXPIRY - 30 minutes;
    /// @dev (7 keepers + 1) · 24 s.
    uint64 constant LIVE = 192;

    Feed feed;
    ChainlinkAnchor anchor;
    VolatilityBook volatility;
    IPoolMean pools;
    PriceBook book;

    function setUp() public virtual {
        _deployFleet();
        feed = new Feed();
        feed.push(int256(P), START);
        anchor = ChainlinkAnchor(
            deploy("ChainlinkAnchor.sol:ChainlinkAnchor", abi.encode(address(0), 0, oracle, address(authority)))
        );
        anchor.list(ETH, address(feed), 3_600, 5_000);
        volatility = VolatilityBook(deploy("VolatilityBook.sol:VolatilityBook", abi.encode(registry)));
        pools = IPoolMean(deploy("PoolMean.sol:PoolMean", abi.encode(address(0), authority)));
        book = PriceBook(deploy("PriceBook.sol:PriceBook", abi.encode(registry, oracle, anchor, volatility, pools)));
    }

    function _report(uint256 price) internal returns (uint256) {
        return book.report(_round(now_ - (now_ % 10), _list(price, price, price)));
    }

    function _reportEvery(uint64 step, uint64 from, uint64 to, uint256 price) internal {
        for (uint64 t = from; t <= to; t += step) {
            _warp(t);
            if ((t - from) % 1_500 == 0) feed.push(int256(P), t);
            _report(price);
        }
    }

    /// @dev Half the window at each price, with the checkpoint before it and the first after expiry.
    function _fillWindow(uint256 first, uint256 second) internal {
        feed.push(int256(P), WINDOW_START - 60);
        _reportEvery(60, WINDOW_START - 60, WINDOW_START + 840, first);
        _reportEvery(60, WINDOW_START + 900, EXPIRY + 60, second);
    }

    /// @dev Found the slow way.
    function _brackets() internal view returns (uint256 start, uint256 end) {
        uint256 count = book.checkpointCount(ETH);
        end = count;
        for (uint256 i = count; i > 0; --i) {
            (uint64 time, , ) = book.checkpoint(ETH, i - 1);
            if (time >= EXPIRY) end = i - 1;
            if (time <= WINDOW_START && start == 0) start = i - 1;
        }
    }

    function assertState(MarketState expected, string memory what) internal view {
        assertEq(uint256(book.index(ETH).state), uint256(expected), what);
    }
}
