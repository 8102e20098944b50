// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {
    AccountHealthy,
    AlreadyInAuction,
    AuctionNotOver,
    BelowInitialMargin,
    BidOnOwnAccount,
    DiscountTooSmall,
    FractionTooSmall,
    GraceNotOver,
    HouseAccount,
    MarketNotCallable,
    NotADebtor,
    NotAccountOwner,
    NotInAuction,
    NothingHeld,
    SeriesChanged,
    WitnessNotWorse
} from "../../../contracts/types/Errors.sol";
import {Level, LEVELS} from "../../../contracts/types/Level.sol";
import {MarketState, Side} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

contract AuctionsTest is House {
    /// @dev Alice is short 10 calls at 5, each requiring 10: INITIAL 100, MAINTENANCE 80, CLOSEOUT 60, equity = cash − 50.
    function setUp() public override {
        super.setUp();
        margin.setSeries(call, 5e18, 10e18);
        sell(alices, bobs, call, 10e18);
        deposit(carols, 10_000e18);
    }

    // ---- start ---------------------------------------------------------------------------------------------

    function test_anAccountBelowMaintenanceIsAuctionedWhenItsGraceIsOverAndNotBefore() public {
        deposit(alices, 120e18);
        vm.expectRevert(abi.encodeWithSelector(GraceNotOver.selector, alices.raw(), type(uint64).max));
        auctions.start(alices, witness(100));
        marginCalls.openMarginCall(alices, witness(100));
        passTime(899);
        vm.expectRevert(abi.encodeWithSelector(GraceNotOver.selector, alices.raw(), 1));
        auctions.start(alices, witness(100));
        passTime(1);
        auctions.start(alices, witness(100));
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.AUCTION, "in auction");
        vm.expectRevert(abi.encodeWithSelector(AlreadyInAuction.selector, alices.raw()));
        auctions.start(alices, witness(100));
    }

    function test_anAccountBelowCloseoutIsAuctionedAtOnceEvenWithASingleSource() public {
        deposit(alices, 109e18);
        book.setMarket(ETH, MarketState.SINGLE, Price.wrap(200e18));
        auctions.start(alices, witness(100));
        assertEq(auctions.openAuctionCount(), 1, "open");
    }

    function test_aSingleSourceStartsNothingAboveCloseoutAndNoSourceNothingAtAll() public {
        deposit(alices, 111e18);
        marginCalls.openMarginCall(alices, witness(100));
        passTime(900);
        book.setMarket(ETH, MarketState.SINGLE, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(MarketState.SINGLE)));
        auctions.start(alices, witness(100));
        book.setMarket(ETH, MarketState.DEAD, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(MarketState.DEAD)));
        auctions.start(alices, witness(100));
    }

    function testFuzz_noWitnessStartsAnAuctionOfAnAccountThatIsNotBelowMaintenance(
        uint8 scenario,
        uint256 cash
    ) public {
        deposit(alices, int256(bound(cash, 130e18, 1000e18) / 1e12) * 1e12);
        vm.expectPartialRevert(AccountHealthy.selector);
        auctions.start(alices, witness(scenario));
    }

    /// @dev Guarantee 4.
    function testFuzz_anAccountBelowCloseoutCanAlwaysBeAuctionedWhateverIsGivenToIt(uint256 cash, uint256 gift) public {
        deposit(alices, int256(bound(cash, 0, 109e18) / 1e12) * 1e12);
        // Dust of an underlying whose market is dead, and of cash.
        ledger.postCollateral(AccountId.wrap(0), alices, 2, bound(gift, 1, 1e30));
        ledger.postCash(carols, alices, Cash.wrap(1));
        auctions.start(alices, witness(100));
        assertEq(auctions.openAuctionCount(), 1, "open");
        auctions.quote(alices);
        (, Cash paid) = _bid(alices, 1e18);
        assertGt(paid.raw(), -60e18, "and be bid for");
    }

    function test_nobodysAccountsAndEmptyOnesCannotBeAuctioned() public {
        AccountId clearing = settlement.clearingAccount(ETH, EXPIRY);
        sell(clearing, bobs, call, 1e18);
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, clearing.raw()));
        auctions.start(clearing, witness(100));
        vm.expectRevert(abi.encodeWithSelector(HouseAccount.selector, 0));
        auctions.start(AccountId.wrap(0), witness(100));
        vm.expectRevert(abi.encodeWithSelector(NothingHeld.selector, daves.raw()));
        auctions.start(daves, witness(100));
    }

    // ---- bids ----------------------------------------------------------------------------------------------

    /// @dev RULES D4: a bidder who has nothing here yet sends one transaction.
    function test_aFreshAccountFundedInTheSameCallWorks() public {
        _auctionAt(100e18);
        token.faucet(bob, 500e6);
        AccountId fresh = accountIdOf(bob, 77);
        IAuctions.Bid memory offer = IAuctions.Bid(alices, fresh, 1e18, 0, ledger.seriesHashOf(alices));
        vm.startPrank(bob);
        token.approve(address(custody), type(uint256).max);
        vm.expectPartialRevert(BelowInitialMargin.selector);
        auctions.bid(offer);
        (uint256 fraction, Cash paid) = auctions.fundAndBid(offer, 500e18);
        vm.stopPrank();
        assertGt(int256(fraction), 0, "taken");
        assertGt(paid.raw(), 0, "and paid for");
        assertEq(token.balanceOf(bob), 0, "from the bidder's wallet");
        assertSolvent();
        // Nobody funds another's bid, and a bid that is refused takes nothing.
        token.faucet(bob, 500e6);
        vm.expectPartialRevert(NotAccountOwner.selector);
        vm.prank(bob);
        auctions.fundAndBid(IAuctions.Bid(alices, carols, 1e18, 0, bytes32(0)), 500e18);
        assertEq(token.balanceOf(bob), 500e6, "still his");
    }

    function test_aBidTakesTheSameFractionOfEverythingAndRestoresTheBuffer() public {
        _auctionAt(100e18);
        depositEther(alices, 0.1e18);
        // E = 70, R = 80, M = 100; x = 2 %: price 68.4, fraction 30 / 98.4.
        IAuctions.Quote memory terms = auctions.quote(alices);
        assertEq(terms.equity.raw(), 70e18, "equity");
        assertEq(terms.price.raw(), 68.4e18, "price");
        assertNear(int256(terms.maxFraction), (30 * ONE * ONE) / 98.4e18, 2e9, "fraction");

        (uint256 fraction, Cash paid) = _bid(alices, 1e18);
        assertEq(fraction, terms.maxFraction, "the largest");
        assertNear(paid.raw(), int256((68.4e18 * fraction) / 1e18), 1, "paid");
        assertNear(sizeOf(carols, call), -int256((10e18 * fraction) / 1e18), 1, "contracts");
        assertNear(int256(ledger.collateralOf(carols, ETH)), int256((0.1e18 * fraction) / 1e18), 1, "collateral");
        assertEq(sizeOf(alices, call) + sizeOf(carols, call), -10e18, "nothing lost");
        Cash[LEVELS] memory left = margin.assess(alices, Side.ABOVE).health;
        assertGe(left[uint256(Level.INITIAL)].raw(), 0, "above INITIAL");
        assertLe(left[uint256(Level.INITIAL)].raw(), 1e12, "and no more than that");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "it ended by itself");
        assertEq(auctions.openAuctionCount(), 0, "closed");
        assertSolvent();
    }

    function test_theDiscountGrowsInMarketTimeAndStandsWithTheMarket() public {
        _auctionAt(100e18);
        assertEq(auctions.quote(alices).discountShare, 0.02e18, "start");
        passTime(900);
        assertEq(auctions.quote(alices).discountShare, 0.2e18, "15 minutes");
        vm.warp(block.timestamp + 1 days);
        assertEq(auctions.quote(alices).discountShare, 0.2e18, "stands");
        passTime(2700);
        // E = 50, R = 80: E − R is below zero, and while E ≥ 0 the price is not.
        assertEq(auctions.quote(alices).price.raw(), 0, "never below zero");
        assertEq(auctions.quote(alices).maxFraction, 1e18, "all of it");
    }

    /// @dev Guarantee 5, on the real books, with a reserve that a part must hold as the whole does.
    function testFuzz_aBidNeverLowersMaintenanceOrInitialHealth(
        uint256 cash,
        uint64 time,
        uint256 fraction,
        uint128 reserve
    ) public {
        fundDeposit(dave, 1_000e6);
        margin.setReserve(uint128(bound(uint256(reserve), 0, 200e18)));
        _auctionAt(int256(bound(cash, 0, 109e18) / 1e12) * 1e12);
        passTime(uint64(bound(uint256(time), 0, 4000)));
        Cash[LEVELS] memory before = margin.assess(alices, Side.ABOVE).health;
        _bid(alices, bound(fraction, auctions.quote(alices).leastFraction, 1e18));
        Cash[LEVELS] memory left = margin.assess(alices, Side.ABOVE).health;
        assertGe(left[uint256(Level.MAINTENANCE)].raw() + 3, before[uint256(Level.MAINTENANCE)].raw(), "MAINTENANCE");
        assertGe(left[uint256(Level.INITIAL)].raw() + 3, before[uint256(Level.INITIAL)].raw(), "INITIAL");
        assertSolvent();
    }

    function test_aNegativePriceIsPaidByTheFundAndNeverByTheAccount() public {
        fundDeposit(dave, 1_000e6);
        _auctionAt(40e18);
        passTime(450);
        // E = −10, R = 80; x = 11 %, but the fund pays at most 10 %: price −18.
        assertEq(auctions.quote(alices).price.raw(), -18e18, "price");
        (uint256 fraction, Cash paid) = _bid(alices, 1e18);
        assertEq(fraction, 1e18, "all");
        assertEq(paid.raw(), -18e18, "received");
        assertEq(cashOf(alices), 0, "nothing left");
        assertEq(cashOf(carols), 10_058e18, "the account's cash and the fund's");
        assertEq(cashOf(fund.fundAccount()), 982e18, "by the fund");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.CLOSED, "closed");
        assertSolvent();
    }

    function test_whereTheFundEndsTheHoldersPayTheLossAndNoReward() public {
        _fundAtItsLast(4e6);
        _auctionAt(40e18);
        passTime(900);
        deposit(bobs, 1_000e18);
        int256 bobsBefore = cashOf(bobs);
        // Owed 18: the fund has 4, the loss is 10, so the holders pay 6 and 8 of reward stay unpaid.
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        offer.minDiscount = 0.1e18;
        vm.expectRevert(abi.encodeWithSelector(DiscountTooSmall.selector, 0, 0.1e18));
        vm.prank(carol);
        auctions.bid(offer);
        (, Cash paid) = _bid(alices, 1e18);
        assertNear(paid.raw(), -10e18, 10, "the loss alone");
        assertEq(cashOf(fund.fundAccount()), 0, "all of the fund");
        assertLt(cashOf(bobs), bobsBefore, "holders share it");
        assertTrue(ledger.cashIndex() < 1e18, "visibly");
        assertSolvent();
    }

    function test_twoBiddersShareAnAuction() public {
        _auctionAt(60e18);
        passTime(300);
        (uint256 first, ) = _bid(alices, 0.3e18);
        assertEq(first, 0.3e18, "as asked");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.AUCTION, "goes on");
        deposit(daves, 10_000e18);
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        offer.buyer = daves;
        vm.prank(dave);
        auctions.bid(offer);
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "restored");
        assertEq(sizeOf(alices, call) + sizeOf(carols, call) + sizeOf(daves, call), -10e18, "nothing lost");
    }

    function test_aBidRestoresTheBufferInOneStepThoughTheReserveStays() public {
        margin.setReserve(20e18);
        _auctionAt(115e18);
        // E = 65, M = 120, R = 96; x = 2 %: price 63.08, of which the reserve of 20 stays lacking.
        IAuctions.Quote memory terms = auctions.quote(alices);
        assertEq(terms.reserve.raw(), 20e18, "reserve");
        _bid(alices, 1e18);
        Cash left = margin.assess(alices, Side.ABOVE).health[uint256(Level.INITIAL)];
        assertGe(left.raw(), 0, "restored");
        assertLe(left.raw(), 1e12, "and no more");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "in one step");
    }

    function test_collateralWithoutAPriceIsGivenTheBenefitOfTheDoubtAndDustIsNot() public {
        uint8 btc = 2;
        book.setMarket(btc, MarketState.DEAD, Price.wrap(1000e18));
        margin.setCollateralPrice(btc, 1000e18);
        deposit(alices, 90e18);
        ledger.postCollateral(AccountId.wrap(0), alices, btc, 0.015e18);
        // E = 90 − 50 + 15: 5 below CLOSEOUT; counted twice the collateral is worth 15 more.
        vm.expectRevert(abi.encodeWithSelector(GraceNotOver.selector, alices.raw(), type(uint64).max));
        auctions.start(alices, witness(100));
        ledger.postCash(alices, bobs, Cash.wrap(11e18));
        auctions.start(alices, witness(100));
        _bid(alices, 1e18);
    }

    function test_aBidIsHeldToThePortfolioTheBidderHasSeen() public {
        _auctionAt(60e18);
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        sell(alices, bobs, put, 1e18);
        vm.expectRevert(abi.encodeWithSelector(SeriesChanged.selector, offer.seriesHash, ledger.seriesHashOf(alices)));
        vm.prank(carol);
        auctions.bid(offer);
    }

    function test_aBidIsHeldToTheFloorOfTheBidder() public {
        _auctionAt(100e18);
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        // Two hundredths are offered, and a tenth of them is the fund's.
        offer.minDiscount = 0.018e18 + 1;
        vm.expectRevert(abi.encodeWithSelector(DiscountTooSmall.selector, 0.018e18, offer.minDiscount));
        vm.prank(carol);
        auctions.bid(offer);
        offer.minDiscount = 0.018e18;
        vm.prank(carol);
        auctions.bid(offer);
    }

    function test_thePenaltyIsTheBiddersToPayAndTheFundsToKeep() public {
        _auctionAt(100e18);
        IAuctions.Quote memory terms = auctions.quote(alices);
        int256 before = cashOf(carols);
        (uint256 fraction, Cash paid) = _bid(alices, 1e18);
        int256 penalty = ((terms.equity - terms.price).raw() * int256(fraction)) / 10e18;
        assertGt(penalty, 0, "a tenth of the discount");
        assertNear(cashOf(fund.fundAccount()), penalty, 1, "to the fund");
        int256 taken = (100e18 * int256(fraction)) / ONE; // of alice's cash
        assertNear(cashOf(carols), before + taken - paid.raw() - penalty, 2, "from the bidder");
        assertNear(cashOf(alices), 100e18 - taken + paid.raw(), 2, "and not from the account");
    }

    function test_crumbsAreRefusedButTheRestIsNot() public {
        _auctionAt(60e18);
        IAuctions.Bid memory offer = _offer(alices, 0.01e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(FractionTooSmall.selector, 0.01e18 - 1, 0.01e18));
        vm.prank(carol);
        auctions.bid(offer);
        deposit(alices, 90e18 - 1e12);
        (uint256 rest, ) = _bid(alices, 1e18);
        assertTrue(rest < 0.01e18, "the rest is less than a hundredth");
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "restored");
    }

    function test_aBidderMustOwnTheAccountAndStandAboveInitialAfterwards() public {
        _auctionAt(60e18);
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        vm.expectRevert(abi.encodeWithSelector(NotAccountOwner.selector, carols.raw(), bob));
        vm.prank(bob);
        auctions.bid(offer);
        offer.buyer = daves;
        vm.expectPartialRevert(BelowInitialMargin.selector);
        vm.prank(dave);
        auctions.bid(offer);
        offer.buyer = alices;
        vm.expectRevert(abi.encodeWithSelector(BidOnOwnAccount.selector, alices.raw()));
        vm.prank(alice);
        auctions.bid(offer);
    }

    function test_noBidIsTakenWithoutAPriceNorAboveCloseoutOnASingleOne() public {
        _auctionAt(100e18);
        IAuctions.Bid memory offer = _offer(alices, 1e18);
        book.setMarket(ETH, MarketState.DEAD, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(MarketState.DEAD)));
        vm.prank(carol);
        auctions.bid(offer);
        book.setMarket(ETH, MarketState.SINGLE, Price.wrap(200e18));
        deposit(alices, 11e18);
        vm.expectPartialRevert(AccountHealthy.selector);
        vm.prank(carol);
        auctions.bid(offer);
        ledger.postCash(alices, bobs, Cash.wrap(2e18));
        vm.prank(carol);
        auctions.bid(offer);
    }

    // ---- witness and end -----------------------------------------------------------------------------------

    function test_aWorseWitnessRaisesTheRequirementAndLeavesTheClock() public {
        deposit(alices, 95e18);
        auctions.start(alices, witness(80));
        passTime(450);
        assertEq(auctions.quote(alices).maintenance.raw(), 64e18, "as shown");
        vm.expectPartialRevert(WitnessNotWorse.selector);
        auctions.replaceWitness(alices, witness(70));
        auctions.replaceWitness(alices, witness(100));
        assertEq(auctions.quote(alices).maintenance.raw(), 80e18, "as it is");
        assertEq(auctions.quote(alices).discountShare, 0.11e18, "the clock runs on");
    }

    function test_anAuctionIsClosedAboveInitialAndNotBefore() public {
        _auctionAt(60e18);
        deposit(alices, 89e18);
        vm.expectRevert(abi.encodeWithSelector(AuctionNotOver.selector, alices.raw()));
        auctions.close(alices);
        deposit(alices, 1e18);
        auctions.close(alices);
        assertTrue(marginCalls.statusOf(alices) == IMarginCalls.Status.HEALTHY, "healthy");
        vm.expectRevert(abi.encodeWithSelector(NotInAuction.selector, alices.raw()));
        auctions.close(alices);
    }

    function test_aDebtorWithNothingLeftIsClosedThroughTheLossOrder() public {
        _fundAtItsLast(30e6);
        ledger.postCash(daves, bobs, Cash.wrap(50e18));
        auctions.writeOff(daves);
        assertNear(cashOf(daves), 0, 2, "forgiven");
        assertEq(cashOf(fund.fundAccount()), 0, "by the fund first");
        assertTrue(ledger.cashIndex() < 1e18, "and by all after");
        assertTrue(marginCalls.statusOf(daves) == IMarginCalls.Status.CLOSED, "closed");
        assertSolvent();
    }

    function test_onlyADebtorWithNothingLeftIsWrittenOff() public {
        AccountId clearing = settlement.clearingAccount(ETH, EXPIRY);
        ledger.postCash(clearing, bobs, Cash.wrap(5e18));
        ledger.postCash(alices, bobs, Cash.wrap(5e18));
        AccountId[4] memory others = [clearing, AccountId.wrap(0), alices, bobs];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectPartialRevert(NotADebtor.selector);
            auctions.writeOff(others[i]);
        }
    }

    function test_openAuctionsAreListedInPagesAndLeaveTheListInAnyOrder() public {
        for (uint96 i = 0; i < 5; ++i) {
            AccountId account = accountIdOf(alice, 10 + i);
            sell(account, bobs, call, 1e18);
            auctions.start(account, witness(100));
        }
        deposit(accountIdOf(alice, 10), 100e18);
        auctions.close(accountIdOf(alice, 10));
        AccountId[] memory page = auctions.openAuctions(0, 100);
        assertEq(page.length, 4, "left");
        assertTrue(page[0] == accountIdOf(alice, 14), "the last took its place");
        assertEq(auctions.openAuctions(3, 5).length, 1, "last page");
        assertEq(auctions.openAuctions(9, 5).length, 0, "beyond");
        _bid(accountIdOf(alice, 14), 1e18);
        assertEq(auctions.openAuctionCount(), 3, "closed by a bid");
    }

    function test_theExposureOfTheFundIsTheSumOverOpenAuctions() public {
        _auctionAt(40e18);
        AccountId other = accountIdOf(alice, 2);
        sell(other, bobs, call, 10e18);
        deposit(other, 52e18);
        auctions.start(other, witness(100));
        (Cash deficits, Cash brake, bool isKnown) = auctions.exposure();
        assertEq(deficits.raw(), 10e18, "max(0, -E): 10 + 0");
        assertEq(brake.raw(), 24e18, "max(0, R/10 - E): 18 + 6");
        assertTrue(isKnown, "known");
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    /// @dev Three blocks have taken three quarters: the rest may be paid in one (RULES D7).
    function _fundAtItsLast(uint256 tokens) private {
        fundDeposit(dave, 4 * tokens);
        for (uint256 blocks = 0; blocks < 3; ++blocks) {
            AccountId debtor = accountIdOf(dave, 99);
            ledger.postCash(debtor, bobs, Cash.wrap(int256(tokens * 1e12)));
            auctions.writeOff(debtor);
            passTime(12);
        }
    }

    function _auctionAt(int256 cash) private {
        if (cash != 0) deposit(alices, cash);
        auctions.start(alices, witness(100));
    }

    function _offer(AccountId account, uint256 fraction) private view returns (IAuctions.Bid memory) {
        return IAuctions.Bid(account, carols, fraction, 0, ledger.seriesHashOf(account));
    }

    function _bid(AccountId account, uint256 fraction) private returns (uint256, Cash) {
        IAuctions.Bid memory offer = _offer(account, fraction);
        vm.prank(carol);
        return auctions.bid(offer);
    }
}
