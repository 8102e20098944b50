// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ILens} from "./ILens.sol";
import {IParameters} from "../access/IParameters.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {ICustody} from "../ledger/ICustody.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IAuctions} from "../liquidation/IAuctions.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {IReporterOracle} from "../oracle/IReporterOracle.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IVolatilityBook} from "../pricebook/IVolatilityBook.sol";
import {AccountId} from "../types/AccountId.sol";
import {MarginParameters, Scenario} from "../types/Margin.sol";
import {Side} from "../types/Marks.sol";

// What does a reader need to know at one block?

contract Lens is ILens {
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
