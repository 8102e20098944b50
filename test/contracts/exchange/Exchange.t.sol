// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

import {EXCHANGE} from "../../../contracts/access/Roles.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {
    BelowInitialMargin,
    FeeAboveLimit,
    FeeOutOfBounds,
    FillTooLarge,
    FloorNotHigher,
    NobodyTakes,
    NonceUsed,
    NotReducing,
    OrderCancelled,
    OrderExpired,
    OrdersDoNotMatch,
    PriceBeyondLimit,
    WrongSignature
} from "../../../contracts/types/Errors.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {vm} from "../Vm.sol";
import {World} from "../World.sol";

/// @dev A wallet that is a contract: it answers for what its one key has signed.
contract Wallet is IERC1271 {
    address private immutable KEY;

    constructor(address key) {
        KEY = key;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(digest, v, r, s) == KEY ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

contract ExchangeTest is World {
    uint256 private constant ADAM = 0xada;
    uint256 private constant BARB = 0xba4b;

    IExchange private exchange;
    AccountId private adam;
    AccountId private barb;

    function setUp() public override {
        super.setUp();
        IExchange.FeeSchedule memory fees = IExchange.FeeSchedule({
            makerShare: 150,
            takerShare: 300,
            premiumShare: 125_000
        });
        exchange = IExchange(
            deploy("Exchange.sol:Exchange", abi.encode(address(manager), clearinghouse, ledger, address(market), fees))
        );
        manager.grantRole(EXCHANGE, address(exchange), 0);
        adam = accountIdOf(vm.addr(ADAM), 0);
        barb = accountIdOf(vm.addr(BARB), 3);
        give(adam, CASH, 1_000e18);
        give(barb, CASH, 1_000e18);
    }

    // ---- what stands ---------------------------------------------------------------------------------------

    function test_whatBothSignedIsTradedByAnyoneAtAPriceWithinBothLimits() public {
        IExchange.Fill memory fill = filled(1e18);
        vm.prank(addressOf("anyone"));
        exchange.settleOne(fill);
        assertEq(sizeOf(adam, callAt(200)), 1e18, "adam is long");
        assertEq(sizeOf(barb, callAt(200)), -1e18, "barb is short");
    }

    function test_makerAndTakerEachPayTheirFeeToTheFundAndNeverMoreThanItsShareOfThePremium() public {
        exchange.settleOne(filled(1e18)); // of 200: 0.03 % is 0.06, 0.015 % is 0.03; an eighth of 6 is 0.75
        assertEq(cashOf(fund.fundAccount()), 0.09e18, "of the index");
        assertEq(cashOf(adam), 1_000e18 - 6.06e18, "adam takes");
        assertEq(cashOf(barb), 1_000e18 + 5.97e18, "barb rested");
        assertEq(exchange.feePerContract(callAt(200), Price.wrap(0.08e18), true).raw(), 0.01e18, "of the premium");
        assertEq(exchange.feePerContract(callAt(200), Price.wrap(0.08e18), false).raw(), 0.01e18, "of the premium");
    }

    function testFuzz_noFeeIsMoreThanAnEighthOfThePremium(uint256 premium, uint32 taker, uint32 cap) public {
        premium = bound(premium, 0, 1_000e18);
        IExchange.FeeSchedule memory its;
        (its.takerShare, its.premiumShare) = (uint32(bound(taker, 0, 1_000)), uint32(bound(cap, 0, 125_000)));
        its.makerShare = its.takerShare / 2;
        exchange.setFees(its);
        int256 takers = exchange.feePerContract(callAt(200), Price.wrap(premium), false).raw();
        int256 makers = exchange.feePerContract(callAt(200), Price.wrap(premium), true).raw();
        assertLe(takers * 8, int256(premium), "an eighth");
        assertLe(makers, takers, "who rests pays no more than who takes");
        assertGe(makers, 0, "and is paid nothing");
    }

    function test_twoOrdersThatRestAreNoTradeAndTwoThatTakeBothPayForIt() public {
        IExchange.Order memory resting = orderOf(adam, 10e18);
        resting.isMaker = true;
        IExchange.Fill memory fill = filled(1e18);
        fill.buy = signed(resting, ADAM);
        vm.expectRevert(abi.encodeWithSelector(NobodyTakes.selector, adam.raw(), barb.raw()));
        exchange.settleOne(fill);
        IExchange.Order memory taking = orderOf(barb, -10e18);
        taking.isMaker = false;
        fill = filled(1e18);
        fill.sell = signed(taking, BARB);
        exchange.settleOne(fill);
        assertEq(cashOf(fund.fundAccount()), 0.12e18, "twice the taker's");
    }

    function test_anOrderIsFilledInPartsUntilNothingIsLeft() public {
        exchange.settleOne(filled(1e18));
        exchange.settleOne(filled(3e18));
        bytes32 digest = exchange.digestOf(orderOf(adam, 10e18));
        assertEq(exchange.filledOf(digest).raw(), 4e18, "filled");
        IExchange.Fill memory fill = filled(7e18);
        vm.expectRevert(abi.encodeWithSelector(FillTooLarge.selector, 7e18, 6e18));
        exchange.settleOne(fill);
        exchange.settleOne(filled(6e18));
        fill = filled(1);
        vm.expectRevert(abi.encodeWithSelector(FillTooLarge.selector, 1, 0));
        exchange.settleOne(fill);
    }

    function test_oneBadFillIsSkippedWithItsReasonAndTheOthersStand() public {
        IExchange.Fill[] memory fills = new IExchange.Fill[](3);
        fills[0] = filled(1e18);
        fills[1] = filled(100e18);
        fills[2] = filled(2e18);
        vm.expectEmit(true, true, true, true);
        emit IExchange.FillSkipped(1, abi.encodeWithSelector(FillTooLarge.selector, 100e18, 9e18));
        assertEq(exchange.settle(fills), 2, "two stood");
        assertEq(sizeOf(adam, callAt(200)), 3e18, "adam");
    }

    function test_whenGasRunsShortABatchStopsAndWhatWasDoneStands() public {
        IExchange.Fill[] memory fills = new IExchange.Fill[](20);
        for (uint256 i = 0; i < fills.length; i++) fills[i] = filled(0.1e18);
        uint256 settled = exchange.settle{gas: 3_000_000}(fills);
        assertTrue(settled > 0 && settled < 20, "some, not all");
        assertEq(sizeOf(adam, callAt(200)), int256(settled) * 0.1e18, "what was done stands");
    }

    function test_aWalletThatIsAContractSignsThroughErc1271() public {
        AccountId walleted = accountIdOf(address(new Wallet(vm.addr(ADAM))), 0);
        give(walleted, CASH, 100e18);
        IExchange.Fill memory fill = filled(1e18);
        fill.buy = signed(orderOf(walleted, 10e18), ADAM);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ADAM, exchange.digestOf(fill.buy.order));
        fill.buy.signature = abi.encode(r, s, v);
        exchange.settleOne(fill);
        assertEq(sizeOf(walleted, callAt(200)), 1e18, "the wallet is long");

        (v, r, s) = vm.sign(BARB, exchange.digestOf(fill.buy.order));
        fill.buy.signature = abi.encode(r, s, v);
        vm.expectPartialRevert(WrongSignature.selector);
        exchange.settleOne(fill);
    }

    // ---- what does not -------------------------------------------------------------------------------------

    function test_anOrderThatItsOwnerHasNotSignedIsRefusedInEveryField() public {
        for (uint256 field = 0; field < 8; field++) {
            IExchange.Fill memory fill = filled(1e18);
            tamper(fill.buy.order, field);
            vm.expectPartialRevert(WrongSignature.selector);
            exchange.settleOne(fill);
        }
    }

    function test_anOrderIsNotFilledAfterItsDeadline() public {
        IExchange.Fill memory fill = filled(1e18);
        vm.warp(START + 1 hours);
        exchange.settleOne(fill);
        vm.warp(START + 1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(OrderExpired.selector, START + 1 hours + 1, START + 1 hours));
        exchange.settleOne(fill);
    }

    function test_anOrderIsNotFilledBeyondItsLimit() public {
        IExchange.Fill memory fill = filled(1e18);
        fill.price = Price.wrap(7e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(PriceBeyondLimit.selector, 7e18 + 1, 7e18));
        exchange.settleOne(fill);
        fill.price = Price.wrap(5e18 - 1);
        vm.expectRevert(abi.encodeWithSelector(PriceBeyondLimit.selector, 5e18 - 1, 5e18));
        exchange.settleOne(fill);
    }

    function test_anOrderIsNotChargedMoreThanItAgreedTo() public {
        exchange.setFees(IExchange.FeeSchedule({makerShare: 0, takerShare: 1000, premiumShare: 125_000}));
        IExchange.Fill memory fill = filled(1e18);
        vm.expectRevert(abi.encodeWithSelector(FeeAboveLimit.selector, int256(0.2e18), int256(0.1e18)));
        exchange.settleOne(fill);
    }

    function test_aCancelledOrderIsNotFilledEvenWhenItWasFilledInPart() public {
        exchange.settleOne(filled(1e18));
        vm.prank(adam.owner());
        exchange.cancel(7);
        IExchange.Fill memory fill = filled(1e18);
        vm.expectRevert(abi.encodeWithSelector(OrderCancelled.selector, adam.owner(), uint64(7)));
        exchange.settleOne(fill);
        assertTrue(exchange.isCancelled(adam.owner(), 7), "seven");
        assertFalse(exchange.isCancelled(adam.owner(), 8), "eight");
        assertFalse(exchange.isCancelled(barb.owner(), 7), "another's seven");
    }

    function test_aFloorCancelsEveryNonceBelowItAndOnlyRises() public {
        vm.startPrank(adam.owner());
        exchange.cancelBelow(7);
        exchange.settleOne(filled(1e18));
        exchange.cancelBelow(8);
        vm.expectRevert(abi.encodeWithSelector(FloorNotHigher.selector, uint64(8), uint64(8)));
        exchange.cancelBelow(8);
        vm.stopPrank();
        IExchange.Fill memory fill = filled(1e18);
        vm.expectRevert(abi.encodeWithSelector(OrderCancelled.selector, adam.owner(), uint64(7)));
        exchange.settleOne(fill);
    }

    function test_aNonceIsOneOrder() public {
        exchange.settleOne(filled(1e18));
        IExchange.Fill memory fill = filled(1e18);
        IExchange.Order memory another = orderOf(adam, 10e18);
        another.limit = Price.wrap(6.5e18);
        fill.buy = signed(another, ADAM);
        vm.expectRevert(abi.encodeWithSelector(NonceUsed.selector, adam.owner(), uint64(7)));
        exchange.settleOne(fill);
    }

    function test_twoBuysOrTwoSeriesDoNotMatch() public {
        IExchange.Fill memory fill = filled(1e18);
        fill.sell = fill.buy;
        vm.expectPartialRevert(OrdersDoNotMatch.selector);
        exchange.settleOne(fill);
        fill = filled(1e18);
        fill.sell.order.series = putAt(200);
        vm.expectPartialRevert(OrdersDoNotMatch.selector);
        exchange.settleOne(fill);
    }

    function test_aReduceOnlyOrderNeitherOpensNorTurns() public {
        IExchange.Order memory order = orderOf(barb, -10e18);
        order.reduceOnly = true;
        IExchange.Fill memory fill = filled(1e18);
        fill.sell = signed(order, BARB);
        vm.expectRevert(abi.encodeWithSelector(NotReducing.selector, barb.raw(), int256(0), -1e18));
        exchange.settleOne(fill);

        trade(barb, adam, callAt(200), 2e18, 6e18); // barb is long two
        fill = filled(3e18);
        fill.sell = signed(order, BARB);
        vm.expectRevert(abi.encodeWithSelector(NotReducing.selector, barb.raw(), 2e18, -3e18));
        exchange.settleOne(fill);
        fill = filled(2e18);
        fill.sell = signed(order, BARB);
        exchange.settleOne(fill);
        assertEq(sizeOf(barb, callAt(200)), 0, "out");
    }

    function test_aFillThatMarginRefusesLeavesBothOrdersAsTheyWere() public {
        IExchange.Fill memory fill = filled(1e18);
        fill.buy = signed(orderOf(adam, 100e18), ADAM);
        fill.sell = signed(orderOf(barb, -100e18), BARB);
        fill.size = Size.wrap(100e18);
        vm.expectPartialRevert(BelowInitialMargin.selector);
        exchange.settleOne(fill);
        assertEq(exchange.filledOf(exchange.digestOf(fill.buy.order)).raw(), 0, "nothing was filled");
        exchange.settleOne(filled(1e18)); // and the nonces are free
    }

    function test_aSizeOfNothingIsNoFill() public {
        IExchange.Fill memory fill = filled(0);
        vm.expectPartialRevert(FillTooLarge.selector);
        exchange.settleOne(fill);
    }

    function test_feesHaveBoundsInCode() public {
        vm.expectRevert(abi.encodeWithSelector(FeeOutOfBounds.selector, 1001, 1000));
        exchange.setFees(IExchange.FeeSchedule({makerShare: 0, takerShare: 1001, premiumShare: 0}));
        vm.expectRevert(abi.encodeWithSelector(FeeOutOfBounds.selector, 301, 300));
        exchange.setFees(IExchange.FeeSchedule({makerShare: 301, takerShare: 300, premiumShare: 0}));
        vm.expectRevert(abi.encodeWithSelector(FeeOutOfBounds.selector, 125_001, 125_000));
        exchange.setFees(IExchange.FeeSchedule({makerShare: 0, takerShare: 0, premiumShare: 125_001}));
        exchange.setFees(IExchange.FeeSchedule({makerShare: 1, takerShare: 2, premiumShare: 3}));
        assertEq(exchange.fees().takerShare, 2, "within them");
    }

    // ---- helpers -------------------------------------------------------------------------------------------

    /// @dev Adam buys up to ten at 7 or less, Barb sells up to ten at 5 or more; `size` of it at 6.
    function filled(uint256 size) private view returns (IExchange.Fill memory) {
        return
            IExchange.Fill({
                buy: signed(orderOf(adam, 10e18), ADAM),
                sell: signed(orderOf(barb, -10e18), BARB),
                size: Size.wrap(int256(size)),
                price: Price.wrap(6e18)
            });
    }

    function orderOf(AccountId account, int256 size) private view returns (IExchange.Order memory) {
        return
            IExchange.Order({
                account: account,
                series: callAt(200),
                size: Size.wrap(size),
                limit: Price.wrap(size > 0 ? 7e18 : 5e18),
                maxFee: Cash.wrap(0.1e18),
                deadline: uint64(START + 1 hours),
                nonce: 7,
                reduceOnly: false,
                isMaker: size < 0
            });
    }

    function signed(IExchange.Order memory order, uint256 key) private view returns (IExchange.SignedOrder memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, exchange.digestOf(order));
        return IExchange.SignedOrder(order, abi.encodePacked(r, s, v));
    }

    /// @dev Each change is one that the fill would pass but for the signature.
    function tamper(IExchange.Order memory order, uint256 field) private view {
        if (field == 0) order.account = accountIdOf(adam.owner(), 9);
        if (field == 1) order.size = Size.wrap(11e18);
        if (field == 2) order.limit = Price.wrap(8e18);
        if (field == 3) order.maxFee = Cash.wrap(0.2e18);
        if (field == 4) order.deadline += 1;
        if (field == 5) order.nonce += 1;
        if (field == 6) order.account = accountIdOf(barb.owner(), 0);
        if (field == 7) order.size = Size.wrap(9e18);
        if (field == 8) order.reduceOnly = !order.reduceOnly;
    }
}
