// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ILens} from "../../../contracts/lens/ILens.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {POSTER} from "../../../contracts/access/Roles.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {MarginParameters, Scenario} from "../../../contracts/types/Margin.sol";
import {Observed} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";
import {World} from "../World.sol";

/// @dev Its view of markets and of the universe is compared with the sources on a deployed universe, in test/modules.
contract LensTest is World {
    ILens private lens;
    AccountId private adam;
    AccountId private barb;
    uint64 private now_ = uint64(START);

    function setUp() public override {
        super.setUp();
        // In the order of `Lens.Sources`; who is not asked here is not there.
        bytes memory sources = abi.encode(
            numbers,
            ledger,
            custody,
            address(0),
            address(0),
            market,
            address(0),
            marginCalls,
            auctions,
            debts,
            tearUps,
            fund
        );
        lens = ILens(deploy("Lens.sol:Lens", sources));
        adam = funded("adam", 1_000e18);
        barb = funded("barb", 1_000e18);
        trade(adam, barb, callAt(200), 10e18, 6e18);
    }

    function test_anAccountIsShownAsTheLedgerHasIt() public view {
        ILens.AccountView memory seen = lens.account(barb);
        assertEq(seen.account.raw(), barb.raw(), "account");
        assertEq(uint256(seen.version), ledger.versionOf(barb), "version");
        assertEq(seen.portfolio.cash.raw(), 1_060e18, "cash");
        assertEq(seen.portfolio.positions.length, 1, "positions");
        assertEq(seen.portfolio.positions[0].size.raw(), -10e18, "size");
        assertTrue(seen.status == IMarginCalls.Status.HEALTHY, "status");
    }

    function test_activeAccountsComeInPages() public view {
        assertEq(lens.accounts(0, 10).length, 2, "all");
        assertEq(lens.accounts(1, 10).length, 1, "the rest");
        assertEq(lens.accounts(2, 10).length, 0, "beyond");
    }

    function test_aCalledAccountIsShownWithItsGraceAndItsWitnesses() public {
        setPrice(270e18);
        marginCalls.openMarginCall(barb, witnessesOf(barb));
        ILens.AccountView memory seen = lens.account(barb);
        assertTrue(seen.status == IMarginCalls.Status.CALLED, "status");
        assertEq(uint256(seen.graceLeft), 15 minutes, "grace");
        assertEq(seen.witnesses.length, 1, "witnesses");
    }

    function test_anAccountInAuctionIsShownWithTheWitnessesOfTheAuction() public {
        setPrice(350e18);
        auctions.start(barb, witnessesOf(barb));
        ILens.AccountView memory seen = lens.account(barb);
        assertTrue(seen.status == IMarginCalls.Status.AUCTION, "status");
        assertEq(seen.witnesses.length, 1, "witnesses");
        assertEq(uint256(seen.witnesses[0].underlying), ETHER, "of ether");
    }

    function test_parametersAreShownWithTheirGrid() public view {
        (MarginParameters memory parameters, Scenario[] memory grid) = lens.parameters(ETHER);
        assertEq(uint256(parameters.maintenanceFactor), 800_000, "maintenance");
        assertEq(grid.length, 33, "scenarios");
    }

    // ---- who owes ----------------------------------------------------------------------------------------------

    function test_aDebtorIsShownWithWhatHeOwesAndHowFarHisCollateralIsOnSale() public {
        manager.grantRole(POSTER, address(this), 0);
        give(adam, ETHER, 10e18);
        ledger.postCash(adam, barb, Cash.wrap(2_000e18));
        uint64 since = now_;
        _pass(1 days);
        (ILens.DebtView[] memory seen, Cash positive, Cash owed) = lens.debts(_both());
        assertEq(uint256(seen[0].since), since, "since");
        assertEq(seen[0].sales.length, 1, "one underlying");
        assertFalse(seen[0].sales[0].isOpen, "not on sale");
        assertEq(uint256(seen[1].since), 0, "who owes nothing");
        assertEq(owed.raw(), -ledger.cashOf(adam).raw(), "all debts");
        assertEq(positive.raw(), ledger.cashOf(barb).raw(), "all cash");

        int256 before = ledger.cashOf(adam).raw();
        debts.openSale(adam, ETHER);
        _pass(60 minutes);
        (seen, , ) = lens.debts(_both());
        assertTrue(seen[0].sales[0].isOpen, "on sale");
        assertEq(seen[0].sales[0].discount, 0.05e18, "discount");
        assertEq(seen[0].interest.raw(), debts.charge(adam).raw(), "what a charge finds due");
        assertLt(ledger.cashOf(adam).raw(), before, "and takes");
    }

    function test_onlyWhomNobodyTakesAndNobodyPaysForIsPastHelp() public {
        setPrice(400e18);
        auctions.start(barb, witnessesOf(barb));
        assertFalse(lens.hopeless(_both())[1], "the discount still grows");
        _pass(60 minutes);
        bool[] memory seen = lens.hopeless(_both());
        assertFalse(seen[0], "in no auction");
        assertTrue(seen[1], "past help");
        manager.grantRole(POSTER, address(this), 0);
        ledger.postCash(adam, fund.fundAccount(), Cash.wrap(1));
        assertFalse(lens.hopeless(_both())[1], "the fund pays still");
    }

    function test_onlyTheOtherSideIsTornAndOnceARound() public {
        AccountId cleo = funded("cleo", 10_000e18);
        trade(adam, cleo, callAt(200), 10e18, 6e18);
        setPrice(400e18);
        auctions.start(barb, witnessesOf(barb));
        _pass(60 minutes);
        AccountId[] memory named = lens.tearable(barb, callAt(200), _both());
        assertEq(named.length, 1, "not herself");
        assertEq(named[0].raw(), adam.raw(), "but who is long");
        tearUps.tearUp(barb, callAt(200), named);
        assertEq(ledger.sizeOf(adam, callAt(200)).raw(), 10e18, "half of what he had");
        assertEq(lens.tearable(barb, callAt(200), named).length, 0, "and no more of it");
    }

    function _pass(uint64 elapsed) private {
        now_ += elapsed;
        vm.warp(now_);
        market.passTime(ETHER, elapsed);
    }

    function _both() private view returns (AccountId[] memory accounts) {
        accounts = new AccountId[](2);
        (accounts[0], accounts[1]) = (adam, barb);
    }
}

contract LensPathsTest is Universe {
    ILens private lens;

    function setUp() public override {
        super.setUp();
        address nobody = address(0);
        bytes memory sources = abi.encode(
            numbers,
            ledger,
            custody,
            registry,
            oracle,
            priceBook,
            volatilityBook,
            marginCalls,
            auctions,
            debts,
            tearUps,
            nobody
        );
        lens = ILens(deploy("Lens.sol:Lens", sources));
    }

    function test_anHourIsShownAsObservableOnceItIsOverAndAgreedAndWithItsPriceOnceItIsObserved() public {
        pass(1 hours - 60, 200e18);
        assertFalse(_at(1).isObservable, "no word after it");
        pass(120, 200e18);
        assertTrue(_at(1).isObservable, "over");
        assertEq(_at(1).price.raw(), 0, "not observed");
        assertFalse(_at(2).isObservable, "to come");

        priceBook.observeHour(ETHER, uint32(START + 1 hours));
        assertFalse(_at(1).isObservable, "once");
        assertEq(_at(1).price.raw(), 200e18, "observed");
        passInSilence(1 hours + 50 minutes);
        setPrice(200e18);
        assertFalse(_at(2).isObservable, "over, and nobody had spoken before it");
    }

    function test_whatASeriesHasSeenIsWhatThePriceBookSays() public {
        SeriesId[] memory series = new SeriesId[](2);
        series[0] = seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.DOWN_OUT_CALL, 10_000);
        series[1] = seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.ASIAN_CALL, 168);
        pass(1 hours + 60, 190e18);
        priceBook.recordTouch(series[0], uint32(START + 1 hours));
        (, Observed[] memory seen) = lens.paths(ETHER, new uint32[](0), series);
        assertTrue(seen[0].isTouched, "touched");
        assertEq(seen[1].averageSoFar.raw(), priceBook.average(ETHER, FRIDAY, 168).averageSoFar.raw(), "average");
    }

    function _at(uint32 count) private view returns (ILens.HourView memory) {
        uint32[] memory asked = new uint32[](1);
        asked[0] = uint32(START) + count * 1 hours;
        (ILens.HourView[] memory seen, ) = lens.paths(ETHER, asked, new SeriesId[](0));
        return seen[0];
    }
}
