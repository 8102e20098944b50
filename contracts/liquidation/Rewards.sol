// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IAuctions} from "./IAuctions.sol";
import {IRewards} from "./IRewards.sol";
import {IParameters} from "../access/IParameters.sol";
import {IKeeperRegistry} from "../keepers/IKeeperRegistry.sol";
import {ILedger} from "../ledger/ILedger.sol";
import {IMarginCalls} from "../margincall/IMarginCalls.sol";
import {MarginCallLib} from "../margincall/MarginCallLib.sol";
import {IPriceBook} from "../pricebook/IPriceBook.sol";
import {AccountId} from "../types/AccountId.sol";
import {Cash, NO_CASH} from "../types/Cash.sol";
import {Witness} from "../types/Margin.sol";

// Who pays for the keepers' gas?

/// @dev Deployment: (ledger, parameters, price book, keeper registry, margin calls, auctions, underlying that is the chain's own
///      token, zero for none: then only the bonus is paid). Needs the role for `Ledger.postCash`.
contract Rewards is IRewards {
    uint256 private constant ONE = 1e18;

    /// @dev [wei] Of gas, at most; beyond it a keeper waits or pays itself.
    uint256 private constant GAS_PRICE_CAP = 500 gwei;

    /// @dev [gas] Of the transaction and of this contract's own work before and after.
    uint256 private constant OVERHEAD_GAS = 60_000;

    /// @dev [1e18 units of account]
    uint256 private constant BONUS = 2e18;

    /// @dev An account is called, cured or sold once: each may take this part of its reserve.
    uint256 private constant ACTIONS_A_RESERVE = 4;

    ILedger public immutable ledger;
    IParameters public immutable parameters;
    IPriceBook public immutable priceBook;
    IKeeperRegistry public immutable registry;
    IMarginCalls public immutable marginCalls;
    IAuctions public immutable auctions;
    uint8 public immutable nativeUnderlying;

    constructor(
        ILedger ledger_,
        IParameters parameters_,
        IPriceBook priceBook_,
        IKeeperRegistry registry_,
        IMarginCalls marginCalls_,
        IAuctions auctions_,
        uint8 nativeUnderlying_
    ) {
        ledger = ledger_;
        parameters = parameters_;
        priceBook = priceBook_;
        registry = registry_;
        marginCalls = marginCalls_;
        auctions = auctions_;
        nativeUnderlying = nativeUnderlying_;
    }

    /// @inheritdoc IRewards
    function openMarginCall(AccountId account, Witness[] calldata witnesses, AccountId payee) external {
        uint256 gasBefore = gasleft();
        uint256 reserve = _reserveOf(account);
        if (!marginCalls.openMarginCall(account, witnesses)) return;
        _pay("openMarginCall", account, payee, reserve, gasBefore);
    }

    /// @inheritdoc IRewards
    function startAuction(AccountId account, Witness[] calldata witnesses, AccountId payee) external {
        uint256 gasBefore = gasleft();
        uint256 reserve = _reserveOf(account);
        auctions.start(account, witnesses);
        _pay("startAuction", account, payee, reserve, gasBefore);
    }

    /// @inheritdoc IRewards
    function recordCure(AccountId account, AccountId payee) external {
        uint256 gasBefore = gasleft();
        uint256 reserve = _reserveOf(account);
        marginCalls.recordCure(account);
        _pay("recordCure", account, payee, reserve, gasBefore);
    }

    /// @inheritdoc IRewards
    function lapse(AccountId account, AccountId payee) external {
        uint256 gasBefore = gasleft();
        uint256 reserve = _reserveOf(account);
        marginCalls.lapse(account);
        _pay("lapse", account, payee, reserve, gasBefore);
    }

    /// @inheritdoc IRewards
    function closeAuction(AccountId account, AccountId payee) external {
        uint256 gasBefore = gasleft();
        uint256 reserve = _reserveOf(account);
        auctions.close(account);
        _pay("closeAuction", account, payee, reserve, gasBefore);
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    /// @dev Out of the account's own cash, never below zero, and within its part of the reserve: gas first, then the bonus.
    function _pay(string memory duty, AccountId account, AccountId payee, uint256 reserve, uint256 gasBefore) private {
        Cash cash = ledger.cashOf(account);
        uint256 most = cash > NO_CASH ? Math.min(cash.magnitude(), reserve / ACTIONS_A_RESERVE) : 0;
        uint256 bonus = _isOnTurn(duty, account) ? BONUS : 0;
        uint256 forGas = Math.min(most, _worthOf(gasBefore - gasleft() + OVERHEAD_GAS));
        bonus = Math.min(most - forGas, bonus);
        if (forGas + bonus == 0) return;

        emit RewardPaid(account, payee, _cash(forGas), _cash(bonus));
        ledger.postCash(account, payee, _cash(forGas + bonus));
    }

    /// @dev Gas in units of account. Rounds down.
    function _worthOf(uint256 gasUsed) private view returns (uint256) {
        if (nativeUnderlying == 0) return 0;
        uint256 price = Math.min((block.basefee * 6) / 5, GAS_PRICE_CAP);
        return Math.mulDiv(gasUsed * price, priceBook.index(nativeUnderlying).price.raw(), ONE);
    }

    /// @dev The keeper of the present or of the previous slot: an incentive, never a permission.
    function _isOnTurn(string memory duty, AccountId account) private view returns (bool) {
        uint16 id = registry.idOf(msg.sender);
        if (id == 0) return false;
        bytes32 subject = keccak256(abi.encode(duty, account.raw()));
        (uint32 slotSeconds, ) = registry.turnSeconds();
        uint64 time = uint64(block.timestamp);
        return registry.onTurn(subject, time) == id || registry.onTurn(subject, time - slotSeconds) == id;
    }

    /// @dev What the account's requirement holds for its keepers (RULES B7).
    function _reserveOf(AccountId account) private view returns (uint256 reserve) {
        uint256 left = MarginCallLib.reservedOf(ledger.portfolioOf(account));
        while (left != 0) {
            uint8 underlying = MarginCallLib.first(left);
            left = MarginCallLib.without(left, underlying);
            reserve += parameters.marginParameters(underlying).keeperReserve;
        }
    }

    function _cash(uint256 amount) private pure returns (Cash) {
        return Cash.wrap(SafeCast.toInt256(amount));
    }
}
