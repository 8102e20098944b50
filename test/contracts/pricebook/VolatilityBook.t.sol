// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SmileLib} from "../../../contracts/pricebook/SmileLib.sol";
import {VolatilityBook} from "../../../contracts/pricebook/VolatilityBook.sol";
import {SignedSurface, Slice, Surface} from "../../../contracts/types/Observation.sol";
import "../../../contracts/types/Errors.sol";
import {Fleet} from "../oracle/Fleet.sol";
import {vm} from "../Vm.sol";

contract VolatilityBookTest is Fleet {
    uint32 constant NEAR = uint32(START) + 10 days;
    uint32 constant FAR = uint32(START) + 30 days;

    VolatilityBook book;

    function setUp() public {
        _deployFleet();
        book = VolatilityBook(deploy("VolatilityBook.sol:VolatilityBook", abi.encode(registry)));
        _letPunish(address(book));
    }

    // ---- several become one ---------------------------------------------------------------------------------

    function test_aSurfaceThatAQuorumSignedBecomesTheSmile() external {
        _submit(START, 1e18);
        (uint64 time, Slice[] memory slices) = book.surface(ETH);
        assertEq(time, START, "its time");
        assertEq(slices.length, 2, "its expiries");
        (uint64 theta, int64 rho, uint96 phi) = book.smile(ETH, NEAR);
        assertEq(theta, 0.02e18, "theta");
        assertNear(rho, -0.2e18, 1e9, "rho");
        assertNear(int256(uint256(phi)), 6e18, 1e10, "phi");
    }

    function test_twoSurfacesForOneRoundCostTheBondAndTheSameTwiceDoesNot() external {
        SignedSurface memory first = _signed(2, START, _slices(1e18));
        SignedSurface memory second = _signed(2, START, _slices(1.01e18));
        SignedSurface memory earlier = _signed(2, START - 10, _slices(1.01e18));
        SignedSurface memory anothers = _signed(3, START, _slices(1.01e18));
        vm.expectRevert(abi.encodeWithSelector(NoEquivocation.selector, START, START));
        book.proveEquivocation(first, first);
        vm.expectRevert(abi.encodeWithSelector(NoEquivocation.selector, START, START - 10));
        book.proveEquivocation(first, earlier);
        vm.expectRevert(abi.encodeWithSelector(WrongSigner.selector, vm.addr(_key(3)), vm.addr(_key(2))));
        book.proveEquivocation(first, anothers);

        vm.prank(address(0xbeef));
        book.proveEquivocation(first, second);
        assertEq(token.balanceOf(address(0xbeef)), BOND / 10, "a tenth to who proved it");
        assertEq(registry.signerOf(2), address(0), "it serves no more");
    }

    function test_fewerThanAQuorumAreRefused() external {
        SignedSurface[] memory two = new SignedSurface[](2);
        (two[0], two[1]) = (_signed(1, START, _slices(1e18)), _signed(2, START, _slices(1e18)));
        vm.expectRevert(abi.encodeWithSelector(SurfaceQuorumMissing.selector, 2, 3));
        book.submit(two);
    }

    function test_aReporterCountsOnceAndAllSpeakOfTheSame() external {
        SignedSurface[] memory three = _three(START, 1e18);
        three[2] = three[1];
        vm.expectRevert(abi.encodeWithSelector(SurfacesDiffer.selector, 2));
        book.submit(three);
        three = _three(START, 1e18);
        three[2] = _signed(3, START - 10, _slices(1e18));
        vm.expectRevert(abi.encodeWithSelector(SurfacesDiffer.selector, 2));
        book.submit(three);
        Slice[] memory other = _slices(1e18);
        other[1].expiry += 1;
        three[2] = _signed(3, START, other);
        vm.expectRevert(abi.encodeWithSelector(SurfacesDiffer.selector, 2));
        book.submit(three);
    }

    function test_onlyTheReportersOwnKeysCount() external {
        SignedSurface[] memory three = _three(START, 1e18);
        three[1].surface.slices[0].theta += 1;
        vm.expectPartialRevert(WrongSigner.selector);
        book.submit(three);
        three = _three(START, 1e18);
        three[2].reporter = 99;
        vm.expectRevert(abi.encodeWithSelector(UnknownReporter.selector, 99));
        book.submit(three);
    }

    /// @dev Two honest reporters of three, any liar: at the money and one deviation to either side the stored smile lies
    ///      between what the honest two quote there.
    function testFuzz_oneLiarCannotMoveTheSmileOutOfTheHonestRange(
        uint256[2] calldata thetas,
        int256[2] calldata rhos,
        uint64 theta,
        int64 rho,
        uint96 phi,
        uint256 liar
    ) external {
        SignedSurface[] memory three = new SignedSurface[](3);
        Slice[] memory said = new Slice[](3);
        for (uint16 r; r < 3; ++r) {
            bool isLiar = r == liar % 3;
            said[r] =
                isLiar
                    ? Slice(NEAR, theta | 1, int64(bound(rho, -0.99e18, 0.99e18)), phi | 1, 0)
                    : _honest(thetas[r % 2], rhos[r % 2]);
            three[r] = _signed(r + 1, START, _only(said[r]));
        }
        try book.submit(three) {} catch {
            return; // a refused surface moves nothing
        }
        (, Slice[] memory slices) = book.surface(ETH);
        int256 unit = int256(Math.sqrt(uint256(slices[0].theta) * 1e18));
        bool isReduced = slices[0].phi == SmileLib.phiMax(slices[0].theta, slices[0].rho);
        for (int256 i = -1; i <= 1; ++i) {
            uint256 low = type(uint256).max;
            uint256 high;
            for (uint256 r; r < 3; ++r) {
                if (r == liar % 3) continue;
                uint256 w = SmileLib.totalVariance(said[r], i * unit);
                (low, high) = (w < low ? w : low, w > high ? w : high);
            }
            uint256 stored = SmileLib.totalVariance(slices[0], i * unit);
            uint256 tolerance = slices[0].theta / 1e8 + 10;
            assertTrue(stored <= high + tolerance, "not above the honest");
            assertTrue(isReduced || stored + tolerance >= low, "not below, but where butterfly asks for it");
        }
    }

    /// @dev The caller chooses any quorum or more of seven; one of all lies: the smile that is stored stays, at the money and one
    ///      deviation to either side, between what the honest among the chosen quote there.
    function testFuzz_noSubsetChosenByACallerMovesTheSmileOutOfTheHonestRange(
        uint256[7] calldata drawn,
        uint256 heard,
        uint256 liar,
        uint64 theta,
        uint96 phi
    ) external {
        _staysWithinTheHonest(drawn, heard, 1 << (liar % KEEPERS), QUORUM, theta, phi);
    }

    /// @dev The same of any five or more, where two lie.
    function testFuzz_twoLiarsOfSevenMoveNoSmileOutOfTheHonestRangeOfFive(
        uint256[7] calldata drawn,
        uint256 heard,
        uint256 liar,
        uint256 more,
        uint64 theta,
        uint96 phi
    ) external {
        liar %= KEEPERS;
        uint256 other = (liar + 1 + (more % (KEEPERS - 1))) % KEEPERS;
        _staysWithinTheHonest(drawn, heard, (1 << liar) | (1 << other), 5, theta, phi);
    }

    function _staysWithinTheHonest(
        uint256[7] calldata drawn,
        uint256 heard,
        uint256 liars,
        uint256 quorum,
        uint64 theta,
        uint96 phi
    ) private {
        (SignedSurface[] memory signed, Slice[] memory honest) = _chosen(drawn, heard, liars, theta, phi);
        if (signed.length < quorum) return;
        try book.submit(signed) {} catch {
            return; // a refused surface moves nothing
        }
        (, Slice[] memory slices) = book.surface(ETH);
        int256 unit = int256(Math.sqrt(uint256(slices[0].theta) * 1e18));
        bool isReduced = slices[0].phi == SmileLib.phiMax(slices[0].theta, slices[0].rho);
        for (int256 i = -1; i <= 1; ++i) {
            (uint256 low, uint256 high) = _rangeOf(honest, i * unit);
            uint256 stored = SmileLib.totalVariance(slices[0], i * unit);
            uint256 tolerance = slices[0].theta / 1e8 + 10;
            assertTrue(stored <= high + tolerance, "not above the honest");
            assertTrue(isReduced || stored + tolerance >= low, "not below, but where butterfly asks for it");
        }
    }

    function testFuzz_theOrderOfQuotesIsNoMatter(
        uint256[3] calldata thetas,
        int256[3] calldata rhos,
        bool isTurned
    ) external {
        SignedSurface[] memory three = new SignedSurface[](3);
        for (uint16 r; r < 3; ++r) {
            uint256 quote = isTurned ? 2 - r : r;
            three[r] = _signed(r + 1, START, _only(_honest(thetas[quote], rhos[quote])));
        }
        uint256 snapshot = vm.snapshotState();
        bool isTaken = _takes(three);
        (uint64 theta, int64 rho, uint96 phi) = book.smile(ETH, NEAR);
        vm.revertToState(snapshot);
        for (uint16 r; r < 3; ++r) three[r] = _signed(r + 1, START, _only(_honest(thetas[r], rhos[r])));
        assertTrue(_takes(three) == isTaken, "taken or refused alike");
        (uint64 theta2, int64 rho2, uint96 phi2) = book.smile(ETH, NEAR);
        assertEq(theta, theta2, "theta");
        assertEq(rho, rho2, "rho");
        assertEq(phi, phi2, "phi");
    }

    function _takes(SignedSurface[] memory signed) private returns (bool) {
        try book.submit(signed) {
            return true;
        } catch {
            return false;
        }
    }

    // ---- what is refused ------------------------------------------------------------------------------------

    function test_aSurfaceWithCalendarArbitrageIsRefusedAndTheLastGoodOneStays() external {
        _submit(START, 1e18);
        _warp(START + 600);
        Slice[] memory bad = _slices(1e18);
        bad[1].theta = bad[0].theta - 1;
        SignedSurface[] memory three = _said(START + 600, bad);
        vm.expectRevert(abi.encodeWithSelector(CalendarArbitrage.selector, FAR));
        book.submit(three);
        (uint64 time, ) = book.surface(ETH);
        assertEq(time, START, "the last good one");
    }

    function test_whereButterflyFailsPhiIsReducedToTheBound() external {
        Slice[] memory steep = _only(Slice(NEAR, 0.02e18, -0.2e18, 15e18, 0));
        book.submit(_said(START, steep));
        (, Slice[] memory slices) = book.surface(ETH);
        assertEq(slices[0].phi, SmileLib.phiMax(slices[0].theta, slices[0].rho), "at the bound");
        assertTrue(slices[0].phi < 15e18, "below what was said");
    }

    function test_aVolatilityMovesByABoundedShareAMinuteAndAlwaysReopens() external {
        _submit(START, 1e18);
        _warp(START + 60);
        // Variance ×1.44 is volatility ×1.2; after a minute 12 % is allowed.
        SignedSurface[] memory far = _said(START + 60, _slices(1.44e18));
        vm.expectPartialRevert(SurfaceMovedTooFar.selector);
        book.submit(far);
        _submit(START + 60, 1.25e18);
        _warp(START + 60 + 3_600);
        _submit(START + 60 + 3_600, 4e18);
        (, Slice[] memory slices) = book.surface(ETH);
        assertEq(slices[0].theta, 0.08e18, "an hour later it may double");
    }

    function test_onlyNewerSurfacesOfTheLastTenMinutesAreTaken() external {
        _submit(START, 1e18);
        SignedSurface[] memory same = _three(START, 1e18);
        vm.expectRevert(abi.encodeWithSelector(SurfaceNotNewer.selector, START, START));
        book.submit(same);
        _warp(START + 611);
        SignedSurface[] memory old = _three(START + 10, 1e18);
        vm.expectRevert(abi.encodeWithSelector(SurfaceTooOld.selector, 601, 600));
        book.submit(old);
        SignedSurface[] memory future = _three(START + 620, 1e18);
        vm.expectRevert(abi.encodeWithSelector(ObservationFromFuture.selector, START + 620, START + 611));
        book.submit(future);
    }

    function test_numbersOutOfRangeAreRefused() external {
        Slice[] memory slices = _slices(1e18);
        slices[1].expiry = NEAR;
        _refuse(slices, NEAR);
        slices = _slices(1e18);
        slices[0].theta = 0;
        _refuse(slices, NEAR);
        slices = _slices(1e18);
        slices[0].rho = 0.991e18;
        _refuse(slices, NEAR);
        slices = _slices(1e18);
        slices[0].expiry = uint32(START);
        _refuse(slices, uint32(START));
        _refuse(new Slice[](0), 0);
        _refuse(new Slice[](17), 0);
    }

    // ---- reading --------------------------------------------------------------------------------------------

    function test_anExpiryLeavesAndAnotherComes() external {
        _submit(START, 1e18);
        _warp(START + 600);
        Slice[] memory next = _only(Slice(FAR, 0.04e18, -0.2e18, 4.5e18, 0));
        book.submit(_said(START + 600, next));
        (, Slice[] memory slices) = book.surface(ETH);
        assertEq(slices.length, 1, "one is left");
        _warp(START + 1_200);
        _submit(START + 1_200, 1e18);
        (, slices) = book.surface(ETH);
        assertEq(slices.length, 2, "two again");
    }

    function testFuzz_noExpiryAndNoTimeRevertsARead(uint32 expiry, uint32 wait) external {
        book.smile(9, expiry);
        _submit(START, 1e18);
        _warp(START + wait);
        uint32[] memory expiries = new uint32[](2);
        (expiries[0], expiries[1]) = (expiry, NEAR);
        Slice[] memory slices = book.smiles(ETH, expiries, 0).newest;
        (uint64 theta, int64 rho, uint96 phi) = book.smile(ETH, expiry);
        assertEq(slices[0].theta, theta, "as one by one");
        assertEq(slices[0].rho, rho, "rho");
        assertEq(slices[0].phi, phi, "phi");
        assertEq(slices[0].expiry, expiry, "in the order asked");
    }

    // ---- two surfaces -------------------------------------------------------------------------------------------

    function test_theOlderSurfaceIsTheOneInForceHalfAnHourAgo() external {
        _submit(START, 1e18);
        assertOlder(0, "one alone");
        _at(START + 600, 1.05e18);
        assertOlder(0, "none is half an hour old");
        _at(START + 1_800, 1.1e18);
        assertOlder(START, "half an hour");
        _at(START + 2_400, 1.15e18);
        assertOlder(START, "the one that has waited is not old yet");
        _warp(START + 3_600);
        assertOlder(START + 1_800, "now it is");
        _warp(START + 4_200);
        assertOlder(0, "the newest is half an hour old itself: it says it all");
        _at(START + 4_200, 1.2e18);
        assertOlder(START + 1_800, "and stands beside the next");
    }

    /// @dev However often surfaces come: the older one is at least half an hour old, and at most an hour and a gap where they come at
    ///      least every ten minutes.
    function testFuzz_theOlderSurfaceIsHalfAnHourToAnHourOld(uint16[24] calldata gaps) external {
        _submit(START, 1e18);
        uint64 last;
        for (uint256 i; i < gaps.length; ++i) {
            uint64 time = now_ + 10 + ((gaps[i] % 600) / 10) * 10;
            _at(time, 1e18 + (i % 2) * 1e15);
            (uint64 older, Slice[] memory slices) = book.olderSurface(ETH);
            if (older == 0) {
                assertTrue(time < START + 1_800, "there is one from half an hour on");
                continue;
            }
            assertTrue(time >= older + 1_800 && time <= older + 3_600 + 610, "half an hour to an hour and a gap");
            assertTrue(older >= last && slices.length == 2, "and never an older one than before");
            last = older;
        }
    }

    // ---- forwards -----------------------------------------------------------------------------------------------

    function test_aForwardIsTheReportersMedian() external {
        SignedSurface[] memory three = new SignedSurface[](3);
        for (uint16 r; r < 3; ++r) three[r] = _signed(r + 1, START, _based([int32(0.01e9), 0.011e9, 0.04e9][r]));
        book.submit(three);
        (, Slice[] memory slices) = book.surface(ETH);
        assertEq(slices[0].basis, 0.011e9, "the middle one");
        assertEq(slices[1].basis, 0, "none");
    }

    function testFuzz_oneLiarCannotMoveAForwardOutOfTheHonestRange(
        int32[2] calldata honest,
        int32 lie,
        uint8 liar
    ) external {
        SignedSurface[] memory three = new SignedSurface[](3);
        int32[3] memory said;
        for (uint16 r; r < 3; ++r) {
            int256 basis = r == liar % 3 ? bound(lie, -0.03e9, 0.03e9) : bound(honest[r % 2], -0.03e9, 0.03e9);
            said[r] = int32(basis);
            three[r] = _signed(r + 1, START, _based(said[r]));
        }
        book.submit(three);
        (, Slice[] memory slices) = book.surface(ETH);
        int32 a = said[((liar % 3) + 1) % 3];
        int32 b = said[((liar % 3) + 2) % 3];
        assertTrue(slices[0].basis >= (a < b ? a : b) && slices[0].basis <= (a < b ? b : a), "between the honest");
    }

    function test_aForwardTooFarFromSpotOrFromItselfIsRefused() external {
        int32 most = int32(int256(SmileLib.basisMax(NEAR - START)));
        _refuse(_based(most + 1), NEAR);
        book.submit(_said(START, _based(most)));
        _warp(START + 600);
        SignedSurface[] memory three = _said(START + 600, _based(most / 2));
        vm.expectPartialRevert(ForwardMovedTooFar.selector);
        book.submit(three);
        book.submit(_said(START + 600, _based(most - 0.015e9 + 100_000)));
    }

    function test_aForwardComesToSpotWithItsExpiryAndLiesBetweenItsNeighbours() external {
        Slice[] memory slices = _based(0.01e9);
        slices[1].basis = 0.03e9;
        book.submit(_said(START, slices));
        uint32[] memory expiries = new uint32[](3);
        (expiries[0], expiries[1], expiries[2]) = (NEAR, (NEAR + FAR) / 2, FAR);
        Slice[] memory now_s = book.smiles(ETH, expiries, 0).newest;
        assertEq(now_s[1].basis, 0.02e9, "half way between");
        _warp(START + (NEAR - START) / 2);
        assertNear(
            int256(book.smiles(ETH, expiries, 0).newest[0].basis),
            0.005e9,
            1,
            "half of it when half the time is over"
        );
        _warp(NEAR);
        assertEq(book.smiles(ETH, expiries, 0).newest[0].basis, 0, "spot at last");
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _submit(uint64 time, uint256 level) private {
        book.submit(_three(time, level));
    }

    function _three(uint64 time, uint256 level) private view returns (SignedSurface[] memory) {
        return _said(time, _slices(level));
    }

    /// @dev Three reporters say the same.
    function _said(uint64 time, Slice[] memory slices) private view returns (SignedSurface[] memory three) {
        three = new SignedSurface[](3);
        for (uint16 r; r < 3; ++r) three[r] = _signed(r + 1, time, slices);
    }

    function _signed(uint16 id, uint64 time, Slice[] memory slices) private view returns (SignedSurface memory signed) {
        signed.reporter = id;
        signed.surface = Surface(ETH, time, slices);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(id), book.digestOf(signed));
        signed.signature = abi.encodePacked(r, s, v);
    }

    /// @dev Two expiries; variances times `level` [1e18], curvatures so that the shape in deviations stays.
    function _slices(uint256 level) private pure returns (Slice[] memory slices) {
        uint256 root = Math.sqrt(level * 1e18);
        slices = new Slice[](2);
        slices[0] = Slice(NEAR, uint64((0.02e18 * level) / 1e18), -0.2e18, uint96((6e18 * 1e18) / root), 0);
        slices[1] = Slice(FAR, uint64((0.04e18 * level) / 1e18), -0.2e18, uint96((4.5e18 * 1e18) / root), 0);
    }

    /// @dev The usual slices, the nearer with a basis.
    function _based(int32 basis) private pure returns (Slice[] memory slices) {
        slices = _slices(1e18);
        slices[0].basis = basis;
    }

    function _at(uint64 time, uint256 level) private {
        _warp(time);
        _submit(time, level);
    }

    function assertOlder(uint64 expected, string memory what) private view {
        (uint64 time, ) = book.olderSurface(ETH);
        assertEq(time, expected, what);
    }

    function _only(Slice memory slice) private pure returns (Slice[] memory slices) {
        slices = new Slice[](1);
        slices[0] = slice;
    }

    /// @dev Signed words of those whose bit of `heard` is set, and the slices of the honest among them.
    function _chosen(
        uint256[7] calldata drawn,
        uint256 heard,
        uint256 liars,
        uint64 theta,
        uint96 phi
    ) private view returns (SignedSurface[] memory signed, Slice[] memory honest) {
        uint256 count;
        uint256 sound;
        for (uint256 r; r < KEEPERS; ++r) {
            if ((heard >> r) & 1 == 0) continue;
            ++count;
            if ((liars >> r) & 1 == 0) ++sound;
        }
        (signed, honest) = (new SignedSurface[](count), new Slice[](sound));
        (count, sound) = (0, 0);
        for (uint16 r; r < KEEPERS; ++r) {
            if ((heard >> r) & 1 == 0) continue;
            Slice memory said = _honest(drawn[r], int256(drawn[r] >> 128));
            if ((liars >> r) & 1 == 1)
                said = Slice(NEAR, uint64(bound(theta, 1, 0.2e18)), 0.3e18, uint96(bound(phi, 1, 9e18)), 0);
            else honest[sound++] = said;
            signed[count++] = _signed(r + 1, START, _only(said));
        }
    }

    function _rangeOf(Slice[] memory slices, int256 k) private pure returns (uint256 low, uint256 high) {
        low = type(uint256).max;
        for (uint256 i; i < slices.length; ++i) {
            uint256 w = SmileLib.totalVariance(slices[i], k);
            (low, high) = (w < low ? w : low, w > high ? w : high);
        }
    }

    /// @dev What an honest reporter may say: about 0.02 of variance, about −0.2 of skew, curvature 0.8/√θ.
    function _honest(uint256 theta, int256 rho) private pure returns (Slice memory) {
        theta = bound(theta, 0.019e18, 0.021e18);
        rho = bound(rho, -0.25e18, -0.15e18);
        return Slice(NEAR, uint64(theta), int64(rho), uint96(0.8e36 / Math.sqrt(theta * 1e18)), 0);
    }

    function _refuse(Slice[] memory slices, uint256 expiry) private {
        SignedSurface[] memory three = _said(START, slices);
        vm.expectRevert(abi.encodeWithSelector(SliceOutOfRange.selector, expiry));
        book.submit(three);
    }
}
