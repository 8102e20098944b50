// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Reach} from "./Reach.sol";
import {Universe} from "./Universe.sol";
import {Everyone} from "./actors/Everyone.sol";

// What holds after any sequence of calls? In a world whose prices move, and in one where they stand still.

/// @dev It stands in this file because the runner calls only what a test file defines.
contract Handler is Everyone {
    constructor(Universe memory universe, uint32 firstExpiry) Everyone(universe, firstExpiry) {}
}

contract MovingPriceInvariants is Reach {
    function test_sequencesReachEverythingThatTheirInvariantsSpeakOf() public {
        string[56] memory deeds = [
            "deposit",
            "withdraw",
            "trade",
            "reduce",
            "cancel",
            "strike",
            "meddle",
            "back",
            "leave",
            "redeem",
            "call",
            "callMany",
            "worsen",
            "pay",
            "cure",
            "lapse",
            "start",
            "worsenAuction",
            "bid",
            "enrich",
            "fundPays",
            "lossShared",
            "close",
            "writeOff",
            "settle",
            "sweep",
            "list",
            "guard",
            "move",
            "crash",
            "pass",
            "source",
            "toExpiry",
            "interest",
            "sale",
            "buy",
            "wait",
            "serve",
            "tearUp",
            "paid call",
            "paid start",
            "paid cure",
            "paid lapse",
            "paid close",
            "earn",
            "declare",
            "fixLastAgreed",
            "sampleWindDown",
            "fixWindDown",
            "settleWoundDown",
            "loss",
            "tradeExotic",
            "touch",
            "fixAverage",
            "fixBarrier",
            "settleExotic"
        ];
        string[] memory all = new string[](deeds.length);
        for (uint256 i = 0; i < deeds.length; i++) all[i] = deeds[i];
        _requireReached(all, _acts(), 16, 500);
    }

    /// @dev What each did when it was measured stands in docs/INVARIANTS.md; these are some points less.
    function _acts() private pure returns (Act[] memory acts) {
        string[25] memory names = [
            "deposit",
            "withdraw",
            "squeeze",
            "trade",
            "reduce",
            "strike",
            "fund",
            "pay",
            "call",
            "endCall",
            "start",
            "bid",
            "enrich",
            "endAuction",
            "tear",
            "meddle",
            "collect",
            "sell",
            "run",
            "serve",
            "settle",
            "move",
            "crash",
            "pass",
            "rest"
        ];
        uint8[25] memory shares = [
            uint8(100),
            65,
            50,
            50,
            30,
            80,
            70,
            30,
            40,
            45,
            40,
            30,
            100,
            50,
            25,
            90,
            80,
            80,
            30,
            12,
            90,
            100,
            100,
            100,
            99
        ];
        acts = new Act[](names.length);
        for (uint256 i = 0; i < names.length; i++) acts[i] = Act(names[i], shares[i]);
    }
}

contract FrozenPriceInvariants is Reach {
    /// @dev Trades at one price, a squeeze to the line, a fall: then nothing moves but market time.
    function setUp() public override {
        super.setUp();
        // Puts at 200, sold at 8 by three to two.
        for (uint256 i = 0; i < 3; i++) handler.trade(3 + (i % 2), i, 1, 6e18, 8e18);
        for (uint256 i = 0; i < 3; i++) handler.squeeze(i);
        handler.crash((uint256(0.75e18) << 8) + 2);
        handler.freeze();
    }

    /// @dev Whoever is below when prices come to rest is called and sold early: what keepers do is seldom after that.
    function _acts() private pure returns (Act[] memory acts) {
        string[7] memory names = ["deposit", "withdraw", "squeeze", "trade", "reduce", "strike", "meddle"];
        uint8[7] memory shares = [uint8(100), 55, 70, 50, 70, 80, 90];
        acts = new Act[](names.length);
        for (uint256 i = 0; i < names.length; i++) acts[i] = Act(names[i], shares[i]);
    }

    function test_sequencesReachCallsAuctionsAndBidsAtStandingPrices() public {
        string[11] memory deeds = [
            "deposit",
            "withdraw",
            "trade",
            "strike",
            "back",
            "call",
            "pay",
            "cure",
            "start",
            "bid",
            "close"
        ];
        string[] memory all = new string[](deeds.length);
        for (uint256 i = 0; i < deeds.length; i++) all[i] = deeds[i];
        _requireReached(all, _acts(), 6, 500);
    }
}
