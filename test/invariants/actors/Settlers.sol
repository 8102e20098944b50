// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Position} from "../../../contracts/types/Portfolio.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Weather} from "./Weather.sol";

// Who brings expiries to their end, in good times and when a market dies?

abstract contract Settlers is Weather {
    function settle(uint256 who, uint256 seed) external act("settle") {
        _settle(who, seed);
    }

    /// @dev Where nothing has expired time passes, or all of it until an expiry.
    function _settle(uint256 who, uint256 seed) internal {
        (Position memory position, bool isFound) = _expiredPosition(who);
        if (!isFound) return _toExpiry(seed);
        uint32 expiry = position.series.expiry();
        bool isFixed = u.market.settlementPrice(ETHER, expiry).raw() != 0;
        bool isWoundDown = !isFixed && u.windDown.isDeclared(ETHER);
        if (isWoundDown && u.windDown.price(ETHER).raw() == 0) return;
        if (!isFixed && !isWoundDown) u.market.setSettlementPrice(ETHER, expiry, u.market.prices(ETHER));
        _decide(position.series);
        _settlePage(who, position.series, isWoundDown);
        if (u.settlement.sweepDust(ETHER, expiry).raw() != 0) _count("sweep");
        _unsettle();
    }

    function _settlePage(uint256 who, SeriesId expired, bool isWoundDown) private {
        uint256 length = who % 3 == 0 ? ACTORS : 2;
        AccountId[] memory page = new AccountId[](length);
        for (uint256 i = 0; i < length; i++) page[i] = _actor((who % ACTORS) + i);
        if (u.settlement.settle(ETHER, expired.expiry(), page) == 0) return;
        _count("settle");
        if (isWoundDown) _count("settleWoundDown");
        if (uint8(expired.kind()) > 1) _count("settleExotic");
    }

    function _toExpiry(uint256 seed) private {
        if (isFrozen) return;
        if (now_ + 2 hours > expiries[1]) {
            _list();
            return _count("list");
        }
        if (seed % 12 != 0) {
            _pass(uint64(bound(seed >> 8, 12, 40 minutes)));
            _touch();
            return _count("pass");
        }
        // One who holds nothing but cash goes to the line, and then there is a gap in which nobody is called.
        if (seed % 24 == 0) _trouble((seed >> 8) % 2, Level.MARK);
        _warp((now_ >= expiries[0] ? expiries[1] : expiries[0]) + 1 minutes);
        _count("toExpiry");
    }
}
