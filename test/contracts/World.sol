// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {IClearinghouse} from "../../contracts/IClearinghouse.sol";
import {IParameters} from "../../contracts/access/IParameters.sol";
import {AUCTIONEER, COLLECTOR, CUSTODIAN, EXCHANGE, POSTER} from "../../contracts/access/Roles.sol";
import {FaucetToken} from "../../contracts/harness/FaucetToken.sol";
import {ICustody} from "../../contracts/ledger/ICustody.sol";
import {IKeeperRegistry} from "../../contracts/keepers/IKeeperRegistry.sol";
import {ILedger} from "../../contracts/ledger/ILedger.sol";
import {IWithdrawalQueue} from "../../contracts/ledger/IWithdrawalQueue.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IDebts} from "../../contracts/liquidation/IDebts.sol";
import {IDefaultFund} from "../../contracts/liquidation/IDefaultFund.sol";
import {ITearUps} from "../../contracts/liquidation/ITearUps.sol";
import {IMargin} from "../../contracts/margin/IMargin.sol";
import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {IAnchor} from "../../contracts/oracle/IAnchor.sol";
import {IPriceBook} from "../../contracts/pricebook/IPriceBook.sol";
import {IWindDown} from "../../contracts/pricebook/IWindDown.sol";
import {ISettlement} from "../../contracts/settlement/ISettlement.sol";
import {AccountId, accountIdOf} from "../../contracts/types/AccountId.sol";
import {Cash, NO_CASH} from "../../contracts/types/Cash.sol";
import {SettlementFee} from "../../contracts/types/Fees.sol";
import {Level} from "../../contracts/types/Level.sol";
import {MarginParameters, Scenario, Witness} from "../../contracts/types/Margin.sol";
import {MarketState, Side} from "../../contracts/types/Marks.sol";
import {OptionKind} from "../../contracts/types/OptionKind.sol";
import {Price} from "../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../contracts/types/SeriesId.sol";
import {Size} from "../../contracts/types/Size.sol";
import {PriceBookDouble} from "./doubles/PriceBookDouble.sol";
import {StakeDouble} from "./doubles/StakeDouble.sol";
import {Test} from "./Test.sol";
import {vm} from "./Vm.sol";

// A whole universe for tests of its later stages: every contract is real but the price book, which says what it is told.

abstract contract World is Test {
    uint8 internal constant CASH = 0;
    uint8 internal constant ETHER = 1;
    uint256 internal constant START = 1_583_884_800; // Wednesday, 11 March 2020, 00:00 UTC
    uint32 internal constant FRIDAY = 1_584_086_400; // 13 March 2020, 08:00 UTC
    int256 internal constant ONE = 1e18;
    address internal constant HOUSE = address(0x4085e);

    IAccessManager internal manager;
    FaucetToken internal dollar;
    FaucetToken internal ether_;
    ICustody internal custody;
    ILedger internal ledger;
    IWithdrawalQueue internal queue;
    IParameters internal numbers;
    PriceBookDouble internal market;
    StakeDouble internal stake;
    IPriceBook internal book;
    IWindDown internal windDown;
    IMargin internal margin;
    IMarginCalls internal marginCalls;
    IDefaultFund internal fund;
    ISettlement internal settlement;
    IAuctions internal auctions;
    ITearUps internal tearUps;
    IDebts internal debts;
    IClearinghouse internal clearinghouse;

    function setUp() public virtual {
        vm.warp(START);
        manager = IAccessManager(deploy("AccessManager.sol:AccessManager", abi.encode(address(this))));
        dollar = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Dollar", "USD", 6)));
        ether_ = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Ether", "ETH", 18)));
        _deployLeft();
        _deployRight();
        _grantRoles();
        _openMarket();
    }

    function _deployLeft() private {
        custody = ICustody(deploy("Custody.sol:Custody", abi.encode(address(manager))));
        custody.list(dollar);
        custody.list(ether_);
        ledger = ILedger(deploy("Ledger.sol:Ledger", abi.encode(address(manager))));
        numbers = IParameters(deploy("Parameters.sol:Parameters", abi.encode(address(manager))));
        book = _deployPrices();
        windDown = IWindDown(deploy("WindDown.sol:WindDown", abi.encode(book)));
        margin = IMargin(deploy("Margin.sol:Margin", abi.encode(ledger, book, numbers)));
        queue = IWithdrawalQueue(
            deploy("WithdrawalQueue.sol:WithdrawalQueue", abi.encode(address(manager), ledger, custody))
        );
        fund = IDefaultFund(
            deploy("DefaultFund.sol:DefaultFund", abi.encode(address(manager), ledger, custody, queue))
        );
    }

    /// @dev Prices that a test sets by hand; a test of the whole overrides it with reporters and an anchor.
    function _deployPrices() internal virtual returns (IPriceBook) {
        market = new PriceBookDouble();
        return market.asBook();
    }

    /// @dev Bonds and a step of the anchor that a test sets by hand, likewise.
    function _deployStake() internal virtual returns (IKeeperRegistry, IAnchor) {
        stake = new StakeDouble();
        return (stake.asRegistry(), stake.asAnchor());
    }

    /// @dev None, so that payoffs are plain numbers; a test of the fee overrides it.
    function _settlementFee() internal pure virtual returns (SettlementFee memory) {
        return SettlementFee({priceShare: 0, payoffShare: 0});
    }

    function _deployRight() private {
        settlement = ISettlement(
            deploy(
                "Settlement.sol:Settlement",
                abi.encode(ledger, book, windDown, fund.fundAccount(), _settlementFee())
            )
        );
        marginCalls = IMarginCalls(
            deploy(
                "MarginCalls.sol:MarginCalls",
                abi.encode(address(manager), ledger, margin, book, windDown, address(settlement))
            )
        );
        auctions = IAuctions(
            deploy(
                "Auctions.sol:Auctions",
                abi.encode(ledger, custody, numbers, margin, book, windDown, marginCalls, fund, address(settlement))
            )
        );
        fund.setAuctions(auctions);
        debts = IDebts(deploy("Debts.sol:Debts", abi.encode(ledger, margin, book, marginCalls, address(settlement))));
        tearUps = ITearUps(deploy("TearUps.sol:TearUps", abi.encode(ledger, margin, book, auctions, fund)));
        (IKeeperRegistry bonds, IAnchor step) = _deployStake();
        clearinghouse = IClearinghouse(
            deploy(
                "Clearinghouse.sol:Clearinghouse",
                abi.encode(
                    address(manager),
                    ledger,
                    custody,
                    queue,
                    margin,
                    marginCalls,
                    book,
                    windDown,
                    debts,
                    bonds,
                    step,
                    fund.fundAccount()
                )
            )
        );
    }

    function _grantRoles() private {
        _permit(address(ledger), ILedger.postCash.selector, POSTER);
        _permit(address(ledger), ILedger.postCollateral.selector, POSTER);
        _permit(address(ledger), ILedger.postPosition.selector, POSTER);
        _permit(address(ledger), ILedger.realiseLoss.selector, AUCTIONEER);
        _permit(address(custody), ICustody.pull.selector, CUSTODIAN);
        _permit(address(custody), ICustody.push.selector, CUSTODIAN);
        _permit(address(ledger), ILedger.shareGain.selector, COLLECTOR);
        _permit(address(ledger), ILedger.takeInterest.selector, COLLECTOR);
        _permit(address(queue), IWithdrawalQueue.enqueue.selector, CUSTODIAN);
        _permit(address(clearinghouse), IClearinghouse.trade.selector, EXCHANGE);
        _permit(address(marginCalls), IMarginCalls.enterAuction.selector, AUCTIONEER);
        _permit(address(marginCalls), IMarginCalls.leaveAuction.selector, AUCTIONEER);
        _permit(address(fund), IDefaultFund.cover.selector, AUCTIONEER);

        address[4] memory posters = [address(clearinghouse), address(fund), address(auctions), address(settlement)];
        for (uint256 i = 0; i < posters.length; i++) manager.grantRole(POSTER, posters[i], 0);
        manager.grantRole(POSTER, address(tearUps), 0);
        manager.grantRole(POSTER, address(queue), 0);
        manager.grantRole(POSTER, address(debts), 0);
        manager.grantRole(COLLECTOR, address(debts), 0);
        manager.grantRole(CUSTODIAN, address(queue), 0);
        manager.grantRole(CUSTODIAN, address(clearinghouse), 0);
        manager.grantRole(CUSTODIAN, address(fund), 0);
        manager.grantRole(CUSTODIAN, address(auctions), 0);
        manager.grantRole(AUCTIONEER, address(auctions), 0);
        manager.grantRole(EXCHANGE, address(this), 0);
    }

    function _permit(address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    function _openMarket() private {
        numbers.setMarginParameters(ETHER, _parameters());
        numbers.setGrid(ETHER, _grid());
        clearinghouse.setLimits(ETHER, IClearinghouse.Limits({minimumSize: 0.01e18, shortCap: 1_000_000e18}));
        setPrice(200e18);
    }

    /// @dev The numbers of risk/parameters.ts.
    function _parameters() internal pure returns (MarginParameters memory) {
        return
            MarginParameters({
                closeoutFactor: 600_000,
                maintenanceFactor: 800_000,
                volatilityUp: 500_000,
                volatilityDown: 300_000,
                volatilityFloor: 400_000,
                shortPower: 300_000,
                longPower: 130_000,
                skewShift: 100_000,
                basisShock: 45_000,
                gapVolatility: 90_000,
                longCredit: 950_000,
                concentrationSlope: 250_000,
                concentrationLoss: 10_000_000e18,
                nakedContingency: 5_000,
                collateralHaircut: 30_000,
                keeperReserve: 25e18
            });
    }

    /// @dev The 33 scenarios of risk/parameters.ts at a range of 18 %, ascending by move.
    function _grid() internal pure returns (Scenario[] memory grid) {
        int32[41] memory moves = [
            int32(-660_000),
            -330_000,
            -180_000,
            -135_000,
            -135_000,
            -135_000,
            -90_000,
            -90_000,
            -90_000,
            -45_000,
            -45_000,
            -45_000,
            0,
            0,
            0,
            0,
            0,
            45_000,
            45_000,
            45_000,
            90_000,
            90_000,
            90_000,
            135_000,
            135_000,
            135_000,
            180_000,
            500_000,
            1_000_000,
            2_000_000,
            3_000_000,
            4_000_000,
            5_000_000,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0
        ];
        grid = new Scenario[](33);
        for (uint256 i = 0; i < grid.length; i++) {
            uint256 distance = uint256(int256(moves[i] < 0 ? -moves[i] : moves[i]));
            grid[i].spotMove = moves[i];
            grid[i].weight = distance > 180_000 ? uint32((138_600 * 1e6) / distance) : 1_000_000;
            grid[i].volatilityMove = distance >= 180_000 ? int8(1) : int8(int256((i + 2) % 3) - 1);
        }
        (grid[15].volatilityMove, grid[15].skew) = (0, 1);
        (grid[16].volatilityMove, grid[16].skew) = (0, -1);
    }

    // ---- what tests do with it -----------------------------------------------------------------------------

    function setPrice(uint256 price) internal virtual {
        setMarket(MarketState.AGREED, price);
    }

    function setMarket(MarketState state, uint256 price) internal {
        market.setMarket(ETHER, state, Price.wrap(price));
    }

    function named(string memory name) internal returns (AccountId) {
        return accountIdOf(addressOf(name), 0);
    }

    /// @dev An account of `name` with `cash` [1e18].
    function funded(string memory name, uint256 cash) internal returns (AccountId account) {
        account = named(name);
        give(account, CASH, cash);
    }

    function give(AccountId account, uint8 asset, uint256 amount) internal {
        address owner = account.owner();
        FaucetToken token = FaucetToken(address(custody.tokenOf(asset)));
        token.faucet(owner, amount / (10 ** (18 - token.decimals())));
        vm.startPrank(owner);
        token.approve(address(custody), type(uint256).max);
        clearinghouse.deposit(account, asset, amount);
        vm.stopPrank();
    }

    function withdraw(AccountId account, uint8 asset, uint256 amount) internal {
        vm.prank(account.owner());
        clearinghouse.withdraw(account, asset, amount, account.owner());
    }

    /// @param strike In whole units of account.
    function callAt(uint56 strike) internal pure returns (SeriesId) {
        return seriesIdOf(ETHER, FRIDAY, strike * 1e8, OptionKind.CALL, 0);
    }

    function putAt(uint56 strike) internal pure returns (SeriesId) {
        return seriesIdOf(ETHER, FRIDAY, strike * 1e8, OptionKind.PUT, 0);
    }

    function trade(AccountId buyer, AccountId seller, SeriesId series, uint256 size, uint256 price) internal {
        clearinghouse.trade(tradeOf(buyer, seller, series, size, price));
    }

    function tradeOf(
        AccountId buyer,
        AccountId seller,
        SeriesId series,
        uint256 size,
        uint256 price
    ) internal pure returns (IClearinghouse.Trade memory) {
        return
            IClearinghouse.Trade(buyer, seller, series, Size.wrap(int256(size)), Price.wrap(price), NO_CASH, NO_CASH);
    }

    /// @dev The worst scenario of every candidate, as a keeper would name it.
    function witnessesOf(AccountId account) internal view returns (Witness[] memory) {
        return margin.assess(account, Side.BELOW).witnesses;
    }

    function healthOf(AccountId account, Level level) internal view returns (int256) {
        return margin.assess(account, Side.ABOVE).health[uint8(level)].raw();
    }

    function cashOf(AccountId account) internal view returns (int256) {
        return ledger.cashOf(account).raw();
    }

    function sizeOf(AccountId account, SeriesId series) internal view returns (int256) {
        return ledger.sizeOf(account, series).raw();
    }
}
