// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {EXCHANGE, POSTER} from "../../contracts/access/Roles.sol";
import {IExchange} from "../../contracts/exchange/IExchange.sol";
import {IRewards} from "../../contracts/liquidation/IRewards.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {MarketState} from "../../contracts/types/Marks.sol";
import {Price} from "../../contracts/types/Price.sol";
import {World} from "../contracts/World.sol";
import {LivelyToken} from "./Hostile.sol";
import {TurnsDouble, Universe} from "./Universe.sol";
import {Everyone} from "./actors/Everyone.sol";

// Where do random sequences take place, and what do they begin with?

abstract contract Stage is World {
    uint8 internal constant LIVELY = 2;
    uint256 internal constant ALL = 1000;
    AccountId internal constant OUTSIDE = AccountId.wrap(0);

    /// @dev Each posting leaves a unit at most, a share's worth where gains have made it dear.
    uint256 private constant POSTING_DUST = 1e12;

    Everyone internal handler;
    LivelyToken internal lively;

    function setUp() public virtual override {
        super.setUp();
        lively = new LivelyToken();
        custody.list(lively);
        numbers.setMarginParameters(LIVELY, _parameters());
        numbers.setGrid(LIVELY, _grid());
        market.setMarket(LIVELY, MarketState.AGREED, Price.wrap(10e18));
        // The runner calls only what a test file defines, and `new` would compile it again here.
        handler = Everyone(deploy("Universe.t.sol:Handler", abi.encode(_universe(), FRIDAY)));
        IAccessManager(address(manager)).grantRole(0, address(handler), 0);
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            for (uint256 times = 0; times < 5; times++) handler.deposit(i, CASH, 300);
            if (i > 1) handler.deposit(i, ETHER, 2);
        }
        handler.fund(1, 0, 4e6);
    }

    function _universe() private returns (Universe memory) {
        IExchange exchange = _deployExchange();
        return
            Universe(
                dollar,
                ether_,
                lively,
                custody,
                ledger,
                market,
                margin,
                marginCalls,
                settlement,
                auctions,
                fund,
                clearinghouse,
                exchange,
                queue,
                debts,
                tearUps,
                _deployRewards(),
                windDown
            );
    }

    function _deployExchange() private returns (IExchange exchange) {
        IExchange.FeeSchedule memory fees = IExchange.FeeSchedule(200, 300, 125_000);
        exchange = IExchange(
            deploy("Exchange.sol:Exchange", abi.encode(address(manager), clearinghouse, ledger, address(market), fees))
        );
        manager.grantRole(EXCHANGE, address(exchange), 0);
    }

    function _deployRewards() private returns (IRewards rewards) {
        rewards = IRewards(
            deploy(
                "Rewards.sol:Rewards",
                abi.encode(ledger, numbers, address(market), new TurnsDouble(), marginCalls, auctions, ETHER)
            )
        );
        manager.grantRole(POSTER, address(rewards), 0);
    }

    /// @dev [1e18] What rounding may have left to nobody.
    function dustMost() internal view returns (int256) {
        return int256(POSTING_DUST + handler.indexDust());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function _mustNeverBreak(string memory identity) internal view {
        assertEq(handler.broken(identity), 0, identity);
    }
}
