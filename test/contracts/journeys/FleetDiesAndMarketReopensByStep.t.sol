// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {
    AccountInCall,
    BelowInitialMargin,
    MarketNotCallable,
    NewRiskRefused
} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev The whole fleet dies, and the anchor with it, while ether falls. When they speak again the market reopens by steps: a price,
///      reductions, calls and bids, new risk. The owner who is below may act before anybody may act against him.
contract FleetDiesAndMarketReopensByStep is Universe {
    AccountId private seller;
    AccountId private buyer;
    AccountId private newcomer;

    function test_eachStepLetsInWhoMayActAndNoMore() external {
        seller = funded("seller", 2_000e18);
        buyer = funded("buyer", 4_000e18);
        newcomer = funded("newcomer", 1_000e18);
        trade(buyer, seller, putAt(180), 20e18, 4e18);
        takeOutUntil(seller, 172e18, Level.MAINTENANCE, -20e18);

        passInSilence(6 hours);
        _is(MarketState.DEAD, "nobody speaks");
        _nobodyIsCalled();

        setPrice(166e18);
        _is(MarketState.PRICED, "a price");
        assertTrue(isBelow(seller, Level.MAINTENANCE), "at which the seller is below");
        vm.expectPartialRevert(BelowInitialMargin.selector);
        this.buyBack();
        _nobodyIsCalled();

        pass(1 minutes, 166e18);
        _is(MarketState.REDUCING, "reductions");
        _nobodyIsCalled();
        this.buyBack();
        assertEq(sizeOf(seller, putAt(180)), -19e18, "the owner acts first");

        pass(1 minutes, 166e18);
        _is(MarketState.LIQUIDATING, "calls and bids");
        vm.expectPartialRevert(NewRiskRefused.selector);
        this.sellMore(buyer);
        assertTrue(callMargin(seller), "and who is below is called now");

        pass(1 minutes, 166e18);
        _is(MarketState.AGREED, "open");
        vm.expectPartialRevert(AccountInCall.selector);
        this.sellMore(seller);
        this.sellMore(buyer);
        assertStatus(seller, IMarginCalls.Status.CALLED, "for a quarter of an hour of market time");
        assertSolvent();
    }

    function _is(MarketState state, string memory what) private view {
        assertEq(uint256(priceBook.index(ETHER).state), uint256(state), what);
    }

    function _nobodyIsCalled() private {
        Witness[] memory witnesses = witnessesOf(seller);
        vm.expectPartialRevert(MarketNotCallable.selector);
        marginCalls.openMarginCall(seller, witnesses);
        vm.expectPartialRevert(MarketNotCallable.selector);
        auctions.start(seller, witnesses);
    }

    function buyBack() external {
        trade(seller, buyer, putAt(180), 1e18, 10e18);
    }

    function sellMore(AccountId account) external {
        trade(newcomer, account, callAt(200), 1e18, 5e18);
    }
}
