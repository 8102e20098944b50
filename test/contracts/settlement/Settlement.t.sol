// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {PayoffLib} from "../../../contracts/settlement/PayoffLib.sol";
import {ISettlement} from "../../../contracts/settlement/ISettlement.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {NotSelf, SettlementPriceNotFixed} from "../../../contracts/types/Errors.sol";
import {SettlementFee} from "../../../contracts/types/Fees.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Observed} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

contract SettlementTest is House {
    AccountId private clearing;

    function setUp() public override {
        super.setUp();
        clearing = settlement.clearingAccount(ETH, EXPIRY);
        deposit(alices, 1_000e18);
        deposit(bobs, 1_000e18);
        deposit(carols, 1_000e18);
        sell(alices, bobs, call, 3e18);
        sell(carols, alices, put, 2e18);
    }

    function test_nothingIsSettledBeforeItsPriceIsFixed() public {
        AccountId[] memory accounts = _three();
        vm.expectRevert(abi.encodeWithSelector(SettlementPriceNotFixed.selector, ETH, EXPIRY));
        settlement.settle(ETH, EXPIRY, accounts);
    }

    function test_whatOneGetsTheOthersPay() public {
        _fix(250e18);
        vm.expectEmit();
        emit ISettlement.AccountSettled(alices, ETH, EXPIRY, Cash.wrap(-150e18));
        assertEq(settlement.settle(ETH, EXPIRY, _three()), 3, "all held some");
        assertEq(cashOf(alices), 850e18, "short of three calls");
        assertEq(cashOf(bobs), 1_150e18, "long of three calls");
        assertEq(cashOf(carols), 1_000e18, "a put out of the money");
        assertEq(cashOf(clearing), 0, "cleared");
        assertEq(ledger.openInterestOf(call) + ledger.openInterestOf(put), 0, "nothing is left");
        assertEq(ledger.activeAccountCount(), 0, "with anyone");
        assertSolvent();
    }

    function test_settlingTwiceIsSettlingOnce() public {
        _fix(150e18);
        settlement.settle(ETH, EXPIRY, _three());
        int256 before = cashOf(alices);
        assertEq(settlement.settle(ETH, EXPIRY, _three()), 0, "nothing to settle");
        assertEq(cashOf(alices), before, "unchanged");
    }

    function test_aPageOfWinnersAloneLeavesTheIdentityStanding() public {
        _fix(250e18);
        settlement.settle(ETH, EXPIRY, _one(bobs));
        assertEq(cashOf(bobs), 1_150e18, "paid at once");
        assertEq(cashOf(clearing), -150e18, "a recorded debt of the clearing account");
        assertSolvent();
        settlement.settle(ETH, EXPIRY, _three());
        assertEq(cashOf(clearing), 0, "until the last page");
    }

    function testFuzz_theOrderOfSettlementChangesNothing(uint256 price, uint256 order, int256[3] memory sizes) public {
        for (uint256 i = 0; i < 3; ++i) sizes[i] = bound(sizes[i], -1e21, 1e21);
        sell(alices, bobs, call, sizes[0]);
        sell(bobs, carols, call, sizes[1]);
        sell(carols, alices, put, sizes[2]);
        _fix(bound(price, 1, 1e24));
        uint256 state = vm.snapshotState();
        settlement.settle(ETH, EXPIRY, _three());
        int256[4] memory expected = [cashOf(alices), cashOf(bobs), cashOf(carols), cashOf(clearing)];
        vm.revertToState(state);

        AccountId[3] memory left = [alices, bobs, carols];
        for (uint256 i = 3; i > 0; --i) {
            uint256 pick = order % i;
            settlement.settle(ETH, EXPIRY, _one(left[pick]));
            left[pick] = left[i - 1];
            order /= 3;
        }
        assertEq(cashOf(alices), expected[0], "alice");
        assertEq(cashOf(bobs), expected[1], "bob");
        assertEq(cashOf(carols), expected[2], "carol");
        assertEq(cashOf(clearing), expected[3], "clearing");
        assertGe(cashOf(clearing), 0, "rounding is never the house's loss");
    }

    function test_dustGoesToTheHouseAndNothingElseDoes() public {
        sell(alices, bobs, call, 1);
        sell(alices, carols, call, 1);
        _fix(200.3e18);
        settlement.settle(ETH, EXPIRY, _one(bobs));
        assertEq(settlement.sweepDust(ETH, EXPIRY).raw(), 0, "not while others are owed");
        settlement.settle(ETH, EXPIRY, _three());
        assertEq(cashOf(clearing), 1, "one digit");
        assertEq(settlement.sweepDust(ETH, EXPIRY).raw(), 1, "swept");
        assertEq(cashOf(daves), 1, "to the account named at deployment");
        assertEq(settlement.sweepDust(ETH, EXPIRY).raw(), 0, "once");
    }

    function test_anAccountThatCannotPayIsSettledIntoDebtAndHoldsUpNobody() public {
        sell(daves, bobs, call, 10e18);
        _fix(250e18);
        AccountId[] memory accounts = new AccountId[](2);
        (accounts[0], accounts[1]) = (daves, bobs);
        assertEq(settlement.settle(ETH, EXPIRY, accounts), 2, "both");
        assertEq(cashOf(daves), -500e18, "in debt");
        assertEq(cashOf(bobs), 1_650e18, "paid in full");
        assertSolvent();
    }

    function test_aFailingAccountIsSkippedByNameAndTheOthersStand() public {
        _fix(250e18);
        AccountId counterparty = accountIdOf(
            address(settlement),
            (uint96(ETH) << 88) | (uint96(call.raw()) & ((1 << 88) - 1))
        );
        bytes memory posting = abi.encodeCall(
            ledger.postPosition,
            (alices, counterparty, call, ledger.sizeOf(alices, call))
        );
        vm.mockCallRevert(address(ledger), posting, "broken");
        vm.expectEmit();
        emit ISettlement.SettlementSkipped(alices, ETH, EXPIRY, "broken");
        assertEq(settlement.settle(ETH, EXPIRY, _three()), 2, "the others");
        assertEq(cashOf(bobs), 1_150e18, "paid");
        vm.clearMockedCalls();
        assertEq(settlement.settle(ETH, EXPIRY, _three()), 1, "and alice later");
    }

    function test_aKindThatIsNotDecidedYetIsLeftStandingAndHoldsUpNothing() public {
        SeriesId asian = seriesIdOf(ETH, EXPIRY, 200e8, OptionKind.ASIAN_CALL, 24);
        sell(alices, bobs, asian, 1e18);
        _fix(250e18);
        settlement.settle(ETH, EXPIRY, _three());
        assertEq(sizeOf(bobs, asian), 1e18, "stands");
        assertEq(sizeOf(bobs, call), 0, "settled");

        book.setObserved(Observed(asian, false, 1e18, Price.wrap(220e18), Price.wrap(220e18)));
        int256 before = cashOf(bobs);
        settlement.settle(ETH, EXPIRY, _three());
        assertEq(cashOf(bobs) - before, 20e18, "once its own average is final, by that");
        assertEq(sizeOf(bobs, asian), 0, "and gone");
        assertSolvent();
    }

    function test_aTouchedKnockOutPaysNothingAndItsKnockInThePayoff() public {
        SeriesId out = seriesIdOf(ETH, EXPIRY, 200e8, OptionKind.UP_OUT_CALL, 12_000);
        SeriesId knockIn = seriesIdOf(ETH, EXPIRY, 200e8, OptionKind.UP_IN_CALL, 12_000);
        sell(daves, carols, out, 1e18);
        sell(daves, carols, knockIn, 1e18);
        book.setObserved(Observed(out, true, 0, Price.wrap(0), Price.wrap(250e18)));
        book.setObserved(Observed(knockIn, true, 0, Price.wrap(0), Price.wrap(250e18)));
        _fix(250e18);
        settlement.settle(ETH, EXPIRY, _one(carols));
        assertEq(cashOf(carols), 1_050e18, "fifty, once");
        assertEq(sizeOf(carols, out) + sizeOf(carols, knockIn), 0, "both gone");
    }

    function test_manyStrikesOfOneExpiryFitTheBooksOfTheHouse() public {
        AccountId[] memory winners = new AccountId[](2);
        for (uint96 w = 0; w < 2; ++w) {
            winners[w] = accountIdOf(carol, 10 + w);
            for (uint56 i = 0; i < 45; ++i) {
                SeriesId series = seriesIdOf(ETH, EXPIRY, (100 + i + 45 * uint56(w)) * 1e8, OptionKind.CALL, 0);
                sell(accountIdOf(alice, 10 + w), winners[w], series, 1e18);
            }
        }
        _fix(250e18);
        assertEq(settlement.settle(ETH, EXPIRY, winners), 2, "90 strikes, winners first");
    }

    function test_otherExpiriesAndUnderlyingsAreUntouched() public {
        SeriesId later = seriesIdOf(ETH, EXPIRY + 1 days, 200e8, OptionKind.CALL, 0);
        SeriesId other = seriesIdOf(2, EXPIRY, 200e8, OptionKind.CALL, 0);
        sell(alices, bobs, later, 1e18);
        sell(alices, bobs, other, 1e18);
        _fix(250e18);
        settlement.settle(ETH, EXPIRY, _three());
        assertEq(sizeOf(bobs, later) + sizeOf(bobs, other), 2e18, "as they were");
    }

    function test_anExpiryInAnAuctionIsSettledAndTheAuctionGoesOnByItsClock() public {
        SeriesId later = seriesIdOf(ETH, EXPIRY + 1 days, 200e8, OptionKind.CALL, 0);
        margin.setSeries(later, 5e18, 10e18);
        ledger.postCash(alices, bobs, Cash.wrap(900e18));
        sell(alices, bobs, later, 20e18);
        auctions.start(alices, witness(100));
        passTime(900);
        bytes32 seen = ledger.seriesHashOf(alices);
        _fix(210e18);
        settlement.settle(ETH, EXPIRY, _three());
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.AUCTION, "goes on");
        assertEq(auctions.quote(alices).discountShare, 0.2e18, "by its clock");
        assertTrue(auctions.quote(alices).seriesHash != seen, "and bidders are told");
    }

    function test_onlyTheContractItselfSettlesOneAccount() public {
        vm.expectRevert(abi.encodeWithSelector(NotSelf.selector, bob));
        vm.prank(bob);
        settlement.settleAccount(alices, ETH, EXPIRY, Price.wrap(1e30));
    }

    function _fix(uint256 price) private {
        book.setSettlementPrice(ETH, EXPIRY, Price.wrap(price));
    }

    function _three() private view returns (AccountId[] memory accounts) {
        accounts = new AccountId[](3);
        (accounts[0], accounts[1], accounts[2]) = (alices, bobs, carols);
    }

    function _one(AccountId account) private pure returns (AccountId[] memory accounts) {
        accounts = new AccountId[](1);
        accounts[0] = account;
    }
}

/// @dev The same house with a fee: 0.015 % of the settlement price, an eighth of the payoff at most.
contract SettlementFeeTest is House {
    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < 3; ++i) deposit(_party(i), 1_000e18);
        sell(alices, bobs, call, 3e18);
    }

    function _settlementFee() internal pure override returns (SettlementFee memory) {
        return SettlementFee({priceShare: 150, payoffShare: 125_000});
    }

    function test_whoIsPaidPaysAShareOfThePriceToTheHouse() public {
        _settleAt(250e18);
        assertEq(cashOf(bobs), 1_150e18 - 0.1125e18, "three contracts at 250");
        assertEq(cashOf(alices), 850e18, "who pays a payoff pays no fee");
        assertEq(cashOf(daves), 0.1125e18, "the house");
        assertEq(settlement.settlementFee().priceShare, 150, "as deployed");
    }

    function test_itIsAtMostAnEighthOfThePayoff() public {
        _settleAt(200.02e18);
        assertEq(cashOf(bobs), 1_000.0525e18, "0.06 less an eighth");
        assertEq(cashOf(daves), 0.0075e18, "the house");
    }

    /// @dev Long one call, short another: what it gets it owes.
    function test_whoIsHedgedWithinAnExpiryPaysNone() public {
        sell(bobs, carols, call, 3e18);
        _settleAt(250e18);
        assertEq(cashOf(bobs), 1_000e18, "nothing in, nothing out");
        assertEq(cashOf(daves), 0.1125e18, "carol alone");
    }

    function testFuzz_noFeeTurnsAPayoffIntoALoss(uint256 price, int256[3] memory sizes) public {
        for (uint256 i = 0; i < 3; ++i) {
            SeriesId series = i == 1 ? put : call;
            sell(_party(i), _party((i + 1) % 3), series, bound(sizes[i], -1e21, 1e21));
        }
        price = bound(price, 1, 1e24);
        uint256 state = vm.snapshotState();
        int256 house = _settleAt(price);
        int256[3] memory paid = [cashOf(alices), cashOf(bobs), cashOf(carols)];
        vm.revertToState(state);
        assertGe(house, 0, "the house gains");
        for (uint256 i = 0; i < 3; ++i) {
            int256 gain = paid[i] - 1_000e18;
            assertTrue(gain >= 0 || gain == _payoffOf(_party(i), price), "a loss is the payoff and no more");
        }
    }

    function test_theFeeOfADeploymentHasBoundsInCode() public {
        bytes memory code = vm.getCode("Settlement.sol:Settlement");
        assertEq(_created(code, SettlementFee(501, 0)), address(0), "a share of the price");
        assertEq(_created(code, SettlementFee(0, 125_001)), address(0), "a share of the payoff");
        assertTrue(_created(code, SettlementFee(500, 125_000)) != address(0), "within them");
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    function _party(uint256 place) private view returns (AccountId) {
        return [alices, bobs, carols][place];
    }

    function _settleAt(uint256 price) private returns (int256 house) {
        book.setSettlementPrice(ETH, EXPIRY, Price.wrap(price));
        AccountId[] memory accounts = new AccountId[](3);
        for (uint256 i = 0; i < 3; ++i) accounts[i] = _party(i);
        settlement.settle(ETH, EXPIRY, accounts);
        return cashOf(daves);
    }

    /// @dev Rounded down, series by series, as the books do.
    function _payoffOf(AccountId account, uint256 price) private view returns (int256 payoff) {
        (Cash calls, ) = PayoffLib.payoffOf(call, ledger.sizeOf(account, call), Price.wrap(price), false);
        (Cash puts, ) = PayoffLib.payoffOf(put, ledger.sizeOf(account, put), Price.wrap(price), false);
        return calls.raw() + puts.raw();
    }

    function _created(bytes memory code, SettlementFee memory fee) private returns (address created) {
        bytes memory whole = abi.encodePacked(code, abi.encode(ledger, book.asBook(), windDown, daves, fee));
        assembly ("memory-safe") {
            created := create(0, add(whole, 32), mload(whole))
        }
    }
}
