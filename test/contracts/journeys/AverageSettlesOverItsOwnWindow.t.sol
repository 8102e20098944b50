// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {SeriesNotListed} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev An Asian call pays by the mean of its own four hours. As they pass less of it can move, and less margin is asked; the end of
///      the last hour moves it by a quarter.
contract AverageSettlesOverItsOwnWindow is Universe {
    uint24 private constant HOURS = 4;

    AccountId private seller;
    AccountId private buyer;
    SeriesId private average;

    function test_eachHourCountsOnceAndMarginFallsAsItPasses() external {
        average = seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.ASIAN_CALL, HOURS);
        seller = funded("seller", 5_000e18);
        buyer = funded("buyer", 1_000e18);
        trade(buyer, seller, average, 10e18, 5e18);

        _warp(FRIDAY - HOURS * 1 hours);
        setPrice(200e18);
        quoteVolatility(0.8e18);
        int256 atFirst = _marginOf(seller);
        vm.expectPartialRevert(SeriesNotListed.selector);
        trade(buyer, seller, average, 1e18, 5e18);
        pass(3 hours, 200e18);
        int256 later = _marginOf(seller);
        assertTrue(later * 2 < atFirst, "less than half, with three hours of four known");

        pass(1 hours, 240e18);
        pass(1 minutes, 240e18);
        _fix();
        int256 buyers = cashOf(buyer);
        assertEq(settleAll(seller, buyer), 2, "both settle");
        assertNear(
            cashOf(buyer) - buyers,
            100e18,
            2e18,
            "ten each: a quarter of the 40 that the last hour rose, told a minute late"
        );
        assertSolvent();
    }

    /// @dev Without a surface of its own age: what is asked beyond equity at INITIAL.
    function _marginOf(AccountId account) private view returns (int256) {
        return healthOf(account, Level.MARK) - healthOf(account, Level.INITIAL);
    }

    function _fix() private {
        fixFirstRung();
        priceBook.fixAverage(
            ETHER,
            FRIDAY,
            HOURS,
            _lastCheckpointAtOrBefore(FRIDAY - HOURS * 1 hours),
            _lastCheckpointAtOrBefore(FRIDAY - 1) + 1
        );
    }
}
