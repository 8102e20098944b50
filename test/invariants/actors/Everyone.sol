// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Universe} from "../Universe.sol";
import {Attackers} from "./Attackers.sol";
import {Cast} from "./Cast.sol";
import {Collectors} from "./Collectors.sol";
import {Depositors} from "./Depositors.sol";
import {Listing} from "./Listing.sol";

// What may anybody do, in any order and with whatever amounts? A refusal is no failure. Most acts look for whom they could concern,
// so that a sequence goes all the way from a full account to a shared loss.

abstract contract Everyone is Attackers, Depositors, Collectors {
    address private immutable DIRECTOR = msg.sender;

    constructor(Universe memory universe, uint32 firstExpiry) Cast(universe) Listing(firstExpiry) {}

    /// @dev The runner draws it too, and is nobody who may.
    function freeze() external {
        if (msg.sender != DIRECTOR) return;
        isFrozen = true;
        _settleDown();
    }

    /// @dev What matters less, and is drawn less often.
    function rest(uint256 who, uint256 what, uint256 seed) external act("rest") {
        if (what % 4 == 0) _cancel(who, seed % 2 == 0);
        else if (what % 4 == 1) _guard(seed);
        else _source(seed);
    }

    function _guard(uint256 seed) private {
        if (seed % 16 == 0) u.clearinghouse.stopNewRisk();
        else u.clearinghouse.allowNewRisk();
        if (seed % 4 == 1) u.clearinghouse.lowerShortCap(ETHER, u.clearinghouse.limitsOf(ETHER).shortCap - 1);
        _count("guard");
    }
}
