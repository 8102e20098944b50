// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {RealisedLib} from "../../../contracts/pricebook/RealisedLib.sol";
import {Side, UnderlyingMarks} from "../../../contracts/types/Marks.sol";
import {SignedSurface, Slice, Surface} from "../../../contracts/types/Observation.sol";
import {Books} from "./Books.sol";
import {vm} from "../Vm.sol";

contract RealisedLibTest is Books {
    using RealisedLib for RealisedLib.Sample;

    uint32 constant FAR = uint32(START) + 30 days;

    function test_aMarketThatMovesOnePercentEveryTenMinutesHasItsVolatility() external pure {
        RealisedLib.Sample memory sample;
        for (uint64 i; i < 2_000; ++i) sample.take(i % 2 == 0 ? 2_000e8 : 2_020e8, START + i * 600);
        // 0.0099505²·52,560 a year: ln(2020/2000) = 0.99503 %.
        assertNear(int256(uint256(sample.variance)), 5_203_800, 5_000, "variance a year");
    }

    function test_aMarketThatStandsForgets() external pure {
        RealisedLib.Sample memory sample;
        for (uint64 i; i < 3; ++i) sample.take(2_000e8, START + i * 600);
        uint256 first = sample.variance;
        sample.take(2_000e8, START + 1_200 + 17 hours);
        assertNear(int256(uint256(sample.variance)), int256(first / 2), 2, "half after seventeen hours in one step");
    }

    function test_shorterReturnsThanTenMinutesAreNotTaken() external pure {
        RealisedLib.Sample memory sample;
        sample.take(2_000e8, START);
        sample.take(4_000e8, START + 590);
        assertEq(sample.price, 2_000e8, "not yet");
        assertEq(sample.variance, 0, "nothing is known");
        sample.take(2_000e8, START + 600);
        assertTrue(sample.variance > 0 && sample.variance <= 1e6, "one return");
    }

    function test_theLevelsBelievedAreAQuarterAndTwiceAndAHundredPercent() external pure {
        (uint256 least, uint256 most) = RealisedLib.boundsOf(0.64e6, 365 days);
        assertNear(int256(least), 0.04e18, 1e9, "20 % of 80 %");
        assertNear(int256(most), 6.76e18, 1e10, "260 %");
        (least, most) = RealisedLib.boundsOf(0, 365 days);
        assertTrue(least == 0 && most == type(uint256).max, "where nothing is known, anything");
    }

    function testFuzz_noPricesBreakTheEstimate(uint64[8] calldata prices, uint40[8] calldata gaps) external pure {
        RealisedLib.Sample memory sample;
        uint64 time = START;
        for (uint256 i; i < prices.length; ++i) {
            sample.take(prices[i], time);
            time += gaps[i] % 30 days;
        }
        (uint256 least, uint256 most) = RealisedLib.boundsOf(sample.variance, 365 days);
        assertTrue(least < most, "bounds");
    }

    // ---- as the price book uses it ----------------------------------------------------------------------------------

    function test_belowMustHoldUnderBothSurfacesHeldToWhatTheIndexDid() external {
        _quote(0.64e18);
        _quiet(3 hours);
        _quote(9e18); // 300 %, the index did not move
        UnderlyingMarks memory below = _marksOf(Side.BELOW);
        UnderlyingMarks memory above = _marksOf(Side.ABOVE);
        assertEq(below.older.length, 1, "two surfaces");
        assertEq(below.expiries[0].theta, _most(), "the newest is held");
        assertTrue(above.expiries[0].theta > _most(), "for above it stands as it is");
        assertEq(below.older[0].theta, above.older[0].theta, "the older one is credible");
        assertEq(below.surfaceAge, now_ % 10, "new");
        _quiet(29 minutes);
        _quote(9e18);
        _quiet(61 minutes); // both surfaces say 300 % now
        below = _marksOf(Side.BELOW);
        above = _marksOf(Side.ABOVE);
        assertEq(above.older.length, 0, "one surface says it all");
        assertEq(below.older.length, 0, "for below too");
        assertEq(below.expiries[0].theta, _most(), "but no index moved like that");
    }

    function test_aLevelTooLowToBeTrueShieldsNobody() external {
        _quote(0.64e18);
        _restless(3 hours); // a percent in ten minutes is more than 200 % a year
        _quote(0.02e18);
        UnderlyingMarks memory below = _marksOf(Side.BELOW);
        (uint256 least, ) = RealisedLib.boundsOf(book.realisedVariance(ETH) / 1e12, FAR - now_);
        assertEq(below.expiries[0].theta, least, "raised to a quarter of what the index did");
        assertTrue(_marksOf(Side.ABOVE).expiries[0].theta < least, "and taken as it is for above");
    }

    function test_theForwardOfAnExpiryIsInItsMark() external {
        _report(P);
        _quoteAs(0.64e18, 0.02e9);
        uint32[] memory expiries = new uint32[](1);
        expiries[0] = FAR;
        assertEq(book.marks(ETH, Side.BELOW, expiries).expiries[0].forwardRatio, 1.02e18, "two percent above spot");
    }

    /// @dev Whatever surface a quorum wrote, however the index moved and however long ago: what a liquidation reads does not revert.
    function testFuzz_noSurfaceAndNoMoveRevertsARead(
        uint64 variance,
        int32 basis,
        uint64[3] calldata prices,
        uint32[3] calldata gaps,
        uint32 expiry
    ) external {
        try this.quoteAs(variance, basis) {} catch {}
        for (uint256 i; i < 3; ++i) {
            _warp(now_ + (gaps[i] >> 10));
            uint256 price = 1 + uint256(prices[i]) / 1_000;
            feed.push(int256(price), now_);
            _report(price);
        }
        uint32[] memory expiries = new uint32[](2);
        (expiries[0], expiries[1]) = (expiry, FAR);
        assertEq(book.marks(ETH, Side.BELOW, expiries).expiries.length, 2, "both");
        assertEq(book.marks(ETH, Side.ABOVE, expiries).expiries.length, 2, "both");
        assertEq(book.marks(ETH, Side.TAKING, expiries).expiries.length, 2, "both");
    }

    function quoteAs(uint256 variance, int32 basis) external {
        _quoteAs(variance, basis);
    }

    // ---- inside ---------------------------------------------------------------------------------------------------

    function _marksOf(Side side) private view returns (UnderlyingMarks memory) {
        uint32[] memory expiries = new uint32[](1);
        expiries[0] = FAR;
        return book.marks(ETH, side, expiries);
    }

    /// @dev [1e18] Largest total variance that is believed now.
    function _most() private view returns (uint256 most) {
        (, most) = RealisedLib.boundsOf(book.realisedVariance(ETH) / 1e12, FAR - now_);
    }

    /// @dev A percent up and a percent down in turn, every ten minutes.
    function _restless(uint64 elapsed) private {
        bool isUp;
        for (uint64 end = now_ + elapsed; now_ < end; isUp = !isUp) {
            _warp(now_ + 600);
            uint256 price = isUp ? P : (P * 101) / 100;
            feed.push(int256(price), now_);
            _report(price);
        }
    }

    function _quiet(uint64 elapsed) private {
        for (uint64 end = now_ + elapsed; now_ < end;) {
            _warp(now_ + 150);
            feed.push(int256(P), now_);
            _report(P);
        }
    }

    function _quote(uint256 variance) private {
        _quoteAs(variance, 0);
    }

    /// @dev [1e18] A year. A surface of another level is taken where enough time has passed; here the first comes late.
    function _quoteAs(uint256 variance, int32 basis) private {
        uint64 time = now_ - (now_ % 10);
        SignedSurface[] memory signed = new SignedSurface[](3);
        for (uint16 r; r < 3; ++r) {
            signed[r].reporter = r + 1;
            signed[r].surface = Surface(ETH, time, new Slice[](1));
            uint256 theta = (variance * (FAR - time)) / 365 days;
            signed[r].surface.slices[0] = Slice(FAR, uint64(theta), 0, 0.5e18, basis);
            (uint8 v, bytes32 x, bytes32 y) = vm.sign(_key(r + 1), volatility.digestOf(signed[r]));
            signed[r].signature = abi.encodePacked(x, y, v);
        }
        volatility.submit(signed);
    }
}
