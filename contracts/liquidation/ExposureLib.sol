// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {AuctionLib} from "./AuctionLib.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";

// What may the open auctions cost the fund, in sums that need no look at each of them?

/// @dev An auction is dust where what it may cost, and its maintenance margin, are below this part of the fund, as long as
///      all dust together is below that part: what many small accounts owe must not be hidden either (RULES D7).
uint256 constant FUNDS_A_DUST = 10_000;
uint256 constant FUNDS_ALL_DUST = 100;

/// @dev [s] A price counts as live for a minute (RULES C3), and so does what was reckoned from it.
uint256 constant RECKONING_SECONDS = 1 minutes;

/// @dev So many auctions can be reckoned in a minute, five blocks: for each such number one more minute is allowed, and no more
///      than a quarter of an hour in all.
uint256 constant AUCTIONS_A_MINUTE = 60;
uint256 constant MOST_MINUTES = 15;

/// @dev One auction's part of the sums, in one slot. 112 bits hold five million billion units of account; more counts as that.
/// @param deficit max(0, −E). @param brake max(0, ρR − E); of dust what is hidden.
/// @param minute In which it was reckoned; zero for dust, and where there is none.
struct Cost {
    uint112 deficit;
    uint112 brake;
    uint32 minute;
}

/// @param hidden Of all dust. @param counted Auctions that are none.
/// @param reckoned How many of them were last reckoned in each minute.
struct Exposure {
    uint128 deficits;
    uint128 brake;
    uint128 hidden;
    uint32 counted;
    mapping(uint256 minute => uint256) reckoned;
}

library ExposureLib {
    using SafeCast for uint256;

    /// @dev Puts an auction into the sums as it stands at this moment, in place of what it was.
    /// @param maintenance R ≥ 0. @param backing [1e18 units of account] What the fund holds.
    function reckon(Exposure storage all, Cost storage cost, Cash equity, Cash maintenance, uint256 backing) internal {
        forget(all, cost);
        uint112 brake = _bounded(AuctionLib.brakeOf(equity, maintenance).magnitude());
        uint112 hidden = _bounded(Math.max(maintenance.magnitude(), brake));
        if (_isDust(all, hidden, backing)) {
            cost.brake = hidden;
            all.hidden += hidden;
            return;
        }

        uint112 deficit = equity < NO_CASH ? _bounded(equity.magnitude()) : 0;
        uint32 minute = _minute().toUint32();
        (cost.deficit, cost.brake, cost.minute) = (deficit, brake, minute);
        all.deficits += deficit;
        all.brake += brake;
        ++all.counted;
        ++all.reckoned[minute];
    }

    /// @dev Takes it out of the sums.
    function forget(Exposure storage all, Cost storage cost) internal {
        if (cost.minute == 0) {
            all.hidden -= cost.brake;
        } else {
            all.deficits -= cost.deficit;
            all.brake -= cost.brake;
            --all.counted;
            --all.reckoned[cost.minute];
        }
        (cost.deficit, cost.brake, cost.minute) = (0, 0, 0);
    }

    /// @dev Dust that was small beside a fund of then and is not beside that of now brakes it.
    /// @return deficits Σ max(0, −E).
    /// @return brake Σ max(0, ρR − E).
    /// @return isKnown Every auction that counts was reckoned lately.
    function sumsOf(
        Exposure storage all,
        uint256 backing
    ) internal view returns (Cash deficits, Cash brake, bool isKnown) {
        bool isHidden = uint256(all.hidden) * FUNDS_ALL_DUST <= backing;
        deficits = Cash.wrap(uint256(all.deficits).toInt256());
        brake = Cash.wrap((uint256(all.brake) + (isHidden ? 0 : all.hidden)).toInt256());
        isKnown = _reckonedLately(all) == all.counted;
    }

    function isDust(Cost storage cost) internal view returns (bool) {
        return cost.minute == 0;
    }

    function _isDust(Exposure storage all, uint256 hidden, uint256 backing) private view returns (bool) {
        return hidden * FUNDS_A_DUST < backing && (all.hidden + hidden) * FUNDS_ALL_DUST < backing;
    }

    /// @dev In this minute and as many before it as are allowed.
    function _reckonedLately(Exposure storage all) private view returns (uint256 count) {
        uint256 minutes_ = Math.min(1 + all.counted / AUCTIONS_A_MINUTE, MOST_MINUTES);
        uint256 last = _minute();
        for (uint256 minute = last - minutes_; minute <= last; ++minute) count += all.reckoned[minute];
    }

    function _minute() private view returns (uint256) {
        return block.timestamp / RECKONING_SECONDS;
    }

    function _bounded(uint256 amount) private pure returns (uint112) {
        return uint112(Math.min(amount, type(uint112).max)); // it is no more
    }
}
