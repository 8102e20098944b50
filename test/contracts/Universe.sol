// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IKeeperRegistry} from "../../contracts/keepers/IKeeperRegistry.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {IAnchor} from "../../contracts/oracle/IAnchor.sol";
import {IPoolMean} from "../../contracts/oracle/IPoolMean.sol";
import {IReporterOracle} from "../../contracts/oracle/IReporterOracle.sol";
import {IPriceBook} from "../../contracts/pricebook/IPriceBook.sol";
import {IVolatilityBook} from "../../contracts/pricebook/IVolatilityBook.sol";
import {AccountId} from "../../contracts/types/AccountId.sol";
import {Cash} from "../../contracts/types/Cash.sol";
import {Level} from "../../contracts/types/Level.sol";
import {Side} from "../../contracts/types/Marks.sol";
import {Observation, SignedObservation, SignedSurface, Slice, Surface} from "../../contracts/types/Observation.sol";
import {AggregatorDouble} from "./doubles/AggregatorDouble.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

// The whole universe, prices too: five reporters who sign and a Chainlink aggregator speak, and nothing is told by hand.

abstract contract Universe is World {
    uint16 internal constant KEEPERS = 5;
    uint16 internal constant QUORUM = 3;
    uint256 internal constant E8 = 1e10; // 1e-8 in 18 decimals
    /// @dev [1e18 units of account] Two of them cover a hundred thousand contracts at 200.
    uint256 internal constant BOND = 200_000e18;
    uint32 internal constant NEXT_FRIDAY = FRIDAY + 7 days;

    /// @dev As `KeeperRegistry.Terms`.
    struct Terms {
        uint32 slotSeconds;
        uint32 guardSeconds;
        uint32 epochSeconds;
        uint32 bondDelaySeconds;
        uint16 faultTolerance;
        uint16 quorum;
        uint256 bond;
    }

    IKeeperRegistry internal registry;
    IReporterOracle internal oracle;
    IAnchor internal anchor;
    IVolatilityBook internal volatilityBook;
    IPoolMean internal pools;
    IPriceBook internal priceBook;
    AggregatorDouble internal aggregator;

    /// @dev The compiler may keep one block.timestamp for a whole function, so time is kept here.
    uint64 internal now_;
    uint64 private _lastRound;

    function _deployPrices() internal override returns (IPriceBook) {
        _warp(uint64(START));
        vm.roll(100);
        _deployFleet();
        aggregator = new AggregatorDouble();
        aggregator.push(200e8, now_);
        anchor = IAnchor(deploy("ChainlinkAnchor.sol:ChainlinkAnchor", abi.encode(address(0), 0, oracle, manager)));
        anchor.list(ETHER, address(aggregator), 1 hours, 5_000);
        volatilityBook = IVolatilityBook(deploy("VolatilityBook.sol:VolatilityBook", abi.encode(registry)));
        pools = IPoolMean(deploy("PoolMean.sol:PoolMean", abi.encode(custody, manager)));
        bytes memory sources = abi.encode(registry, oracle, anchor, volatilityBook, pools);
        priceBook = IPriceBook(deploy("PriceBook.sol:PriceBook", sources));
        quoteVolatility(0.8e18);
        return priceBook;
    }

    function _deployFleet() private {
        Terms memory terms = Terms(24, 12, 1 days, 7 days, 1, QUORUM, BOND);
        registry = IKeeperRegistry(deploy("KeeperRegistry.sol:KeeperRegistry", abi.encode(dollar, terms, manager)));
        dollar.faucet(address(this), registry.bondOf() * KEEPERS);
        dollar.approve(address(registry), registry.bondOf() * KEEPERS);
        for (uint16 id = 1; id <= KEEPERS; ++id) {
            registry.admit(address(this));
            registry.join(vm.addr(_key(id)), new address[](0), "");
        }
        registry.startEpoch();
        oracle = IReporterOracle(deploy("ReporterOracle.sol:ReporterOracle", abi.encode(registry)));
    }

    function _deployStake() internal view override returns (IKeeperRegistry, IAnchor) {
        return (registry, anchor);
    }

    // ---- prices ----------------------------------------------------------------------------------------------

    /// @dev Both sources say it at this moment.
    function setPrice(uint256 price) internal override {
        anchorSays(price);
        reportersSay(price);
    }

    /// @dev A quorum signs a round of its own; time moves on to it where the last one is as new.
    function reportersSay(uint256 price) internal {
        uint64 time = now_ - (now_ % 10);
        if (time <= _lastRound) {
            time = _lastRound + 10;
            if (time > now_) _warp(time);
        }
        _lastRound = time;
        SignedObservation[] memory signed = new SignedObservation[](QUORUM);
        for (uint16 i = 0; i < QUORUM; ++i) {
            signed[i].reporter = i + 1;
            signed[i].observation = Observation(ETHER, time, uint64(price / E8), 0);
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(i + 1), oracle.digestOf(signed[i]));
            signed[i].signature = abi.encodePacked(r, s, v);
        }
        priceBook.report(signed);
    }

    function anchorSays(uint256 price) internal {
        aggregator.push(int256(price / E8), now_);
    }

    /// @dev Time passes at `price`, told by both sources every minute.
    function pass(uint64 elapsed, uint256 price) internal {
        for (uint64 end = now_ + elapsed; now_ < end;) {
            _warp(end - now_ > 60 ? now_ + 60 : end);
            if (now_ - (now_ % 10) > _lastRound) setPrice(price);
        }
    }

    /// @dev Time passes and nobody says anything.
    function passInSilence(uint64 elapsed) internal {
        _warp(now_ + elapsed);
    }

    /// @param volatility [1e18] A year, flat in expiry at the money.
    function quoteVolatility(uint256 volatility) internal {
        SignedSurface[] memory signed = new SignedSurface[](QUORUM);
        for (uint16 i = 0; i < QUORUM; ++i) {
            signed[i].reporter = i + 1;
            signed[i].surface = Surface(ETHER, now_ - (now_ % 10), new Slice[](2));
            signed[i].surface.slices[0] = _slice(FRIDAY, volatility);
            signed[i].surface.slices[1] = _slice(NEXT_FRIDAY, volatility);
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(i + 1), volatilityBook.digestOf(signed[i]));
            signed[i].signature = abi.encodePacked(r, s, v);
        }
        volatilityBook.submit(signed);
    }

    function _slice(uint32 expiry, uint256 volatility) private view returns (Slice memory) {
        uint256 theta = (((volatility * volatility) / 1e18) * (expiry - now_)) / 365 days;
        // Curvature as one over the root of variance keeps the calendar free of arbitrage.
        return Slice(expiry, uint64(theta), -0.2e18, uint96(0.6e36 / Math.sqrt(theta * 1e18)), 0);
    }

    /// @dev Half an hour at `price` up to FRIDAY, and the first word after it.
    function expireAt(uint256 price) internal {
        _warp(FRIDAY - 30 minutes);
        setPrice(price);
        pass(30 minutes, price);
        pass(60, price);
        fixFirstRung();
    }

    function fixFirstRung() internal {
        priceBook.fixSettlementPrice(
            ETHER,
            FRIDAY,
            _lastCheckpointAtOrBefore(FRIDAY - 30 minutes),
            _lastCheckpointAtOrBefore(FRIDAY - 1) + 1
        );
    }

    function _lastCheckpointAtOrBefore(uint64 time) internal view returns (uint256 last) {
        last = priceBook.checkpointCount(ETHER);
        for (uint64 its = type(uint64).max; its > time && last != 0;) {
            (its, , ) = priceBook.checkpoint(ETHER, --last);
        }
    }

    function _warp(uint64 time) internal {
        now_ = time;
        vm.warp(time);
    }

    function _key(uint16 id) private pure returns (uint256) {
        return 0xA11CE + id;
    }

    // ---- what people do --------------------------------------------------------------------------------------

    /// @dev The owner takes out so much that at `price`, a minute later, his health at `level` will be `target`.
    function takeOutUntil(AccountId account, uint256 price, Level level, int256 target) internal {
        uint256 state = vm.snapshotState();
        pass(1 minutes, price);
        int256 spare = margin.assess(account, Side.BELOW).health[uint256(level)].raw() - target;
        vm.revertToState(state);
        _warp(now_);
        withdraw(account, CASH, uint256(spare));
    }

    function callMargin(AccountId account) internal returns (bool) {
        return marginCalls.openMarginCall(account, witnessesOf(account));
    }

    function startAuction(AccountId account) internal {
        auctions.start(account, witnessesOf(account));
    }

    /// @dev `buyer` bids for `fraction` at the price of this moment.
    function bid(AccountId account, AccountId buyer, uint256 fraction) internal returns (uint256 taken, Cash paid) {
        IAuctions.Bid memory offer = IAuctions.Bid(account, buyer, fraction, 0, ledger.seriesHashOf(account));
        vm.prank(buyer.owner());
        return auctions.bid(offer);
    }

    /// @dev Stands behind the fund with `amount` [1e18].
    function backFund(string memory name, uint256 amount) internal returns (uint256 shares) {
        address owner = addressOf(name);
        dollar.faucet(owner, amount / 1e12);
        vm.startPrank(owner);
        dollar.approve(address(fund), amount / 1e12);
        shares = fund.deposit(amount / 1e12, owner);
        vm.stopPrank();
    }

    function settleAll(AccountId a, AccountId b) internal returns (uint256) {
        AccountId[] memory accounts = new AccountId[](2);
        (accounts[0], accounts[1]) = (a, b);
        return settlement.settle(ETHER, FRIDAY, accounts);
    }

    function settleOne(AccountId account) internal returns (uint256) {
        AccountId[] memory accounts = new AccountId[](1);
        accounts[0] = account;
        return settlement.settle(ETHER, FRIDAY, accounts);
    }

    // ---- what must be true -----------------------------------------------------------------------------------

    function assertStatus(AccountId account, IMarginCalls.Status status, string memory what) internal view {
        assertEq(uint256(marginCalls.statusOf(account)), uint256(status), what);
    }

    function isBelow(AccountId account, Level level) internal view returns (bool) {
        return margin.isBelow(account, level, witnessesOf(account));
    }

    /// @dev Guarantee 1, at any moment of any story.
    function assertSolvent() internal view {
        (Cash positive, Cash debts) = ledger.totals();
        assertGe(int256(custody.held(CASH)) + debts.raw(), positive.raw(), "tokens and debts cover all positive cash");
    }
}
