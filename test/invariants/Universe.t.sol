// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IClearinghouse} from "../../contracts/IClearinghouse.sol";
import {EXCHANGE, POSTER} from "../../contracts/access/Roles.sol";
import {IExchange} from "../../contracts/exchange/IExchange.sol";
import {FaucetToken} from "../../contracts/harness/FaucetToken.sol";
import {ICustody} from "../../contracts/ledger/ICustody.sol";
import {ILedger} from "../../contracts/ledger/ILedger.sol";
import {IWithdrawalQueue} from "../../contracts/ledger/IWithdrawalQueue.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IDebts} from "../../contracts/liquidation/IDebts.sol";
import {IDefaultFund} from "../../contracts/liquidation/IDefaultFund.sol";
import {IRewards} from "../../contracts/liquidation/IRewards.sol";
import {ITearUps} from "../../contracts/liquidation/ITearUps.sol";
import {IMargin} from "../../contracts/margin/IMargin.sol";
import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {IWindDown} from "../../contracts/pricebook/IWindDown.sol";
import {ISettlement} from "../../contracts/settlement/ISettlement.sol";
import {AccountId, accountIdOf} from "../../contracts/types/AccountId.sol";
import {Cash} from "../../contracts/types/Cash.sol";
import {Level} from "../../contracts/types/Level.sol";
import {NO_SCENARIO, Witness} from "../../contracts/types/Margin.sol";
import {MarketState, Side} from "../../contracts/types/Marks.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {Position} from "../../contracts/types/Portfolio.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Test} from "../contracts/Test.sol";
import {Vm, vm} from "../contracts/Vm.sol";
import {World} from "../contracts/World.sol";
import {PriceBookDouble} from "../contracts/doubles/PriceBookDouble.sol";
import {Hostile, LivelyToken} from "./Hostile.sol";

// What holds after any sequence of calls? In a world whose prices move, and in one where they stand still.

/// @dev What the handler acts on. It stands in this file because the runner calls only what a test file defines.
struct Universe {
    FaucetToken dollar;
    FaucetToken ether_;
    LivelyToken lively;
    ICustody custody;
    ILedger ledger;
    PriceBookDouble market;
    IMargin margin;
    IMarginCalls marginCalls;
    ISettlement settlement;
    IAuctions auctions;
    IDefaultFund fund;
    IClearinghouse clearinghouse;
    IExchange exchange;
    IWithdrawalQueue queue;
    IDebts debts;
    ITearUps tearUps;
    IRewards rewards;
    IWindDown windDown;
}

/// @dev Keeper 1 is whoever asks, and it is on turn in every other slot.
contract TurnsDouble {
    function idOf(address) external pure returns (uint16) {
        return 1;
    }

    function turnSeconds() external pure returns (uint32 slotSeconds, uint32 guardSeconds) {
        return (12, 2);
    }

    function onTurn(bytes32 subject, uint64) external pure returns (uint16) {
        return uint256(subject) % 2 == 0 ? 1 : 2;
    }
}

/// @dev Every public entry, by a few owners, in any order, with whatever amounts; a refusal is no failure. Some actions look for
///      whom they could concern, so that a sequence goes all the way from a full account to a shared loss.
contract Handler is Test {
    uint256 private constant ACTORS = 6;
    uint256 private constant HOSTILE = 5;
    uint256 private constant SERIES = 6;
    uint256 private constant LEAST_PRICE = 60e18;
    uint256 private constant MOST_PRICE = 500e18;
    uint256 private constant KEY = 0xac7000;
    uint8 private constant CASH = 0;
    uint8 private constant ETHER = 1;
    uint8 private constant LIVELY = 2;
    int256 private constant ROUNDING = 1e12;

    Universe private u;
    Hostile public hostile;
    bool private isFrozen;
    uint64 private nonce;
    /// @dev The compiler may keep one block.timestamp for a whole function, so time is kept here.
    uint64 private now_;
    uint32[2] public expiries;
    AccountId[] public accounts;
    SeriesId[] public series;

    /// @dev [1e18] What was put into the owners' wallets from nowhere, by asset.
    uint256[3] public made;

    uint256 private _changes;

    /// @dev How often each thing happened: a run in which one never does means little.
    mapping(string deed => uint256) public done;
    /// @dev Last version seen in an event; a gap, or one out of order, is remembered.
    mapping(uint256 account => uint64) public lastVersion;
    uint256 public versionGaps;
    /// @dev A trade or a withdrawal after which someone owed more than before.
    uint256 public debtsMadeByChoice;
    /// @dev A call or an auction of an account that the whole grid does not show below.
    uint256 public wronged;
    /// @dev A bid after which the account had less health at MAINTENANCE than before.
    uint256 public harmfulBids;
    /// @dev A fall of the cash index while the fund still had something.
    uint256 public lossesBeforeFund;
    /// @dev A trade after which an account that is called or in auction holds more of something.
    uint256 public risksTakenInCall;
    /// @dev Pay out of an account that had no cash, or that a duty left in debt.
    uint256 public paidFromNothing;
    /// @dev A collection or a tear-up after which someone's debt, or their side of a series, was larger.
    uint256 public worsened;
    /// @dev One who waited longer was passed over, or was paid while tokens lacked.
    uint256 public jumpedQueue;

    constructor(Universe memory universe, uint32 firstExpiry) {
        u = universe;
        now_ = uint64(block.timestamp);
        expiries = [firstExpiry, firstExpiry + 7 days];
        hostile = new Hostile();
        for (uint256 i = 0; i < ACTORS; i++) {
            address owner = i == HOSTILE ? address(hostile) : vm.addr(KEY + i);
            accounts.push(accountIdOf(owner, uint96(i)));
            _approve(owner);
        }
        for (uint256 i = 0; i < SERIES; i++) series.push(_seriesAt(i));
    }

    function _seriesAt(uint256 i) private view returns (SeriesId) {
        OptionKind kind = i % 2 == 0 ? OptionKind.CALL : OptionKind.PUT;
        return seriesIdOf(ETHER, expiries[i / 3], uint56(180 + 20 * (i % 3)) * 1e8, kind, 0);
    }

    /// @dev Some owners hold nothing but cash: what they owe at expiry nobody can sell.
    function _assetFor(uint256 who, uint256 which) private pure returns (uint8) {
        return who % ACTORS < 2 ? CASH : uint8(which % 3);
    }

    function _approve(address owner) private {
        vm.startPrank(owner);
        u.dollar.approve(address(u.custody), type(uint256).max);
        u.dollar.approve(address(u.fund), type(uint256).max);
        u.ether_.approve(address(u.custody), type(uint256).max);
        u.lively.approve(address(u.custody), type(uint256).max);
        vm.stopPrank();
    }

    /// @dev From here on neither prices nor expiries move; market time still does.
    function freeze() external {
        isFrozen = true;
    }

    // ---- owners --------------------------------------------------------------------------------------------

    function deposit(uint256 who, uint256 which, uint256 amount) external watched {
        _give(_actor(who), _assetFor(who, which), bound(amount, 1, 300));
        _count("deposit");
    }

    function withdraw(uint256 who, uint256 which, uint256 amount) external watched {
        _withdraw(_actor(who), uint8(which % 3), bound(amount, 1, 500e18));
    }

    /// @dev Takes out all that leaves the account at INITIAL, so that a small move puts it below.
    function squeeze(uint256 who) external watched {
        _squeeze(_actor(who));
    }

    function _squeeze(AccountId account) private {
        int256 spare = _health(account, Level.INITIAL) - ROUNDING;
        int256 cash = u.ledger.cashOf(account).raw();
        if (spare > cash) spare = cash;
        if (spare > 0 && u.ledger.positionsOf(account).length != 0) _withdraw(account, CASH, uint256(spare));
    }

    /// @dev Signed by both, carried by anyone.
    function trade(uint256 buyer, uint256 seller, uint256 which, uint256 size, uint256 price) external watched {
        AccountId from = _actor(seller);
        AccountId to = _actor(buyer);
        if (from == to) return;
        SeriesId traded = series[which % SERIES];
        int256 before = _debts(from) + _debts(to);
        uint256 risk = _riskOfBound(from, traded) + _riskOfBound(to, traded);
        try u.exchange.settleOne(_fillOf(to, from, traded, bound(size, 1, 12e18), bound(price, 0, 60e18))) {
            _count("trade");
            if (_debts(from) + _debts(to) > before) debtsMadeByChoice++;
            if (_riskOfBound(from, traded) + _riskOfBound(to, traded) > risk) risksTakenInCall++;
        } catch {}
    }

    /// @dev An account buys back what it is short, from whoever will sell.
    function reduce(uint256 who, uint256 seller, uint256 which, uint256 price) external watched {
        AccountId account = _actor(who);
        AccountId from = _actor(seller);
        Position[] memory held = u.ledger.positionsOf(account);
        if (held.length == 0 || account == from) return;
        Position memory position = held[which % held.length];
        (AccountId to, AccountId by) = position.size.isShort() ? (account, from) : (from, account);
        try u.exchange.settleOne(_fillOf(to, by, position.series, position.size.magnitude(), bound(price, 0, 60e18))) {
            _count("reduce");
        } catch {}
    }

    function _cancel(uint256 who, bool isFloor) private {
        vm.prank(_actor(who).owner());
        if (isFloor) u.exchange.cancelBelow(++nonce);
        else u.exchange.cancel(++nonce);
        _count("cancel");
    }

    /// @dev The hostile owner takes part in something, and does something else from inside the token's callback.
    function strike(uint256 seed, uint256 what, uint256 amount) external unwatched {
        AccountId own = accounts[HOSTILE];
        hostile.disarm();
        _give(own, LIVELY, 10);
        (address target, bytes memory deed) = _deedOf(uint256(keccak256(abi.encode(seed))), what);
        hostile.arm(target, deed);
        uint256 units = bound(amount, 1, 5e18);
        bytes memory entry =
            seed % 2 == 0
                ? abi.encodeCall(u.clearinghouse.deposit, (own, LIVELY, units))
                : abi.encodeCall(u.clearinghouse.withdraw, (own, LIVELY, units, address(hostile)));
        if (seed % 2 == 0) {
            u.lively.faucet(address(hostile), units);
            made[LIVELY] += units;
            hostile.arm(target, deed);
        }
        if (hostile.act(address(u.clearinghouse), entry)) _count("strike");
        hostile.disarm();
    }

    function _deedOf(uint256 seed, uint256 what) private view returns (address, bytes memory) {
        AccountId own = accounts[HOSTILE];
        AccountId victim = _actor(seed);
        AccountId[] memory page = new AccountId[](1);
        page[0] = victim;
        what = what % 9;
        if (what == 0)
            return (
                address(u.clearinghouse),
                abi.encodeCall(u.clearinghouse.withdraw, (own, CASH, bound(seed, 1, 500e18), address(hostile)))
            );
        if (what == 1)
            return (
                address(u.clearinghouse),
                abi.encodeCall(u.clearinghouse.withdraw, (own, LIVELY, 1e18, address(hostile)))
            );
        if (what == 2) return (address(u.clearinghouse), abi.encodeCall(u.clearinghouse.deposit, (victim, LIVELY, 1)));
        if (what == 3) {
            IAuctions.Bid memory offer = IAuctions.Bid(
                victim,
                own,
                bound(seed, 0.01e18, 1e18),
                0,
                u.ledger.seriesHashOf(victim)
            );
            return (address(u.auctions), abi.encodeCall(u.auctions.bid, (offer)));
        }
        if (what == 4) return (address(u.auctions), abi.encodeCall(u.auctions.writeOff, (victim)));
        if (what == 5) return (address(u.auctions), abi.encodeCall(u.auctions.close, (victim)));
        if (what == 6) return (address(u.settlement), abi.encodeCall(u.settlement.settle, (ETHER, expiries[0], page)));
        if (what == 7)
            return (address(u.marginCalls), abi.encodeCall(u.marginCalls.openMarginCall, (victim, _worst(victim))));
        return (address(u.fund), abi.encodeCall(u.fund.requestRedeem, (u.fund.balanceOf(address(hostile)))));
    }

    // ---- the default fund ------------------------------------------------------------------------------------

    function _back(uint256 who, uint256 amount) private {
        address owner = _actor(who).owner();
        uint256 tokens = bound(amount, 1, 20e6);
        u.dollar.faucet(owner, tokens);
        made[CASH] += tokens * 1e12;
        vm.prank(owner);
        try u.fund.deposit(tokens, owner) {
            _count("back");
        } catch {}
    }

    function _leave(uint256 who, uint256 share) private {
        address owner = _backer(who);
        uint256 shares = (u.fund.balanceOf(owner) * bound(share, 0, 1e18)) / 1e18;
        vm.prank(owner);
        u.fund.requestRedeem(shares);
        _count("leave");
    }

    function _redeem(uint256 who, uint256 wait) private {
        address owner = _backer(who);
        (uint256 asked, ) = u.fund.redemptionOf(owner);
        if (!isFrozen && asked != 0 && wait % 4 == 0) _warp(now_ + 72 hours);
        uint256 shares = u.fund.maxRedeem(owner);
        if (shares == 0) return;
        vm.prank(owner);
        u.fund.redeem(shares, owner, owner);
        _count("redeem");
    }

    // ---- anyone: calls -----------------------------------------------------------------------------------------

    function call(uint256 who, uint8 scenario) external watched {
        AccountId account = _below(who, Level.MAINTENANCE);
        try u.marginCalls.openMarginCall(account, _named(account, scenario)) returns (bool opened) {
            if (!opened) return;
            _count("call");
            if (_healthBelow(account, Level.MAINTENANCE) >= 0) wronged++;
        } catch {
            return;
        }
        if (scenario % 4 == 1) _worsen(who);
    }

    function _callMany(uint256 who) private {
        IMarginCalls.Call[] memory calls = new IMarginCalls.Call[](2);
        for (uint256 i = 0; i < 2; i++) {
            AccountId account = _below((who % ACTORS) + i, Level.MAINTENANCE);
            calls[i] = IMarginCalls.Call(account, _worst(account));
        }
        if (u.marginCalls.openMarginCalls(calls) != 0) _count("callMany");
    }

    function _worsen(uint256 who) private {
        AccountId account = _with(who, IMarginCalls.Status.CALLED);
        try u.marginCalls.replaceWitness(account, _worst(account)) {
            _count("worsen");
        } catch {}
    }

    /// @dev The owner pays in what is missing, in full or up to between MAINTENANCE and INITIAL.
    function pay(uint256 who, bool inFull) external watched {
        AccountId account = _with(who, IMarginCalls.Status.CALLED);
        int256 missing = -_health(account, inFull ? Level.INITIAL : Level.MAINTENANCE);
        if (missing > 0) _give(account, CASH, uint256(missing) / 1e18 + 1);
        _count("pay");
    }

    function _cure(uint256 who) private {
        try u.marginCalls.recordCure(_with(who, IMarginCalls.Status.CALLED)) {
            _count("cure");
        } catch {}
    }

    function _lapse(uint256 who) private {
        AccountId account = _with(who, IMarginCalls.Status.CALLED);
        if (u.marginCalls.graceLeft(account) != 0) _pass(16 minutes);
        int256 missing = -_health(account, Level.MAINTENANCE);
        if (missing > 0) _give(account, CASH, uint256(missing) / 1e18 + 1);
        _count("pay");
        try u.marginCalls.lapse(account) {
            _count("lapse");
        } catch {}
    }

    // ---- anyone: auctions --------------------------------------------------------------------------------------

    function start(uint256 who, uint8 scenario) external watched {
        AccountId account = _below(who, who % 2 == 0 ? Level.CLOSEOUT : Level.MAINTENANCE);
        try u.auctions.start(account, _named(account, scenario)) {
            _count("start");
            if (_healthBelow(account, Level.MAINTENANCE) >= 0) wronged++;
        } catch {}
    }

    function _worsenAuction(uint256 who) private {
        AccountId account = _with(who, IMarginCalls.Status.AUCTION);
        try u.auctions.replaceWitness(account, _worst(account)) {
            _count("worsenAuction");
        } catch {}
    }

    /// @dev Block after block while the fund may pay a part of it in each.
    function bid(uint256 who, uint256 buyer, uint256 fraction) external watched {
        for (uint256 blocks = 0; blocks < 5 && _bid(who, buyer, fraction); blocks++) {}
    }

    function _bid(uint256 who, uint256 buyer, uint256 fraction) private returns (bool more) {
        AccountId account = _with(who, IMarginCalls.Status.AUCTION);
        AccountId to = _actor(buyer);
        IAuctions.Bid memory offer = IAuctions.Bid({
            account: account,
            buyer: to,
            fraction: bound(fraction, 0.01e18, 1e18),
            minDiscount: 0,
            seriesHash: u.ledger.seriesHashOf(account)
        });
        // What the fund may pay in this block was paid: the next one.
        (Cash left, bool isAll) = u.fund.payableNow();
        if (!isFrozen && !isAll && left.raw() < 1e15) _warp(now_ + 12);
        Witness[] memory recorded = u.auctions.auctionOf(account).witnesses;
        int256 before = _healthAt(account, recorded);
        int256 fundHad = u.ledger.cashOf(u.fund.fundAccount()).raw();
        uint256 index = u.ledger.cashIndex();
        vm.prank(to.owner());
        try u.auctions.bid(offer) returns (uint256 taken, Cash paid) {
            _count("bid");
            if (paid.isNegative() && taken < offer.fraction && fundHad > 0) more = true;
            if (u.ledger.cashOf(u.fund.fundAccount()).raw() < fundHad) _count("fundPays");
            if (u.ledger.cashIndex() != index) _count("lossShared");
            else if (before < 0 && _healthAt(account, recorded) < before - ROUNDING) harmfulBids++;
        } catch {}
    }

    function _close(uint256 who) private {
        try u.auctions.close(_with(who, IMarginCalls.Status.AUCTION)) {
            _count("close");
        } catch {}
    }

    function _writeOff(uint256 who) private {
        try u.auctions.writeOff(_debtor(who)) {
            _count("writeOff");
        } catch {}
    }

    // ---- anyone: debts, the queue, tear-ups, pay -----------------------------------------------------------------

    /// @dev Interest, or the end of a debtor who has nothing left.
    function collect(uint256 who, uint256 what) external watched {
        if (what % 2 == 0) _charge(_debtor(who));
        else _writeOff(who);
    }

    function _charge(AccountId account) private {
        if (u.debts.charge(account).raw() != 0) _count("interest");
    }

    function sell(uint256 who, uint256 amount) external unwatched {
        AccountId account = _debtor(who | 1);
        uint8 asset = amount % 3 == 0 ? LIVELY : ETHER;
        _charge(account);
        if (u.ledger.collateralOf(account, asset) == 0) asset = asset == ETHER ? LIVELY : ETHER;
        try u.debts.openSale(account, asset) {
            _count("sale");
        } catch {}
        AccountId buyer = _actor(amount >> 8);
        if (amount % 2 == 0) _give(buyer, CASH, 2_000);
        int256 owed = _debts(account);
        IDebts.Purchase memory purchase = IDebts.Purchase(
            account,
            asset,
            buyer,
            bound(amount, 1e12, 50e18),
            Price.wrap(type(uint128).max)
        );
        vm.prank(buyer.owner());
        try u.debts.buy(purchase) {
            _count("buy");
            if (u.ledger.cashOf(buyer).isNegative()) worsened++;
            if (_debts(account) >= owed) worsened++;
        } catch {}
    }

    /// @dev Everybody takes out all that may leave, and whoever finds custody empty waits.
    function run(uint256 seed) external unwatched {
        if (seed % 24 != 0) return;
        (, uint256 before) = u.queue.places();
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor(((seed >> 8) % ACTORS) + i);
            int256 spare = _health(account, Level.INITIAL) - ROUNDING;
            int256 cash = u.ledger.cashOf(account).raw();
            if (u.ledger.positionsOf(account).length == 0 || spare > cash) spare = cash;
            if (spare > 0) _withdraw(account, CASH, uint256(spare));
        }
        (, uint256 next) = u.queue.places();
        if (next > before) _count("wait");
    }

    function serve(uint256 most) external watched {
        (uint256 first, uint256 next) = u.queue.places();
        int256 tokens = -u.ledger.cashOf(AccountId.wrap(0)).raw();
        uint256 served = u.queue.pay(bound(most, 1, 8));
        if (served == 0) return;
        _count("serve");
        (uint256 firstLeft, uint256 nextLeft) = u.queue.places();
        if (firstLeft != first + served || nextLeft != next || firstLeft > nextLeft) jumpedQueue++;
        if (-u.ledger.cashOf(AccountId.wrap(0)).raw() > tokens) jumpedQueue++;
    }

    /// @dev At the floor, one series of an account that nobody takes, against all its holders.
    function tear(uint256 who, uint256 which) external unwatched {
        AccountId account = _hopeless(who);
        if (u.marginCalls.statusOf(account) != IMarginCalls.Status.AUCTION) return;
        if (which % 2 == 0) _toTheFloor(account);
        Position[] memory held = u.ledger.positionsOf(account);
        if (held.length == 0) return;
        Position memory position = held[(which >> 8) % held.length];
        int256 equity = _health(account, Level.MARK);
        try u.tearUps.tearUp(account, position.series, accounts) returns (uint256 torn) {
            if (torn == 0) return;
            _count("tearUp");
            if (u.ledger.sizeOf(account, position.series).magnitude() + torn != position.size.magnitude()) worsened++;
            if (_health(account, Level.MARK) < equity - ROUNDING) worsened++;
        } catch {}
    }

    /// @dev An hour passes, and parts are taken until the fund has nothing more to pay with.
    function _toTheFloor(AccountId account) private {
        _pass(61 minutes);
        uint256 who = account.index();
        _give(_actor(who + 1), CASH, 3_000);
        for (uint256 i = 0; i < 10 && u.ledger.cashOf(u.fund.fundAccount()).raw() > 0; i++) _bid(who, who + 1, 0.05e18);
    }

    /// @dev The first in auction that is worth less than nothing.
    function _hopeless(uint256 who) private view returns (AccountId) {
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            bool isInAuction = u.marginCalls.statusOf(account) == IMarginCalls.Status.AUCTION;
            if (isInAuction && _health(account, Level.MARK) < 0) return account;
        }
        return _with(who, IMarginCalls.Status.AUCTION);
    }

    /// @dev A duty done for pay, by whoever is first to see it.
    function earn(uint256 who, uint256 what) external watched {
        AccountId payee = _actor(what >> 8);
        AccountId account = _dutyOf(who, what % 5);
        int256 had = u.ledger.cashOf(account).raw();
        int256 before = u.ledger.cashOf(payee).raw();
        if (what % 5 == 0) {
            try u.rewards.openMarginCall(account, _worst(account), payee) {} catch {
                return;
            }
        } else if (what % 5 == 1) {
            try u.rewards.startAuction(account, _worst(account), payee) {} catch {
                return;
            }
        } else if (what % 5 == 2) {
            try u.rewards.recordCure(account, payee) {} catch {
                return;
            }
        } else if (what % 5 == 3) {
            try u.rewards.lapse(account, payee) {} catch {
                return;
            }
        } else {
            try u.rewards.closeAuction(account, payee) {} catch {
                return;
            }
        }
        _count(["paidCall", "paidStart", "paidCure", "paidLapse", "paidClose"][what % 5]);
        if (account == payee || u.ledger.cashOf(payee).raw() <= before) return;
        _count("earn");
        if (had <= 0 || u.ledger.cashOf(account).isNegative()) paidFromNothing++;
    }

    function _dutyOf(uint256 who, uint256 duty) private view returns (AccountId) {
        if (duty == 0) return _below(who, Level.MAINTENANCE);
        if (duty == 1) return _below(who, Level.CLOSEOUT);
        return _with(who, duty == 4 ? IMarginCalls.Status.AUCTION : IMarginCalls.Status.CALLED);
    }

    /// @dev No source speaks for a fortnight; then one comes back, or after ninety days the last agreed day is asked for.
    function silence(uint256 seed) external unwatched {
        if (isFrozen || seed % 64 != 0) return;
        if (!u.windDown.isDeclared(ETHER)) {
            u.market.addCheckpoint(ETHER, now_ - 2 days, 0, 0);
            u.market.addCheckpoint(ETHER, now_, u.market.prices(ETHER).raw() * 1 days, 1 days);
            u.market.setMarket(ETHER, MarketState.DEAD, u.market.prices(ETHER));
            u.windDown.note(ETHER);
            _warp(now_ + 14 days);
            u.windDown.declare(ETHER);
            _count("declare");
        }
        if (u.windDown.price(ETHER).raw() != 0) return;
        if (seed % 128 == 0) {
            _warp(now_ + 90 days);
            u.windDown.fixLastAgreed(ETHER);
            _count("fixLastAgreed");
        } else {
            u.market.setMarket(ETHER, MarketState.SINGLE, u.market.prices(ETHER));
            for (uint256 i = 0; i < 25; i++) {
                u.windDown.sample(ETHER);
                if (i < 24) _warp(now_ + 1 hours);
            }
            _count("sampleWindDown");
        }
        if (u.windDown.price(ETHER).raw() != 0) _count("fixWindDown");
    }

    function enrich(uint256 who) external watched {
        _give(_actor(who), CASH, 2_000);
        _count("enrich");
    }

    function endAuction(uint256 who, uint256 how) external watched {
        if (how % 3 == 0) _close(who);
        else if (how % 3 == 1) _writeOff(who);
        else _worsenAuction(who);
    }

    function endCall(uint256 who, uint256 how) external watched {
        if (how % 3 == 0) _cure(who);
        else if (how % 3 == 1) _lapse(who);
        else _worsen(who);
    }

    function callTwo(uint256 who) external watched {
        _callMany(who);
    }

    /// @dev What matters less, and is drawn less often.
    function rest(uint256 who, uint256 what, uint256 amount) external watched {
        what = what % 8;
        if (what == 0) _cancel(who, amount % 2 == 0);
        else if (what == 1) _back(who, amount);
        else if (what == 2) _leave(who, amount);
        else if (what == 3) _redeem(who, amount);
        else if (what == 4) _sweep(amount);
        else if (what == 5) _guard(amount);
        else _source(amount);
    }

    // ---- anyone: expiry ----------------------------------------------------------------------------------------

    function settle(uint256 who, uint256 which) external watched {
        uint32 expiry = expiries[which % 2];
        if (now_ < expiry) return;
        bool isFixed = u.market.settlementPrice(ETHER, expiry).raw() != 0;
        if (!isFixed && u.windDown.isDeclared(ETHER) && u.windDown.price(ETHER).raw() == 0) return;
        if (!isFixed && !u.windDown.isDeclared(ETHER)) {
            u.market.setSettlementPrice(ETHER, expiry, u.market.prices(ETHER));
        }
        uint256 length = who % 3 == 0 ? ACTORS : 2;
        AccountId[] memory page = new AccountId[](length);
        for (uint256 i = 0; i < length; i++) page[i] = _actor((who % ACTORS) + i);
        if (u.settlement.settle(ETHER, expiry, page) == 0) return;
        _count("settle");
        if (!isFixed && u.windDown.isDeclared(ETHER)) _count("settleWoundDown");
    }

    function _sweep(uint256 which) private {
        if (u.settlement.sweepDust(ETHER, expiries[which % 2]).raw() != 0) _count("sweep");
    }

    // ---- governance ----------------------------------------------------------------------------------------------

    function _guard(uint256 seed) private {
        if (seed % 4 == 0) u.clearinghouse.stopNewRisk();
        else u.clearinghouse.allowNewRisk();
        if (seed % 4 == 1) u.clearinghouse.lowerShortCap(ETHER, u.clearinghouse.limitsOf(ETHER).shortCap - 1);
        _count("guard");
    }

    // ---- the world -----------------------------------------------------------------------------------------

    function move(uint256 seed) external {
        if (isFrozen) return;
        _move(bound(seed, 0.93e18, 1.08e18));
    }

    function crash(uint256 seed) external {
        if (isFrozen) return;
        _move(seed % 2 == 0 ? bound(seed >> 8, 0.6e18, 0.85e18) : bound(seed >> 8, 1.2e18, 1.6e18));
        _count("crash");
    }

    /// @dev Sources fall silent or disagree, or are back.
    function _source(uint256 seed) private {
        MarketState state = seed % 2 == 0 ? MarketState.AGREED : MarketState(uint8((seed >> 8) % 5));
        u.market.setMarket(ETHER, state, u.market.prices(ETHER));
        _count("source");
    }

    function pass(uint256 time) external {
        _pass(uint64(bound(time, 12, 40 minutes)));
    }

    function _pass(uint64 elapsed) private {
        u.market.passTime(ETHER, elapsed);
        u.market.passTime(LIVELY, elapsed);
        if (!isFrozen) _warp(now_ + elapsed);
    }

    /// @dev Unwatched: of two that go to the line one may be refused.
    function toExpiry(uint256 seed) external unwatched {
        if (isFrozen || seed % 8 != 0) return;
        // Those who hold nothing but cash go to the line, and then there is a gap in which nobody is called.
        for (uint256 i = 0; seed % 16 == 0 && i < 2; i++) _squeeze(accounts[i]);
        for (uint256 i = 0; i < 2; i++) {
            if (now_ >= expiries[i]) continue;
            if (seed % 16 == 0) _move(seed % 32 == 0 ? 0.5e18 : 1.8e18);
            _warp(expiries[i] + 1 minutes);
            _count("toExpiry");
            return;
        }
    }

    function _move(uint256 factor) private {
        uint256 price = (u.market.prices(ETHER).raw() * factor) / 1e18;
        u.market.setMarket(ETHER, MarketState.AGREED, Price.wrap(bound(price, LEAST_PRICE, MOST_PRICE)));
    }

    function _warp(uint64 time) private {
        now_ = time;
        vm.warp(time);
    }

    // ---- inside --------------------------------------------------------------------------------------------

    /// @dev Reads every event of the ledger: each account's version must rise by exactly one. The runner also records the
    ///      events of calls that were undone, so a refused action is not read.
    modifier watched() {
        uint256 before = _changes;
        uint256 index = u.ledger.cashIndex();
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; _changes != before && i < logs.length; i++) {
            if (logs[i].emitter == address(u.ledger) && logs[i].topics.length > 1) _follow(logs[i]);
        }
        _judgeLoss(index);
    }

    /// @dev What is refused from inside a callback was undone though the action stood: versions are taken as they are.
    modifier unwatched() {
        uint256 index = u.ledger.cashIndex();
        _;
        for (uint256 i = 0; i < ACTORS; i++) _adopt(accounts[i]);
        _adopt(u.fund.fundAccount());
        _adopt(u.queue.queueAccount());
        for (uint256 i = 0; i < SERIES; i++) _adoptHouse(series[i]);
        _judgeLoss(index);
    }

    function _judgeLoss(uint256 index) private {
        if (u.ledger.cashIndex() >= index) return;
        if (u.ledger.cashOf(u.fund.fundAccount()).raw() > 0) lossesBeforeFund++;
        done["loss"]++;
    }

    function _adopt(AccountId account) private {
        lastVersion[account.raw()] = u.ledger.versionOf(account);
    }

    /// @dev The clearing account of the expiry and the account where the series' sizes meet.
    function _adoptHouse(SeriesId id) private {
        _adopt(u.settlement.clearingAccount(ETHER, id.expiry()));
        uint96 strikeAndKind = uint96(id.raw()) & ((1 << 88) - 1);
        _adopt(accountIdOf(address(u.settlement), (uint96(ETHER) << 88) | strikeAndKind));
    }

    function _count(string memory deed) private {
        done[deed]++;
        _changes++;
    }

    /// @dev The version is the last word of each of the account's events.
    function _follow(Vm.Log memory log) private {
        uint256 account = uint256(log.topics[1]);
        bytes memory data = log.data;
        uint256 version;
        assembly ("memory-safe") {
            version := mload(add(data, mload(data)))
        }
        if (version != lastVersion[account] + 1) versionGaps++;
        lastVersion[account] = uint64(version);
    }

    function _give(AccountId account, uint8 asset, uint256 units) private {
        made[asset] += units * 1e18;
        FaucetToken token =
            asset == CASH
                ? u.dollar
                : asset == ETHER
                    ? u.ether_
                    : FaucetToken(u.lively);
        token.faucet(account.owner(), units * (asset == CASH ? 1e6 : 1e18));
        vm.prank(account.owner());
        u.clearinghouse.deposit(account, asset, units * 1e18);
    }

    function _withdraw(AccountId account, uint8 asset, uint256 amount) private {
        vm.prank(account.owner());
        try u.clearinghouse.withdraw(account, asset, amount, account.owner()) {
            _count("withdraw");
            if (u.ledger.cashOf(account).isNegative()) debtsMadeByChoice++;
        } catch {}
    }

    function _fillOf(
        AccountId buyer,
        AccountId seller,
        SeriesId traded,
        uint256 size,
        uint256 price
    ) private returns (IExchange.Fill memory fill) {
        fill.size = Size.wrap(int256(size));
        fill.price = Price.wrap(price);
        fill.buy = _signed(buyer, traded, Size.wrap(int256(size)), fill.price);
        fill.sell = _signed(seller, traded, Size.wrap(-int256(size)), fill.price);
    }

    function _signed(
        AccountId account,
        SeriesId traded,
        Size size,
        Price limit
    ) private returns (IExchange.SignedOrder memory signed) {
        Cash maxFee = Cash.wrap(1e18);
        signed.order = IExchange.Order(account, traded, size, limit, maxFee, now_ + 1 hours, ++nonce, false);
        if (account == accounts[HOSTILE]) return signed;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + account.index(), u.exchange.digestOf(signed.order));
        signed.signature = abi.encodePacked(r, s, v);
    }

    /// @dev What an account that may take no risk holds of a series.
    function _riskOfBound(AccountId account, SeriesId held) private view returns (uint256) {
        IMarginCalls.Status status = u.marginCalls.statusOf(account);
        bool isBound = status == IMarginCalls.Status.CALLED || status == IMarginCalls.Status.AUCTION;
        return isBound ? u.ledger.sizeOf(account, held).magnitude() : 0;
    }

    /// @dev The first from `who` on whom the whole grid shows below `level`, and who is not there yet.
    function _below(uint256 who, Level level) private view returns (AccountId) {
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            IMarginCalls.Status status = u.marginCalls.statusOf(account);
            if (status == IMarginCalls.Status.AUCTION) continue;
            if (_healthBelow(account, level) < 0) return account;
        }
        return _actor(who);
    }

    function _with(uint256 who, IMarginCalls.Status status) private view returns (AccountId) {
        for (uint256 i = 0; i < ACTORS; i++) {
            if (u.marginCalls.statusOf(_actor((who % ACTORS) + i)) == status) return _actor((who % ACTORS) + i);
        }
        return _actor(who);
    }

    function _backer(uint256 who) private view returns (address) {
        for (uint256 i = 0; i < ACTORS; i++) {
            address owner = _actor((who % ACTORS) + i).owner();
            if (u.fund.balanceOf(owner) != 0) return owner;
        }
        return _actor(who).owner();
    }

    /// @dev First who has nothing left but the debt, then whoever owes.
    function _debtor(uint256 who) private view returns (AccountId) {
        for (uint256 i = 0; who % 2 == 0 && i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            bool hasNothing =
                u.ledger.positionsOf(account).length == 0 &&
                    u.ledger.collateralOf(account, ETHER) == 0 &&
                    u.ledger.collateralOf(account, LIVELY) == 0;
            if (hasNothing && _debts(account) != 0) return account;
        }
        for (uint256 i = 0; i < ACTORS; i++) {
            if (_debts(_actor((who % ACTORS) + i)) != 0) return _actor((who % ACTORS) + i);
        }
        return _actor(who);
    }

    /// @dev Whatever scenario was drawn, half of the time, where it shows the account below; else the worst.
    function _named(AccountId account, uint8 scenario) private view returns (Witness[] memory witnesses) {
        witnesses = _worst(account);
        if (scenario % 2 == 0) return witnesses;
        Witness[] memory weaker = _worst(account);
        for (uint256 tries = 0; tries < 6; tries++) {
            for (uint256 i = 0; i < weaker.length; i++) {
                if (weaker[i].scenarios[0] != NO_SCENARIO) weaker[i].scenarios[0] = uint8((scenario + 5 * tries) % 33);
            }
            if (_healthAt(account, weaker) < 0) return weaker;
        }
        return witnesses;
    }

    function _worst(AccountId account) private view returns (Witness[] memory) {
        return u.margin.assess(account, Side.BELOW).witnesses;
    }

    function _health(AccountId account, Level level) private view returns (int256) {
        return u.margin.assess(account, Side.ABOVE).health[uint8(level)].raw();
    }

    function _healthBelow(AccountId account, Level level) private view returns (int256) {
        return u.margin.assess(account, Side.BELOW).health[uint8(level)].raw();
    }

    function _healthAt(AccountId account, Witness[] memory witnesses) private view returns (int256) {
        return u.margin.assessAt(account, witnesses)[uint8(Level.MAINTENANCE)].raw();
    }

    function _debts(AccountId account) private view returns (int256) {
        int256 cash = u.ledger.cashOf(account).raw();
        return cash < 0 ? -cash : int256(0);
    }

    function _actor(uint256 who) private view returns (AccountId) {
        return accounts[who % ACTORS];
    }

    function actorCount() external pure returns (uint256) {
        return ACTORS;
    }

    function seriesCount() external pure returns (uint256) {
        return SERIES;
    }
}

abstract contract UniverseInvariants is World {
    uint8 internal constant LIVELY = 2;
    uint256 private constant ALL = 1000;
    AccountId private constant OUTSIDE = AccountId.wrap(0);

    /// @dev Each loss that is shared leaves dust of at most a share's last digit times the shares; each posting a unit.
    uint256 private constant DUST = 1e12;

    Handler internal handler;
    LivelyToken internal lively;

    function setUp() public virtual override {
        super.setUp();
        lively = new LivelyToken();
        custody.list(lively);
        numbers.setMarginParameters(LIVELY, _parameters());
        numbers.setGrid(LIVELY, _grid());
        market.setMarket(LIVELY, MarketState.AGREED, Price.wrap(10e18));
        IExchange exchange = _deployExchange();
        Universe memory universe = Universe(
            dollar,
            ether_,
            lively,
            custody,
            ledger,
            market,
            margin,
            marginCalls,
            settlement,
            auctions,
            fund,
            clearinghouse,
            exchange,
            queue,
            debts,
            tearUps,
            _deployRewards(),
            windDown
        );
        handler = new Handler(universe, FRIDAY);
        IAccessManager(address(manager)).grantRole(0, address(handler), 0);
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            for (uint256 times = 0; times < 5; times++) handler.deposit(i, CASH, 300);
            if (i > 1) handler.deposit(i, ETHER, 2);
        }
        handler.rest(0, 1, 4e6);
    }

    function _deployExchange() private returns (IExchange exchange) {
        IExchange.FeeSchedule memory fees = IExchange.FeeSchedule({indexShare: 300, premiumShare: 125_000});
        exchange = IExchange(
            deploy("Exchange.sol:Exchange", abi.encode(address(manager), clearinghouse, ledger, address(market), fees))
        );
        manager.grantRole(EXCHANGE, address(exchange), 0);
    }

    function _deployRewards() private returns (IRewards rewards) {
        rewards = IRewards(
            deploy(
                "Rewards.sol:Rewards",
                abi.encode(ledger, numbers, address(market), new TurnsDouble(), marginCalls, auctions, ETHER)
            )
        );
        manager.grantRole(POSTER, address(rewards), 0);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_L1_sizesOfEverySeriesSumToZero() public view {
        AccountId[] memory active = ledger.activeAccounts(0, ALL);
        uint256 open;
        for (uint256 s = 0; s < handler.seriesCount(); s++) {
            SeriesId series = handler.series(s);
            int256 sum;
            int256 longs;
            for (uint256 i = 0; i < active.length; i++) {
                int256 size = sizeOf(active[i], series);
                sum += size;
                if (size > 0) longs += size;
            }
            assertEq(sum, 0, "L1: sizes");
            assertEq(int256(ledger.openInterestOf(series)), longs, "L1: open interest");
            if (series.underlying() == ETHER) open += uint256(longs);
        }
        assertEq(ledger.openInterestIn(ETHER), open, "L1: open interest in all series of the underlying");
    }

    function invariant_L2_tokensAndDebtsCoverPositiveCash() public view {
        (Cash positive, Cash debts) = ledger.totals();
        int256 held = int256(custody.held(CASH));
        assertEq(cashOf(OUTSIDE), -held, "L2: the outside is owed what custody holds");
        assertGe(held + debts.raw(), positive.raw(), "L2: more cash than tokens and debts");
        assertLe(held + debts.raw() - positive.raw(), int256(DUST), "L2: more dust than rounding leaves");
    }

    function invariant_L3_custodyHoldsTheCollateralOfAllAccounts() public view {
        for (uint8 asset = ETHER; asset <= LIVELY; asset++) {
            uint256 sum;
            for (uint256 i = 0; i < handler.actorCount(); i++) sum += ledger.collateralOf(handler.accounts(i), asset);
            assertEq(custody.held(asset), ledger.collateralOf(OUTSIDE, asset), "L3: recorded");
            assertEq(sum, custody.held(asset), "L3: owned");
        }
    }

    function invariant_L4_everyChangeRaisesTheVersionByOne() public view {
        assertEq(handler.versionGaps(), 0, "L4: a gap");
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            assertEq(uint256(ledger.versionOf(account)), handler.lastVersion(account.raw()), "L4: the last event");
        }
    }

    function invariant_L5_accountsWithPositionsOrDebtsAreActiveAndNoOthers() public view {
        AccountId[] memory active = ledger.activeAccounts(0, ALL);
        for (uint256 i = 0; i < active.length; i++) {
            bool isActive = ledger.positionsOf(active[i]).length != 0 || cashOf(active[i]) < 0;
            assertTrue(isActive, "L5: a sleeper");
        }
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            bool isActive = ledger.positionsOf(account).length != 0 || cashOf(account) < 0;
            if (isActive) assertTrue(_contains(active, account), "L5: one is missing");
        }
    }

    function invariant_L6_noTradeAndNoWithdrawalMakesADebt() public view {
        assertEq(handler.debtsMadeByChoice(), 0, "L6");
    }

    function invariant_L14_nobodyIsCalledOrAuctionedWhomTheWholeGridDoesNotShowBelow() public view {
        assertEq(handler.wronged(), 0, "L14");
    }

    function invariant_L15_noBidLowersTheHealthOfTheAccountItActsOn() public view {
        assertEq(handler.harmfulBids(), 0, "L15");
    }

    function invariant_L16_noHolderOfCashLosesBeforeTheFundIsEmpty() public view {
        assertEq(handler.lossesBeforeFund(), 0, "L16");
    }

    function invariant_L17_whoIsCalledOrInAuctionTakesNoRisk() public view {
        assertEq(handler.risksTakenInCall(), 0, "L17");
    }

    function invariant_L18_theOpenAuctionsAreThoseOfAccountsInAuction() public view {
        uint256 count;
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            if (marginCalls.statusOf(handler.accounts(i)) == IMarginCalls.Status.AUCTION) count++;
        }
        assertEq(auctions.openAuctionCount(), count, "L18");
    }

    function invariant_L26_noDutyIsPaidByWhoHasNothing() public view {
        assertEq(handler.paidFromNothing(), 0, "L26");
    }

    function invariant_L27_noCollectionAndNoTearUpWorsensAnybodysDebt() public view {
        assertEq(handler.worsened(), 0, "L27");
    }

    function invariant_L28_whoWaitsIsPaidInTurnAndTheQueueHoldsWhatItOwes() public view {
        assertEq(handler.jumpedQueue(), 0, "L28: in turn");
        (uint256 first, uint256 next) = queue.places();
        int256 shares;
        for (uint256 place = first; place < next; place++) shares += int256(uint256(queue.waitingAt(place).shares));
        int256 owed = (shares * int256(ledger.cashIndex())) / ONE;
        assertLe(owed, cashOf(queue.queueAccount()) + int256(DUST), "L28: held");
    }

    function _contains(AccountId[] memory active, AccountId account) private pure returns (bool) {
        for (uint256 i = 0; i < active.length; i++) {
            if (active[i] == account) return true;
        }
        return false;
    }

    // ---- how much it means ------------------------------------------------------------------------------------

    /// @dev Sequences drawn as the runner draws them, each in a universe of its own; what none of them reaches is named.
    function _requireReached(string[] memory deeds, uint256 universes, uint256 length) internal {
        uint256[] memory counts = new uint256[](deeds.length);
        uint256[2] memory strikes;
        for (uint256 i = 0; i < universes; i++) {
            uint256 state = vm.snapshotState();
            for (uint256 j = 0; j < length; j++) _act(uint256(keccak256(abi.encode(i, j))));
            _requireAll();
            for (uint256 d = 0; d < deeds.length; d++) counts[d] += handler.done(deeds[d]);
            strikes[0] += handler.hostile().stood();
            strikes[1] += handler.hostile().refused();
            vm.revertToState(state);
        }
        string memory unreached = "";
        for (uint256 d = 0; d < deeds.length; d++) {
            if (counts[d] == 0) unreached = string.concat(unreached, " ", deeds[d]);
        }
        assertTrue(bytes(unreached).length == 0, string.concat("never reached:", unreached));
        assertGt(int256(strikes[0]), 0, "something stood from inside a callback");
        assertGt(int256(strikes[1]), 0, "something was refused inside a callback");
    }

    function _requireAll() private view {
        invariant_L1_sizesOfEverySeriesSumToZero();
        invariant_L2_tokensAndDebtsCoverPositiveCash();
        invariant_L3_custodyHoldsTheCollateralOfAllAccounts();
        invariant_L4_everyChangeRaisesTheVersionByOne();
        invariant_L5_accountsWithPositionsOrDebtsAreActiveAndNoOthers();
        invariant_L6_noTradeAndNoWithdrawalMakesADebt();
        invariant_L14_nobodyIsCalledOrAuctionedWhomTheWholeGridDoesNotShowBelow();
        invariant_L15_noBidLowersTheHealthOfTheAccountItActsOn();
        invariant_L16_noHolderOfCashLosesBeforeTheFundIsEmpty();
        invariant_L17_whoIsCalledOrInAuctionTakesNoRisk();
        invariant_L18_theOpenAuctionsAreThoseOfAccountsInAuction();
        invariant_L26_noDutyIsPaidByWhoHasNothing();
        invariant_L27_noCollectionAndNoTearUpWorsensAnybodysDebt();
        invariant_L28_whoWaitsIsPaidInTurnAndTheQueueHoldsWhatItOwes();
    }

    /// @dev One action of the handler's, all equally likely, as the runner chooses.
    function _act(uint256 seed) private {
        uint256 a = uint256(keccak256(abi.encode(seed, "a")));
        uint256 b = uint256(keccak256(abi.encode(seed, "b")));
        uint256 c = uint256(keccak256(abi.encode(seed, "c")));
        uint256 d = uint256(keccak256(abi.encode(seed, "d")));
        uint256 choice = seed % 27;
        if (choice == 0) handler.deposit(a, b, c);
        else if (choice == 1) handler.withdraw(a, b, c);
        else if (choice == 2) handler.squeeze(a);
        else if (choice == 3) handler.trade(a, b, c, d, a >> 128);
        else if (choice == 4) handler.reduce(a, b, c, d);
        else if (choice == 5) handler.strike(a, b, c);
        else if (choice == 6) handler.call(a, uint8(b));
        else if (choice == 7) handler.callTwo(a);
        else if (choice == 8) handler.pay(a, b % 2 == 0);
        else if (choice == 9) handler.endCall(a, b);
        else if (choice == 10) handler.start(a, uint8(b));
        else if (choice == 11) handler.bid(a, b, c);
        else if (choice == 12) handler.enrich(a);
        else if (choice == 13) handler.endAuction(a, b);
        else if (choice == 14) handler.settle(a, b);
        else if (choice == 15) handler.move(a);
        else if (choice == 16) handler.crash(a);
        else if (choice == 17) handler.pass(a);
        else if (choice == 18) handler.toExpiry(a);
        else if (choice == 19) handler.collect(a, b);
        else if (choice == 20) handler.run(a);
        else if (choice == 21) handler.serve(a);
        else if (choice == 22) handler.tear(a, b);
        else if (choice == 23) handler.earn(a, b);
        else if (choice == 24) handler.silence(a);
        else if (choice == 25) handler.sell(a, b);
        else handler.rest(a, b, c);
    }
}

contract MovingPriceInvariants is UniverseInvariants {
    function test_sequencesReachEverythingThatTheirInvariantsSpeakOf() public {
        string[44] memory deeds = [
            "deposit",
            "withdraw",
            "trade",
            "reduce",
            "cancel",
            "strike",
            "back",
            "leave",
            "redeem",
            "call",
            "callMany",
            "worsen",
            "pay",
            "cure",
            "lapse",
            "start",
            "worsenAuction",
            "bid",
            "enrich",
            "fundPays",
            "lossShared",
            "close",
            "settle",
            "sweep",
            "guard",
            "crash",
            "source",
            "toExpiry",
            "interest",
            "sale",
            "buy",
            "wait",
            "serve",
            "tearUp",
            "paidCall",
            "paidCure",
            "paidClose",
            "earn",
            "declare",
            "fixLastAgreed",
            "sampleWindDown",
            "fixWindDown",
            "settleWoundDown",
            "loss"
        ];
        string[] memory all = new string[](deeds.length);
        for (uint256 i = 0; i < deeds.length; i++) all[i] = deeds[i];
        _requireReached(all, 32, 500);
    }
}

contract FrozenPriceInvariants is UniverseInvariants {
    /// @dev Each position is valued with at most a few units of rounding.
    uint256 private constant ROUNDING = 1e6;

    int256 private wealthBefore;
    uint256[3] private madeBefore;

    /// @dev Trades at one price, a squeeze to the line, a fall: then nothing moves but market time.
    function setUp() public override {
        super.setUp();
        // Puts at 200, sold at 8 by three to two.
        for (uint256 i = 0; i < 3; i++) handler.trade(3 + (i % 2), i, 1, 6e18, 8e18);
        for (uint256 i = 0; i < 3; i++) handler.squeeze(i);
        handler.crash(uint256(0.75e18) << 8);
        handler.freeze();
        wealthBefore = _wealth();
        for (uint256 i = 0; i < 3; i++) madeBefore[i] = handler.made(i);
    }

    function invariant_L7_noClosedLoopProfitsAnyCoalition() public view {
        int256 given = int256(handler.made(CASH) - madeBefore[CASH]);
        given += _worth(handler.made(ETHER) - madeBefore[ETHER], ETHER);
        given += _worth(handler.made(LIVELY) - madeBefore[LIVELY], LIVELY);
        assertLe(_wealth(), wealthBefore + given + int256(ROUNDING), "L7: value from nothing");
    }

    /// @dev Equity of every account, the fund's with it, and what is in the owners' wallets.
    function _wealth() private view returns (int256 wealth) {
        wealth = cashOf(fund.fundAccount()) + cashOf(queue.queueAccount());
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            address owner = account.owner();
            wealth += healthOf(account, Level.MARK) + int256(dollar.balanceOf(owner) * 1e12);
            wealth += _worth(ether_.balanceOf(owner), ETHER) + _worth(lively.balanceOf(owner), LIVELY);
        }
    }

    function _worth(uint256 amount, uint8 asset) private view returns (int256) {
        return int256((amount * market.prices(asset).raw()) / 1e18);
    }

    function test_sequencesReachCallsAuctionsAndBidsAtStandingPrices() public {
        string[11] memory deeds = [
            "deposit",
            "withdraw",
            "trade",
            "strike",
            "back",
            "call",
            "pay",
            "cure",
            "start",
            "bid",
            "close"
        ];
        string[] memory all = new string[](deeds.length);
        for (uint256 i = 0; i < deeds.length; i++) all[i] = deeds[i];
        _requireReached(all, 10, 500);
    }
}
