// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarketState, Side} from "../../../contracts/types/Marks.sol";
import {Books} from "./Books.sol";

// The clock and the steps of a reopening, as the price book shows them.
contract ClockLibTest is Books {
    function test_afterAStopTheMarketReopensStepByStepOnFreshAgreeingRounds() external {
        _report(P);
        _stop(2 hours);
        assertState(MarketState.DEAD, "stopped");
        _bothSay(P);
        assertState(MarketState.PRICED, "a price");
        uint64 stoodAt = book.marketTime(ETH);
        _report(P);
        assertState(MarketState.PRICED, "the same round again is not fresh");
        _next();
        assertState(MarketState.REDUCING, "reductions");
        assertEq(book.marketTime(ETH), stoodAt, "clocks still stand");
        _next();
        assertState(MarketState.LIQUIDATING, "calls, auctions and bids");
        assertEq(book.marketTime(ETH), stoodAt, "and begin to run");
        _next();
        assertState(MarketState.AGREED, "new risk");
        assertEq(book.marketTime(ETH), stoodAt + 30, "clocks run");
        assertEq(book.lastStop(ETH), stoodAt, "where they stood");
    }

    function test_aShortSilenceIsNoStop() external {
        feed.push(0, START); // no anchor
        _report(P);
        _stop(LIVE + 300);
        _report(P);
        assertState(MarketState.SINGLE, "as it was");
        assertEq(book.lastStop(ETH), 0, "no stop");
        _stop(LIVE + 311);
        _report(P);
        assertState(MarketState.PRICED, "a second longer is one");
    }

    function test_touchingADeadMarketDoesNotHideTheStop() external {
        _report(P);
        _stop(3_720 + 200);
        book.update(ETH);
        _stop(200);
        book.update(ETH);
        assertState(MarketState.DEAD, "dead");
        _bothSay(P);
        assertState(MarketState.PRICED, "four hundred seconds are a stop");
    }

    function test_aReaderSeesTheStopBeforeAnybodyTouchesTheMarket() external {
        _report(P);
        _stop(2 hours);
        feed.push(int256(P), now_);
        assertState(MarketState.PRICED, "untouched");
    }

    function test_whereOneSourceSpeaksAloneEachStepLastsFiveMinutes() external {
        _report(P);
        _stop(2 hours);
        feed.push(int256(P), now_);
        book.update(ETH);
        assertState(MarketState.PRICED, "the anchor alone");
        _stop(299);
        book.update(ETH);
        assertState(MarketState.PRICED, "not yet");
        _stop(1);
        book.update(ETH);
        assertState(MarketState.REDUCING, "five minutes");
        _stop(300);
        book.update(ETH);
        assertState(MarketState.SINGLE, "what is doomed may be sold, and no more than one source allows");
    }

    function test_aStopThatComesAgainInAReopeningBeginsAnew() external {
        _report(P);
        _stop(2 hours);
        _bothSay(P);
        _next();
        assertState(MarketState.REDUCING, "half open");
        _stop(2 hours);
        _bothSay(P);
        assertState(MarketState.PRICED, "from the first step");
    }

    function test_aStopIsNoPartOfADispute() external {
        _report(P);
        _warp(START + 60);
        _report((P * 92) / 100);
        assertState(MarketState.DISPUTED, "disputed");
        _stop(2 hours);
        feed.push(int256(P), now_ - 600);
        _report((P * 92) / 100);
        uint256 say = book.marks(ETH, Side.BELOW, new uint32[](0)).candidates[1].raw();
        assertEq(say, (P * 9_850 * SCALE) / 10_000, "the anchor's say begins at its tolerance again");
    }

    function test_averagesCountAgreedSecondsOfAReopeningToo() external {
        _report(P);
        _stop(2 hours);
        _bothSay(P);
        (, , uint64 before) = book.checkpoint(ETH, book.checkpointCount(ETH) - 1);
        _next();
        (, , uint64 covered) = book.checkpoint(ETH, book.checkpointCount(ETH) - 1);
        assertEq(covered, before + 30, "prices are agreed, whatever may be done at them");
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _stop(uint64 elapsed) private {
        _warp(now_ + elapsed);
    }

    function _bothSay(uint256 price) private {
        feed.push(int256(price), now_);
        _report(price);
    }

    function _next() private {
        _warp(now_ + 30);
        _report(P);
    }
}
