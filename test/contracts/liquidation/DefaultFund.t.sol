// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

import {Auctions} from "../../../contracts/liquidation/Auctions.sol";
import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {
    AuctionsAlreadySet,
    FractionTooSmall,
    FundCapReached,
    SharesAwaitRedemption
} from "../../../contracts/types/Errors.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

contract DefaultFundTest is House {
    uint256 private shares;

    function setUp() public override {
        super.setUp();
        margin.setSeries(call, 5e18, 10e18);
        shares = fundDeposit(dave, 1_000e6);
    }

    function test_itsAssetsAreItsAccountInTheLedger() public view {
        assertEq(cashOf(fund.fundAccount()), 1_000e18, "ledger");
        assertEq(fund.totalAssets(), 1_000e6, "in units of the token");
        assertEq(custody.held(0), 1_000e18, "the tokens sit in custody");
        assertEq(token.balanceOf(address(fund)), 0, "and not here");
    }

    function test_sharesAreRedeemedAfterTheDelayAndNotBefore() public {
        assertEq(fund.maxRedeem(dave), 0, "not asked");
        vm.prank(dave);
        fund.requestRedeem(shares / 2);
        vm.warp(block.timestamp + 72 hours - 1);
        assertEq(fund.maxRedeem(dave), 0, "not yet");
        vm.expectPartialRevert(ERC4626.ERC4626ExceededMaxRedeem.selector);
        vm.prank(dave);
        fund.redeem(1, dave, dave);
        vm.warp(block.timestamp + 1);
        assertEq(fund.maxRedeem(dave), shares / 2, "what was asked");
        vm.prank(dave);
        fund.redeem(shares / 2, dave, dave);
        assertEq(token.balanceOf(dave), 500e6, "paid");
        assertEq(fund.maxRedeem(dave), 0, "once");
        assertSolvent();
    }

    function test_aRequestLapsesAfterAWeekSoThatItIsNoStandingWayOut() public {
        vm.prank(dave);
        fund.requestRedeem(shares);
        vm.warp(block.timestamp + 72 hours + 7 days);
        assertEq(fund.maxRedeem(dave), shares, "the last moment");
        vm.warp(block.timestamp + 1);
        assertEq(fund.maxRedeem(dave), 0, "lapsed");
    }

    function test_sharesThatAwaitRedemptionDoNotMove() public {
        vm.startPrank(dave);
        fund.requestRedeem(shares);
        vm.expectRevert(abi.encodeWithSelector(SharesAwaitRedemption.selector, dave, 1, 0));
        fund.transfer(bob, 1);
        fund.requestRedeem(shares - 1);
        fund.transfer(bob, 1);
        vm.expectRevert(abi.encodeWithSelector(SharesAwaitRedemption.selector, dave, shares, shares - 1));
        fund.requestRedeem(shares);
        vm.stopPrank();
    }

    function test_redeemedSharesBearLossesUntilPaidOut() public {
        vm.prank(dave);
        fund.requestRedeem(shares);
        vm.warp(block.timestamp + 72 hours);
        ledger.postCash(alices, bobs, Cash.wrap(200e18));
        auctions.writeOff(alices);
        vm.prank(dave);
        fund.redeem(shares, dave, dave);
        assertNear(int256(token.balanceOf(dave)), 800e6, 1, "net of the loss");
    }

    function test_onlyWhatExceedsTheWorstCaseOfOpenAuctionsLeaves() public {
        vm.prank(dave);
        fund.requestRedeem(shares);
        vm.warp(block.timestamp + 72 hours);
        sell(alices, bobs, call, 100e18);
        auctions.start(alices, witness(100));
        // E = −500, R = 800: the worst price is −580, the open deficit 500.
        assertEq(fund.totalAssets(), 500e6, "net of open deficits");
        assertNear(int256(fund.maxWithdraw(dave)), 420e6, 1, "free");
        uint256 most = fund.maxRedeem(dave);
        vm.prank(dave);
        fund.redeem(most, dave, dave);
        assertNear(cashOf(fund.fundAccount()), 580e18, 1e13, "enough is left");
        assertLe(int256(fund.maxWithdraw(dave)), 1, "and it stays");
    }

    // ---- what losses may take ----------------------------------------------------------------------------------

    function test_aBlockTakesAtMostAQuarterOfItAndWhatIsOwedWaits() public {
        ledger.postCash(alices, bobs, Cash.wrap(600e18));
        auctions.writeOff(alices);
        assertEq(cashOf(fund.fundAccount()), 750e18, "a quarter");
        assertEq(cashOf(alices), -350e18, "the rest is owed");
        assertEq(ledger.cashIndex(), 1e18, "and not by the holders of cash");
        vm.expectPartialRevert(FundCapReached.selector);
        auctions.writeOff(alices);
        passTime(12);
        auctions.writeOff(alices);
        assertEq(cashOf(alices), -100e18, "a quarter of what was held at first");
        passTime(12);
        auctions.writeOff(alices);
        assertEq(cashOf(alices), 0, "paid in the third block");
        assertEq(ledger.cashIndex(), 1e18, "by the fund alone");
    }

    /// @dev A price that is wrong for one block, and a bidder in league with who is auctioned by it.
    function test_aPriceOfOneBlockDoesNotEmptyIt() public {
        sell(alices, bobs, call, 100e18);
        deposit(carols, 10_000e18);
        margin.setSeries(call, 40e18, 10e18);
        auctions.start(alices, witness(100));
        bytes32 seen = ledger.seriesHashOf(alices);
        vm.prank(carol);
        (uint256 fraction, Cash paid) = auctions.bid(IAuctions.Bid(alices, carols, 1e18, 0, seen));
        assertNear(paid.raw(), -250e18, 1e6, "a quarter");
        assertLt(int256(fraction), 0.1e18, "for its part of the book");
        vm.expectPartialRevert(FractionTooSmall.selector);
        vm.prank(carol);
        auctions.bid(IAuctions.Bid(alices, carols, 1e18, 0, seen));
    }

    function test_inFourBlocksItIsEmptyAndThenTheHoldersPay() public {
        ledger.postCash(alices, bobs, Cash.wrap(2_000e18));
        for (uint256 blocks = 0; blocks < 3; ++blocks) {
            auctions.writeOff(alices);
            passTime(12);
        }
        assertEq(ledger.cashIndex(), 1e18, "nobody yet");
        auctions.writeOff(alices);
        assertEq(cashOf(fund.fundAccount()), 0, "the fund first");
        assertEq(cashOf(alices), 0, "then all of it");
        assertLt(int256(ledger.cashIndex()), 1e18, "by the holders");
    }

    function testFuzz_noOrderOfLossesTakesMoreThanAQuarterABlock(uint256 first, uint256 second) public {
        first = bound(first, 1, 1_000e18);
        second = bound(second, 1, 1_000e18);
        ledger.postCash(alices, bobs, Cash.wrap(int256(first)));
        ledger.postCash(carols, bobs, Cash.wrap(int256(second)));
        auctions.writeOff(alices);
        if (first < 250e18) auctions.writeOff(carols);
        assertGe(cashOf(fund.fundAccount()), 750e18, "three quarters stay");
    }

    // ---- dust ------------------------------------------------------------------------------------------------

    function test_dustDoesNotBrakeItAndMuchDustDoes() public {
        deposit(fund.fundAccount(), 999_000e18);
        vm.prank(dave);
        fund.requestRedeem(shares);
        vm.warp(block.timestamp + 72 hours);
        uint256 free = fund.maxWithdraw(dave);
        for (uint96 i = 0; i < 200; ++i) {
            AccountId dusty = accountIdOf(alice, 1000 + i);
            sell(dusty, bobs, call, 10e18);
            auctions.start(dusty, witness(100));
            if (i == 70) assertEq(fund.maxWithdraw(dave), free, "seventy accounts of dust brake nothing");
        }
        (Cash deficits, , bool isKnown) = auctions.exposure();
        assertTrue(!isKnown || deficits.raw() > 0, "what adds up to a hundredth is counted");
        assertEq(auctions.openAuctionCount(), 200, "all are open");
        assertEq(auctions.openAuctions(0, 500).length, 200, "and listed");
    }

    function test_withoutAPriceNothingLeavesAndNothingComesIn() public {
        vm.prank(dave);
        fund.requestRedeem(shares);
        vm.warp(block.timestamp + 72 hours);
        sell(alices, bobs, call, 100e18);
        auctions.start(alices, witness(100));
        passTime(2 minutes);
        vm.mockCallRevert(address(margin), abi.encodePacked(margin.assessAt.selector), "");
        vm.expectRevert();
        auctions.reckon(_these(alices));
        assertEq(fund.maxWithdraw(dave), 0, "braked");
        assertEq(fund.maxRedeem(dave), 0, "braked");
        assertEq(fund.maxDeposit(dave), 0, "no share can be priced");
        vm.clearMockedCalls();
        auctions.reckon(_these(alices));
        assertTrue(fund.maxDeposit(dave) > 0, "again");
    }

    // ---- many auctions ---------------------------------------------------------------------------------------

    function test_anyNumberOfAuctionsIsCountedAndFreezesNothing() public {
        uint256 now_ = _askedAndDue();
        AccountId[] memory accounts = _manyInAuction(150);
        (Cash deficits, Cash brake, bool isKnown) = auctions.exposure();
        // Each: E = -5, R = 8.
        assertEq(deficits.raw(), 750e18, "the sum of all");
        assertEq(brake.raw(), 870e18, "and of their worst cases");
        assertTrue(isKnown, "just reckoned");
        assertNear(int256(fund.maxWithdraw(dave)), 130e6, 1, "what exceeds it leaves");

        vm.warp(now_ + 6 minutes);
        assertEq(fund.maxWithdraw(dave), 0, "what was reckoned long ago says nothing");
        assertEq(fund.maxDeposit(dave), 0, "to nobody");
        margin.setSeries(call, 4e18, 10e18);
        for (uint256 page = 0; page < 3; ++page) {
            assertEq(fund.maxWithdraw(dave), 0, "nor while one is missing");
            AccountId[] memory some = new AccountId[](50);
            for (uint256 i = 0; i < 50; ++i) some[i] = accounts[page * 50 + i];
            assertEq(auctions.reckon(some), 50, "a page");
            vm.warp(now_ + 6 minutes + 12 * (page + 1));
        }
        assertNear(int256(fund.maxWithdraw(dave)), 280e6, 1, "in pages, at the price in force");
    }

    function test_whatWorsensBrakesAsSoonAsAnyoneReckonsIt() public {
        _askedAndDue();
        sell(alices, bobs, call, 20e18);
        auctions.start(alices, witness(100));
        assertNear(int256(fund.maxWithdraw(dave)), 884e6, 1, "E = -100, R = 160");
        margin.setSeries(call, 25e18, 10e18);
        auctions.reckon(_these(alices));
        assertNear(int256(fund.maxWithdraw(dave)), 484e6, 1, "E = -500");
        ledger.postCash(bobs, alices, Cash.wrap(500e18));
        assertNear(int256(fund.maxWithdraw(dave)), 484e6, 1, "what improves waits for the same");
        auctions.reckon(_these(alices));
        assertNear(int256(fund.maxWithdraw(dave)), 984e6, 1, "E = 0");
    }

    function test_aWitnessThatNamesLittleBrakesLittleOnlyUntilAWorseOneIsNamed() public {
        _askedAndDue();
        sell(alices, bobs, call, 20e18);
        auctions.start(alices, witness(0));
        assertNear(int256(fund.maxWithdraw(dave)), 900e6, 1, "E = -100, R = 0 as named");
        auctions.replaceWitness(alices, witness(100));
        assertNear(int256(fund.maxWithdraw(dave)), 884e6, 1, "R = 160");
    }

    function test_aBidAndTheEndOfAnAuctionFreeTheFund() public {
        sell(alices, bobs, call, 40e18);
        deposit(carols, 10_000e18);
        auctions.start(alices, witness(100));
        _bid(0.25e18);
        (Cash deficits, Cash brake, bool isKnown) = auctions.exposure();
        assertEq(deficits.raw(), 150e18, "three quarters of 200");
        assertEq(brake.raw(), 174e18, "and of 232");
        assertTrue(isKnown, "a bid reckons");
        passTime(12);
        _bid(1e18);
        (deficits, brake, ) = auctions.exposure();
        assertEq(deficits.raw() + brake.raw(), 0, "over");
    }

    /// @dev An account that is small at its start is dust; what it owes once the market has moved on is not hidden.
    function test_dustThatGrewIsCountedOnceAnyoneReckonsIt() public {
        _askedAndDue();
        sell(alices, bobs, call, 0.001e18);
        auctions.start(alices, witness(100));
        assertEq(fund.maxWithdraw(dave), 1_000e6, "dust");
        margin.setSeries(call, 200_000e18, 10e18);
        auctions.reckon(_these(alices));
        assertNear(int256(fund.maxWithdraw(dave)), 800e6, 1_000, "a deficit of 200");
        assertEq(auctions.openAuctions(0, 1)[0].raw(), alices.raw(), "listed among what counts");
    }

    function test_aDebtIsNoDustHoweverSmallItsMargin() public {
        _askedAndDue();
        sell(alices, bobs, call, 0.001e18);
        ledger.postCash(alices, bobs, Cash.wrap(300e18));
        auctions.start(alices, witness(100));
        assertNear(int256(fund.maxWithdraw(dave)), 700e6, 100_000, "the deficit counts");
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    function _askedAndDue() private returns (uint256 now_) {
        vm.prank(dave);
        fund.requestRedeem(shares);
        now_ = 1_590_000_000 + 72 hours; // as the house begins
        vm.warp(now_);
    }

    function _manyInAuction(uint96 count) private returns (AccountId[] memory accounts) {
        accounts = new AccountId[](count);
        for (uint96 i = 0; i < count; ++i) {
            accounts[i] = accountIdOf(alice, 1000 + i);
            sell(accounts[i], bobs, call, 1e18);
            auctions.start(accounts[i], witness(100));
        }
    }

    function _these(AccountId account) private pure returns (AccountId[] memory accounts) {
        accounts = new AccountId[](1);
        accounts[0] = account;
    }

    function _bid(uint256 fraction) private {
        bytes32 seen = ledger.seriesHashOf(alices);
        vm.prank(carol);
        auctions.bid(IAuctions.Bid(alices, carols, fraction, 0, seen));
    }

    // ---- shares ----------------------------------------------------------------------------------------------

    function test_noShareIsSoldWhileDeficitsExceedTheAssets() public {
        sell(alices, bobs, call, 200e18);
        auctions.start(alices, witness(100));
        assertEq(fund.totalAssets(), 0, "nothing is left");
        assertEq(fund.maxDeposit(bob), 0, "and nothing is sold");
        assertEq(fund.maxMint(bob), 0, "and nothing is sold");
    }

    function test_aFirstDepositorWhoInflatesThePriceLosesWhatHeGives() public {
        House fresh = new FreshHouse();
        FreshHouse(address(fresh)).inflate();
    }

    function testFuzz_aRoundTripNeverProfits(uint256 tokens, uint256 gift) public {
        tokens = bound(tokens, 1, 1e15);
        deposit(fund.fundAccount(), int256(bound(gift, 0, 1e12) * 1e12) + 1e12);
        uint256 bought = fundDeposit(bob, tokens);
        vm.startPrank(bob);
        fund.requestRedeem(bought);
        vm.warp(block.timestamp + 72 hours);
        uint256 most = fund.maxRedeem(bob);
        if (most != 0) fund.redeem(most, bob, bob);
        vm.stopPrank();
        assertLe(int256(token.balanceOf(bob)), int256(tokens), "never more than he gave");
        assertGe(int256(token.balanceOf(bob)) + 2, int256(tokens), "and all but rounding");
    }

    function test_onlyTheAuctionHouseSpendsItAndItIsNamedOnce() public {
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        vm.prank(bob);
        fund.cover(bobs, Cash.wrap(1));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, bob));
        vm.prank(bob);
        fund.setAuctions(auctions);
        vm.expectRevert(abi.encodeWithSelector(AuctionsAlreadySet.selector, address(auctions)));
        fund.setAuctions(Auctions(address(1)));
    }
}

/// @dev A fund without shares, and an attacker who is first.
contract FreshHouse is House {
    constructor() {
        setUp();
    }

    function inflate() external {
        uint256 attackers = fundDeposit(alice, 1);
        deposit(fund.fundAccount(), 10_000e18);
        uint256 victims = fundDeposit(bob, 5_000e6);
        assertTrue(victims > 0, "the victim gets shares");
        assertNear(int256(fund.previewRedeem(victims)), 5_000e6, 10_000, "worth what he paid, to a cent");
        assertLt(int256(fund.previewRedeem(attackers)), 5_001e6, "and the attacker lost half of the gift");
    }
}
