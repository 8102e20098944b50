// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IKeeperRegistry} from "../../../contracts/keepers/IKeeperRegistry.sol";
import {KeeperRegistry, MAX_KEEPERS} from "../../../contracts/keepers/KeeperRegistry.sol";
import {TurnLib} from "../../../contracts/keepers/TurnLib.sol";
import "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract SixDecimals is ERC20("Cash", "CASH") {
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

contract KeeperRegistryTest is Test {
    uint256 constant BOND = 10_000e18;
    uint256 constant TOKEN_BOND = 10_000e6;
    uint256 constant START = 1_600_000_000;

    SixDecimals token;
    KeeperRegistry registry;

    function setUp() public {
        vm.warp(START);
        vm.roll(100);
        token = new SixDecimals();
        registry = KeeperRegistry(
            deploy(
                "KeeperRegistry.sol:KeeperRegistry",
                abi.encode(token, _terms(1, 3), address(new AccessManager(address(this))))
            )
        );
    }

    function test_noBondIsEnoughWithoutAdmission() external {
        token.mint(address(this), TOKEN_BOND);
        token.approve(address(registry), TOKEN_BOND);
        vm.expectRevert(abi.encodeWithSelector(NotAdmitted.selector, address(this)));
        registry.join(address(1), new address[](0), "");
        vm.prank(address(7));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(7)));
        registry.admit(address(7));
    }

    function test_anAdmissionAllowsOneKeeper() external {
        _join(1);
        vm.startPrank(_operator(1));
        vm.expectRevert(abi.encodeWithSelector(NotAdmitted.selector, _operator(1)));
        registry.join(address(99), new address[](0), "");
        vm.stopPrank();
    }

    function test_theBondsOfOneKeeperMoreThanMayLieAreTheCover() external {
        assertEq(registry.bondCover(), 2 * BOND, "f = 1");
        _fleet(7);
        registry.startEpoch();
        registry.setQuorum(2, 5);
        assertEq(registry.bondCover(), 2 * BOND, "not before the next epoch");
        _nextEpoch();
        assertEq(registry.bondCover(), 3 * BOND, "f = 2");
    }

    function test_keepersServeFromTheNextEpochOnTogetherWithANewSeed() external {
        _fleet(5);
        assertEq(registry.keeperCount(), 0, "nobody yet");
        assertEq(registry.signerOf(1), address(0), "no signer yet");
        registry.startEpoch();
        assertEq(registry.keeperCount(), 5, "all five");
        assertEq(registry.signerOf(1), _signer(1), "signer");
        assertEq(registry.idOf(_sender(5, 1)), 5, "sender");
        (, , bytes32 seed) = registry.epoch();

        _join(6);
        vm.expectRevert(abi.encodeWithSelector(EpochNotDue.selector, block.timestamp, block.timestamp + 1 days));
        registry.startEpoch();
        assertEq(registry.signerOf(6), address(0), "waits");
        _nextEpoch();
        (, , bytes32 next) = registry.epoch();
        assertEq(registry.keeperCount(), 6, "six");
        assertTrue(next != seed, "a new seed");
        assertEq(registry.keepers()[5], 6, "ascending");
    }

    function test_theFirstEpochWaitsForAQuorum() external {
        _fleet(2);
        vm.expectRevert(abi.encodeWithSelector(TooFewKeepers.selector, 2, 3));
        registry.startEpoch();
    }

    function test_theQuorumStaysWhenTheFleetShrinksBelowIt() external {
        _fleet(5);
        registry.startEpoch();
        for (uint16 id = 1; id <= 3; ++id) {
            vm.prank(_operator(id));
            registry.resign(id);
        }
        _nextEpoch();
        assertEq(registry.keeperCount(), 2, "two are left");
        assertEq(registry.quorum(), 3, "and are no quorum");
        assertEq(registry.faultTolerance(), 1, "one liar is still no majority");
    }

    function test_aLargerQuorumWaitsForKeepersEnough() external {
        _fleet(5);
        registry.startEpoch();
        registry.setQuorum(2, 5);
        _nextEpoch();
        assertEq(registry.quorum(), 3, "five keepers cannot bear two liars");
        _join(6);
        _join(7);
        _nextEpoch();
        assertEq(registry.quorum(), 5, "seven can");
    }

    function testFuzz_noUnsafeQuorumIsAccepted(uint16 f, uint16 m) external {
        f = uint16(bound(f, 0, 20));
        m = uint16(bound(m, 0, 20));
        bool isSafe = 3 * f + 1 <= MAX_KEEPERS && m >= 2 * f + 1 && m + f <= MAX_KEEPERS;
        if (!isSafe) vm.expectRevert(abi.encodeWithSelector(QuorumUnsafe.selector, f, m, MAX_KEEPERS));
        registry.setQuorum(f, m);
    }

    function test_aLeaverServesToTheEndOfTheEpochAndGetsItsBondAfterTheDelay() external {
        _fleet(5);
        registry.startEpoch();
        vm.expectRevert(abi.encodeWithSelector(NotOperator.selector, address(this), _operator(2)));
        registry.resign(2);
        vm.startPrank(_operator(2));
        registry.resign(2);
        vm.expectRevert(abi.encodeWithSelector(AlreadyLeaving.selector, 2, 2));
        registry.resign(2);
        assertEq(registry.signerOf(2), _signer(2), "still serves");
        vm.expectPartialRevert(BondNotDue.selector);
        registry.withdrawBond(2);

        _nextEpoch();
        assertEq(registry.signerOf(2), address(0), "has left");
        assertEq(registry.idOf(_sender(2, 1)), 0, "its senders too");
        vm.expectPartialRevert(BondNotDue.selector);
        registry.withdrawBond(2);

        vm.warp(block.timestamp + 7 days);
        registry.withdrawBond(2);
        assertEq(token.balanceOf(_operator(2)), TOKEN_BOND, "the bond is back");
        registry.withdrawBond(2);
        assertEq(token.balanceOf(_operator(2)), TOKEN_BOND, "once");
        vm.stopPrank();
    }

    function test_anEpochStartedLateDoesNotShortenTheBondsDelay() external {
        _fleet(5);
        registry.startEpoch();
        vm.warp(START + 30 days);
        vm.startPrank(_operator(2));
        registry.resign(2);
        registry.startEpoch();
        assertEq(registry.signerOf(2), _signer(2), "asked for too late for this epoch");
        vm.warp(START + 31 days);
        registry.startEpoch();
        vm.expectRevert(abi.encodeWithSelector(BondNotDue.selector, START + 31 days, START + 38 days));
        registry.withdrawBond(2);
        vm.warp(START + 38 days);
        registry.withdrawBond(2);
        vm.stopPrank();
    }

    function test_aChangeAskedForJustBeforeAnEpochWaitsForTheOneAfter() external {
        _fleet(5);
        registry.startEpoch();
        vm.warp(registry.nextEpochAt() - registry.noticeSeconds() + 1);
        _join(6);
        vm.prank(_operator(1));
        registry.resign(1);
        _nextEpoch();
        assertEq(registry.signerOf(6), address(0), "not yet");
        assertEq(registry.signerOf(1), _signer(1), "still");
        assertEq(registry.keeperCount(), 5, "the same five");
        _nextEpoch();
        assertEq(registry.signerOf(6), _signer(6), "joined");
        assertEq(registry.signerOf(1), address(0), "left");
        assertEq(registry.keepers()[0], 2, "ascending");
    }

    function test_aSigningKeyCountsOnceForEver() external {
        _fleet(5);
        registry.startEpoch();
        registry.expel(1);
        _nextEpoch();
        address operator = _operator(8);
        registry.admit(operator);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(SignerTaken.selector, _signer(1), 1));
        registry.join(_signer(1), new address[](0), "");
    }

    function test_sendersAreAtMostFourAndBelongToOneKeeper() external {
        _join(1);
        address operator = _operator(2);
        registry.admit(operator);
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(TooManySenders.selector, 5, 4));
        registry.join(_signer(2), new address[](5), "");
        address[] memory senders = new address[](1);
        senders[0] = _sender(1, 1);
        vm.expectRevert(abi.encodeWithSelector(SenderTaken.selector, senders[0], 1));
        registry.join(_signer(2), senders, "");
        vm.stopPrank();
    }

    // ---- what may be rotated ----------------------------------------------------------------------------------

    function test_anEndpointIsMovedByItsOperatorAtOnce() external {
        _fleet(3);
        registry.startEpoch();
        vm.expectRevert(abi.encodeWithSelector(NotOperator.selector, address(this), _operator(2)));
        registry.setEndpoint(2, "http://elsewhere");
        vm.startPrank(_operator(2));
        registry.setEndpoint(2, "http://elsewhere");
        assertEq(keccak256(bytes(registry.keeper(2).endpoint)), keccak256("http://elsewhere"), "moved");
        vm.expectRevert(abi.encodeWithSelector(EndpointTooLong.selector, 257, 256));
        registry.setEndpoint(2, string(new bytes(257)));
        vm.stopPrank();
    }

    function test_sendersAreChangedAtOnceAndTheOldOnesAreFree() external {
        _fleet(3);
        registry.startEpoch();
        address[] memory senders = new address[](1);
        senders[0] = _sender(1, 0);
        vm.prank(_operator(2));
        vm.expectRevert(abi.encodeWithSelector(SenderTaken.selector, senders[0], 1));
        registry.setSenders(2, senders);
        senders[0] = address(0xabc);
        vm.prank(_operator(2));
        registry.setSenders(2, senders);
        assertEq(registry.idOf(address(0xabc)), 2, "the new one");
        assertEq(registry.idOf(_sender(2, 0)), 0, "the old one is nobody's");
        senders[0] = _sender(2, 0);
        vm.prank(_operator(1));
        registry.setSenders(1, senders);
        assertEq(registry.idOf(_sender(2, 0)), 1, "and may be another's");
    }

    function test_aSigningKeyIsRotatedAtAnEpochAndTheOldOneIsSpent() external {
        _fleet(3);
        registry.startEpoch();
        vm.prank(_operator(2));
        vm.expectRevert(abi.encodeWithSelector(SignerTaken.selector, _signer(1), 1));
        registry.rotateSigner(2, _signer(1));
        vm.prank(_operator(2));
        registry.rotateSigner(2, address(0xabc));
        assertEq(registry.signerOf(2), _signer(2), "the old one until then");
        _nextEpoch();
        assertEq(registry.signerOf(2), address(0xabc), "the new one from then on");
        assertEq(registry.reporterOf(_signer(2)), 2, "what the old one signed stays its own");
        vm.prank(_operator(1));
        vm.expectRevert(abi.encodeWithSelector(SignerTaken.selector, _signer(2), 2));
        registry.rotateSigner(1, _signer(2));
    }

    // ---- sleeping and waking ----------------------------------------------------------------------------------

    function test_whoIsUnseenForThreeHundredBlocksIsPutToSleepByAnyoneAndWakesByOneTransaction() external {
        _fleet(5);
        registry.startEpoch();
        assertEq(registry.unseenBlocks(), 300, "blocks");
        vm.roll(400);
        vm.expectRevert(abi.encodeWithSelector(SeenLately.selector, 3, 100));
        registry.putToSleep(3);
        vm.prank(_sender(1, 1));
        registry.checkIn();
        vm.roll(401);
        vm.expectRevert(abi.encodeWithSelector(SeenLately.selector, 1, 400));
        registry.putToSleep(1);
        registry.putToSleep(3);
        vm.expectRevert(abi.encodeWithSelector(AsleepAlready.selector, 3));
        registry.putToSleep(3);
        (, uint256 idle) = registry.roster();
        assertEq(idle, 1 << 2, "its position");
        _assertNeverOnTurn(3);
        assertEq(registry.keeper(3).absences, 1, "counted");
        assertEq(registry.keeper(3).bond, BOND, "and not punished");
        assertEq(registry.signerOf(3), _signer(3), "its word still counts");

        vm.prank(_sender(3, 0));
        registry.checkIn();
        (, idle) = registry.roster();
        assertEq(idle, 0, "awake");
    }

    function test_whoSleepsAtAnEpochsStartSleepsOn() external {
        _fleet(5);
        registry.startEpoch();
        vm.roll(401);
        registry.putToSleep(4);
        vm.prank(_operator(1));
        registry.resign(1);
        _nextEpoch();
        (uint32[] memory seenAt, uint256 idle) = registry.roster();
        assertEq(idle, 1 << 2, "at its new position");
        assertEq(seenAt.length, 4, "of those who serve");
        _assertNeverOnTurn(4);
    }

    function test_aNewcomerCountsAsSeenWhenItBeginsToServe() external {
        _fleet(5);
        registry.startEpoch();
        _join(6);
        vm.expectRevert(abi.encodeWithSelector(UnknownKeeper.selector, 6));
        registry.putToSleep(6);
        vm.roll(1_000);
        _nextEpoch();
        vm.roll(1_300);
        vm.expectRevert(abi.encodeWithSelector(SeenLately.selector, 6, 1_000));
        registry.putToSleep(6);
    }

    function test_onlyASenderOfAKeeperThatServesChecksIn() external {
        _fleet(3);
        registry.startEpoch();
        vm.expectRevert(abi.encodeWithSelector(UnknownSender.selector, address(this)));
        registry.checkIn();
        registry.punish(1, address(this));
        vm.prank(_sender(1, 0));
        vm.expectRevert(abi.encodeWithSelector(UnknownSender.selector, _sender(1, 0)));
        registry.checkIn();
    }

    // ---- punishment -------------------------------------------------------------------------------------------

    function test_thePunishedServesNoMoreLosesItsBondAndItsTurnsAndCannotTakeItBack() external {
        _fleet(5);
        registry.startEpoch();
        registry.punish(2, address(0xbeef));
        assertEq(token.balanceOf(address(0xbeef)), TOKEN_BOND / 10, "a tenth to the prover");
        assertEq(registry.signerOf(2), address(0), "at once");
        _assertNeverOnTurn(2);
        vm.expectRevert(abi.encodeWithSelector(NothingToForfeit.selector, 2));
        registry.punish(2, address(0xbeef));
        vm.startPrank(_operator(2));
        vm.expectPartialRevert(AlreadyLeaving.selector);
        registry.resign(2);
        registry.withdrawBond(2);
        assertEq(token.balanceOf(_operator(2)), 0, "nothing is paid back");
        vm.stopPrank();
        _nextEpoch();
        assertEq(registry.keeperCount(), 4, "its seat is free");
    }

    function test_governanceReleasesWhatWasForfeited() external {
        _fleet(5);
        registry.startEpoch();
        registry.punish(2, address(0xbeef));
        vm.prank(address(7));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(7)));
        registry.releaseForfeited(address(7));
        registry.releaseForfeited(address(0xf00d));
        registry.releaseForfeited(address(0xf00d));
        assertEq(token.balanceOf(address(0xf00d)), TOKEN_BOND - TOKEN_BOND / 10, "once");
        assertEq(token.balanceOf(address(registry)), 4 * TOKEN_BOND, "the other bonds are there");
    }

    function test_seatsAreBounded() external {
        _fleet(MAX_KEEPERS);
        registry.admit(address(this));
        vm.expectRevert(abi.encodeWithSelector(RegistryFull.selector, MAX_KEEPERS, MAX_KEEPERS));
        registry.join(address(99), new address[](0), "");
    }

    function testFuzz_turnsGoByPositionInTheEpoch(bytes32 subject, uint64 time) external {
        _fleet(5);
        registry.startEpoch();
        registry.expel(2);
        _nextEpoch();
        (, , bytes32 seed) = registry.epoch();
        uint16[] memory ids = registry.keepers();
        assertEq(registry.onTurn(subject, time), ids[TurnLib.onTurn(subject, seed, time, 24, 4, 0)], "by position");
        assertTrue(registry.onTurn(subject, time) != 2, "never one that left");
    }

    function test_aGuardIsShorterThanItsSlot() external {
        KeeperRegistry.Terms memory terms = _terms(1, 3);
        terms.guardSeconds = 24;
        vm.expectRevert(abi.encodeWithSelector(TurnsMalformed.selector, 24, 24));
        KeeperRegistry(deploy("KeeperRegistry.sol:KeeperRegistry", abi.encode(token, terms, address(this))));
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _terms(uint16 f, uint16 m) private pure returns (KeeperRegistry.Terms memory) {
        return KeeperRegistry.Terms(24, 12, 1 days, 7 days, f, m, BOND);
    }

    /// @dev Asks the registry: the compiler may keep one block.timestamp for a whole function.
    function _nextEpoch() private {
        vm.warp(registry.nextEpochAt());
        registry.startEpoch();
    }

    function _assertNeverOnTurn(uint16 id) private view {
        for (uint64 i; i < 12; ++i)
            assertTrue(registry.onTurn(bytes32(uint256(i % 2)), uint64(START) + 24 * i) != id, "passed over");
    }

    function _fleet(uint16 count) private {
        for (uint16 i = 1; i <= count; ++i) _join(i);
    }

    function _join(uint16 i) private {
        address operator = _operator(i);
        registry.admit(operator);
        token.mint(operator, TOKEN_BOND);
        address[] memory senders = new address[](2);
        (senders[0], senders[1]) = (_sender(i, 0), _sender(i, 1));
        vm.startPrank(operator);
        token.approve(address(registry), TOKEN_BOND);
        assertEq(registry.join(_signer(i), senders, "http://127.0.0.1"), i, "ids count up");
        vm.stopPrank();
        assertEq(token.balanceOf(operator), 0, "the bond is paid");
        assertEq(registry.keeper(i).bond, BOND, "in units of account");
    }

    function _operator(uint256 i) private pure returns (address) {
        return address(uint160(0x1000 + i));
    }

    function _signer(uint256 i) private pure returns (address) {
        return address(uint160(0x2000 + i));
    }

    function _sender(uint256 i, uint256 k) private pure returns (address) {
        return address(uint160(0x3000 + 16 * i + k));
    }
}
