// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {ILedger} from "./ILedger.sol";
import {CashIndexLib} from "./CashIndexLib.sol";
import {InterestLib} from "./InterestLib.sol";
import {PackedPosition, PositionLib} from "./PositionLib.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {
    AmountTooLarge,
    InsufficientCollateral,
    NegativeAmount,
    OutsideHoldsNoPositions,
    TooManyPositions,
    UnknownAsset
} from "../types/Errors.sol";
import {Collateral, MAX_ASSETS, MAX_PRICING_UNITS, Portfolio, Position, STRIKE_UNITS} from "../types/Portfolio.sol";
import {SeriesId} from "../types/SeriesId.sol";
import {NO_SIZE, Size} from "../types/Size.sol";

// Who holds what?

/// @dev The world outside: its cash is minus what custody holds for the accounts, its collateral what custody holds.
AccountId constant OUTSIDE = AccountId.wrap(0);

/// @dev Only roles that post may post; see `access/Roles.sol`. Calls nobody but its authority.
contract Ledger is ILedger, AccessManaged {
    using EnumerableSet for EnumerableSet.UintSet;

    /// @dev One slot an account.
    /// @param balance Shares of the cash index where positive, units of account owed where negative.
    /// @param version Changes so far. @param units Pricing units of its positions (RULES A7).
    /// @param underlyings Bit u is set while collateral of underlying u is held.
    struct Header {
        int128 balance;
        uint48 version;
        uint16 units;
        uint64 underlyings;
    }

    /// @dev One slot. Both are sums of magnitudes over all accounts, the outside apart.
    struct Totals {
        uint128 shares;
        uint128 debts;
    }

    /// @dev One slot, of accounts that owe, or owed.
    /// @param interest Due up to `cost`, and not taken.
    /// @param cost As in `Indices`, when the debt last changed.
    /// @param since [unix s] When the debt arose; zero where nothing is owed.
    struct DebtClock {
        uint128 interest;
        uint96 cost;
        uint32 since;
    }

    /// @dev One slot, which every change of cash reads.
    /// @param cash What a share is worth; at most CashIndexLib.MOST_INDEX, which fits.
    /// @param cost [1e18 a year · s] ∫ rate dt up to `countedAt`: what a unit owed all the while has cost. Fits for 5,000 years at the last rate.
    /// @param countedAt [unix s]
    struct Indices {
        uint120 cash;
        uint96 cost;
        uint40 countedAt;
    }

    mapping(AccountId account => Header) private _headers;
    mapping(AccountId account => PackedPosition[]) private _positions;
    mapping(AccountId account => mapping(uint8 underlying => uint256)) private _collateral;
    mapping(SeriesId series => uint256) private _openInterest;
    mapping(uint8 underlying => mapping(uint32 expiry => uint256)) private _openInterestAt;
    mapping(uint8 underlying => uint256) private _openInterestIn;
    EnumerableSet.UintSet private _active;
    Totals private _totals;
    Indices private _indices = Indices(uint120(CashIndexLib.FIRST_INDEX), 0, 0);
    int256 private _outsideCash;
    mapping(AccountId account => DebtClock) private _debtClocks;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ILedger
    function postCash(AccountId from, AccountId to, Cash amount) external restricted {
        require(!amount.isNegative(), NegativeAmount(amount.raw()));
        if (amount == NO_CASH) return;

        _addCash(from, -amount);
        _addCash(to, amount);
    }

    /// @inheritdoc ILedger
    function postCollateral(AccountId from, AccountId to, uint8 underlying, uint256 amount) external restricted {
        require(underlying != 0 && underlying < MAX_ASSETS, UnknownAsset(underlying, MAX_ASSETS));
        require(amount <= uint128(type(int128).max), AmountTooLarge(amount, uint128(type(int128).max)));
        if (amount == 0) return;

        // What custody holds rises with what comes in and falls with what goes out: the outside's sign is turned.
        if (from == OUTSIDE) _collateral[OUTSIDE][underlying] += amount;
        else _takeCollateral(from, underlying, amount);
        if (to == OUTSIDE) _collateral[OUTSIDE][underlying] -= amount;
        else _giveCollateral(to, underlying, amount);
    }

    /// @inheritdoc ILedger
    function postPosition(AccountId from, AccountId to, SeriesId series, Size size) external restricted {
        require(from != OUTSIDE && to != OUTSIDE, OutsideHoldsNoPositions());
        if (size == NO_SIZE) return;

        int256 longs = _addSize(from, series, -size) + _addSize(to, series, size);
        if (longs != 0) _countOpenInterest(series, longs);
    }

    /// @inheritdoc ILedger
    function realiseLoss(AccountId to, Cash loss) external restricted returns (Cash taken) {
        require(!loss.isNegative(), NegativeAmount(loss.raw()));

        _countCost();
        (uint256 index, uint256 amount) = CashIndexLib.shareLoss(_indices.cash, _totals.shares, loss.magnitude());
        taken = Cash.wrap(int256(amount));
        _indices.cash = uint120(index);
        emit CashIndexChanged(index, taken);
        if (amount != 0) _addCash(to, taken);
    }

    /// @inheritdoc ILedger
    function shareGain(AccountId from, Cash amount) external restricted returns (Cash given) {
        require(!amount.isNegative(), NegativeAmount(amount.raw()));
        uint256 others = _totals.shares - _positivePart(_headers[from].balance);
        if (amount == NO_CASH || !CashIndexLib.canTake(_indices.cash, others, amount.magnitude())) return NO_CASH;

        _addCash(from, -amount);
        uint256 index = CashIndexLib.shareGain(_indices.cash, _totals.shares, amount.magnitude());
        _indices.cash = uint120(index);
        emit CashIndexChanged(index, -amount);
        return amount;
    }

    /// @inheritdoc ILedger
    function takeInterest(AccountId account) external restricted returns (Cash due) {
        due = interestOf(account);
        if (due == NO_CASH) return NO_CASH;
        _debtClocks[account].interest = 0;
        _debtClocks[account].cost = _costNow();
    }

    /// @inheritdoc ILedger
    function interestOf(AccountId account) public view returns (Cash due) {
        DebtClock storage clock = _debtClocks[account];
        uint256 owed = _positivePart(-_headers[account].balance);
        uint256 interest = clock.interest;
        if (owed != 0) interest += InterestLib.dueOn(owed, _costNow() - clock.cost);
        return Cash.wrap(int256(Math.min(interest, uint128(type(int128).max))));
    }

    /// @inheritdoc ILedger
    function debtRate() public view returns (uint256) {
        return InterestLib.rateOf(_positiveCash(), _totals.debts);
    }

    /// @inheritdoc ILedger
    function debtSinceOf(AccountId account) external view returns (uint64) {
        return _debtClocks[account].since;
    }

    /// @inheritdoc ILedger
    function cashOf(AccountId account) public view returns (Cash) {
        if (account == OUTSIDE) return Cash.wrap(_outsideCash);
        return CashIndexLib.cashOf(_headers[account].balance, _indices.cash);
    }

    /// @inheritdoc ILedger
    function collateralOf(AccountId account, uint8 underlying) external view returns (uint256) {
        return _collateral[account][underlying];
    }

    /// @inheritdoc ILedger
    function sizeOf(AccountId account, SeriesId series) external view returns (Size) {
        PackedPosition[] storage held = _positions[account];
        uint256 place = _find(held, series);
        return place < held.length ? held[place].size() : NO_SIZE;
    }

    /// @inheritdoc ILedger
    function positionsOf(AccountId account) public view returns (Position[] memory positions) {
        PackedPosition[] storage held = _positions[account];
        positions = new Position[](held.length);
        for (uint256 i = 0; i < positions.length; i++) positions[i] = held[i].unpack();
    }

    /// @inheritdoc ILedger
    function portfolioOf(AccountId account) external view returns (Portfolio memory) {
        return Portfolio(cashOf(account), positionsOf(account), _collateralsOf(account));
    }

    /// @inheritdoc ILedger
    function holdingsOf(AccountId account) external view returns (Cash, PackedPosition[] memory, Collateral[] memory) {
        return (cashOf(account), _positions[account], _collateralsOf(account));
    }

    /// @inheritdoc ILedger
    function versionOf(AccountId account) external view returns (uint64) {
        return _headers[account].version;
    }

    /// @inheritdoc ILedger
    function seriesHashOf(AccountId account) external view returns (bytes32) {
        PackedPosition[] storage held = _positions[account];
        uint256[] memory series = new uint256[](held.length);
        for (uint256 i = 0; i < series.length; i++) series[i] = held[i].series().raw();
        return keccak256(abi.encodePacked(Arrays.sort(series)));
    }

    /// @inheritdoc ILedger
    function cashIndex() external view returns (uint256) {
        return _indices.cash;
    }

    /// @inheritdoc ILedger
    function totals() external view returns (Cash positive, Cash debts) {
        positive = Cash.wrap(int256(_positiveCash()));
        debts = Cash.wrap(int256(uint256(_totals.debts)));
    }

    /// @inheritdoc ILedger
    function openInterestOf(SeriesId series) external view returns (uint256) {
        return _openInterest[series];
    }

    /// @inheritdoc ILedger
    function openInterestAt(uint8 underlying, uint32 expiry) external view returns (uint256) {
        return _openInterestAt[underlying][expiry];
    }

    /// @inheritdoc ILedger
    function openInterestIn(uint8 underlying) external view returns (uint256) {
        return _openInterestIn[underlying];
    }

    /// @inheritdoc ILedger
    function activeAccounts(uint256 offset, uint256 count) external view returns (AccountId[] memory accounts) {
        uint256[] memory page = _active.values(offset, offset + count);
        accounts = new AccountId[](page.length);
        for (uint256 i = 0; i < page.length; i++) accounts[i] = AccountId.wrap(page[i]);
    }

    /// @inheritdoc ILedger
    function activeAccountCount() external view returns (uint256) {
        return _active.length();
    }

    // ---- cash ----------------------------------------------------------------------------------------------

    function _addCash(AccountId account, Cash change) private {
        if (account == OUTSIDE) {
            _outsideCash += change.raw();
            return;
        }
        Header storage header = _headers[account];
        uint256 index = _indices.cash;
        int128 before = header.balance;
        int128 balance = CashIndexLib.balanceOf(CashIndexLib.cashOf(before, index) + change, index);

        if (before < 0 || balance < 0) _clockDebt(account, before, balance);
        header.balance = balance;
        _countBalance(before, balance);
        _markActive(account, balance);
        emit CashChanged(account, CashIndexLib.cashOf(balance, index), ++header.version);
    }

    /// @dev What was owed until now is counted before the debt changes; `before` is the balance still stored.
    function _clockDebt(AccountId account, int128 before, int128 balance) private {
        DebtClock memory clock = _debtClocks[account];
        // Bounded where it is summed up.
        clock.interest = uint128(interestOf(account).magnitude());
        clock.cost = _costNow();
        if (before >= 0) clock.since = uint32(block.timestamp);
        else if (balance >= 0) clock.since = 0;
        _debtClocks[account] = clock;
    }

    /// @dev At the rate of what is owed and held until now: before either changes. Where nobody owes, nobody asks what it cost.
    function _countBalance(int128 before, int128 balance) private {
        Totals memory sums = _totals;
        if (sums.debts != 0 || balance < 0) _countCost();
        sums.shares = sums.shares - _positivePart(before) + _positivePart(balance);
        sums.debts = sums.debts - _positivePart(-before) + _positivePart(-balance);
        _totals = sums;
    }

    function _countCost() private {
        if (_indices.countedAt == block.timestamp) return;
        (_indices.cost, _indices.countedAt) = (_costNow(), uint40(block.timestamp));
    }

    function _costNow() private view returns (uint96) {
        Indices memory its = _indices;
        uint256 elapsed = block.timestamp - its.countedAt;
        return elapsed == 0 ? its.cost : uint96(its.cost + debtRate() * elapsed);
    }

    /// @dev Both factors are below 2^128.
    function _positiveCash() private view returns (uint256) {
        return (uint256(_totals.shares) * _indices.cash) / CashIndexLib.FIRST_INDEX;
    }

    /// @dev Balances are symmetric, so that the negation fits.
    function _positivePart(int128 value) private pure returns (uint128) {
        return value > 0 ? uint128(value) : 0;
    }

    // ---- collateral ----------------------------------------------------------------------------------------

    function _takeCollateral(AccountId account, uint8 underlying, uint256 amount) private {
        uint256 held = _collateral[account][underlying];
        require(held >= amount, InsufficientCollateral(account.raw(), underlying, held, amount));
        _setCollateral(account, underlying, held - amount);
    }

    function _giveCollateral(AccountId account, uint8 underlying, uint256 amount) private {
        _setCollateral(account, underlying, _collateral[account][underlying] + amount);
    }

    function _setCollateral(AccountId account, uint8 underlying, uint256 amount) private {
        Header storage header = _headers[account];
        uint64 bit = uint64(1) << underlying;
        _collateral[account][underlying] = amount;
        header.underlyings = amount == 0 ? header.underlyings & ~bit : header.underlyings | bit;
        emit CollateralChanged(account, underlying, amount, ++header.version);
    }

    function _collateralsOf(AccountId account) private view returns (Collateral[] memory held) {
        uint256 left = _headers[account].underlyings;
        held = new Collateral[](_countBits(left));
        for (uint256 i = 0; i < held.length; i++) {
            uint8 underlying = _lowestBit(left);
            held[i] = Collateral(underlying, _collateral[account][underlying]);
            left &= left - 1;
        }
    }

    function _countBits(uint256 set) private pure returns (uint256 count) {
        for (; set != 0; set &= set - 1) count++;
    }

    /// @dev `set` is not empty and below 2^64.
    function _lowestBit(uint256 set) private pure returns (uint8 position) {
        while (set & 1 == 0) {
            set >>= 1;
            position++;
        }
    }

    // ---- positions -----------------------------------------------------------------------------------------

    /// @return longs By how much the account's part of the series' longs changed.
    function _addSize(AccountId account, SeriesId series, Size change) private returns (int256 longs) {
        PackedPosition[] storage held = _positions[account];
        uint256 place = _find(held, series);
        Size before = place < held.length ? held[place].size() : NO_SIZE;
        Size size = before + change;

        Header storage header = _headers[account];
        if (before == NO_SIZE) _requireRoom(account, header.units += _unitsOf(held, series));
        else if (size == NO_SIZE) header.units -= _unitsOf(held, series);
        _store(held, place, series, size);
        _markActive(account, header.balance);
        emit PositionChanged(account, series, size, ++header.version);
        return int256(_longPart(size)) - int256(_longPart(before));
    }

    /// @dev The order of positions means nothing: a closed one is replaced by the last.
    function _store(PackedPosition[] storage held, uint256 place, SeriesId series, Size size) private {
        uint256 count = held.length;
        if (size == NO_SIZE) {
            if (place != count - 1) held[place] = held[count - 1];
            held.pop();
        } else if (place < count) {
            held[place] = PositionLib.pack(series, size);
        } else {
            held.push(PositionLib.pack(series, size));
        }
    }

    function _requireRoom(AccountId account, uint16 units) private pure {
        require(units <= MAX_PRICING_UNITS, TooManyPositions(account.raw(), units, MAX_PRICING_UNITS));
    }

    /// @dev What `series` adds to the pricing units of what else is held (RULES A7): its kind's, and its strike's where no other has it.
    function _unitsOf(PackedPosition[] storage held, SeriesId series) private view returns (uint16) {
        uint256 count = held.length;
        for (uint256 i = 0; i < count; i++) {
            SeriesId its = held[i].series();
            if (its.sharesStrike(series) && !(its == series)) return series.kind().pricingUnits();
        }
        return series.kind().pricingUnits() + STRIKE_UNITS;
    }

    /// @return place Its place, or the number of positions where it is not held.
    function _find(PackedPosition[] storage held, SeriesId series) private view returns (uint256 place) {
        uint256 count = held.length;
        for (place = 0; place < count; place++) {
            if (held[place].series() == series) return place;
        }
    }

    function _longPart(Size size) private pure returns (uint256) {
        return size.isShort() ? 0 : size.magnitude();
    }

    /// @dev Never below zero: every account's part of the longs was counted here as it changed.
    function _countOpenInterest(SeriesId series, int256 longs) private {
        (uint8 underlying, uint32 expiry) = (series.underlying(), series.expiry());
        _openInterest[series] = uint256(int256(_openInterest[series]) + longs);
        _openInterestAt[underlying][expiry] = uint256(int256(_openInterestAt[underlying][expiry]) + longs);
        _openInterestIn[underlying] = uint256(int256(_openInterestIn[underlying]) + longs);
    }

    // ---- pages ---------------------------------------------------------------------------------------------

    /// @dev Active: with positions or a debt.
    function _markActive(AccountId account, int128 balance) private {
        if (balance < 0 || _positions[account].length != 0) _active.add(account.raw());
        else _active.remove(account.raw());
    }
}
