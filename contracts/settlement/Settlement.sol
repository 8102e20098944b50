// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {ISettlement} from "./ISettlement.sol";
import {PayoffLib} from "./PayoffLib.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {IWindDown} from "../pricebook/IWindDown.sol";
import {AccountId, accountIdOf} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {FeeOutOfBounds, NotSelf, SettlementPriceNotFixed} from "../types/Errors.sol";
import {FeeLib, MOST_OF_WORTH, MOST_SETTLEMENT_SHARE, SettlementFee} from "../types/Fees.sol";
import {Observed} from "../types/Marks.sol";
import {Position} from "../types/Portfolio.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";

// Who is paid what at expiry?

/// @dev Deployment: (ledger, price book, wind-down, account that keeps dust and fees, fee). Needs the roles for `Ledger.postCash` and
///      `postPosition`. Its address is the `house` of MarginCalls and Auctions.
contract Settlement is ISettlement {
    ILedger public immutable ledger;
    IPriceBook public immutable priceBook;
    IWindDown public immutable windDown;
    AccountId public immutable dustAccount;
    uint32 private immutable PRICE_SHARE;
    uint32 private immutable PAYOFF_SHARE;

    /// @dev [1e-18 of the last digit] Kept back by rounding and not yet swept.
    mapping(AccountId clearing => uint256) private _dust;
    /// @dev Where a wind-down gave it.
    mapping(uint8 underlying => mapping(uint32 expiry => Price)) private _pinned;
    /// @dev Of path-dependent series, where a wind-down gave it.
    mapping(SeriesId => Outcome) private _outcomes;

    /// @param decisive What one series is settled at; zero where nothing decides yet.
    struct Outcome {
        Price decisive;
        bool isTouched;
    }

    constructor(
        ILedger ledger_,
        IPriceBook priceBook_,
        IWindDown windDown_,
        AccountId dustAccount_,
        SettlementFee memory fee
    ) {
        require(fee.priceShare <= MOST_SETTLEMENT_SHARE, FeeOutOfBounds(fee.priceShare, MOST_SETTLEMENT_SHARE));
        require(fee.payoffShare <= MOST_OF_WORTH, FeeOutOfBounds(fee.payoffShare, MOST_OF_WORTH));
        (PRICE_SHARE, PAYOFF_SHARE) = (fee.priceShare, fee.payoffShare);
        ledger = ledger_;
        priceBook = priceBook_;
        windDown = windDown_;
        dustAccount = dustAccount_;
    }

    /// @inheritdoc ISettlement
    function settle(uint8 underlying, uint32 expiry, AccountId[] calldata accounts) external returns (uint256 settled) {
        Price price = _pinPrice(underlying, expiry);

        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i].owner() == address(this)) continue;
            try this.settleAccount(accounts[i], underlying, expiry, price) returns (bool heldSome) {
                if (heldSome) ++settled;
            } catch (bytes memory reason) {
                emit SettlementSkipped(accounts[i], underlying, expiry, reason);
            }
        }
    }

    /// @dev Its own price, else that of a wind-down, also before expiry (RULES E4). The first page pins it: every account of an
    ///      expiry is paid at one price.
    function _pinPrice(uint8 underlying, uint32 expiry) private returns (Price price) {
        price = _pinned[underlying][expiry];
        if (price.raw() != 0) return price;
        price = priceBook.settlementPrice(underlying, expiry);
        if (price.raw() != 0) return price;

        price = windDown.price(underlying);
        require(price.raw() != 0, SettlementPriceNotFixed(underlying, expiry));
        _pinned[underlying][expiry] = price;
    }

    /// @dev Called by itself, so that one account's failure undoes that account alone.
    function settleAccount(
        AccountId account,
        uint8 underlying,
        uint32 expiry,
        Price price
    ) external returns (bool heldSome) {
        require(msg.sender == address(this), NotSelf(msg.sender));
        AccountId clearing = clearingAccount(underlying, expiry);
        Position[] memory positions = ledger.positionsOf(account);
        Cash total = NO_CASH;
        uint256 dust = 0;
        uint256 paying = 0;

        for (uint256 i = 0; i < positions.length; ++i) {
            SeriesId series = positions[i].series;
            if (series.underlying() != underlying || series.expiry() != expiry) continue;
            Outcome memory outcome = _outcomeOf(series, price);
            if (outcome.decisive.raw() == 0) continue;
            (Cash payoff, uint256 kept) = PayoffLib.payoffOf(
                series,
                positions[i].size,
                outcome.decisive,
                outcome.isTouched
            );
            ledger.postPosition(account, _counterparty(series), series, positions[i].size);
            total = total + payoff;
            dust += kept;
            if (payoff > NO_CASH) paying += positions[i].size.magnitude();
            heldSome = true;
        }
        if (!heldSome) return false;

        if (dust != 0) _dust[clearing] += dust;
        emit AccountSettled(account, underlying, expiry, total);
        if (total > NO_CASH) ledger.postCash(clearing, account, total);
        else if (total < NO_CASH) ledger.postCash(account, clearing, -total);
        if (total > NO_CASH) _charge(account, underlying, expiry, (paying * price.raw()) / 1e18, total);
    }

    /// @dev Of what the account is paid in all, so that who is hedged within an expiry owes nothing by it.
    /// @param notional [1e18 units of account] Contracts that pay, at the settlement price.
    function _charge(AccountId account, uint8 underlying, uint32 expiry, uint256 notional, Cash total) private {
        uint256 due = FeeLib.feeOf(notional, PRICE_SHARE, total.magnitude(), PAYOFF_SHARE);
        if (due == 0) return;
        Cash fee = Cash.wrap(SafeCast.toInt256(due));
        emit SettlementFeePaid(account, underlying, expiry, fee);
        ledger.postCash(account, dustAccount, fee);
    }

    /// @inheritdoc ISettlement
    function sweepDust(uint8 underlying, uint32 expiry) external returns (Cash swept) {
        AccountId clearing = clearingAccount(underlying, expiry);
        Cash has = ledger.cashOf(clearing);
        Cash kept = Cash.wrap(SafeCast.toInt256(_dust[clearing] / 1e18));
        swept = kept < has ? kept : has;
        if (swept <= NO_CASH) return NO_CASH;

        _dust[clearing] -= swept.magnitude() * 1e18;
        ledger.postCash(clearing, dustAccount, swept);
    }

    /// @inheritdoc ISettlement
    function settlementFee() external view returns (SettlementFee memory) {
        return SettlementFee(PRICE_SHARE, PAYOFF_SHARE);
    }

    /// @inheritdoc ISettlement
    function clearingAccount(uint8 underlying, uint32 expiry) public view returns (AccountId) {
        return accountIdOf(address(this), (uint96(underlying) << 32) | expiry);
    }

    /// @dev A path-dependent series whose own observation is not final is left standing, and holds up nothing else. Once its market is
    ///      wound down nothing more is waited for: it is settled by what is seen then, an average at the mean that all else is
    ///      settled at, and the first account's outcome is everybody's.
    function _outcomeOf(SeriesId series, Price price) private returns (Outcome memory outcome) {
        if (!series.kind().isPathDependent()) return Outcome(price, false);
        outcome = _outcomes[series];
        if (outcome.decisive.raw() != 0) return outcome;
        SeriesId[] memory asked = new SeriesId[](1);
        asked[0] = series;
        Observed memory seen = priceBook.observed(asked)[0];
        outcome = Outcome(seen.settlementPrice, seen.isTouched);
        if (windDown.price(series.underlying()).raw() == 0) return outcome;

        if (outcome.decisive.raw() == 0) outcome.decisive = price;
        _outcomes[series] = outcome;
    }

    /// @dev Sizes of one strike and kind meet in an account of their own, so that no number of strikes can fill it. Zero
    ///      of `underlying` is cash, so this never collides with a clearing account.
    function _counterparty(SeriesId series) private view returns (AccountId) {
        uint96 strikeAndKind = uint96(series.raw()) & ((1 << 88) - 1);
        return accountIdOf(address(this), (uint96(series.underlying()) << 88) | strikeAndKind);
    }
}
