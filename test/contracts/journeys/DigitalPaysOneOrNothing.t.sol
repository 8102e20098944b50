// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {BelowInitialMargin, TradeTooSmall} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A digital pays one unit of account or nothing. Who sells a thousand is asked for all that they can cost, is not called as the
///      price nears the strike, and pays a thousand at expiry.
contract DigitalPaysOneOrNothing is Universe {
    AccountId private seller;
    AccountId private buyer;
    SeriesId private digital;

    function setUp() public override {
        super.setUp();
        digital = seriesIdOf(ETHER, FRIDAY, 220e8, OptionKind.DIGITAL_CALL, 0);
        seller = funded("seller", 3_000e18);
        buyer = funded("buyer", 1_000e18);
    }

    function test_theSellerHasWhatTheyCanPayFromTheFirstDayAndIsNeverCalled() external {
        trade(buyer, seller, digital, 1_000e18, 0.2e18);
        withdraw(seller, CASH, uint256(healthOf(seller, Level.INITIAL) - 1e18));
        assertGe(cashOf(seller), 1_000e18, "all of it is there");
        for (uint256 price = 205e18; price < 220e18; price += 7e18) {
            pass(5 minutes, price);
            assertFalse(isBelow(seller, Level.MAINTENANCE), "never below MAINTENANCE");
        }

        int256 sellers = cashOf(seller);
        int256 buyers = cashOf(buyer);
        expireAt(220e18);
        assertEq(settleAll(seller, buyer), 2, "both settle");
        assertEq(cashOf(buyer) - buyers, 1_000e18, "one each, at the strike itself");
        assertEq(cashOf(seller) - sellers, -1_000e18, "paid by who sold them");
        assertSolvent();
    }

    function test_allOfWhatTheyCanPayIsAskedForTwiceAtMost() external {
        trade(buyer, seller, digital, 1_000e18, 0.2e18);
        int256 asked = cashOf(seller) - healthOf(seller, Level.INITIAL);
        assertGt(asked, 1_000e18, "a jump between two nodes is seen");
        assertLe(asked, 2_000e18, "by the grid and by the gap charge");
    }

    function test_theLeastSizeIsWorthThatOfOtherKinds() external {
        vm.expectRevert(abi.encodeWithSelector(TradeTooSmall.selector, 1.99e18, 2e18));
        trade(buyer, seller, digital, 1.99e18, 0.2e18);
        trade(buyer, seller, digital, 2e18, 0.2e18);
    }

    function test_whoCannotCoverThemCannotSellThem() external {
        vm.expectPartialRevert(BelowInitialMargin.selector);
        trade(buyer, seller, digital, 3_000e18, 0.2e18);
    }
}
