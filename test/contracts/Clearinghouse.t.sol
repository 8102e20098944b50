// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IClearinghouse} from "../../contracts/IClearinghouse.sol";
import {AccountId, accountIdOf} from "../../contracts/types/AccountId.sol";
import {Cash, NO_CASH} from "../../contracts/types/Cash.sol";
import {
    AccountInAuction,
    AccountInCall,
    AccountWithoutOwner,
    BelowInitialMargin,
    CapNotLower,
    InsufficientCash,
    InsufficientCollateral,
    MalformedTrade,
    NewRiskRefused,
    NewRiskStopped,
    NotAccountOwner,
    NothingToMove,
    ReductionRefused,
    SeriesNotListed,
    OpenInterestUncovered,
    ShortCapReached,
    TradeTooSmall
} from "../../contracts/types/Errors.sol";
import {Level} from "../../contracts/types/Level.sol";
import {MarketState, Side} from "../../contracts/types/Marks.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {vm} from "./Vm.sol";
import {World} from "./World.sol";

contract ClearinghouseTest is World {
    AccountId private adam; // long
    AccountId private barb; // short
    AccountId private carl; // rich

    function setUp() public override {
        super.setUp();
        adam = funded("adam", 1_000e18);
        barb = funded("barb", 1_000e18);
        carl = funded("carl", 1_000_000e18);
    }

    // ---- deposit -------------------------------------------------------------------------------------------

    function test_anyoneDepositsIntoAnyAccountAndIsCreditedWhatArrived() public {
        address payer = addressOf("payer");
        dollar.faucet(payer, 50e6);
        vm.startPrank(payer);
        dollar.approve(address(custody), 50e6);
        vm.expectEmit(true, true, true, true);
        emit IClearinghouse.Deposited(adam, CASH, payer, 50e18);
        clearinghouse.deposit(adam, CASH, 50e18);
        vm.stopPrank();
        assertEq(cashOf(adam), 1_050e18, "cash");
    }

    function test_aDepositIsTakenWhileCalledInAuctionAndWithoutPrices() public {
        callBarb();
        setMarket(MarketState.DEAD, 0);
        give(barb, CASH, 5e18);
        give(barb, ETHER, 1e18);
        setPrice(350e18);
        auctions.start(barb, witnessesOf(barb));
        give(barb, CASH, 5e18);
        clearinghouse.stopNewRisk();
        give(barb, CASH, 5e18);
        assertEq(ledger.collateralOf(barb, ETHER), 1e18, "collateral");
    }

    function test_aDepositThatNobodyCouldTakeOutOrOfNothingIsRefused() public {
        AccountId nobodys = accountIdOf(address(0), 5);
        vm.expectRevert(abi.encodeWithSelector(AccountWithoutOwner.selector, nobodys.raw()));
        clearinghouse.deposit(nobodys, CASH, 1e18);
        vm.expectRevert(abi.encodeWithSelector(NothingToMove.selector, 0));
        clearinghouse.deposit(adam, CASH, 0);
    }

    // ---- withdraw ------------------------------------------------------------------------------------------

    function test_anOwnerWithoutPositionsWithdrawsAllWhateverTheMarketsDo() public {
        give(adam, ETHER, 2e18);
        setMarket(MarketState.DEAD, 0);
        clearinghouse.stopNewRisk();
        withdraw(adam, CASH, 1_000e18);
        withdraw(adam, ETHER, 2e18);
        assertEq(dollar.balanceOf(adam.owner()), 1_000e6, "dollars");
        assertEq(ether_.balanceOf(adam.owner()), 2e18, "ether");
        assertEq(cashOf(adam), 0, "cash");
    }

    function test_onlyTheOwnerWithdraws() public {
        vm.expectRevert(abi.encodeWithSelector(NotAccountOwner.selector, adam.raw(), address(this)));
        clearinghouse.withdraw(adam, CASH, 1e18, address(this));
    }

    function test_aWithdrawalNeverTakesMoreThanIsThere() public {
        vm.startPrank(adam.owner());
        vm.expectRevert(abi.encodeWithSelector(InsufficientCash.selector, adam.raw(), -1e12, int256(0)));
        clearinghouse.withdraw(adam, CASH, 1_000e18 + 1e12, address(this));
        vm.expectPartialRevert(InsufficientCollateral.selector);
        clearinghouse.withdraw(adam, ETHER, 1, address(this));
        vm.stopPrank();
    }

    function test_aWithdrawalRoundsDownToWhatTheTokenHasAndNothingIsLost() public {
        withdraw(adam, CASH, 1e18 + 999);
        assertEq(cashOf(adam), 999e18, "the rest stays");
        vm.prank(adam.owner());
        vm.expectRevert(abi.encodeWithSelector(NothingToMove.selector, 999));
        clearinghouse.withdraw(adam, CASH, 999, address(this));
    }

    function test_aWithdrawalThatWouldLeaveLessThanInitialIsRefusedAndOneThatLeavesItIsNot() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        int256 free = healthOf(barb, Level.INITIAL);
        assertGt(free, 0, "barb has some to spare");
        assertLt(free, 1_000e18, "and some bound");
        uint256 step = 1e12;
        vm.startPrank(barb.owner());
        vm.expectPartialRevert(BelowInitialMargin.selector);
        clearinghouse.withdraw(barb, CASH, uint256(free) + step, address(this));
        clearinghouse.withdraw(barb, CASH, uint256(free) - step, address(this));
        vm.stopPrank();
    }

    function test_aPoolsMeanBindsWhoTakesCashOrRiskAndNobodyWhoReduces() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        withdraw(barb, CASH, 1e18);
        Price[] memory pool = new Price[](1);
        pool[0] = Price.wrap(270e18);
        market.setCandidates(ETHER, Side.TAKING, pool);
        vm.prank(barb.owner());
        vm.expectPartialRevert(BelowInitialMargin.selector);
        clearinghouse.withdraw(barb, CASH, 1e18, address(this));
        vm.expectPartialRevert(BelowInitialMargin.selector);
        trade(adam, barb, callAt(200), 1e18, 6e18);
        trade(barb, adam, callAt(200), 1e18, 6e18);
    }

    function test_withOneSourceAWithdrawalMustHoldAtTheEndsAndWithNoneItMustWait() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        setMarket(MarketState.SINGLE, 200e18);
        withdraw(barb, CASH, 1e18);

        Price[] memory end = new Price[](1);
        end[0] = Price.wrap(270e18);
        market.setCandidates(ETHER, Side.ABOVE, end);
        vm.prank(barb.owner());
        vm.expectPartialRevert(BelowInitialMargin.selector);
        clearinghouse.withdraw(barb, CASH, 1e18, address(this));

        setMarket(MarketState.DEAD, 200e18);
        vm.prank(barb.owner());
        vm.expectRevert(
            abi.encodeWithSelector(NewRiskRefused.selector, ETHER, uint8(MarketState.DEAD), uint8(MarketState.SINGLE))
        );
        clearinghouse.withdraw(barb, CASH, 1e18, address(this));
    }

    function test_aCalledAccountWithdrawsNothing() public {
        callBarb();
        vm.prank(barb.owner());
        vm.expectRevert(abi.encodeWithSelector(AccountInCall.selector, barb.raw()));
        clearinghouse.withdraw(barb, CASH, 1e18, address(this));
    }

    function test_anAccountInAuctionWithdrawsNothing() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        setPrice(350e18);
        auctions.start(barb, witnessesOf(barb));
        vm.prank(barb.owner());
        vm.expectRevert(abi.encodeWithSelector(AccountInAuction.selector, barb.raw()));
        clearinghouse.withdraw(barb, CASH, 1e18, address(this));
    }

    function test_aDebtorWithdrawsNoCollateral() public {
        give(barb, ETHER, 20e18);
        trade(adam, barb, callAt(200), 10e18, 6e18);
        vm.warp(FRIDAY + 60);
        setPrice(350e18);
        market.setSettlementPrice(ETHER, FRIDAY, Price.wrap(350e18));
        AccountId[] memory both = new AccountId[](2);
        (both[0], both[1]) = (adam, barb);
        settlement.settle(ETHER, FRIDAY, both);
        assertLt(cashOf(barb), 0, "barb owes");
        vm.prank(barb.owner());
        vm.expectPartialRevert(InsufficientCash.selector);
        clearinghouse.withdraw(barb, ETHER, 1e18, address(this));
    }

    // ---- trade ---------------------------------------------------------------------------------------------

    function test_aTradeMovesTheSizeOneWayAndThePremiumTheOther() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        assertEq(sizeOf(adam, callAt(200)), 10e18, "adam is long");
        assertEq(sizeOf(barb, callAt(200)), -10e18, "barb is short");
        assertEq(cashOf(adam), 940e18, "adam paid");
        assertEq(cashOf(barb), 1_060e18, "barb was paid");
    }

    function test_feesGoToTheFund() public {
        IClearinghouse.Trade memory matched = tradeOf(adam, barb, callAt(200), 10e18, 6e18);
        (matched.buyerFee, matched.sellerFee) = (Cash.wrap(2e18), Cash.wrap(3e18));
        clearinghouse.trade(matched);
        assertEq(cashOf(fund.fundAccount()), 5e18, "fund");
        assertEq(cashOf(adam), 938e18, "adam");
        assertEq(cashOf(barb), 1_057e18, "barb");
    }

    function test_onlyAnExchangeTrades() public {
        address stranger = addressOf("stranger");
        IClearinghouse.Trade memory matched = tradeOf(adam, barb, callAt(200), 10e18, 6e18);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        clearinghouse.trade(matched);
    }

    function test_newRiskThatLeavesASideBelowInitialIsRefused() public {
        vm.expectPartialRevert(BelowInitialMargin.selector);
        trade(adam, barb, callAt(200), 100e18, 6e18);
    }

    function test_aBuyerWhoCannotPayIsRefusedHoweverMuchTheOptionIsWorth() public {
        vm.expectRevert(abi.encodeWithSelector(InsufficientCash.selector, adam.raw(), -1e18, int256(0)));
        trade(adam, carl, callAt(100), 10e18, 100.1e18);
    }

    function test_newRiskAsksForTwoLiveSourcesThatMayDisagree() public {
        setMarket(MarketState.DISPUTED, 200e18);
        trade(adam, barb, callAt(200), 1e18, 6e18);
        MarketState[3] memory weak = [MarketState.WIDE, MarketState.SINGLE, MarketState.DEAD];
        for (uint256 i = 0; i < weak.length; i++) {
            setMarket(weak[i], 200e18);
            vm.expectRevert(
                abi.encodeWithSelector(NewRiskRefused.selector, ETHER, uint8(weak[i]), uint8(MarketState.DISPUTED))
            );
            trade(adam, barb, callAt(200), 1e18, 6e18);
        }
    }

    function test_theGuardianStopsNewRiskAndNotReductions() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        clearinghouse.stopNewRisk();
        vm.expectRevert(abi.encodeWithSelector(NewRiskStopped.selector));
        trade(adam, barb, callAt(200), 1e18, 6e18);
        trade(barb, adam, callAt(200), 1e18, 6e18);
        clearinghouse.allowNewRisk();
        trade(adam, barb, callAt(200), 1e18, 6e18);
    }

    function test_aTradeOfOneAccountWithItselfOrOfNoSizeOrWithANegativeFeeIsRefused() public {
        vm.expectPartialRevert(MalformedTrade.selector);
        trade(adam, adam, callAt(200), 1e18, 6e18);
        vm.expectPartialRevert(MalformedTrade.selector);
        trade(adam, barb, callAt(200), 0, 6e18);
        IClearinghouse.Trade memory matched = tradeOf(adam, barb, callAt(200), 1e18, 6e18);
        matched.buyerFee = Cash.wrap(-1);
        vm.expectPartialRevert(MalformedTrade.selector);
        clearinghouse.trade(matched);
    }

    function test_whatIsNotListedIsNotOpened() public {
        SeriesId[4] memory unlisted = [
            seriesIdOf(ETHER, FRIDAY + 1, 200e8, OptionKind.CALL, 0),
            seriesIdOf(ETHER, FRIDAY, 200e8 + 1, OptionKind.CALL, 0),
            seriesIdOf(ETHER, FRIDAY, 200e8, OptionKind.UP_OUT_CALL, 12_050),
            seriesIdOf(ETHER + 1, FRIDAY, 200e8, OptionKind.CALL, 0)
        ];
        for (uint256 i = 0; i < unlisted.length; i++) {
            vm.expectRevert(abi.encodeWithSelector(SeriesNotListed.selector, unlisted[i].raw()));
            trade(adam, barb, unlisted[i], 1e18, 6e18);
            assertFalse(clearinghouse.isListed(unlisted[i]), "listed");
        }
        assertTrue(clearinghouse.isListed(callAt(200)), "listed");
    }

    function test_lessThanTheMinimumIsNotOpenedAndMayBeReduced() public {
        vm.expectRevert(abi.encodeWithSelector(TradeTooSmall.selector, 0.01e18 - 1, 0.01e18));
        trade(adam, barb, callAt(200), 0.01e18 - 1, 6e18);
        trade(adam, barb, callAt(200), 0.01e18, 6e18);
        trade(barb, adam, callAt(200), 1, 6e18);
    }

    function test_nearExpiryAPositionMayBeIncreasedButNoneOpenedAndInTheWindowOnlyReduced() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        vm.warp(FRIDAY - 1 hours);
        trade(adam, barb, callAt(200), 1e18, 2e18);
        vm.expectPartialRevert(SeriesNotListed.selector);
        trade(carl, barb, callAt(200), 1e18, 2e18);
        vm.warp(FRIDAY - 30 minutes);
        vm.expectPartialRevert(SeriesNotListed.selector);
        trade(adam, barb, callAt(200), 1e18, 2e18);
        trade(barb, adam, callAt(200), 1e18, 2e18);
        vm.warp(FRIDAY);
        vm.expectPartialRevert(SeriesNotListed.selector);
        trade(barb, adam, callAt(200), 1e18, 2e18);
    }

    function test_theCapBindsWhatRaisesOpenInterestAndNotWhatMovesIt() public {
        clearinghouse.setLimits(ETHER, IClearinghouse.Limits({minimumSize: 0.01e18, shortCap: 10e18}));
        trade(adam, barb, callAt(200), 8e18, 6e18);
        vm.expectRevert(abi.encodeWithSelector(ShortCapReached.selector, 11e18, 10e18));
        trade(adam, barb, putAt(200), 3e18, 6e18);
        trade(adam, barb, putAt(200), 2e18, 6e18);
        clearinghouse.lowerShortCap(ETHER, 1e18);
        trade(carl, adam, callAt(200), 8e18, 6e18);
        assertEq(sizeOf(carl, callAt(200)), 8e18, "carl took adam's place");
    }

    function test_whatATradeOpensIsHeldToTheBondsAndWhatItMovesOrClosesIsNot() public {
        stake.setCover(40e18); // at 200 and a reach of 2 %: ten contracts
        trade(adam, barb, callAt(200), 8e18, 6e18);
        vm.expectRevert(abi.encodeWithSelector(OpenInterestUncovered.selector, 44e18, 40e18));
        trade(adam, barb, putAt(200), 3e18, 6e18);
        vm.expectRevert(abi.encodeWithSelector(OpenInterestUncovered.selector, 44e18, 40e18));
        trade(adam, barb, seriesIdOf(ETHER, FRIDAY + 7 days, 200e8, OptionKind.CALL, 0), 3e18, 9e18);
        trade(adam, barb, putAt(200), 2e18, 6e18);
        (uint256 atStake, uint256 cover) = clearinghouse.stakeOf(ETHER);
        assertEq(atStake, cover, "all that the bonds cover");

        stake.setCover(1e18);
        trade(carl, adam, callAt(200), 8e18, 6e18);
        trade(barb, carl, callAt(200), 3e18, 6e18);
        assertEq(sizeOf(carl, callAt(200)), 5e18, "taken over from adam, and partly closed");
    }

    function test_theSameBondsAnswerForEveryMarketThatWasOpened() public {
        stake.setCover(40e18);
        clearinghouse.setLimits(ETHER, IClearinghouse.Limits({minimumSize: 0.02e18, shortCap: 1_000_000e18}));
        (, uint256 alone) = clearinghouse.stakeOf(ETHER);
        clearinghouse.setLimits(2, IClearinghouse.Limits({minimumSize: 1, shortCap: 1e18}));
        clearinghouse.setLimits(2, IClearinghouse.Limits({minimumSize: 0, shortCap: 0}));
        (, uint256 shared) = clearinghouse.stakeOf(ETHER);
        assertEq(alone, 40e18, "one market has them to itself, however often its limits change");
        assertEq(shared, 20e18, "and half of them beside another, also where that is closed again");
    }

    function test_theGuardianLowersACapAndDoesNotRaiseIt() public {
        clearinghouse.lowerShortCap(ETHER, 5e18);
        vm.expectRevert(abi.encodeWithSelector(CapNotLower.selector, 5e18, 5e18));
        clearinghouse.lowerShortCap(ETHER, 5e18);
    }

    // ---- reductions (RULES D2) -----------------------------------------------------------------------------

    function test_aCalledAccountReducesAtAFairPriceAndDoesNothingElse() public {
        callBarb();
        int256 maintenance = healthOf(barb, Level.MAINTENANCE);
        uint256 mark = markOf(callAt(200));
        trade(barb, carl, callAt(200), 2e18, mark);
        assertGe(healthOf(barb, Level.MAINTENANCE), maintenance, "no worse off");
        vm.expectRevert(abi.encodeWithSelector(AccountInCall.selector, barb.raw()));
        trade(carl, barb, callAt(200), 1e18, mark);
        vm.expectRevert(abi.encodeWithSelector(AccountInCall.selector, barb.raw()));
        trade(barb, carl, putAt(200), 0.1e18, 1e18);
    }

    function test_aDoomedAccountCannotGiveItsLastValueToAnAccomplice() public {
        callBarb();
        uint256 mark = markOf(callAt(200));
        vm.expectPartialRevert(ReductionRefused.selector);
        trade(barb, carl, callAt(200), 2e18, mark + 40e18);
    }

    function test_aReductionCostsAtMostAHundredthOfTheIndexAContract() public {
        callBarb();
        uint256 dear = markOf(callAt(200)) + market.prices(ETHER).raw() / 100;
        // One contract less frees far more margin than this gives away: it is equity that binds.
        vm.expectPartialRevert(ReductionRefused.selector);
        trade(barb, carl, callAt(200), 1e18, dear + 1e15);
        trade(barb, carl, callAt(200), 1e18, dear - 1e15);
        assertLt(healthOf(barb, Level.INITIAL), 0, "still to be judged by reductions alone");
    }

    function test_whereLittleEquityIsLeftNoneMayBeGivenAway() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        uint256 price = 200e18;
        while (isFarFromGone(barb)) setPrice(price += 1e18);
        setPrice(price += 1e18); // so that it is still so when one contract less is required for
        uint256 mark = markOf(callAt(200));
        vm.expectPartialRevert(ReductionRefused.selector);
        trade(barb, carl, callAt(200), 1e18, mark + 0.01e18);
        trade(barb, carl, callAt(200), 1e18, mark - 0.01e18);
    }

    function test_anAccountInAuctionDoesNotTrade() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        setPrice(350e18);
        auctions.start(barb, witnessesOf(barb));
        vm.expectRevert(abi.encodeWithSelector(AccountInAuction.selector, barb.raw()));
        trade(barb, carl, callAt(200), 1e18, 150e18);
    }

    function test_withoutPricesAReductionMustEndAboveInitial() public {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        setMarket(MarketState.DEAD, 200e18);
        trade(barb, adam, callAt(200), 1e18, 6e18);
        setMarket(MarketState.DEAD, 270e18);
        vm.expectPartialRevert(BelowInitialMargin.selector);
        trade(barb, adam, callAt(200), 1e18, 70e18);
    }

    function test_aReductionNeverTakesCashBelowZero() public {
        trade(adam, carl, callAt(200), 100e18, 9e18);
        withdraw(adam, CASH, 100e18); // all that is left
        trade(adam, carl, callAt(200), 1e18, 0); // free options are taken
        vm.expectRevert(abi.encodeWithSelector(InsufficientCash.selector, adam.raw(), -1e18, int256(0)));
        IClearinghouse.Trade memory matched = tradeOf(carl, adam, callAt(200), 1e18, 0);
        matched.sellerFee = Cash.wrap(1e18);
        clearinghouse.trade(matched);
    }

    // ---- governance ----------------------------------------------------------------------------------------

    function test_aStrangerNeitherOpensMarketsNorStopsThem() public {
        address stranger = addressOf("stranger");
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        clearinghouse.setLimits(ETHER, IClearinghouse.Limits(1, 1));
        vm.expectRevert(refusal);
        clearinghouse.lowerShortCap(ETHER, 1);
        vm.expectRevert(refusal);
        clearinghouse.stopNewRisk();
        vm.expectRevert(refusal);
        clearinghouse.allowNewRisk();
        vm.stopPrank();
    }

    // ---- helpers -------------------------------------------------------------------------------------------

    /// @dev Barb is short ten calls and the price has risen until she is below MAINTENANCE and above CLOSEOUT.
    function callBarb() private {
        trade(adam, barb, callAt(200), 10e18, 6e18);
        uint256 price = 200e18;
        while (healthOf(barb, Level.MAINTENANCE) >= 0) setPrice(price += 1e18);
        assertGe(healthOf(barb, Level.CLOSEOUT), 0, "not yet to be closed out");
        marginCalls.openMarginCall(barb, witnessesOf(barb));
    }

    /// @dev With equity of a tenth of the maintenance margin or more.
    function isFarFromGone(AccountId account) private view returns (bool) {
        int256 equity = healthOf(account, Level.MARK);
        return equity * 10 >= equity - healthOf(account, Level.MAINTENANCE);
    }

    /// @dev Equity that one contract less short frees, which is what it is worth.
    function markOf(SeriesId series) private returns (uint256) {
        uint256 before = vm.snapshotState();
        int256 equity = healthOf(carl, Level.MARK);
        manager.grantRole(1, address(this), 0);
        ledger.postPosition(adam, carl, series, Size.wrap(1e18));
        uint256 worth = uint256(healthOf(carl, Level.MARK) - equity);
        vm.revertToState(before);
        return worth;
    }
}
