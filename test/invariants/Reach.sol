// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {vm} from "../contracts/Vm.sol";
import {Identities} from "./Identities.sol";

// How much do the sequences mean: what do they reach, and how often is an act in vain?

abstract contract Reach is Identities {
    /// @dev [%] Of the times that an act is drawn it changes something, at least; and at least that often it is drawn.
    struct Act {
        string name;
        uint256 leastShare;
    }

    /// @dev Sequences drawn as the runner draws them, each in a universe of its own; what none of them reaches is named, and so is
    ///      each act that is in vain too often.
    function _requireReached(string[] memory deeds, Act[] memory acts, uint256 universes, uint256 length) internal {
        uint256[] memory counts = new uint256[](deeds.length);
        uint256[2][] memory tries = new uint256[2][](acts.length);
        uint256[2] memory strikes;
        for (uint256 i = 0; i < universes; i++) {
            uint256 state = vm.snapshotState();
            for (uint256 j = 0; j < length; j++) _act(uint256(keccak256(abi.encode(i, j))));
            _requireAll();
            for (uint256 d = 0; d < deeds.length; d++) counts[d] += handler.done(deeds[d]);
            for (uint256 a = 0; a < acts.length; a++) {
                tries[a][0] += handler.tried(acts[a].name);
                tries[a][1] += handler.worked(acts[a].name);
            }
            strikes[0] += handler.hostile().stood();
            strikes[1] += handler.hostile().refused();
            vm.revertToState(state);
        }
        _requireDone(deeds, counts);
        _requireWorking(acts, tries);
        assertGt(int256(strikes[0]), 0, "something stood from inside a callback");
        assertGt(int256(strikes[1]), 0, "something was refused inside a callback");
    }

    function _requireDone(string[] memory deeds, uint256[] memory counts) private pure {
        string memory unreached = "";
        for (uint256 d = 0; d < deeds.length; d++) {
            if (counts[d] == 0) unreached = string.concat(unreached, " ", deeds[d]);
        }
        assertTrue(bytes(unreached).length == 0, string.concat("never reached:", unreached));
    }

    function _requireWorking(Act[] memory acts, uint256[2][] memory tries) private pure {
        string memory idle = "";
        for (uint256 a = 0; a < acts.length; a++) {
            (uint256 tried, uint256 worked) = (tries[a][0], tries[a][1]);
            if (tried != 0 && worked * 100 >= tried * acts[a].leastShare) continue;
            idle = string.concat(idle, " ", acts[a].name, " ", _digits(worked), "/", _digits(tried));
        }
        assertTrue(bytes(idle).length == 0, string.concat("in vain too often:", idle));
    }

    function _digits(uint256 number) private pure returns (string memory digits) {
        do {
            digits = string.concat(string(abi.encodePacked(uint8(48 + (number % 10)))), digits);
            number /= 10;
        } while (number != 0);
    }

    /// @dev One act, all equally likely, as the runner chooses.
    function _act(uint256 seed) private {
        uint256 a = uint256(keccak256(abi.encode(seed, "a")));
        uint256 b = uint256(keccak256(abi.encode(seed, "b")));
        uint256 c = uint256(keccak256(abi.encode(seed, "c")));
        uint256 d = uint256(keccak256(abi.encode(seed, "d")));
        uint256 choice = seed % 26;
        if (choice < 8) _actOfOwners(choice, a, b, c, d);
        else if (choice < 16) _actOfKeepers(choice, a, b, c);
        else _actOfOthers(choice, a, b, c);
    }

    function _actOfOwners(uint256 choice, uint256 a, uint256 b, uint256 c, uint256 d) private {
        if (choice == 0) handler.deposit(a, b, c);
        else if (choice == 1) handler.withdraw(a, b, c);
        else if (choice == 2) handler.squeeze(a);
        else if (choice == 3) handler.trade(a, b, c, d, a >> 128);
        else if (choice == 4) handler.reduce(a, b, c, d);
        else if (choice == 5) handler.strike(a, b, c);
        else if (choice == 6) handler.fund(a, b, c);
        else handler.pay(a, b % 2 == 0);
    }

    function _actOfKeepers(uint256 choice, uint256 a, uint256 b, uint256 c) private {
        if (choice == 8) handler.call(a, uint8(b), c);
        else if (choice == 9) handler.endCall(a, b, c);
        else if (choice == 10) handler.start(a, uint8(b), c);
        else if (choice == 11) handler.bid(a, b, c);
        else if (choice == 12) handler.enrich(a);
        else if (choice == 13) handler.endAuction(a, b, c);
        else if (choice == 14) handler.tear(a, b);
        else handler.meddle(a, b, c);
    }

    function _actOfOthers(uint256 choice, uint256 a, uint256 b, uint256 c) private {
        if (choice == 16) handler.collect(a, b);
        else if (choice == 17) handler.sell(a, b);
        else if (choice == 18) handler.run(a);
        else if (choice == 19) handler.serve(a);
        else if (choice == 20 || choice == 21) handler.settle(a, b);
        else if (choice == 22) handler.move(a);
        else if (choice == 23) handler.crash(a);
        else if (choice == 24) handler.pass(a);
        else handler.rest(a, b, c);
    }
}
