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
        vm.mockCallRevert(address(margin), abi.encodePacked(margin.assessAt.selector), "");
        assertEq(fund.maxWithdraw(dave), 0, "braked");
        assertEq(fund.maxRedeem(dave), 0, "braked");
        assertEq(fund.maxDeposit(dave), 0, "no share can be priced");
        vm.clearMockedCalls();
        assertTrue(fund.maxDeposit(dave) > 0, "again");
    }

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
