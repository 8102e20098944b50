// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {ILedger} from "../../../contracts/ledger/ILedger.sol";
import {Ledger, OUTSIDE} from "../../../contracts/ledger/Ledger.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {
    AmountTooLarge,
    InsufficientCollateral,
    NegativeAmount,
    OutsideHoldsNoPositions,
    TooManyPositions,
    UnknownAsset
} from "../../../contracts/types/Errors.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {MAX_ASSETS, MAX_PRICING_UNITS, Portfolio, Position} from "../../../contracts/types/Portfolio.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract LedgerTest is Test {
    Ledger private ledger;
    AccountId private adam;
    AccountId private barb;
    AccountId private carl;

    function setUp() public {
        ledger = Ledger(deploy("Ledger.sol:Ledger", abi.encode(address(new AccessManager(address(this))))));
        adam = accountIdOf(addressOf("adam"), 0);
        barb = accountIdOf(addressOf("barb"), 0);
        carl = accountIdOf(addressOf("carl"), 7);
    }

    // ---- who may post --------------------------------------------------------------------------------------

    function test_aStrangerMayNotPost() public {
        address stranger = addressOf("stranger");
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        ledger.postCash(OUTSIDE, adam, Cash.wrap(1));
        vm.expectRevert(refusal);
        ledger.postCollateral(OUTSIDE, adam, 1, 1);
        vm.expectRevert(refusal);
        ledger.postPosition(adam, barb, call(1), Size.wrap(1));
        vm.expectRevert(refusal);
        ledger.realiseLoss(adam, Cash.wrap(1));
        vm.stopPrank();
    }

    // ---- cash ----------------------------------------------------------------------------------------------

    function test_cashFromOutsideIsOwedByTheOutside() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(5e18));
        assertEq(cashOf(adam), 5e18, "adam");
        assertEq(cashOf(OUTSIDE), -5e18, "outside");
    }

    function test_cashMayBecomeADebtAndIsThenCountedAsOne() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(1e18));
        ledger.postCash(adam, barb, Cash.wrap(3e18));
        (Cash positive, Cash debts) = ledger.totals();
        assertEq(cashOf(adam), -2e18, "adam owes");
        assertEq(positive.raw(), 3e18, "positive");
        assertEq(debts.raw(), 2e18, "debts");
    }

    function test_aNegativePostingIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(NegativeAmount.selector, int256(-1)));
        ledger.postCash(OUTSIDE, adam, Cash.wrap(-1));
    }

    function test_aBalanceThatDoesNotFitItsSlotIsRefused() public {
        int256 tooMuch = int256(type(int128).max) + 1;
        vm.expectPartialRevert(AmountTooLarge.selector);
        ledger.postCash(OUTSIDE, adam, Cash.wrap(tooMuch));
    }

    function test_everyChangeRaisesTheVersionByOneAndNothingElseDoes() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(1));
        ledger.postCash(OUTSIDE, adam, Cash.wrap(0));
        ledger.postCollateral(OUTSIDE, adam, 1, 0);
        ledger.postPosition(adam, barb, call(1), Size.wrap(0));
        assertEq(ledger.versionOf(adam), 1, "one change");
        ledger.postPosition(adam, barb, call(1), Size.wrap(5));
        ledger.postCollateral(OUTSIDE, adam, 1, 9);
        assertEq(ledger.versionOf(adam), 3, "three changes");
        assertEq(ledger.versionOf(barb), 1, "the other side changed once");
    }

    function test_eventsCarryTheStateAfterTheChange() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(2e18));
        vm.expectEmit(true, true, true, true);
        emit ILedger.CashChanged(adam, Cash.wrap(1.5e18), 2);
        vm.expectEmit(true, true, true, true);
        emit ILedger.CashChanged(barb, Cash.wrap(0.5e18), 1);
        ledger.postCash(adam, barb, Cash.wrap(0.5e18));

        vm.expectEmit(true, true, true, true);
        emit ILedger.PositionChanged(adam, call(3), Size.wrap(-4e18), 3);
        ledger.postPosition(adam, barb, call(3), Size.wrap(4e18));
    }

    // ---- losses --------------------------------------------------------------------------------------------

    function test_aLossIsSharedByPositiveCashInProportionAndByDebtsNotAtAll() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(30e18));
        ledger.postCash(OUTSIDE, barb, Cash.wrap(10e18));
        ledger.postCash(carl, barb, Cash.wrap(20e18)); // carl owes 20
        Cash taken = ledger.realiseLoss(carl, Cash.wrap(6e18));

        assertEq(taken.raw(), 6e18, "taken");
        assertNear(cashOf(adam), 27e18, 1e3, "adam lost a tenth");
        assertNear(cashOf(barb), 27e18, 1e3, "barb lost a tenth");
        assertEq(cashOf(carl), -14e18, "carl owes less by what was taken");
    }

    function test_aDepositAfterALossIsWorthWhatItCosts() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(30e18));
        ledger.postCash(carl, adam, Cash.wrap(3e18));
        ledger.realiseLoss(carl, Cash.wrap(3e18));
        ledger.postCash(OUTSIDE, barb, Cash.wrap(7e18));
        assertNear(cashOf(barb), 7e18, 1, "barb");
        assertLe(cashOf(barb), 7e18, "rounded against barb");
    }

    function test_aLossBeyondAllPositiveCashTakesAllButABillionth() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(10e18));
        ledger.postCash(carl, adam, Cash.wrap(90e18));
        Cash taken = ledger.realiseLoss(carl, Cash.wrap(500e18));
        assertLe(taken.raw(), 100e18, "no more than there was");
        assertGe(taken.raw(), 100e18 - 1e12, "nearly all");
        assertEq(ledger.realiseLoss(carl, Cash.wrap(1e18)).raw(), 0, "nothing is left to take");
        ledger.postCash(OUTSIDE, barb, Cash.wrap(1e24));
        assertNear(cashOf(barb), 1e24, 1, "a deposit still works");
    }

    function testFuzz_cashAndTheOutsideSumToDustThatIsNeverNegative(
        uint256 first,
        uint256 second,
        uint256 owed,
        uint256 loss,
        uint256 late
    ) public {
        owed = bound(owed, 1, 1e28);
        ledger.postCash(OUTSIDE, adam, Cash.wrap(int256(bound(first, 1, 1e28))));
        ledger.postCash(OUTSIDE, barb, Cash.wrap(int256(bound(second, 1, 1e28))));
        ledger.postCash(carl, adam, Cash.wrap(int256(owed)));
        Cash taken = ledger.realiseLoss(carl, Cash.wrap(int256(bound(loss, 0, owed))));
        ledger.postCash(OUTSIDE, barb, Cash.wrap(int256(bound(late, 0, 1e28))));
        ledger.postCash(barb, adam, Cash.wrap(int256(bound(late, 0, 1e15))));

        int256 sum = cashOf(adam) + cashOf(barb) + cashOf(carl) + cashOf(OUTSIDE);
        assertLe(sum, 0, "more cash than there is");
        // A loss leaves at most one unit of the index for each share as dust, and each posting one wei.
        int256 shares = cashOf(adam) + cashOf(barb) + taken.raw() + 1e18;
        assertGe(sum, -((2 * shares) / int256(ledger.cashIndex()) + 10), "more dust than rounding leaves");
    }

    function testFuzz_aLossIsPaidInFullWhileThereIsEnough(uint256 held, uint256 loss) public {
        held = bound(held, 1e3, 1e32);
        loss = bound(loss, 0, held / 2);
        ledger.postCash(OUTSIDE, adam, Cash.wrap(int256(held)));
        assertEq(ledger.realiseLoss(carl, Cash.wrap(int256(loss))).raw(), int256(loss), "taken");
    }

    // ---- collateral ----------------------------------------------------------------------------------------

    function test_collateralIsListedByUnderlyingInAscendingOrder() public {
        ledger.postCollateral(OUTSIDE, adam, 63, 3);
        ledger.postCollateral(OUTSIDE, adam, 2, 5);
        ledger.postCollateral(OUTSIDE, adam, 9, 7);
        ledger.postCollateral(adam, barb, 9, 7);
        Portfolio memory held = ledger.portfolioOf(adam);
        assertEq(held.collateral.length, 2, "two kinds are left");
        assertEq(held.collateral[0].underlying, 2, "first");
        assertEq(held.collateral[1].underlying, 63, "second");
        assertEq(held.collateral[1].amount, 3, "amount");
        assertEq(ledger.collateralOf(OUTSIDE, 9), 7, "custody's part");
    }

    function test_collateralNeverGoesBelowZero() public {
        ledger.postCollateral(OUTSIDE, adam, 1, 5);
        vm.expectRevert(abi.encodeWithSelector(InsufficientCollateral.selector, adam.raw(), uint8(1), 5, 6));
        ledger.postCollateral(adam, barb, 1, 6);
    }

    function test_cashAndUnlistedAssetsAreNoCollateral() public {
        vm.expectPartialRevert(UnknownAsset.selector);
        ledger.postCollateral(OUTSIDE, adam, 0, 1);
        vm.expectPartialRevert(UnknownAsset.selector);
        ledger.postCollateral(OUTSIDE, adam, MAX_ASSETS, 1);
    }

    // ---- positions -----------------------------------------------------------------------------------------

    function test_aPositionIsOneStorageSlot() public {
        ledger.postPosition(adam, barb, call(1), Size.wrap(-3));
        assertEq(ledger.sizeOf(adam, call(1)).raw(), 3, "long");
        assertEq(ledger.sizeOf(barb, call(1)).raw(), -3, "short");
        // The authority comes first, then the headers, then the positions; an array starts at the hash of its place.
        bytes32 array = keccak256(abi.encode(adam.raw(), uint256(2)));
        bytes32 slot = vm.load(address(ledger), keccak256(abi.encode(array)));
        assertEq(uint256(slot), (uint256(call(1).raw()) << 128) | 3, "series and size in one slot");
    }

    function test_longsAndShortsOfOneSeriesNetInsideAnAccount() public {
        ledger.postPosition(adam, barb, call(1), Size.wrap(5));
        ledger.postPosition(carl, adam, call(1), Size.wrap(5));
        assertEq(ledger.positionsOf(adam).length, 0, "adam is out");
        assertEq(ledger.openInterestOf(call(1)), 5, "open interest");
    }

    function test_aClosedPositionLeavesTheOthersInPlace() public {
        for (uint56 i = 1; i <= 4; i++) ledger.postPosition(adam, barb, call(i), Size.wrap(int56(i)));
        ledger.postPosition(barb, adam, call(2), Size.wrap(2));
        assertEq(ledger.positionsOf(adam).length, 3, "three are left");
        assertEq(ledger.sizeOf(adam, call(1)).raw(), -1, "first");
        assertEq(ledger.sizeOf(adam, call(2)).raw(), 0, "closed");
        assertEq(ledger.sizeOf(adam, call(3)).raw(), -3, "third");
        assertEq(ledger.sizeOf(adam, call(4)).raw(), -4, "fourth");
    }

    /// @dev Seven units each: 45 of them take 315 of 320.
    function test_oneMorePositionThanMayBeHeldIsRefusedAndAFullAccountMayStillReduce() public {
        for (uint56 i = 1; i <= 45; i++) ledger.postPosition(accountIdOf(address(1), i), barb, call(i), Size.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(TooManyPositions.selector, barb.raw(), 322, MAX_PRICING_UNITS));
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
        ledger.postPosition(barb, adam, call(5), Size.wrap(1));
        assertEq(ledger.positionsOf(barb).length, 44, "one closed");
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
    }

    function test_aStrikeThatIsHeldAlreadyCostsNothingMore() public {
        for (uint56 i = 1; i <= 32; i++) {
            ledger.postPosition(accountIdOf(address(1), i), barb, call(i), Size.wrap(1));
            ledger.postPosition(accountIdOf(address(1), i), barb, put(i), Size.wrap(1));
        }
        vm.expectRevert(abi.encodeWithSelector(TooManyPositions.selector, barb.raw(), 327, MAX_PRICING_UNITS));
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
        ledger.postPosition(barb, adam, call(7), Size.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(TooManyPositions.selector, barb.raw(), 324, MAX_PRICING_UNITS));
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
        ledger.postPosition(barb, adam, put(7), Size.wrap(1));
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
    }

    function test_barriersAndAveragesCostWhatTheyTake() public {
        for (uint56 i = 1; i <= 5; i++) {
            SeriesId barrier = seriesIdOf(1, 1_600_000_000, i, OptionKind.UP_OUT_CALL, 12_000);
            ledger.postPosition(accountIdOf(address(1), i), barb, barrier, Size.wrap(1));
        }
        for (uint56 i = 1; i <= 2; i++) {
            SeriesId average = seriesIdOf(1, 1_600_000_000, i, OptionKind.ASIAN_PUT, 24);
            ledger.postPosition(accountIdOf(address(1), i), barb, average, Size.wrap(1));
        }
        SeriesId digital = seriesIdOf(1, 1_600_000_000, 6, OptionKind.DIGITAL_PUT, 0);
        ledger.postPosition(adam, barb, digital, Size.wrap(1));
        ledger.postPosition(adam, barb, call(1000), Size.wrap(1));
        ledger.postPosition(adam, barb, call(1001), Size.wrap(1));
        uint256 units = 5 * (4 + 49) + 2 * 11 + (4 + 10) + 3 * (4 + 3);
        vm.expectRevert(abi.encodeWithSelector(TooManyPositions.selector, barb.raw(), units, MAX_PRICING_UNITS));
        ledger.postPosition(adam, barb, call(1002), Size.wrap(1));
    }

    function test_theOutsideHoldsNoPositions() public {
        vm.expectRevert(abi.encodeWithSelector(OutsideHoldsNoPositions.selector));
        ledger.postPosition(OUTSIDE, adam, call(1), Size.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(OutsideHoldsNoPositions.selector));
        ledger.postPosition(adam, OUTSIDE, call(1), Size.wrap(1));
    }

    function test_theSeriesHashNamesWhatIsHeldAndNotTheOrderInWhichItCame() public {
        ledger.postPosition(adam, barb, call(1), Size.wrap(1));
        ledger.postPosition(adam, barb, call(2), Size.wrap(1));
        ledger.postPosition(adam, carl, call(2), Size.wrap(1));
        bytes32 before = ledger.seriesHashOf(adam);
        ledger.postPosition(barb, adam, call(1), Size.wrap(1));
        assertTrue(before != ledger.seriesHashOf(adam), "one was closed");
        ledger.postPosition(adam, barb, call(1), Size.wrap(9));
        assertEq(ledger.seriesHashOf(adam), before, "the same series in another order");
        assertEq(ledger.seriesHashOf(adam), ledger.seriesHashOf(barb), "the same series on the other side");
    }

    function testFuzz_sizesOfASeriesSumToZeroAndOpenInterestIsItsLongs(int128[12] calldata sizes) public {
        AccountId[3] memory accounts = [adam, barb, carl];
        for (uint256 i = 0; i < sizes.length; i++) {
            int256 size = int256(sizes[i]) / 16;
            ledger.postPosition(accounts[i % 3], accounts[(i + 1 + (i / 5)) % 3], call(1), Size.wrap(size));
        }
        int256 sum;
        int256 longs;
        for (uint256 i = 0; i < accounts.length; i++) {
            int256 size = ledger.sizeOf(accounts[i], call(1)).raw();
            sum += size;
            if (size > 0) longs += size;
        }
        assertEq(sum, 0, "sizes");
        assertEq(int256(ledger.openInterestOf(call(1))), longs, "open interest");
    }

    function test_openInterestOfAnUnderlyingIsThatOfAllItsExpiries() public {
        SeriesId later = seriesIdOf(1, 1_600_000_000 + 7 days, 5, OptionKind.PUT, 0);
        ledger.postPosition(adam, barb, call(1), Size.wrap(-3));
        ledger.postPosition(adam, barb, call(2), Size.wrap(4));
        ledger.postPosition(adam, barb, later, Size.wrap(5));
        ledger.postPosition(adam, barb, seriesIdOf(2, 1_600_000_000, 5, OptionKind.PUT, 0), Size.wrap(6));
        assertEq(ledger.openInterestIn(1), 12, "three series of two expiries");
        ledger.postPosition(carl, adam, call(1), Size.wrap(-1));
        ledger.postPosition(barb, adam, later, Size.wrap(5));
        uint256 sum = ledger.openInterestAt(1, 1_600_000_000) + ledger.openInterestAt(1, 1_600_000_000 + 7 days);
        assertEq(ledger.openInterestIn(1), sum, "whatever was closed or moved");
        assertEq(ledger.openInterestIn(2), 6, "another underlying");
    }

    // ---- pages ---------------------------------------------------------------------------------------------

    function test_accountsWithPositionsOrDebtsAreActiveAndOthersAreNot() public {
        ledger.postCash(OUTSIDE, adam, Cash.wrap(5));
        assertEq(ledger.activeAccountCount(), 0, "cash alone");
        ledger.postCash(adam, barb, Cash.wrap(6));
        assertEq(ledger.activeAccountCount(), 1, "a debt");
        ledger.postPosition(barb, carl, call(1), Size.wrap(1));
        assertEq(ledger.activeAccountCount(), 3, "a debt and two positions");
        ledger.postCash(OUTSIDE, adam, Cash.wrap(1));
        ledger.postPosition(carl, barb, call(1), Size.wrap(1));
        assertEq(ledger.activeAccountCount(), 0, "all over");
    }

    function test_activeAccountsComeInPages() public {
        ledger.postPosition(adam, barb, call(1), Size.wrap(1));
        ledger.postPosition(adam, carl, call(1), Size.wrap(1));
        assertEq(ledger.activeAccounts(0, 2).length, 2, "first page");
        assertEq(ledger.activeAccounts(2, 2).length, 1, "last page");
        assertEq(ledger.activeAccounts(3, 2).length, 0, "beyond");
    }

    // ---- helpers -------------------------------------------------------------------------------------------

    function call(uint56 strike) private pure returns (SeriesId) {
        return seriesIdOf(1, 1_600_000_000, strike, OptionKind.CALL, 0);
    }

    function put(uint56 strike) private pure returns (SeriesId) {
        return seriesIdOf(1, 1_600_000_000, strike, OptionKind.PUT, 0);
    }

    function cashOf(AccountId account) private view returns (int256) {
        return ledger.cashOf(account).raw();
    }
}
