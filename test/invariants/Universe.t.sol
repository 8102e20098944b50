// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IClearinghouse} from "../../contracts/IClearinghouse.sol";
import {EXCHANGE} from "../../contracts/access/Roles.sol";
import {FaucetToken} from "../../contracts/harness/FaucetToken.sol";
import {ICustody} from "../../contracts/ledger/ICustody.sol";
import {ILedger} from "../../contracts/ledger/ILedger.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IMargin} from "../../contracts/margin/IMargin.sol";
import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {ISettlement} from "../../contracts/settlement/ISettlement.sol";
import {AccountId, accountIdOf} from "../../contracts/types/AccountId.sol";
import {Cash, NO_CASH} from "../../contracts/types/Cash.sol";
import {Level} from "../../contracts/types/Level.sol";
import {Witness} from "../../contracts/types/Margin.sol";
import {MarketState, Side} from "../../contracts/types/Marks.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {Test} from "../contracts/Test.sol";
import {Vm, vm} from "../contracts/Vm.sol";
import {World} from "../contracts/World.sol";
import {PriceBookDouble} from "../contracts/doubles/PriceBookDouble.sol";

// What holds after any sequence of calls? In a world whose prices move, and in one where they stand still.

/// @dev What the handler acts on. It stands in this file because the runner calls only what a test file defines.
struct Universe {
    FaucetToken dollar;
    FaucetToken ether_;
    ICustody custody;
    ILedger ledger;
    PriceBookDouble market;
    IMargin margin;
    IMarginCalls marginCalls;
    ISettlement settlement;
    IAuctions auctions;
    IClearinghouse clearinghouse;
}

/// @dev Every public entry, by a few owners, in any order, with whatever amounts; a refusal is no failure.
contract Handler is Test {
    uint256 private constant ACTORS = 5;
    uint256 private constant SERIES = 6;
    uint256 private constant LEAST_PRICE = 120e18;
    uint256 private constant MOST_PRICE = 340e18;
    uint8 private constant CASH = 0;
    uint8 private constant ETHER = 1;

    Universe private u;
    bool private immutable IS_FROZEN;
    uint32[2] public expiries;
    AccountId[] public accounts;
    SeriesId[] public series;

    /// @dev What was put into the owners' wallets from nowhere.
    uint256 public dollarsMade;
    uint256 public etherMade;

    uint256 private _changes;

    /// @dev How often each action changed something: a run in which few do means little.
    mapping(bytes4 action => uint256) public done;
    /// @dev Last version seen in an event; a gap, or one out of order, is remembered.
    mapping(uint256 account => uint64) public lastVersion;
    uint256 public versionGaps;
    /// @dev A trade or a withdrawal after which someone owed more than before.
    uint256 public debtsMadeByChoice;

    constructor(Universe memory universe, uint32 firstExpiry, bool isFrozen) {
        u = universe;
        IS_FROZEN = isFrozen;
        expiries = [firstExpiry, firstExpiry + 7 days];
        for (uint256 i = 0; i < ACTORS; i++) {
            accounts.push(accountIdOf(address(uint160(0xac7000 + i)), uint96(i)));
        }
        for (uint256 i = 0; i < SERIES; i++) series.push(_seriesAt(i));
    }

    function _seriesAt(uint256 i) private view returns (SeriesId) {
        OptionKind kind = i % 2 == 0 ? OptionKind.CALL : OptionKind.PUT;
        return seriesIdOf(ETHER, expiries[i / 3], uint56(180 + 20 * (i % 3)) * 1e8, kind, 0);
    }

    // ---- owners --------------------------------------------------------------------------------------------

    function deposit(uint256 who, bool isEther, uint256 amount) external watched {
        AccountId account = _actor(who);
        uint256 units = bound(amount, 1, 5_000);
        if (isEther) etherMade += units * 1e18;
        else dollarsMade += units * 1e18;
        (isEther ? u.ether_ : u.dollar).faucet(account.owner(), units * (isEther ? 1e18 : 1e6));
        vm.startPrank(account.owner());
        (isEther ? u.ether_ : u.dollar).approve(address(u.custody), type(uint256).max);
        u.clearinghouse.deposit(account, isEther ? ETHER : CASH, units * 1e18);
        vm.stopPrank();
        _count(this.deposit.selector);
    }

    function withdraw(uint256 who, bool isEther, uint256 amount) external watched {
        AccountId account = _actor(who);
        vm.prank(account.owner());
        try u.clearinghouse.withdraw(account, isEther ? ETHER : CASH, bound(amount, 1, 2_000e18), account.owner()) {
            _count(this.withdraw.selector);
            if (u.ledger.cashOf(account).isNegative()) debtsMadeByChoice++;
        } catch {}
    }

    function trade(uint256 buyer, uint256 seller, uint256 which, uint256 size, uint256 price) external watched {
        AccountId from = _actor(seller);
        AccountId to = _actor(buyer);
        int256 before = _debts(from) + _debts(to);
        IClearinghouse.Trade memory matched = IClearinghouse.Trade({
            buyer: to,
            seller: from,
            series: series[which % SERIES],
            size: Size.wrap(int256(bound(size, 1, 40e18))),
            price: Price.wrap(bound(price, 0, 60e18)),
            buyerFee: NO_CASH,
            sellerFee: Cash.wrap(int256(size % 1e16))
        });
        try u.clearinghouse.trade(matched) {
            _count(this.trade.selector);
            if (_debts(from) + _debts(to) > before) debtsMadeByChoice++;
        } catch {}
    }

    // ---- anyone --------------------------------------------------------------------------------------------

    function call(uint256 who) external watched {
        AccountId account = _actor(who);
        try u.marginCalls.openMarginCall(account, _witnesses(account)) returns (bool opened) {
            if (opened) _count(this.call.selector);
        } catch {}
    }

    function cure(uint256 who) external watched {
        try u.marginCalls.recordCure(_actor(who)) {
            _count(this.cure.selector);
        } catch {}
    }

    function start(uint256 who) external watched {
        AccountId account = _actor(who);
        try u.auctions.start(account, _witnesses(account)) {
            _count(this.start.selector);
        } catch {}
    }

    function bid(uint256 who, uint256 buyer, uint256 fraction) external watched {
        AccountId account = _actor(who);
        AccountId to = _actor(buyer);
        IAuctions.Bid memory offer = IAuctions.Bid({
            account: account,
            buyer: to,
            fraction: bound(fraction, 0.01e18, 1e18),
            minDiscount: 0,
            seriesHash: u.ledger.seriesHashOf(account)
        });
        vm.prank(to.owner());
        try u.auctions.bid(offer) {
            _count(this.bid.selector);
        } catch {}
    }

    function close(uint256 who) external watched {
        try u.auctions.close(_actor(who)) {
            _count(this.close.selector);
        } catch {}
    }

    function writeOff(uint256 who) external watched {
        try u.auctions.writeOff(_actor(who)) {
            _count(this.writeOff.selector);
        } catch {}
    }

    function settle(uint256 who, uint256 which) external watched {
        uint32 expiry = expiries[which % 2];
        if (block.timestamp < expiry) return;
        if (u.market.settlementPrice(ETHER, expiry).raw() == 0) {
            u.market.setSettlementPrice(ETHER, expiry, u.market.prices(ETHER));
        }
        AccountId[] memory page = new AccountId[](1);
        page[0] = _actor(who);
        if (u.settlement.settle(ETHER, expiry, page) != 0) _count(this.settle.selector);
    }

    // ---- the world -----------------------------------------------------------------------------------------

    function move(uint256 seed) external {
        if (IS_FROZEN) return;
        uint256 price = (u.market.prices(ETHER).raw() * bound(seed, 0.9e18, 1.12e18)) / 1e18;
        u.market.setMarket(ETHER, MarketState.AGREED, Price.wrap(bound(price, LEAST_PRICE, MOST_PRICE)));
    }

    function pass(uint256 time) external {
        if (IS_FROZEN) return;
        uint64 elapsed = uint64(bound(time, 12, 3 hours));
        u.market.passTime(ETHER, elapsed);
        vm.warp(block.timestamp + elapsed);
    }

    // ---- inside --------------------------------------------------------------------------------------------

    /// @dev Reads every event of the ledger: each account's version must rise by exactly one. The runner also records the
    ///      events of calls that were undone, so a refused action is not read.
    modifier watched() {
        uint256 before = _changes;
        vm.recordLogs();
        _;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; _changes != before && i < logs.length; i++) {
            if (logs[i].emitter == address(u.ledger) && logs[i].topics.length > 1) _follow(logs[i]);
        }
    }

    function _count(bytes4 action) private {
        done[action]++;
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

    function _witnesses(AccountId account) private view returns (Witness[] memory) {
        return u.margin.assess(account, Side.BELOW).witnesses;
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
    uint256 private constant ALL = 1000;

    AccountId private constant OUTSIDE = AccountId.wrap(0);

    /// @dev Each loss that is shared leaves dust of at most a share's last digit times the shares; each posting a unit.
    uint256 private constant DUST = 1e12;

    Handler internal handler;

    function _watch(bool isFrozen) internal {
        Universe memory universe = Universe(
            dollar,
            ether_,
            custody,
            ledger,
            market,
            margin,
            marginCalls,
            settlement,
            auctions,
            clearinghouse
        );
        handler = new Handler(universe, FRIDAY, isFrozen);
        manager.grantRole(EXCHANGE, address(handler), 0);
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            handler.deposit(i, false, 3_000);
            handler.deposit(i, true, 5);
        }
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_L1_sizesOfEverySeriesSumToZero() public view {
        AccountId[] memory active = ledger.activeAccounts(0, ALL);
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
        }
    }

    function invariant_L2_tokensAndDebtsCoverPositiveCash() public view {
        (Cash positive, Cash debts) = ledger.totals();
        int256 held = int256(custody.held(CASH));
        assertEq(cashOf(OUTSIDE), -held, "L2: the outside is owed what custody holds");
        assertGe(held + debts.raw(), positive.raw(), "L2: more cash than tokens and debts");
        assertLe(held + debts.raw() - positive.raw(), int256(DUST), "L2: more dust than rounding leaves");
    }

    function invariant_L3_custodyHoldsTheCollateralOfAllAccounts() public view {
        uint256 sum;
        for (uint256 i = 0; i < handler.actorCount(); i++) sum += ledger.collateralOf(handler.accounts(i), ETHER);
        assertEq(custody.held(ETHER), ledger.collateralOf(OUTSIDE, ETHER), "L3: recorded");
        assertEq(sum, custody.held(ETHER), "L3: owned");
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

    function _contains(AccountId[] memory active, AccountId account) private pure returns (bool) {
        for (uint256 i = 0; i < active.length; i++) {
            if (active[i] == account) return true;
        }
        return false;
    }
}

contract MovingPriceInvariants is UniverseInvariants {
    function setUp() public override {
        super.setUp();
        _watch(false);
    }
}

contract FrozenPriceInvariants is UniverseInvariants {
    /// @dev Each position is valued with at most a few units of rounding.
    uint256 private constant ROUNDING = 1e6;

    function setUp() public override {
        super.setUp();
        _watch(true);
    }

    function invariant_L7_noClosedLoopProfitsAnyCoalition() public view {
        int256 wealth;
        for (uint256 i = 0; i < handler.actorCount(); i++) {
            AccountId account = handler.accounts(i);
            address owner = account.owner();
            wealth += healthOf(account, Level.MARK) + int256(dollar.balanceOf(owner) * 1e12);
            wealth += (int256(ether_.balanceOf(owner)) * int256(market.prices(ETHER).raw())) / ONE;
        }
        int256 given = int256(handler.dollarsMade());
        given += (int256(handler.etherMade()) * int256(market.prices(ETHER).raw())) / ONE;
        assertLe(wealth, given + int256(ROUNDING), "L7: value from nothing");
    }
}
