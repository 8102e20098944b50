// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ILens} from "./ILens.sol";
import {IParameters} from "../access/IParameters.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {ICustody} from "../ledger/ICustody.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {WHOLE} from "../liquidation/AuctionLib.sol";
import {IAuctions} from "../liquidation/IAuctions.sol";
import {IDebts} from "../liquidation/IDebts.sol";
import {IDefaultFund} from "../liquidation/IDefaultFund.sol";
import {ITearUps} from "../liquidation/ITearUps.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IVolatilityBook} from "../pricebook/IVolatilityBook.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {MarginParameters, Scenario} from "../types/Margin.sol";
import {Observed, Side} from "../types/Marks.sol";
import {Collateral} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {Size} from "../types/Size.sol";

// What does a reader need to know at one block?

contract Lens is ILens {
    /// @dev More than observing an hour needs.
    uint256 private constant OBSERVING_GAS = 1_000_000;

    /// @dev What it reads from.
    struct Sources {
        IParameters parameters;
        ILedger ledger;
        ICustody custody;
        IKeeperRegistry keeperRegistry;
        IReporterOracle reporterOracle;
        IPriceBook priceBook;
        IVolatilityBook volatilityBook;
        IMarginCalls marginCalls;
        IAuctions auctions;
        IDebts debts;
        ITearUps tearUps;
        IDefaultFund defaultFund;
    }

    IParameters private immutable PARAMETERS;
    ILedger private immutable LEDGER;
    ICustody private immutable CUSTODY;
    IKeeperRegistry private immutable KEEPER_REGISTRY;
    IReporterOracle private immutable REPORTER_ORACLE;
    IPriceBook private immutable PRICE_BOOK;
    IVolatilityBook private immutable VOLATILITY_BOOK;
    IMarginCalls private immutable MARGIN_CALLS;
    IAuctions private immutable AUCTIONS;
    IDebts private immutable DEBTS;
    ITearUps private immutable TEAR_UPS;
    IDefaultFund private immutable DEFAULT_FUND;

    constructor(Sources memory sources) {
        PARAMETERS = sources.parameters;
        LEDGER = sources.ledger;
        CUSTODY = sources.custody;
        KEEPER_REGISTRY = sources.keeperRegistry;
        REPORTER_ORACLE = sources.reporterOracle;
        PRICE_BOOK = sources.priceBook;
        VOLATILITY_BOOK = sources.volatilityBook;
        MARGIN_CALLS = sources.marginCalls;
        AUCTIONS = sources.auctions;
        DEBTS = sources.debts;
        TEAR_UPS = sources.tearUps;
        DEFAULT_FUND = sources.defaultFund;
    }

    /// @inheritdoc ILens
    function accounts(uint256 offset, uint256 count) external view returns (AccountView[] memory views) {
        AccountId[] memory page = LEDGER.activeAccounts(offset, count);
        views = new AccountView[](page.length);
        for (uint256 i = 0; i < page.length; i++) views[i] = _viewOf(page[i]);
    }

    /// @inheritdoc ILens
    function account(AccountId id) external view returns (AccountView memory) {
        return _viewOf(id);
    }

    /// @inheritdoc ILens
    function market(uint8 underlying, uint32[] calldata expiries) external view returns (MarketView memory seen) {
        seen.index = PRICE_BOOK.index(underlying);
        seen.below = PRICE_BOOK.marks(underlying, Side.BELOW, expiries);
        seen.above = PRICE_BOOK.marks(underlying, Side.ABOVE, expiries);
        seen.marketTime = PRICE_BOOK.marketTime(underlying);
        seen.lastStop = PRICE_BOOK.lastStop(underlying);
        seen.checkpointCount = PRICE_BOOK.checkpointCount(underlying);
        (seen.openRoundTime, seen.openRoundReporters) = REPORTER_ORACLE.openRound(underlying);
        (IReporterOracle.Round memory newest, ) = REPORTER_ORACLE.rounds(underlying);
        seen.newestRoundTime = newest.time;
        (seen.surfaceTime, ) = VOLATILITY_BOOK.surface(underlying);
        seen.parametersVersion = PARAMETERS.version(underlying);
    }

    /// @inheritdoc ILens
    function parameters(uint8 underlying) external view returns (MarginParameters memory, Scenario[] memory grid) {
        return (PARAMETERS.marginParameters(underlying), PARAMETERS.grid(underlying));
    }

    /// @inheritdoc ILens
    function universe() external view returns (UniverseView memory seen) {
        seen.assetCount = CUSTODY.assetCount();
        seen.keepers = KEEPER_REGISTRY.keepers();
        (seen.seenAt, seen.idle) = KEEPER_REGISTRY.roster();
        seen.unseenBlocks = KEEPER_REGISTRY.unseenBlocks();
        seen.nextEpochAt = KEEPER_REGISTRY.nextEpochAt();
        (seen.epoch, , seen.seed) = KEEPER_REGISTRY.epoch();
        (seen.slotSeconds, seen.guardSeconds) = KEEPER_REGISTRY.turnSeconds();
        seen.quorum = KEEPER_REGISTRY.quorum();
        seen.windowSeconds = PRICE_BOOK.windowSeconds();
        seen.activeAccounts = LEDGER.activeAccountCount();
        seen.openAuctions = AUCTIONS.openAuctionCount();
    }

    // ---- what barriers and averages saw --------------------------------------------------------------------------

    /// @inheritdoc ILens
    function paths(
        uint8 underlying,
        uint32[] calldata hours_,
        SeriesId[] calldata series
    ) external view returns (HourView[] memory seen, Observed[] memory observed) {
        seen = new HourView[](hours_.length);
        for (uint256 i = 0; i < hours_.length; i++) {
            seen[i] = HourView(hours_[i], PRICE_BOOK.hourPrice(underlying, hours_[i]), false);
            if (seen[i].price.raw() == 0) seen[i].isObservable = _isObservable(underlying, hours_[i]);
        }
        observed = PRICE_BOOK.observed(series);
    }

    /// @dev Asks the price book itself: what it refuses it gives a reason for; what it would write, a call that may not
    ///      write ends without one.
    function _isObservable(uint8 underlying, uint32 hour) private view returns (bool) {
        bytes memory call = abi.encodeCall(IPriceBook.observeHour, (underlying, hour));
        (bool isDone, bytes memory reason) = address(PRICE_BOOK).staticcall{gas: OBSERVING_GAS}(call);
        return !isDone && reason.length == 0;
    }

    // ---- who owes, and who is past help --------------------------------------------------------------------------

    /// @inheritdoc ILens
    function debts(AccountId[] calldata ids) external view returns (DebtView[] memory seen, Cash positive, Cash owed) {
        (positive, owed) = LEDGER.totals();
        seen = new DebtView[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            (seen[i].account, seen[i].since) = (ids[i], LEDGER.debtSinceOf(ids[i]));
            (seen[i].interest, seen[i].sales) = (LEDGER.interestOf(ids[i]), _salesOf(ids[i]));
        }
    }

    function _salesOf(AccountId id) private view returns (SaleView[] memory sales) {
        Collateral[] memory held = LEDGER.portfolioOf(id).collateral;
        sales = new SaleView[](held.length);
        for (uint256 i = 0; i < held.length; i++) {
            uint8 underlying = held[i].underlying;
            sales[i] = SaleView(underlying, DEBTS.isSaleOpen(id, underlying), DEBTS.discountOf(id, underlying));
        }
    }

    /// @inheritdoc ILens
    function hopeless(AccountId[] calldata ids) external view returns (bool[] memory seen) {
        seen = new bool[](ids.length);
        if (LEDGER.cashOf(DEFAULT_FUND.fundAccount()) > NO_CASH) return seen;
        for (uint256 i = 0; i < ids.length; i++) {
            try AUCTIONS.quote(ids[i]) returns (IAuctions.Quote memory terms) {
                seen[i] = terms.discountShare == WHOLE && terms.equity.isNegative();
            } catch {
                // No mark, or no auction any more: nothing is torn up at no price.
                continue;
            }
        }
    }

    /// @inheritdoc ILens
    function tearable(
        AccountId id,
        SeriesId series,
        AccountId[] calldata holders
    ) external view returns (AccountId[] memory named) {
        Size held = LEDGER.sizeOf(id, series);
        named = new AccountId[](holders.length);
        uint256 count = 0;
        for (uint256 i = 0; i < holders.length; i++) {
            Size size = LEDGER.sizeOf(holders[i], series);
            bool isOpposite = held.raw() != 0 && size.raw() != 0 && size.isShort() != held.isShort();
            if (isOpposite && !TEAR_UPS.hasLost(id, series, holders[i])) named[count++] = holders[i];
        }
        // Only ever shorter.
        assembly ("memory-safe") {
            mstore(named, count)
        }
    }

    function _viewOf(AccountId id) private view returns (AccountView memory seen) {
        IMarginCalls.MarginCall memory marginCall = MARGIN_CALLS.marginCallOf(id);
        seen.account = id;
        seen.version = LEDGER.versionOf(id);
        seen.portfolio = LEDGER.portfolioOf(id);
        seen.status = marginCall.status;
        seen.graceLeft = MARGIN_CALLS.graceLeft(id);
        bool isInAuction = marginCall.status == IMarginCalls.Status.AUCTION;
        seen.witnesses = isInAuction ? AUCTIONS.auctionOf(id).witnesses : marginCall.witnesses;
    }
}
