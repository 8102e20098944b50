// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IReporterOracle} from "../../../contracts/oracle/IReporterOracle.sol";
import {MarketLib} from "../../../contracts/pricebook/MarketLib.sol";
import {MarketState, Side} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Test} from "../Test.sol";

contract MarketLibTest is Test {
    uint256 constant A = 2_000e18;
    uint64 constant NOW = 1_600_000_000;
    uint32 constant DEVIATION = 5_000;

    // ---- states ---------------------------------------------------------------------------------------------

    function test_theSourcesAgreeUpToTheAnchorsStepAndOnePercent() external pure {
        assertState(MarketState.AGREED, _both(2_030e18), "1.5 % above");
        assertState(MarketState.DISPUTED, _both(2_030e18 + 1), "more");
        assertState(MarketState.AGREED, _both(1_970e18), "1.5 % below");
        assertState(MarketState.DISPUTED, _both(1_970e18 - 1), "less");
    }

    function test_aWideRoundIsAStateOfItsOwn() external pure {
        MarketLib.Sources memory sources = _both(A);
        sources.newest.isWide = true;
        assertState(MarketState.WIDE, sources, "wide");
    }

    function test_oneSourceIsSingleAndNoneIsDead() external pure {
        MarketLib.Sources memory sources = _both(A);
        sources.anchor.isLive = false;
        assertState(MarketState.SINGLE, sources, "reporters alone");
        sources.isNewestLive = false;
        assertState(MarketState.DEAD, sources, "none");
        sources.anchor.isLive = true;
        assertState(MarketState.SINGLE, sources, "anchor alone");
    }

    // ---- the anchor's say -----------------------------------------------------------------------------------

    function test_theAnchorsSayWidensByHalfAPercentAMinuteOfSilenceUpToTenPercent() external pure {
        MarketLib.Sources memory sources = _both(1_500e18);
        sources.anchor.updatedAt = sources.outsideSince = NOW;
        assertEq(MarketLib.sayPpm(sources), 15_000, "fresh");
        sources.anchor.updatedAt = sources.outsideSince = NOW - 120;
        assertEq(MarketLib.sayPpm(sources), 25_000, "two minutes");
        sources.anchor.updatedAt = sources.outsideSince = NOW - 3_600;
        assertEq(MarketLib.sayPpm(sources), 100_000, "at most");
    }

    function test_silenceCountsFromTheLaterOfTheAnchorsWordAndTheFirstRoundOutside() external pure {
        MarketLib.Sources memory sources = _both(1_500e18);
        sources.anchor.updatedAt = NOW - 1_800;
        sources.outsideSince = NOW - 60;
        assertEq(MarketLib.sayPpm(sources), 20_000, "from the round");
        sources.anchor.updatedAt = NOW - 6;
        assertEq(MarketLib.sayPpm(sources), 15_500, "from the answer");
        sources.outsideSince = 0;
        assertEq(MarketLib.sayPpm(sources), 15_000, "nothing stored yet: from the newest round");
    }

    function test_aFrozenAnchorCannotVetoForLong() external pure {
        MarketLib.Sources memory sources = _both(1_820e18); // 9 % below
        sources.outsideSince = NOW - 900;
        sources.anchor.updatedAt = NOW - 3_000;
        Price[] memory below = MarketLib.candidates(sources, MarketState.DISPUTED, Side.BELOW, 0);
        assertEq(below.length, 1, "after fifteen minutes its interval holds the median");
        assertEq(below[0].raw(), 1_820e18, "which alone counts");
    }

    // ---- candidates -----------------------------------------------------------------------------------------

    function test_agreedCallsAreJudgedAtTheMedianAndWithdrawalsAtThePreviousRoundToo() external pure {
        MarketLib.Sources memory sources = _both(2_010e18);
        assertCandidates(sources, MarketState.AGREED, Side.BELOW, _prices(2_010e18));
        assertCandidates(sources, MarketState.AGREED, Side.ABOVE, _prices(2_010e18, 1_990e18));
        sources.isPreviousLive = false;
        assertCandidates(sources, MarketState.AGREED, Side.ABOVE, _prices(2_010e18));
    }

    function test_disputedTheAnchorSpeaksNearestForCallsAndPlainlyForWithdrawals() external pure {
        MarketLib.Sources memory sources = _both(1_900e18);
        sources.anchor.updatedAt = sources.outsideSince = NOW;
        assertCandidates(sources, MarketState.DISPUTED, Side.BELOW, _prices(1_900e18, 1_970e18));
        assertCandidates(sources, MarketState.DISPUTED, Side.ABOVE, _prices(1_900e18, A, 1_990e18));
    }

    function test_wideBothEndsTheMiddleAndTheAnchorCount() external pure {
        MarketLib.Sources memory sources = _both(1_900e18);
        sources.anchor.updatedAt = sources.outsideSince = NOW;
        sources.newest.isWide = true;
        sources.newest.low = Price.wrap(1_850e18);
        sources.newest.high = Price.wrap(1_950e18);
        uint256[] memory below = _prices(1_850e18, 1_900e18, 1_950e18, 1_970e18);
        assertCandidates(sources, MarketState.WIDE, Side.BELOW, below);
        assertCandidates(sources, MarketState.WIDE, Side.ABOVE, _prices(1_850e18, 1_900e18, 1_950e18, A));
    }

    function test_aSingleSourceIsBelievedToThreePercent() external pure {
        MarketLib.Sources memory sources = _both(1_900e18);
        sources.isNewestLive = false;
        assertCandidates(sources, MarketState.SINGLE, Side.BELOW, _prices(1_940e18, A, 2_060e18));
        sources.isNewestLive = true;
        sources.anchor.isLive = false;
        assertCandidates(sources, MarketState.SINGLE, Side.ABOVE, _prices(1_843e18, 1_900e18, 1_957e18));
    }

    function test_aDeadMarketHasItsLastAgreedPrice() external pure {
        assertCandidates(_both(1_900e18), MarketState.DEAD, Side.BELOW, _prices(1_950e18));
    }

    function test_aPoolIsOneMorePriceForWhoTakesAndForNobodyElse() external pure {
        MarketLib.Sources memory sources = _both(2_010e18);
        sources.pool = 1_850e18;
        assertCandidates(sources, MarketState.AGREED, Side.TAKING, _prices(2_010e18, 1_990e18, 1_850e18));
        assertCandidates(sources, MarketState.AGREED, Side.ABOVE, _prices(2_010e18, 1_990e18));
        assertCandidates(sources, MarketState.AGREED, Side.BELOW, _prices(2_010e18));
        sources.isNewestLive = false;
        assertCandidates(sources, MarketState.SINGLE, Side.TAKING, _prices(1_940e18, A, 2_060e18, 1_850e18));
        assertCandidates(sources, MarketState.DEAD, Side.TAKING, _prices(1_950e18));
    }

    function test_aPoolFurtherOffThanAWidestSayIsNotHeard() external pure {
        MarketLib.Sources memory sources = _both(2_000e18);
        (sources.isPreviousLive, sources.pool) = (false, 1_800e18);
        assertCandidates(sources, MarketState.AGREED, Side.TAKING, _prices(2_000e18, 1_800e18));
        sources.pool = 1_800e18 - 1;
        assertCandidates(sources, MarketState.AGREED, Side.TAKING, _prices(2_000e18));
        sources.pool = 2_200e18 + 1;
        assertCandidates(sources, MarketState.AGREED, Side.TAKING, _prices(2_000e18));
    }

    /// @dev Whatever it says: it takes no price away, adds one at most, and that within a tenth of the price in force.
    function testFuzz_aPoolOnlyTightens(uint256 r, uint256 a, uint256 pool, uint256 live, bool isWide) external pure {
        MarketLib.Sources memory sources = _both(bound(r, 1e18, 1e25));
        sources.anchor.price = Price.wrap(bound(a, 1e18, 1e25));
        sources.newest.isWide = isWide;
        (sources.isNewestLive, sources.isPreviousLive) = (live & 1 == 0, live & 2 == 0);
        sources.anchor.isLive = live & 4 == 0;
        MarketState state = MarketLib.stateOf(sources);
        (uint256 price, ) = MarketLib.inForce(sources, 7e18);
        sources.pool = live & 8 == 0 ? bound(pool, 0, 1e30) : (price * (800_000 + (pool % 400_000))) / 1e6;
        Price[] memory above = MarketLib.candidates(sources, state, Side.ABOVE, 7e18);
        Price[] memory taking = MarketLib.candidates(sources, state, Side.TAKING, 7e18);
        assertTrue(taking.length == above.length || taking.length == above.length + 1, "one more at most");
        for (uint256 i; i < above.length; ++i) assertEq(taking[i].raw(), above[i].raw(), "all of the others");
        if (taking.length == above.length) return;
        assertEq(taking[above.length].raw(), sources.pool, "the pool's mean");
        assertNear(int256(sources.pool), int256(price), price / 10 + 1, "within a tenth");
    }

    function testFuzz_everyLiveSourceIsAskedAndNoPriceIsZero(
        uint256 r,
        uint256 a,
        uint32 silence,
        bool isWide
    ) external pure {
        MarketLib.Sources memory sources = _both(bound(r, 1e18, 1e25));
        sources.anchor.price = Price.wrap(bound(a, 1e18, 1e25));
        sources.anchor.updatedAt = NOW - (silence % 3_720);
        sources.newest.isWide = isWide;
        MarketState state = MarketLib.stateOf(sources);
        Price[] memory below = MarketLib.candidates(sources, state, Side.BELOW, 0);
        Price[] memory above = MarketLib.candidates(sources, state, Side.ABOVE, 0);
        assertTrue(below.length >= 1 && below.length <= 4, "one to four");
        assertTrue(above.length >= 1 && above.length <= 4, "one to four");
        assertTrue(_has(below, sources.newest.median.raw()), "calls ask the median");
        assertTrue(_has(above, sources.newest.median.raw()), "withdrawals too");
        if (state != MarketState.AGREED) assertTrue(_has(above, sources.anchor.price.raw()), "and the anchor");
        for (uint256 i; i < below.length; ++i) assertTrue(below[i].raw() > 0, "no price is zero");
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _both(uint256 median) private pure returns (MarketLib.Sources memory sources) {
        sources.newest = _round(NOW, median);
        sources.previous = _round(NOW - 10, 1_990e18);
        sources.anchor.isLive = true;
        sources.anchor.price = Price.wrap(A);
        sources.anchor.updatedAt = NOW - 60;
        sources.anchor.deviation = DEVIATION;
        sources.isNewestLive = sources.isPreviousLive = true;
        sources.time = NOW;
    }

    function _round(uint64 time, uint256 median) private pure returns (IReporterOracle.Round memory) {
        return IReporterOracle.Round(time, Price.wrap(median), Price.wrap(median), Price.wrap(median), 3, false);
    }

    function assertState(MarketState expected, MarketLib.Sources memory sources, string memory what) private pure {
        assertEq(uint256(MarketLib.stateOf(sources)), uint256(expected), what);
    }

    function assertCandidates(
        MarketLib.Sources memory sources,
        MarketState state,
        Side side,
        uint256[] memory expected
    ) private pure {
        Price[] memory prices = MarketLib.candidates(sources, state, side, 1_950e18);
        assertEq(prices.length, expected.length, "how many");
        for (uint256 i; i < expected.length; ++i) assertEq(prices[i].raw(), expected[i], "candidate");
    }

    function _has(Price[] memory prices, uint256 price) private pure returns (bool) {
        for (uint256 i; i < prices.length; ++i) {
            if (prices[i].raw() == price) return true;
        }
        return false;
    }

    function _prices(uint256 a) private pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = a;
    }

    function _prices(uint256 a, uint256 b) private pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }

    function _prices(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory list) {
        list = new uint256[](3);
        (list[0], list[1], list[2]) = (a, b, c);
    }

    function _prices(uint256 a, uint256 b, uint256 c, uint256 d) private pure returns (uint256[] memory list) {
        list = new uint256[](4);
        (list[0], list[1], list[2], list[3]) = (a, b, c, d);
    }
}
