// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IDebts} from "../../contracts/liquidation/IDebts.sol";
import {ITearUps} from "../../contracts/liquidation/ITearUps.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Level} from "../../contracts/types/Level.sol";
import {Witness} from "../../contracts/types/Margin.sol";
import {Side} from "../../contracts/types/Marks.sol";
import {World} from "../contracts/World.sol";
import {vm} from "../contracts/Vm.sol";

// Can a keeper that means harm touch anybody who is healthy? Ten calls a run: ten thousand here, a hundred thousand and more in the
// deep tests.

contract MaliciousKeeper is World {
    uint256 private constant CALLS = 10;
    address private constant KEEPER = address(0xbad);

    AccountId[] private accounts;

    function setUp() public override {
        super.setUp();
        AccountId maker = funded("maker", 100_000e18);
        accounts.push(funded("strangle", 900e18));
        accounts.push(funded("covered", 400e18));
        accounts.push(funded("spread", 300e18));
        accounts.push(funded("long", 100e18));
        give(accounts[1], ETHER, 10e18);
        trade(maker, accounts[0], putAt(180), 10e18, 4e18);
        trade(maker, accounts[0], callAt(230), 10e18, 3e18);
        trade(maker, accounts[1], callAt(210), 10e18, 8e18);
        trade(accounts[2], maker, callAt(220), 10e18, 5e18);
        trade(maker, accounts[2], callAt(200), 10e18, 12e18);
        trade(accounts[3], maker, putAt(190), 10e18, 7e18);
        accounts.push(maker);
    }

    /// @dev Whoever the whole grid shows at MAINTENANCE or above keeps status, positions, collateral and cash, whatever is called.
    function testFuzz_noCallTouchesAnAccountThatTheWholeGridShowsHealthy(uint256 price, uint256 seed) external {
        setPrice(bound(price, 100e18, 320e18));
        uint256 healthy = 0;
        uint64[] memory versions = new uint64[](accounts.length);
        for (uint256 i = 0; i < accounts.length; i++) {
            if (isHealthy(accounts[i])) healthy |= 1 << i;
            versions[i] = uint64(ledger.versionOf(accounts[i]));
        }

        for (uint256 i = 0; i < CALLS; i++) attempt(uint256(keccak256(abi.encode(seed, i))), healthy);

        for (uint256 i = 0; i < accounts.length; i++) {
            if (healthy & (1 << i) == 0) continue;
            assertTrue(marginCalls.statusOf(accounts[i]) == IMarginCalls.Status.HEALTHY, "status");
            assertEq(ledger.versionOf(accounts[i]), versions[i], "holdings");
        }
    }

    function test_theFirstOfThemIsCalledOnceItIsBelow() external {
        setPrice(100e18);
        Witness[] memory worst = witnessesOf(accounts[0]);
        vm.prank(KEEPER);
        assertTrue(marginCalls.openMarginCall(accounts[0], worst), "the attempts above can succeed");
    }

    function isHealthy(AccountId account) private view returns (bool) {
        return margin.assess(account, Side.BELOW).health[uint8(Level.MAINTENANCE)].raw() >= 0;
    }

    /// @dev One call, at an account that is healthy where there is one; whether it is refused does not matter.
    function attempt(uint256 draw, uint256 healthy) private {
        uint256 place = draw % accounts.length;
        for (uint256 i = 0; i < accounts.length && healthy & (1 << place) == 0; i++)
            place = (place + 1) % accounts.length;
        (address target, bytes memory data) = callOf(accounts[place], draw >> 8);
        vm.prank(KEEPER);
        (bool isDone, ) = target.call(data);
        isDone;
    }

    function callOf(AccountId account, uint256 draw) private view returns (address, bytes memory) {
        Witness[] memory named = witnessOf(draw >> 8);
        uint256 kind = draw % 9;
        if (kind <= 1) return (address(marginCalls), abi.encodeCall(IMarginCalls.openMarginCall, (account, named)));
        if (kind <= 3) return (address(auctions), abi.encodeCall(IAuctions.start, (account, named)));
        if (kind == 4) return (address(marginCalls), abi.encodeCall(IMarginCalls.replaceWitness, (account, named)));
        if (kind == 5) return (address(auctions), abi.encodeCall(IAuctions.writeOff, (account)));
        if (kind == 6) return (address(debts), abi.encodeCall(IDebts.openSale, (account, ETHER)));
        if (kind == 7) {
            return (address(tearUps), abi.encodeCall(ITearUps.tearUp, (account, callAt(200), accounts)));
        }
        return (address(marginCalls), abi.encodeCall(IMarginCalls.enterAuction, (account)));
    }

    /// @dev Any scenario with any charges, for the underlying or for one that is not held, or none at all.
    function witnessOf(uint256 draw) private pure returns (Witness[] memory named) {
        named = new Witness[](draw % 3);
        for (uint256 i = 0; i < named.length; i++) {
            named[i].underlying = uint8(1 + ((draw >> 16) % 2));
            for (uint256 j = 0; j < named[i].scenarios.length; j++) {
                named[i].scenarios[j] = uint8(draw >> (32 + 8 * j));
            }
        }
    }
}
