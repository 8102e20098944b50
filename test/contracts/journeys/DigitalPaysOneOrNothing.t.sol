// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {BelowInitialMargin, TradeTooSmall} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A digital pays one unit of account or nothing. Who sells a thousand is asked for what they can cost, is called as the price
///      nears the strike, cures, and pays a thousand at expiry.
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

    function test_theSellerIsCalledAndCuresAndPaysWhatWasSold() external {
        trade(buyer, seller, digital, 1_000e18, 0.2e18);
        takeOutUntil(seller, 215e18, Level.MAINTENANCE, -10e18);
        pass(1 minutes, 215e18);
        assertTrue(callMargin(seller), "called");
        assertStatus(seller, IMarginCalls.Status.CALLED, "as the strike comes near");
        give(seller, CASH, 1_000e18);
        marginCalls.recordCure(seller);
        assertStatus(seller, IMarginCalls.Status.HEALTHY, "cured");

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
