// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAuctions} from "./IAuctions.sol";
import {IDefaultFund} from "./IDefaultFund.sol";
import {ICustody} from "../ledger/ICustody.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IWithdrawalQueue} from "../ledger/IWithdrawalQueue.sol";
import {OUTSIDE} from "../ledger/Ledger.sol";
import {AccountId, accountIdOf} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {AuctionsAlreadySet, SharesAwaitRedemption} from "../types/Errors.sol";

// Who stands behind the accounts, what is a share worth, and when may it leave?

/// @dev [s] From a request to the first moment it may be paid (RULES D7).
uint64 constant REDEMPTION_DELAY_SECONDS = 72 hours;

/// @dev [s] From that moment to the last. A request that stood for ever would be a way out at the first sign of a loss.
uint64 constant REDEMPTION_WINDOW_SECONDS = 7 days;

/// @dev [1e18] Share of what it held that losses may take from it in one block, so that no price of one block empties it
///      (RULES D7). What it held counts from the first loss of an hour: four bad blocks are no accident.
uint256 constant COVER_SHARE_A_BLOCK = 0.25e18;
/// @dev [1e18 units of account] Roundings do not keep the fund from being empty.
uint256 constant COVER_DUST = 1e12;
uint64 constant COVER_MEMORY_SECONDS = 1 hours;

uint8 constant CASH_ASSET = 0;

/// @dev Deployment: (authority, ledger, custody, withdrawal queue), then once `setAuctions(auctions)` by a role of the authority. The auction
///      house gets the role for `cover`. Needs the roles for `Custody.pull`, `push` and `Ledger.postCash`.
///      Shares have six decimals more than the token: a first depositor who inflates the price loses a million times
///      what the next one loses by rounding.
contract DefaultFund is IDefaultFund, ERC4626, AccessManaged {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    struct Redemption {
        uint192 shares;
        uint64 payableAt;
    }

    /// @dev Blocks are told apart by their time: on some chains the number is another chain's.
    /// @param held At the first loss of the hour that began at `since`. @param paid At the moment `spentAt`.
    struct Spending {
        uint128 held;
        uint128 paid;
        uint64 since;
        uint64 spentAt;
    }

    ILedger public immutable ledger;
    ICustody public immutable custody;
    IWithdrawalQueue public immutable queue;
    IAuctions public auctions;
    Spending private _spending;

    /// @dev [1e18 units of account] One unit of the token, whose decimals custody has pinned to at most 18.
    uint256 private immutable _unit;
    mapping(address owner => Redemption) private _redemptions;

    constructor(
        address authority_,
        ILedger ledger_,
        ICustody custody_,
        IWithdrawalQueue queue_
    ) ERC20("Plimsoll default fund", "pFUND") ERC4626(custody_.tokenOf(CASH_ASSET)) AccessManaged(authority_) {
        ledger = ledger_;
        custody = custody_;
        queue = queue_;
        _unit = 10 ** (18 - IERC20Metadata(asset()).decimals());
        IERC20(asset()).forceApprove(address(custody_), type(uint256).max);
    }

    /// @inheritdoc IDefaultFund
    function setAuctions(IAuctions auctions_) external restricted {
        require(address(auctions) == address(0), AuctionsAlreadySet(address(auctions)));
        auctions = auctions_;
    }

    // ---- loss ----------------------------------------------------------------------------------------------

    /// @inheritdoc IDefaultFund
    function cover(AccountId account, Cash amount) external restricted returns (Cash paid) {
        (Cash most, ) = payableNow();
        paid = amount < most ? amount : most;
        if (paid <= NO_CASH) return NO_CASH;

        _spend(paid.magnitude());
        ledger.postCash(fundAccount(), account, paid);
        emit DeficitCovered(account, paid);
    }

    /// @inheritdoc IDefaultFund
    function payableNow() public view returns (Cash amount, bool isAll) {
        Cash has = ledger.cashOf(fundAccount());
        if (has <= NO_CASH) return (NO_CASH, true);
        (uint256 held, uint256 paid) = _spentOf(has.magnitude());
        uint256 most = Math.mulDiv(held, COVER_SHARE_A_BLOCK, 1e18, Math.Rounding.Ceil);
        uint256 left = most > paid ? most - paid : 0;
        isAll = left + COVER_DUST >= has.magnitude();
        amount = isAll ? has : Cash.wrap(left.toInt256());
    }

    function _spend(uint256 amount) private {
        (uint256 held, uint256 paid) = _spentOf(ledger.cashOf(fundAccount()).magnitude());
        if (_isForgotten()) _spending.since = uint64(block.timestamp);
        _spending.held = held.toUint128();
        _spending.paid = (paid + amount).toUint128();
        _spending.spentAt = uint64(block.timestamp);
    }

    /// @return held What a block's share is taken of. @return paid In this block.
    function _spentOf(uint256 has) private view returns (uint256 held, uint256 paid) {
        if (_isForgotten()) return (has, 0);
        return (Math.max(_spending.held, has), _spending.spentAt == block.timestamp ? _spending.paid : 0);
    }

    function _isForgotten() private view returns (bool) {
        return block.timestamp >= _spending.since + COVER_MEMORY_SECONDS;
    }

    // ---- leaving -------------------------------------------------------------------------------------------

    /// @inheritdoc IDefaultFund
    function requestRedeem(uint256 shares) external {
        uint256 held = balanceOf(msg.sender);
        require(shares <= held, SharesAwaitRedemption(msg.sender, shares, held));

        uint64 payableAt = uint64(block.timestamp) + REDEMPTION_DELAY_SECONDS;
        _redemptions[msg.sender] = Redemption(SafeCast.toUint192(shares), payableAt);
        emit RedemptionRequested(msg.sender, shares, payableAt);
    }

    /// @inheritdoc IDefaultFund
    function redemptionOf(address owner) public view returns (uint256 shares, uint64 payableAt) {
        Redemption memory asked = _redemptions[owner];
        if (block.timestamp > asked.payableAt + REDEMPTION_WINDOW_SECONDS) return (0, 0);
        return (asked.shares, asked.payableAt);
    }

    /// @dev What is asked for stays where it is until it is paid out.
    function _update(address from, address to, uint256 shares) internal override {
        super._update(from, to, shares);
        if (from == address(0)) return;
        (uint256 asked, ) = redemptionOf(from);
        uint256 left = balanceOf(from);
        require(left >= asked, SharesAwaitRedemption(from, shares, left + shares - asked));
    }

    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override {
        // Only matured shares get here, so the request covers them.
        _redemptions[owner].shares -= SafeCast.toUint192(shares);
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    // ---- worth ---------------------------------------------------------------------------------------------

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        (Cash deficits, , ) = auctions.exposure();
        return _tokensOf(ledger.cashOf(fundAccount()) - deficits);
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view override(ERC4626, IERC4626) returns (uint256) {
        return _isOpen() ? type(uint256).max : 0;
    }

    /// @inheritdoc IERC4626
    function maxMint(address) public view override(ERC4626, IERC4626) returns (uint256) {
        return _isOpen() ? type(uint256).max : 0;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return Math.min(previewRedeem(_maturedShares(owner)), _freeAssets());
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        uint256 matured = _maturedShares(owner);
        uint256 free = _freeAssets();
        return previewRedeem(matured) <= free ? matured : _convertToShares(free, Math.Rounding.Floor);
    }

    function decimals() public view override(ERC4626, IERC20Metadata) returns (uint8) {
        return super.decimals();
    }

    /// @inheritdoc IDefaultFund
    function fundAccount() public view returns (AccountId) {
        return accountIdOf(address(this), 0);
    }

    // ---- inside --------------------------------------------------------------------------------------------

    /// @dev A share must have a worth to be sold: none while the open deficits exceed the assets, or are not known.
    function _isOpen() private view returns (bool) {
        (Cash deficits, , bool isKnown) = auctions.exposure();
        return isKnown && (deficits == NO_CASH || deficits < ledger.cashOf(fundAccount()));
    }

    /// @dev Only what exceeds the worst case of every open auction leaves (RULES D7), and nothing before those who wait for
    ///      their cash.
    function _freeAssets() private view returns (uint256) {
        (, Cash brake, bool isKnown) = auctions.exposure();
        uint256 free = isKnown ? _tokensOf(ledger.cashOf(fundAccount()) - brake) : 0;
        return queue.mustWait(free * _unit) ? 0 : free;
    }

    function _maturedShares(address owner) private view returns (uint256) {
        (uint256 shares, uint64 payableAt) = redemptionOf(owner);
        return block.timestamp >= payableAt ? shares : 0;
    }

    /// @dev Rounds down; a negative amount is none.
    function _tokensOf(Cash amount) private view returns (uint256) {
        return amount > NO_CASH ? amount.magnitude() / _unit : 0;
    }

    function _transferIn(address from, uint256 assets) internal override {
        super._transferIn(from, assets);
        custody.pull(CASH_ASSET, address(this), assets * _unit);
        ledger.postCash(OUTSIDE, fundAccount(), Cash.wrap((assets * _unit).toInt256()));
    }

    function _transferOut(address to, uint256 assets) internal override {
        ledger.postCash(fundAccount(), OUTSIDE, Cash.wrap((assets * _unit).toInt256()));
        custody.push(CASH_ASSET, to, assets * _unit);
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }
}
