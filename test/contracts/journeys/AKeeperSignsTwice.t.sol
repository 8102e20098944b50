// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ORACLE} from "../../../contracts/access/Roles.sol";
import {IKeeperRegistry} from "../../../contracts/keepers/IKeeperRegistry.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {UnknownReporter} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Observation, SignedObservation} from "../../../contracts/types/Observation.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev One of five signs two values for one round, in the middle of a fall. It is out at once; the market and the call go on.
contract AKeeperSignsTwice is Universe {
    uint16 private constant LIAR = 5;

    function test_itIsOutAtOnceAndTheOtherFourGoOn() external {
        AccountId seller = funded("seller", 2_000e18);
        trade(funded("buyer", 2_000e18), seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 180e18, Level.MAINTENANCE, -20e18);
        _letPunish();
        pass(1 minutes, 190e18);
        uint256 price = priceBook.index(ETHER).price.raw();

        (SignedObservation memory first, SignedObservation memory second) = (_says(190e18), _says(120e18));
        vm.prank(addressOf("anyone"));
        oracle.proveEquivocation(first, second);
        assertEq(priceBook.index(ETHER).price.raw(), price, "what stands complete stays");
        assertEq(registry.signerOf(LIAR), address(0), "its word counts no more");
        for (uint64 slot; slot < 10; ++slot)
            assertTrue(registry.onTurn("a duty", now_ + 24 * slot) != LIAR, "nor has it a turn");

        SignedObservation[] memory alone = new SignedObservation[](1);
        alone[0] = first;
        vm.expectRevert(abi.encodeWithSelector(UnknownReporter.selector, LIAR));
        priceBook.report(alone);

        pass(2 minutes, 180e18);
        assertTrue(priceBook.index(ETHER).state == MarketState.AGREED, "three of four are a quorum");
        assertTrue(callMargin(seller), "and the call is made at their price");
        assertStatus(seller, IMarginCalls.Status.CALLED, "called");

        pass(1 days, 190e18);
        registry.startEpoch();
        assertEq(registry.keeperCount(), KEEPERS - 1, "its seat is free");
        assertEq(registry.quorum(), QUORUM, "the quorum is as it was");
    }

    function _letPunish() private {
        bytes4[] memory punish = new bytes4[](1);
        punish[0] = IKeeperRegistry.punish.selector;
        manager.setTargetFunctionRole(address(registry), punish, ORACLE);
        manager.grantRole(ORACLE, address(oracle), 0);
    }

    /// @dev The liar, about the round that has just begun.
    function _says(uint256 price) private view returns (SignedObservation memory signed) {
        signed.reporter = LIAR;
        signed.observation = Observation(ETHER, now_ - (now_ % 10), uint64(price / E8), 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(0xA11CE + LIAR, oracle.digestOf(signed));
        signed.signature = abi.encodePacked(r, s, v);
    }
}
