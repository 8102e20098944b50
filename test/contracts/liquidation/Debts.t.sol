// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {COLLECTOR, POSTER} from "../../../contracts/access/Roles.sol";
import {IDebts} from "../../../contracts/liquidation/IDebts.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {
    AccountInAuction,
    BelowInitialMargin,
    DebtNotDue,
    HouseAccount,
    MarketNotCallable,
    NotADebtor,
    PriceAboveLimit,
    SaleNotOpen,
    SaleOpenAlready
} from "../../../contracts/types/Errors.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

/// @dev Alice holds ten ether at 200 and owes 1,000 to Bob, who has 1,000; Carol has 9,000 and buys.
contract DebtsTest is House {
    IDebts private debts;

    function setUp() public override {
        super.setUp();
        debts = IDebts(
            deploy("Debts.sol:Debts", abi.encode(ledger, margin, book.asBook(), marginCalls, address(settlement)))
        );
        manager.grantRole(POSTER, address(debts), 0);
        manager.grantRole(COLLECTOR, address(debts), 0);
        _allow(address(ledger), ledger.shareGain.selector, COLLECTOR);
        _allow(address(ledger), ledger.takeInterest.selector, COLLECTOR);
        depositEther(alices, 10e18);
        deposit(carols, 9_000e18);
        ledger.postCash(alices, bobs, Cash.wrap(1_000e18));
    }

    // ---- interest ----------------------------------------------------------------------------------------------

    /// @dev Without it a debt is a loan for nothing, from all who hold cash.
    function test_aDebtBearsInterestAndItIsPaidToAllPositiveCash() public {
        assertEq(debts.rate(), 0.07e18, "a tenth of positive cash is owed: a fifth of the way to the kink");
        passTime(365 days);
        assertEq(debts.charge(alices).raw(), 70e18, "seven hundredths of a thousand");
        assertEq(cashOf(alices), -1_070e18, "owed");
        assertNear(cashOf(bobs), 1_007e18, 1e4, "to Bob");
        assertNear(cashOf(carols), 9_063e18, 1e5, "and to Carol, in proportion");
        assertEq(debts.charge(alices).raw(), 0, "once");
        assertSolvent();
    }

    function test_theRateIsKinkedAndBounded() public {
        ledger.postCash(alices, bobs, Cash.wrap(9_000e18));
        // 10,000 owed of 19,000.
        assertNear(int256(debts.rate()), 0.15e18 + (0.35e18 * int256(1)) / 19, 10, "beyond the kink");
        ledger.postCash(bobs, daves, Cash.wrap(19_000e18));
        assertLe(int256(debts.rate()), 0.5e18, "at most");
        ledger.postCash(daves, carols, Cash.wrap(1e27));
        assertLe(int256(debts.rate()), 0.5e18, "whatever is owed");
    }

    function test_interestIsChargedOnWhatWasOwedWhileItWasOwed() public {
        int256 first = int256(debts.rate());
        passTime(73 days);
        deposit(alices, 500e18);
        int256 second = int256(debts.rate());
        assertLt(second, first, "less is owed");
        passTime(73 days);
        deposit(alices, 500e18);
        passTime(73 days);
        deposit(alices, 100e18);
        // A fifth of a year at 1,000 and a fifth at 500, each at its rate.
        int256 due = 200 * first + 100 * second;
        assertNear(debts.charge(alices).raw(), due, 1e6, "and who has repaid pays from what he has");
        assertNear(cashOf(alices), 100e18 - due, 0.2e18, "no more, her own part of it apart");
    }

    /// @dev Who is charged just when debts peak pays no more than who is charged before and after.
    function test_theMomentOfTheChargeDoesNotMatter() public {
        uint256 state = vm.snapshotState();
        int256 rate = int256(debts.rate());
        passTime(73 days);
        ledger.postCash(daves, carols, Cash.wrap(4_000e18));
        assertGt(int256(debts.rate()), rate, "debts peak");
        assertEq(debts.charge(alices).raw(), 200 * rate, "at the rate of the days before");
        vm.revertToState(state);
        passTime(73 days);
        assertEq(debts.charge(alices).raw(), 200 * rate, "as if charged then");
    }

    /// @dev However often anybody's cash moves meanwhile.
    function testFuzz_interestIsThatOfEachMoment(uint256[4] memory owed, uint256[4] memory times) public {
        int256 due = 0;
        for (uint256 i = 0; i < 4; ++i) {
            ledger.postCash(daves, carols, Cash.wrap(int256(bound(owed[i], 0, 1e22))));
            uint256 elapsed = bound(times[i], 0, 365 days);
            due += (1_000e18 * int256(debts.rate() * elapsed)) / (365 days * 1e18);
            passTime(uint64(elapsed));
        }
        assertNear(ledger.interestOf(alices).raw(), due, 10, "the sum of all");
    }

    function test_clearingAccountsAndTheWorldOutsideBearNone() public {
        AccountId clearing = settlement.clearingAccount(ETH, EXPIRY);
        ledger.postCash(clearing, bobs, Cash.wrap(100e18));
        passTime(1 days);
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, clearing.raw()));
        debts.charge(clearing);
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, 0));
        debts.charge(AccountId.wrap(0));
    }

    function testFuzz_interestMakesNobodyTogetherRicher(uint256 owed, uint256 time) public {
        ledger.postCash(alices, bobs, Cash.wrap(int256(bound(owed, 0, 1e25))));
        passTime(uint64(bound(time, 0, 10 * 365 days)));
        int256 before = cashOf(alices) + cashOf(bobs) + cashOf(carols);
        debts.charge(alices);
        int256 afterwards = cashOf(alices) + cashOf(bobs) + cashOf(carols);
        assertLe(afterwards, before, "nothing from nothing");
        assertGe(afterwards, before - 1e9, "and only dust is lost");
        assertSolvent();
    }

    // ---- collateral --------------------------------------------------------------------------------------------

    function test_aDayAfterTheDebtAroseItsCollateralMayBeBoughtAndNotBefore() public {
        passTime(24 hours - 1);
        vm.expectPartialRevert(DebtNotDue.selector);
        debts.openSale(alices, ETH);
        passTime(1);
        vm.expectRevert(abi.encodeWithSelector(SaleNotOpen.selector, alices.raw(), ETH));
        _buy(1e18, 200e18);
        assertFalse(debts.isSaleOpen(alices, ETH), "not open");
        debts.openSale(alices, ETH);
        assertTrue(debts.isSaleOpen(alices, ETH), "open");
        vm.expectRevert(abi.encodeWithSelector(SaleOpenAlready.selector, alices.raw(), ETH));
        debts.openSale(alices, ETH);
        (uint256 amount, Cash paid) = _buy(1e18, 200e18);
        assertEq(amount, 1e18, "one");
        assertEq(paid.raw(), 200e18, "at the index");
        assertEq(ledger.collateralOf(carols, ETH), 1e18, "hers");
        assertSolvent();
    }

    function test_atOnceWhereTheDebtorIsBelowMaintenanceOrDebtsPassHalfOfAllCash() public {
        vm.expectPartialRevert(DebtNotDue.selector);
        debts.openSale(alices, ETH);
        ledger.postCash(alices, bobs, Cash.wrap(1_100e18));
        debts.openSale(alices, ETH);
        depositEther(daves, 1_000e18);
        vm.expectPartialRevert(NotADebtor.selector);
        debts.openSale(daves, ETH);
        ledger.postCash(daves, bobs, Cash.wrap(9_000e18));
        debts.openSale(daves, ETH);
    }

    function test_theDiscountGrowsToFiveHundredthsInAnHourAndStands() public {
        passTime(24 hours);
        debts.openSale(alices, ETH);
        passTime(30 minutes);
        assertEq(debts.discountOf(alices, ETH), 0.025e18, "half of it");
        passTime(10 hours);
        assertEq(debts.discountOf(alices, ETH), 0.05e18, "no more");
        vm.expectRevert(abi.encodeWithSelector(PriceAboveLimit.selector, 190e18, 189e18));
        _buy(1e18, 189e18);
        (, Cash paid) = _buy(1e18, 190e18);
        assertEq(paid.raw(), 190e18, "below the index");
    }

    /// @dev Else a debt of one unit would be the price of a fortune's discount.
    function test_noMoreIsSoldThanTheDebtAsksFor() public {
        passTime(24 hours);
        debts.openSale(alices, ETH);
        passTime(1 hours);
        (uint256 amount, ) = _buy(10e18, 200e18);
        assertLt(int256(amount), 5.3e18, "a thousand at 190");
        assertGe(cashOf(alices), 0, "paid");
        assertLe(cashOf(alices), 1e3, "and not more");
        vm.expectPartialRevert(NotADebtor.selector);
        _buy(1e18, 200e18);
        ledger.postCash(alices, bobs, Cash.wrap(10e18));
        vm.expectRevert(abi.encodeWithSelector(SaleNotOpen.selector, alices.raw(), ETH));
        _buy(1e18, 200e18);
    }

    function test_aBuyerStandsAboveInitialAfterwards() public {
        passTime(24 hours);
        debts.openSale(alices, ETH);
        ledger.postCash(carols, daves, Cash.wrap(8_999e18));
        vm.expectPartialRevert(BelowInitialMargin.selector);
        _buy(1e18, 200e18);
    }

    function test_withoutTwoSourcesNothingIsSoldAndInAuctionEverythingIs() public {
        passTime(24 hours);
        debts.openSale(alices, ETH);
        book.setMarket(ETH, MarketState.SINGLE, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(MarketState.SINGLE)));
        _buy(1e18, 200e18);
        book.setMarket(ETH, MarketState.AGREED, Price.wrap(200e18));
        ledger.postCash(alices, bobs, Cash.wrap(1_100e18));
        auctions.start(alices, witness(100));
        vm.expectRevert(abi.encodeWithSelector(AccountInAuction.selector, alices.raw()));
        _buy(1e18, 200e18);
    }

    function _buy(uint256 amount, uint256 most) private returns (uint256, Cash) {
        vm.prank(carol);
        return debts.buy(IDebts.Purchase(alices, ETH, carols, amount, Price.wrap(most)));
    }
}
