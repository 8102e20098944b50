// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {EXCHANGE} from "../../../contracts/access/Roles.sol";
import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {SettlementFee} from "../../../contracts/types/Fees.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev A depositor stands behind the fund. A trade, an auction and an expiry each pay into it, and his shares are worth it.
contract FundEarnsFeesAndThePenalty is Universe {
    uint256 private constant BUYERS_KEY = 0xb0b;
    uint256 private constant SELLERS_KEY = 0x5e11e4;

    IExchange private exchange;
    AccountId private buyer;
    AccountId private seller;

    function setUp() public override {
        super.setUp();
        IExchange.FeeSchedule memory fees = IExchange.FeeSchedule(150, 300, 125_000);
        bytes memory named_ = abi.encode(address(manager), clearinghouse, ledger, priceBook, fees);
        exchange = IExchange(deploy("Exchange.sol:Exchange", named_));
        manager.grantRole(EXCHANGE, address(exchange), 0);
        buyer = accountIdOf(vm.addr(BUYERS_KEY), 0);
        seller = accountIdOf(vm.addr(SELLERS_KEY), 0);
        give(buyer, CASH, 2_000e18);
        give(seller, CASH, 2_000e18);
    }

    function _settlementFee() internal pure override returns (SettlementFee memory) {
        return SettlementFee({priceShare: 150, payoffShare: 125_000});
    }

    function test_aTradeAnAuctionAndAnExpiryPayIntoIt() external {
        uint256 shares = backFund("depositor", 1_000e18);
        AccountId bidder = funded("bidder", 20_000e18);

        exchange.settleOne(_fillOf(20e18, 4e18));
        assertEq(_earned(0), 1.8e18, "twenty times 0.03 % and 0.015 % of 200");

        takeOutUntil(seller, 163e18, Level.CLOSEOUT, -30e18);
        pass(1 minutes, 163e18);
        startAuction(seller);
        pass(4 minutes, 163e18);
        int256 before = _earned(0);
        IAuctions.Quote memory terms = auctions.quote(seller);
        (uint256 fraction, ) = bid(seller, bidder, 1e18);
        int256 discount = ((terms.equity - terms.price).raw() * int256(fraction)) / ONE;
        assertGt(discount, 0, "the bidder is given something");
        assertNear(_earned(before), discount / 10, 1, "and passes a tenth of it on");

        before = _earned(0);
        int256 had = cashOf(buyer);
        expireAt(170e18);
        settleOne(buyer);
        assertEq(cashOf(buyer) - had, 200e18 - 0.51e18, "twenty times ten, less 0.015 % of 170 each");
        assertEq(_earned(before), 0.51e18, "which the fund has");
        assertNear(int256(fund.previewRedeem(shares)), cashOf(fund.fundAccount()) / 1e12, 2, "his shares are worth it");
        assertSolvent();
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    /// @dev Beyond the depositor's thousand and `before`.
    function _earned(int256 before) private view returns (int256) {
        return cashOf(fund.fundAccount()) - 1_000e18 - before;
    }

    function _fillOf(int256 size, uint256 price) private view returns (IExchange.Fill memory) {
        return
            IExchange.Fill({
                buy: _signed(buyer, size, price, BUYERS_KEY),
                sell: _signed(seller, -size, price, SELLERS_KEY),
                size: Size.wrap(size),
                price: Price.wrap(price)
            });
    }

    /// @dev Who sells has an order that rests.
    function _signed(
        AccountId account,
        int256 size,
        uint256 limit,
        uint256 key
    ) private view returns (IExchange.SignedOrder memory signed) {
        signed.order = IExchange.Order({
            account: account,
            series: putAt(180),
            size: Size.wrap(size),
            limit: Price.wrap(limit),
            maxFee: Cash.wrap(1e18),
            deadline: now_ + 1 hours,
            nonce: 1,
            reduceOnly: false,
            isMaker: size < 0
        });
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, exchange.digestOf(signed.order));
        signed.signature = abi.encodePacked(r, s, v);
    }
}
