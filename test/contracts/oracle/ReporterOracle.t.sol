// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IReporterOracle} from "../../../contracts/oracle/IReporterOracle.sol";
import {ReporterOracle} from "../../../contracts/oracle/ReporterOracle.sol";
import {Observation, SignedObservation} from "../../../contracts/types/Observation.sol";
import "../../../contracts/types/Errors.sol";
import {Vm, vm} from "../Vm.sol";
import {Fleet} from "./Fleet.sol";

contract ReporterOracleTest is Fleet {
    uint256 constant P = 2_000e8;
    uint256 constant ONE_E8 = 1e10; // 1e-8 in the 18 decimals of a price

    function setUp() public {
        _deployFleet();
    }

    // ---- rounds ---------------------------------------------------------------------------------------------

    function test_aRoundIsCompleteWithAQuorumAndItsMedianIsTheIndex() external {
        assertEq(oracle.submit(_round(START, _list(P + 5, P, P + 1))), 3, "taken");
        IReporterOracle.Round memory round = _newest();
        assertEq(round.time, START, "time");
        assertEq(round.median.raw(), (P + 1) * ONE_E8, "median");
        assertEq(round.low.raw(), round.high.raw(), "narrow");
        assertEq(round.reporters, 3, "three spoke");
        assertFalse(round.isWide, "narrow");
    }

    function test_aRoundBelowItsQuorumStandsOpenAndSaysWhoSpoke() external {
        oracle.submit(_one(_says(2, START, P)));
        oracle.submit(_one(_says(5, START, P)));
        assertEq(_newest().time, 0, "not complete");
        (uint64 time, uint256 reporters) = oracle.openRound(ETH);
        assertEq(time, START, "open");
        assertEq(reporters, (1 << 2) | (1 << 5), "who");
        oracle.submit(_one(_says(1, START, P)));
        assertEq(_newest().time, START, "complete");
        (time, ) = oracle.openRound(ETH);
        assertEq(time, 0, "nothing open");
    }

    /// @dev Whoever has only seen the event, and another word, can show both.
    function testFuzz_anEventHoldsTheSignatureThatProvesItsWord(uint64 price, uint64 other, uint16 reporter) external {
        (price, other) = (uint64(bound(uint256(price), 1, 1e18)), uint64(bound(uint256(other), 1, 1e18)));
        if (price == other) return;
        reporter = 1 + (reporter % KEEPERS);
        vm.recordLogs();
        oracle.submit(_one(_says(reporter, START, price)));
        Vm.Log memory told = vm.getRecordedLogs()[0];
        (, , bytes32 r, bytes32 vs) = abi.decode(told.data, (uint64, uint64, bytes32, bytes32));
        SignedObservation memory seen = SignedObservation(
            reporter,
            Observation(ETH, START, price, 0),
            abi.encodePacked(r, bytes32((uint256(vs) << 1) >> 1), uint8(27 + (uint256(vs) >> 255)))
        );
        assertEq(keccak256(seen.signature), keccak256(_says(reporter, START, price).signature), "as it was signed");
        oracle.proveEquivocation(seen, _says(reporter, START, other));
        assertEq(registry.signerOf(reporter), address(0), "out");
    }

    function test_roundsNeverMix() external {
        oracle.submit(_one(_says(1, START - 10, P)));
        oracle.submit(_one(_says(2, START - 10, P)));
        oracle.submit(_one(_says(3, START, P)));
        assertEq(_newest().time, 0, "two and one are no quorum");
    }

    function test_aLiarCannotDrawTheOthersAwayFromARoundNearlyComplete() external {
        oracle.submit(_one(_says(1, START - 10, P)));
        oracle.submit(_one(_says(2, START - 10, P)));
        oracle.submit(_one(_says(7, START, P)));
        (uint64 time, ) = oracle.openRound(ETH);
        assertEq(time, START - 10, "the fuller one");
    }

    function test_aLateValueOfTheNewestRoundCounts() external {
        oracle.submit(_round(START, _list(P, P + 2, P + 4)));
        assertEq(oracle.submit(_one(_says(6, START, P + 3))), 1, "taken");
        assertEq(_newest().reporters, 4, "four");
        assertEq(_newest().median.raw(), (P + 2) * ONE_E8, "mean of the middle two, down");
    }

    function test_theCompleteRoundBeforeIsKeptAndAnOlderOneIsSkipped() external {
        oracle.submit(_round(START - 20, _list(P, P, P)));
        oracle.submit(_round(START, _list(P + 1, P + 1, P + 1)));
        assertEq(oracle.submit(_round(START - 10, _list(1, 1, 1))), 0, "passed");
        (IReporterOracle.Round memory newest, IReporterOracle.Round memory previous) = oracle.rounds(ETH);
        assertEq(newest.time, START, "newest");
        assertEq(previous.time, START - 20, "previous");
        assertEq(previous.median.raw(), P * ONE_E8, "its median");
    }

    function test_sayingItTwiceChangesNothing() external {
        oracle.submit(_one(_says(1, START, P)));
        assertEq(oracle.submit(_one(_says(1, START, P + 9))), 0, "one value a round");
        (, uint256 reporters) = oracle.openRound(ETH);
        assertEq(reporters, 1 << 1, "once");
    }

    function test_anOldRoundInTheRingGivesWayToANewer() external {
        oracle.submit(_one(_says(1, START - 80, P)));
        oracle.submit(_one(_says(1, START, P)));
        assertEq(oracle.submit(_one(_says(2, START - 80, P))), 0, "passed");
        (, uint256 reporters) = oracle.openRound(ETH);
        assertEq(reporters, 1 << 1, "the newer one starts empty");
    }

    function test_severalRoundsGoInOneCall() external {
        SignedObservation[] memory both = new SignedObservation[](6);
        SignedObservation[] memory first = _round(START - 10, _list(P, P, P));
        SignedObservation[] memory second = _round(START, _list(P + 1, P + 1, P + 1));
        for (uint256 i; i < 3; ++i) (both[i], both[i + 3]) = (first[i], second[i]);
        assertEq(oracle.submit(both), 6, "all taken");
        (IReporterOracle.Round memory newest, IReporterOracle.Round memory previous) = oracle.rounds(ETH);
        assertEq(newest.time, START, "newest");
        assertEq(previous.time, START - 10, "previous");
    }

    // ---- wide observations ----------------------------------------------------------------------------------

    function test_wideValuesAreNotNeededWhereAQuorumIsNarrow() external {
        oracle.submit(_round(START, _list(P, P + 1, P + 2)));
        oracle.submit(_one(_signedBy(4, 4, START, P / 2, P / 4)));
        assertEq(_newest().median.raw(), (P + 1) * ONE_E8, "the narrow median");
        assertFalse(_newest().isWide, "narrow");
    }

    function test_withTooFewNarrowValuesTheRoundIsAnInterval() external {
        oracle.submit(_one(_says(1, START, P)));
        oracle.submit(_one(_signedBy(2, 2, START, P, P / 10)));
        oracle.submit(_one(_signedBy(3, 3, START, P, P / 5)));
        IReporterOracle.Round memory round = _newest();
        assertTrue(round.isWide, "wide");
        assertEq(round.low.raw(), (P - P / 10) * ONE_E8, "median of the low ends");
        assertEq(round.high.raw(), (P + P / 10) * ONE_E8, "median of the high ends");
        oracle.submit(_one(_says(4, START, P)));
        oracle.submit(_one(_says(5, START, P)));
        assertFalse(_newest().isWide, "late narrow values end it");
    }

    // ---- what is refused ------------------------------------------------------------------------------------

    function test_onlyTheReportersOwnKeyCounts() external {
        SignedObservation[] memory forged = _one(_signedBy(2, 1, START, P, 0));
        vm.expectRevert(abi.encodeWithSelector(WrongSigner.selector, vm.addr(_key(2)), vm.addr(_key(1))));
        oracle.submit(forged);
    }

    function test_aSignatureForAnotherDomainIsRefused() external {
        ReporterOracle own = oracle;
        oracle = ReporterOracle(deploy("ReporterOracle.sol:ReporterOracle", abi.encode(registry)));
        SignedObservation[] memory foreign = _one(_says(1, START, P));
        oracle = own;
        vm.expectPartialRevert(WrongSigner.selector);
        oracle.submit(foreign);
    }

    function testFuzz_noFieldCanBeChangedAfterSigning(uint256 field, uint64 by) external {
        SignedObservation memory signed = _signedBy(1, 1, START, P, P / 100);
        by = uint64(bound(by, 1, 100));
        if (field % 4 == 0) signed.observation.price += by;
        if (field % 4 == 1) signed.observation.halfWidth += by;
        if (field % 4 == 2) signed.observation.time -= 10 * by;
        if (field % 4 == 3) signed.observation.underlying += uint8(by);
        vm.expectPartialRevert(WrongSigner.selector);
        oracle.submit(_one(signed));
    }

    function test_aMalformedSignatureIsRefusedNotRecovered() external {
        SignedObservation memory signed = _says(1, START, P);
        signed.signature = hex"00";
        vm.expectRevert(abi.encodeWithSelector(WrongSigner.selector, address(0), vm.addr(_key(1))));
        oracle.submit(_one(signed));
    }

    function test_aStrangerIsRefused() external {
        SignedObservation[] memory stranger = _one(_signedBy(1, 300, START, P, 0));
        vm.expectRevert(abi.encodeWithSelector(UnknownReporter.selector, 300));
        oracle.submit(stranger);
    }

    function test_theFutureAndTheTimesBetweenRoundsAreRefused() external {
        SignedObservation[] memory future = _one(_says(1, START + 10, P));
        vm.expectRevert(abi.encodeWithSelector(ObservationFromFuture.selector, START + 10, START));
        oracle.submit(future);
        SignedObservation[] memory between = _one(_says(1, START - 3, P));
        vm.expectRevert(abi.encodeWithSelector(NotARoundTime.selector, START - 3, 10));
        oracle.submit(between);
    }

    function test_aPriceOfZeroOrAWidthThatSaysNothingIsRefused() external {
        SignedObservation[] memory zero = _one(_says(1, START, 0));
        vm.expectRevert(abi.encodeWithSelector(ObservationOutOfRange.selector, 0, 0));
        oracle.submit(zero);
        SignedObservation[] memory wide = _one(_signedBy(1, 1, START, P, P / 2 + 1));
        vm.expectRevert(abi.encodeWithSelector(ObservationOutOfRange.selector, P, P / 2 + 1));
        oracle.submit(wide);
    }

    function test_aReporterTwiceInOneCallIsRefused() external {
        SignedObservation[] memory twice = new SignedObservation[](2);
        (twice[0], twice[1]) = (_says(1, START, P), _says(1, START, P + 1));
        vm.expectRevert(abi.encodeWithSelector(ObservationsNotSorted.selector, 1));
        oracle.submit(twice);
    }

    function test_aLeaverIsHeardNoMore() external {
        registry.expel(3);
        _warp(START + 1 days);
        registry.startEpoch();
        SignedObservation[] memory late = _round(START + 1 days, _list(P, P, P));
        vm.expectRevert(abi.encodeWithSelector(UnknownReporter.selector, 3));
        oracle.submit(late);
    }

    // ---- two values for one round -----------------------------------------------------------------------------

    function test_twoValuesForOneRoundCostTheBondAndAreProvenByAnyone() external {
        address prover = address(0xbeef);
        (SignedObservation memory one, SignedObservation memory other) = (_says(2, START, P), _says(2, START, P + 1));
        vm.prank(prover);
        oracle.proveEquivocation(one, other);
        assertEq(token.balanceOf(prover), BOND / 10, "a tenth to who proved it");
        assertEq(registry.forfeited(), BOND - BOND / 10, "the rest is forfeited");
        assertEq(registry.keeper(2).bond, 0, "nothing is left");
        assertEq(registry.signerOf(2), address(0), "it serves no more");
        SignedObservation[] memory more = _one(_says(2, START, P));
        vm.expectRevert(abi.encodeWithSelector(UnknownReporter.selector, 2));
        oracle.submit(more);
        SignedObservation memory first = _says(2, START - 10, P);
        SignedObservation memory second = _says(2, START - 10, P + 1);
        vm.expectRevert(abi.encodeWithSelector(NothingToForfeit.selector, 2));
        oracle.proveEquivocation(first, second);
    }

    function test_anotherWidthForOneRoundIsAnotherValue() external {
        oracle.proveEquivocation(_signedBy(4, 4, START, P, P / 10), _signedBy(4, 4, START, P, P / 20));
        assertEq(registry.keeper(4).bond, 0, "punished");
    }

    function test_theSameValueTwiceOrAnotherRoundIsNoProof() external {
        SignedObservation memory said = _says(2, START, P);
        SignedObservation memory other = _says(2, START - 10, P + 1);
        vm.expectRevert(abi.encodeWithSelector(NoEquivocation.selector, START, START));
        oracle.proveEquivocation(said, said);
        vm.expectRevert(abi.encodeWithSelector(NoEquivocation.selector, START, START - 10));
        oracle.proveEquivocation(said, other);
        other = _says(2, START, P + 1);
        other.observation.underlying = 2;
        vm.expectRevert(abi.encodeWithSelector(NoEquivocation.selector, START, START));
        oracle.proveEquivocation(said, other);
    }

    function test_twoKeepersOrAForgeryAreNoProof() external {
        SignedObservation memory said = _says(2, START, P);
        SignedObservation memory anothers = _signedBy(3, 2, START, P + 1, 0);
        vm.expectRevert(abi.encodeWithSelector(WrongSigner.selector, vm.addr(_key(3)), vm.addr(_key(2))));
        oracle.proveEquivocation(said, anothers);
        SignedObservation memory strangers = _signedBy(99, 2, START, P, 0);
        anothers = _signedBy(99, 2, START, P + 1, 0);
        vm.expectRevert(abi.encodeWithSelector(UnknownSigner.selector, vm.addr(_key(99))));
        oracle.proveEquivocation(strangers, anothers);
        (strangers.signature, anothers.signature) = (hex"00", hex"01");
        vm.expectRevert(abi.encodeWithSelector(UnknownSigner.selector, address(0)));
        oracle.proveEquivocation(strangers, anothers);
    }

    function test_aLeaverIsPunishedUntilItsBondIsPaidOut() external {
        SignedObservation memory first = _says(3, START, P);
        SignedObservation memory second = _says(3, START, P + 1);
        registry.resign(3);
        _warp(START + 1 days);
        registry.startEpoch();
        _warp(START + 8 days);
        uint256 snapshot = vm.snapshotState();
        oracle.proveEquivocation(first, second);
        assertEq(registry.keeper(3).bond, 0, "the bond is gone");
        registry.withdrawBond(3);
        assertEq(token.balanceOf(address(this)), BOND / 10, "and is not paid again");
        vm.revertToState(snapshot);

        registry.withdrawBond(3);
        vm.expectRevert(abi.encodeWithSelector(NothingToForfeit.selector, 3));
        oracle.proveEquivocation(first, second);
    }

    function test_whatARotatedKeySignedStaysPunishable() external {
        SignedObservation memory first = _says(3, START, P);
        SignedObservation memory second = _says(3, START, P + 1);
        registry.rotateSigner(3, vm.addr(_key(33)));
        _warp(START + 1 days);
        registry.startEpoch();
        assertEq(oracle.submit(_one(_signedBy(33, 3, START + 1 days, P, 0))), 1, "the new key counts");
        SignedObservation[] memory old = _one(_says(3, START + 1 days - 10, P));
        vm.expectRevert(abi.encodeWithSelector(WrongSigner.selector, vm.addr(_key(3)), vm.addr(_key(33))));
        oracle.submit(old);
        oracle.proveEquivocation(first, second);
        assertEq(registry.signerOf(3), address(0), "it serves no more");
    }

    function test_onlyTheBooksThatSawTheProofMayPunish() external {
        vm.prank(address(7));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(7)));
        registry.punish(1, address(7));
    }

    /// @dev Any two words of one key: punished exactly where they are of one feed and round and differ.
    function testFuzz_onlyTwoValuesOfOneRoundArePunished(uint8[4] calldata drawn) external {
        SignedObservation memory first = _signedBy(5, 5, START - 10 * (drawn[0] % 2), P + (drawn[1] % 2), 0);
        SignedObservation memory second = _signedBy(5, 5, START - 10 * (drawn[2] % 2), P + (drawn[3] % 2), 0);
        bool isProof = drawn[0] % 2 == drawn[2] % 2 && drawn[1] % 2 != drawn[3] % 2;
        if (!isProof) vm.expectPartialRevert(NoEquivocation.selector);
        oracle.proveEquivocation(first, second);
        assertEq(registry.keeper(5).bond, isProof ? 0 : BOND, "the bond");
    }

    // ---- properties -----------------------------------------------------------------------------------------

    /// @dev The caller chooses who is heard, in which order and in how many calls; one of those heard lies.
    function testFuzz_noSubsetOrOrderMovesTheMedianOutOfTheHonestRange(
        uint64[7] calldata drawn,
        uint256 heard,
        uint256 liar,
        uint256 turn
    ) external {
        uint256 low = type(uint256).max;
        uint256 high;
        for (uint256 i; i < KEEPERS; ++i) {
            uint16 id = uint16(1 + ((i + (turn % KEEPERS)) % KEEPERS));
            if ((heard >> id) & 1 == 0) continue;
            bool isLiar = id == 1 + (liar % KEEPERS);
            uint256 price = isLiar ? uint256(drawn[id - 1]) | 1 : P + (drawn[id - 1] % (P / 100));
            if (!isLiar) (low, high) = (price < low ? price : low, price > high ? price : high);
            oracle.submit(_one(_says(id, START, price)));
            if (_newest().time == 0) continue;
            uint256 median = _newest().median.raw() / ONE_E8;
            assertTrue(low <= median && median <= high, "inside the honest range");
        }
    }

    /// @dev Three rounds side by side, filled in any order, late words and all; honest values move apart from round to round,
    ///      and the liar says in each what it likes, wide or narrow. Whichever round is the newest at any moment, and the one
    ///      before it: its median lies among what honest reporters said in that very round.
    function testFuzz_noMixOfRoundsAndLateWordsLeavesTheHonestRangeOfItsRound(
        uint64[21] calldata drawn,
        uint8[24] calldata order,
        uint256 liar
    ) external {
        for (uint256 i; i < order.length; ++i) {
            (uint256 round, uint16 id) = (order[i] % 3, uint16(1 + ((order[i] / 3) % KEEPERS)));
            bool isLiar = id == 1 + (liar % KEEPERS);
            uint256 word = drawn[7 * round + id - 1];
            uint256 price = isLiar ? (word | 1) : _honest(round, word);
            uint256 width = isLiar && word % 2 == 0 ? (price / 2) - (word % (price / 2 + 1)) : 0;
            oracle.submit(_one(_signedBy(id, id, START - 30 + 10 * uint64(round), price, width)));
            (IReporterOracle.Round memory newest, IReporterOracle.Round memory previous) = oracle.rounds(ETH);
            _assertHonest(newest);
            _assertHonest(previous);
        }
    }

    /// @dev A tenth apart from round to round, so that a mix of two rounds would show.
    function _honest(uint256 round, uint256 word) private pure returns (uint256) {
        return P + (round * P) / 10 + (word % (P / 100));
    }

    function _assertHonest(IReporterOracle.Round memory round) private pure {
        if (round.time == 0) return;
        uint256 base = P + (((round.time - (START - 30)) / 10) * P) / 10;
        assertTrue(round.median.raw() >= base * ONE_E8, "not below what any honest reporter said");
        assertTrue(round.median.raw() <= (base + P / 100) * ONE_E8, "not above");
        assertFalse(round.isWide && round.reporters >= 4, "three honest words make it narrow");
    }

    /// @dev f = 2 of seven, a quorum of five: two liars in one voice move nothing either.
    function testFuzz_twoLiarsOfSevenMoveNothingUnderAQuorumOfFive(
        uint64[7] calldata drawn,
        uint256 order,
        uint256 first,
        uint256 second
    ) external {
        registry.setQuorum(2, 5);
        _warp(START + 1 days);
        registry.startEpoch();
        uint256 low = type(uint256).max;
        uint256 high;
        for (uint256 i; i < KEEPERS; ++i) {
            uint16 id = uint16(1 + ((i * (1 + (order % 6)) + (order >> 8)) % KEEPERS));
            bool isLiar = id == 1 + (first % KEEPERS) || id == 1 + (second % KEEPERS);
            uint256 price = isLiar ? uint256(drawn[0]) | 1 : P + (drawn[id - 1] % (P / 100));
            if (!isLiar) (low, high) = (price < low ? price : low, price > high ? price : high);
            oracle.submit(_one(_says(id, START + 1 days, price)));
            if (_newest().time == 0) continue;
            uint256 median = _newest().median.raw() / ONE_E8;
            assertTrue(low <= median && median <= high, "inside the honest range");
        }
        assertTrue(_newest().time > 0, "five and more make a round");
    }

    function testFuzz_whateverTheOrderTheRoundEndsTheSame(uint64[7] calldata drawn, uint8[7] calldata order) external {
        SignedObservation[] memory all = new SignedObservation[](KEEPERS);
        for (uint16 i; i < KEEPERS; ++i) all[i] = _says(i + 1, START, uint256(drawn[i]) | 1);
        uint256 snapshot = vm.snapshotState();
        oracle.submit(all);
        IReporterOracle.Round memory whole = _newest();
        vm.revertToState(snapshot);

        for (uint256 i; i < KEEPERS; ++i) oracle.submit(_one(all[order[i] % KEEPERS]));
        for (uint256 i; i < KEEPERS; ++i) oracle.submit(_one(all[i]));
        IReporterOracle.Round memory piecemeal = _newest();
        assertEq(piecemeal.median.raw(), whole.median.raw(), "median");
        assertEq(piecemeal.reporters, whole.reporters, "reporters");
    }
}
