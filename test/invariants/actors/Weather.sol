// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Owners} from "./Owners.sol";

// What happens to everybody: prices move, time passes, sources fall silent?

abstract contract Weather is Owners {
    function move(uint256 seed) external act("move") {
        if (isFrozen) return;
        _move(bound(seed, 0.93e18, 1.08e18));
        _touch();
        _count("move");
    }

    /// @dev Half of the time somebody is at the line when it comes.
    function crash(uint256 seed) external act("crash") {
        if (isFrozen) return;
        if ((seed >> 1) % 2 == 0) _squeeze(_holder(seed >> 2));
        _move(seed % 2 == 0 ? bound(seed >> 8, 0.6e18, 0.85e18) : bound(seed >> 8, 1.2e18, 1.6e18));
        _touch();
        _count("crash");
    }

    function pass(uint256 time) external act("pass") {
        _pass(uint64(bound(time, 12, 40 minutes)));
        _count("pass");
    }

    /// @dev Somebody who is short goes to the line, and the price moves against him until he is below `level`.
    function _trouble(uint256 who, Level level) internal returns (AccountId account, bool isBelow) {
        if (isFrozen) return (_actor(who), false);
        account = _seller(who);
        _squeeze(account);
        uint256[6] memory factors = [uint256(0.9e18), 1.1e18, 0.7e18, 1.45e18, 0.5e18, 1.8e18];
        Price price = u.market.prices(ETHER);
        for (uint256 i = 0; i < factors.length && !isBelow; i++) {
            u.market.setMarket(ETHER, MarketState.AGREED, price);
            _move(factors[i]);
            isBelow = _healthBelow(account, level) < 0;
        }
        _touch();
        if (isBelow) _count("trouble");
    }

    /// @dev The first from `who` that is short and free; where nobody is, `who` sells something.
    function _seller(uint256 who) private returns (AccountId account) {
        for (uint256 i = 0; i < ACTORS; i++) {
            account = _actor((who % ACTORS) + i);
            if (!_isBound(account) && _isShort(account)) return account;
        }
        account = _actor(who);
        AccountId other = _actor(account.index() + 1);
        _give(account, CASH, 1_000);
        _give(other, CASH, 1_000);
        _trade(other, account, _openSeries(who >> 8), 4e18, 8e18);
    }

    /// @dev Sources fall silent or disagree, or are back; once in a while none speaks for a fortnight.
    function _source(uint256 seed) internal {
        if (!isFrozen && seed % 48 == 0) return _windDown(seed);
        MarketState state = seed % 2 == 0 ? MarketState.AGREED : MarketState(uint8((seed >> 8) % 5));
        u.market.setMarket(ETHER, state, u.market.prices(ETHER));
        _count("source");
    }

    /// @dev After a fortnight one source comes back, or after ninety days the last agreed day is asked for.
    function _windDown(uint256 seed) private {
        if (!u.windDown.isDeclared(ETHER)) {
            u.market.addCheckpoint(ETHER, now_ - 2 days, 0, 0);
            u.market.addCheckpoint(ETHER, now_, u.market.prices(ETHER).raw() * 1 days, 1 days);
            u.market.setMarket(ETHER, MarketState.DEAD, u.market.prices(ETHER));
            u.windDown.note(ETHER);
            _warp(now_ + 14 days);
            u.windDown.declare(ETHER);
            _count("declare");
        }
        if (u.windDown.price(ETHER).raw() != 0) return;
        if (seed % 96 == 0) {
            _warp(now_ + 90 days);
            u.windDown.fixLastAgreed(ETHER);
            _count("fixLastAgreed");
        } else {
            u.market.setMarket(ETHER, MarketState.SINGLE, u.market.prices(ETHER));
            for (uint256 i = 0; i < 25; i++) {
                u.windDown.sample(ETHER);
                if (i < 24) _warp(now_ + 1 hours);
            }
            _count("sampleWindDown");
        }
        if (u.windDown.price(ETHER).raw() != 0) _count("fixWindDown");
    }
}
