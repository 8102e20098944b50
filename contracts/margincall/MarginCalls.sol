// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IMarginCalls} from "./IMarginCalls.sol";
import {MarginCallLib, Holdings} from "./MarginCallLib.sol";
import {WatchLib, Watched} from "./WatchLib.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IMargin} from "../margin/IMargin.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IWindDown} from "../pricebook/IWindDown.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {
    AccountBelowMaintenance,
    AccountCured,
    AccountHealthy,
    AccountNotCured,
    GraceNotOver,
    HouseAccount,
    MarketNotCallable,
    NotCalled,
    NothingHeld,
    WitnessNotWorse
} from "../types/Errors.sol";
import {Level, LEVELS} from "../types/Level.sol";
import {Witness} from "../types/Margin.sol";
import {MarketState, Side} from "../types/Marks.sol";
import {Portfolio} from "../types/Portfolio.sol";

// Who owes more margin, and until when?

/// @dev [gas] With less than this left a batch begins no further item.
uint256 constant BATCH_GAS_FLOOR = 400_000;

/// @dev Deployment: (authority, ledger, margin, price book, wind-down, address of Settlement, whose clearing accounts are nobody's).
///      The auction house gets the role for `enterAuction` and `leaveAuction`. Needs no role of its own.
contract MarginCalls is IMarginCalls, AccessManaged {
    using MarginCallLib for Holdings;
    using WatchLib for Watched[];

    /// @param lapsedAt [unix s] Of the last call that lapsed; zero for never.
    struct Record {
        Status status;
        uint32 graceSeconds;
        uint64 openedAt;
        uint64 lapsedAt;
        Watched[] watched;
    }

    ILedger public immutable ledger;
    IMargin public immutable margin;
    IPriceBook public immutable priceBook;
    IWindDown public immutable windDown;
    address public immutable house;

    mapping(AccountId account => Record) private _records;

    constructor(
        address authority_,
        ILedger ledger_,
        IMargin margin_,
        IPriceBook priceBook_,
        IWindDown windDown_,
        address house_
    ) AccessManaged(authority_) {
        ledger = ledger_;
        margin = margin_;
        priceBook = priceBook_;
        windDown = windDown_;
        house = house_;
    }

    // ---- calls ---------------------------------------------------------------------------------------------

    /// @inheritdoc IMarginCalls
    function openMarginCall(AccountId account, Witness[] calldata witnesses) external returns (bool opened) {
        Record storage record = _records[account];
        if (_isPending(record.status)) return false;
        require(MarginCallLib.isSomebodys(account, house), HouseAccount(account.raw()));

        Portfolio memory portfolio = ledger.portfolioOf(account);
        Holdings memory held = MarginCallLib.holdingsOf(portfolio);
        require(!held.isEmpty(), NothingHeld(account.raw()));
        _requireCallable(portfolio);
        Witness[] memory named = MarginCallLib.complete(witnesses, held);
        Cash health = _healthAt(account, named) + WatchLib.doubtOf(portfolio, priceBook);
        require(health < NO_CASH, AccountHealthy(account.raw(), health.raw()));

        record.status = Status.CALLED;
        record.openedAt = uint64(block.timestamp);
        record.graceSeconds = MarginCallLib.graceFor(record.lapsedAt, block.timestamp);
        record.watched.begin(named, held, priceBook);
        emit MarginCallOpened(account, record.graceSeconds, named);
        return true;
    }

    /// @inheritdoc IMarginCalls
    function openMarginCalls(Call[] calldata calls) external returns (uint256 opened) {
        uint256 dearest = BATCH_GAS_FLOOR;
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 gasBefore = gasleft();
            if (gasBefore < dearest + dearest / 4) return opened;

            try this.openMarginCall(calls[i].account, calls[i].witnesses) returns (bool changed) {
                if (changed) ++opened;
            } catch (bytes memory reason) {
                // A refusal of ours has a selector; without one, and with the 64th part left, the item ran out of gas.
                if (reason.length == 0 && gasleft() < gasBefore / 32) return opened;
                emit CallSkipped(calls[i].account, reason);
            }

            uint256 used = gasBefore - gasleft();
            if (used > dearest) dearest = used;
        }
    }

    /// @inheritdoc IMarginCalls
    function replaceWitness(AccountId account, Witness[] calldata witnesses) external {
        Record storage record = _calledRecord(account);

        Holdings memory held = MarginCallLib.holdingsOf(ledger.portfolioOf(account));
        Witness[] memory named = MarginCallLib.complete(witnesses, held);
        Cash recorded = _healthAt(account, record.watched.witnessesOf());
        Cash health = _healthAt(account, named);
        require(health < recorded, WitnessNotWorse(health.raw(), recorded.raw()));

        record.watched.replace(named);
        emit WitnessReplaced(account, named);
    }

    /// @inheritdoc IMarginCalls
    function recordCure(AccountId account) external {
        Record storage record = _calledRecord(account);

        Cash health = margin.assess(account, Side.ABOVE).health[uint256(Level.INITIAL)];
        require(health >= NO_CASH, AccountNotCured(account.raw(), health.raw()));

        _leave(record, Status.HEALTHY);
        emit MarginCallCured(account);
    }

    /// @inheritdoc IMarginCalls
    function lapse(AccountId account) external {
        Record storage record = _calledRecord(account);
        uint64 left = graceLeft(account);
        require(left == 0, GraceNotOver(account.raw(), left));

        Cash[LEVELS] memory health = margin.assess(account, Side.ABOVE).health;
        Cash maintenance = health[uint256(Level.MAINTENANCE)];
        Cash initial = health[uint256(Level.INITIAL)];
        require(maintenance >= NO_CASH, AccountBelowMaintenance(account.raw(), maintenance.raw()));
        require(initial < NO_CASH, AccountCured(account.raw(), initial.raw()));

        record.lapsedAt = uint64(block.timestamp);
        _leave(record, Status.HEALTHY);
        emit MarginCallLapsed(account);
    }

    // ---- the auction house -----------------------------------------------------------------------------------

    /// @inheritdoc IMarginCalls
    function enterAuction(AccountId account) external restricted {
        _leave(_records[account], Status.AUCTION);
        emit AuctionEntered(account);
    }

    /// @inheritdoc IMarginCalls
    function leaveAuction(AccountId account, Status status) external restricted {
        _leave(_records[account], status);
        emit AuctionLeft(account, status);
    }

    // ---- answers ---------------------------------------------------------------------------------------------

    /// @inheritdoc IMarginCalls
    function marginCallOf(AccountId account) external view returns (MarginCall memory) {
        Record storage record = _records[account];
        return MarginCall(record.status, record.openedAt, record.graceSeconds, record.watched.witnessesOf());
    }

    /// @inheritdoc IMarginCalls
    function statusOf(AccountId account) external view returns (Status) {
        return _records[account].status;
    }

    /// @inheritdoc IMarginCalls
    function graceLeft(AccountId account) public view returns (uint64) {
        Record storage record = _records[account];
        if (record.status != Status.CALLED) return 0;
        return record.watched.graceLeft(record.graceSeconds, priceBook);
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    function _isPending(Status status) private pure returns (bool) {
        return status == Status.CALLED || status == Status.AUCTION;
    }

    function _calledRecord(AccountId account) private view returns (Record storage record) {
        record = _records[account];
        require(record.status == Status.CALLED, NotCalled(account.raw(), uint8(record.status)));
    }

    /// @dev A wide or disputed market can still say "below"; one source alone cannot (RULES C2 to C4).
    function _requireCallable(Portfolio memory portfolio) private view {
        (uint8 underlying, MarketState state) = WatchLib.weakestMarket(portfolio, priceBook, windDown);
        require(state > MarketState.SINGLE, MarketNotCallable(underlying, uint8(state)));
    }

    function _healthAt(AccountId account, Witness[] memory witnesses) private view returns (Cash) {
        return margin.assessAt(account, witnesses)[uint256(Level.MAINTENANCE)];
    }

    /// @dev The memory of a lapse outlives the call.
    function _leave(Record storage record, Status status) private {
        record.status = status;
        record.openedAt = 0;
        record.graceSeconds = 0;
        delete record.watched;
    }
}
