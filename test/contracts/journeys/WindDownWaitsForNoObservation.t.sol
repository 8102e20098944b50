// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";

/// @dev Prices die for good while averages and barriers are open, which nobody will observe any more: they settle with all else.
contract WindDownWaitsForNoObservation is Universe {
    function test_averagesAndBarriersSettleAtTheMeanOfTheLastAgreedDay() external {
        AccountId seller = funded("seller", 5_000e18);
        AccountId buyer = funded("buyer", 2_000e18);
        trade(buyer, seller, _series(OptionKind.ASIAN_CALL, 24), 10e18, 5e18);
        trade(buyer, seller, _series(OptionKind.DOWN_OUT_CALL, 8_000), 10e18, 15e18);
        trade(buyer, seller, _series(OptionKind.UP_IN_CALL, 15_000), 10e18, 5e18);
        pass(24 hours, 200e18);
        int256 before = cashOf(buyer);
        _windDown();

        AccountId[] memory accounts = new AccountId[](1);
        accounts[0] = buyer;
        assertEq(settlement.settle(ETHER, NEXT_FRIDAY, accounts), 1, "the buyer");
        assertEq(ledger.positionsOf(buyer).length, 0, "out of all three");
        accounts[0] = seller;
        assertEq(settlement.settle(ETHER, NEXT_FRIDAY, accounts), 1, "the seller");
        assertNear(
            cashOf(buyer) - before,
            400e18,
            1e13,
            "20 for the average and for the call that was not knocked out"
        );
        withdraw(seller, CASH, uint256(cashOf(seller)));
        withdraw(buyer, CASH, uint256(cashOf(buyer)));
        assertSolvent();
    }

    function _series(OptionKind kind, uint24 field) private pure returns (SeriesId) {
        return seriesIdOf(ETHER, NEXT_FRIDAY, 180e8, kind, field);
    }

    function _windDown() private {
        passInSilence(2 hours);
        windDown.note(ETHER);
        passInSilence(14 days);
        windDown.declare(ETHER);
        passInSilence(90 days);
        windDown.fixLastAgreed(ETHER);
    }
}
