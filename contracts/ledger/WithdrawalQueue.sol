// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CashIndexLib} from "./CashIndexLib.sol";
import {ICustody} from "./ICustody.sol";
import {ILedger} from "./ILedger.sol";
import {IWithdrawalQueue} from "./IWithdrawalQueue.sol";
import {OUTSIDE} from "./Ledger.sol";
import {AccountId, accountIdOf} from "../types/AccountId.sol";
import {Cash} from "../types/Cash.sol";
import {GasTooLowToPay} from "../types/Errors.sol";

// Who waits for cash, and who is next?

/// @dev Deployment: (authority, ledger, custody). Needs the roles for `Ledger.postCash` and `Custody.push`.
contract WithdrawalQueue is IWithdrawalQueue, AccessManaged {
    using SafeCast for uint256;

    uint8 private constant CASH = 0;

    /// @dev [gas] So that no caller makes a transfer fail by bringing too little.
    uint256 private constant LEAST_GAS = 400_000;

    ILedger public immutable ledger;
    ICustody public immutable custody;

    mapping(uint256 place => Waiting) private _waiting;
    uint128 private _first;
    uint128 private _next;

    constructor(address authority, ILedger ledger_, ICustody custody_) AccessManaged(authority) {
        ledger = ledger_;
        custody = custody_;
    }

    /// @inheritdoc IWithdrawalQueue
    function enqueue(AccountId account, address receiver, uint256 amount) external restricted returns (uint256 place) {
        Cash cash = Cash.wrap(amount.toInt256());
        // Rounds down: against who waits. A share fits its slot as every balance does.
        uint128 shares = uint128(CashIndexLib.balanceOf(cash, ledger.cashIndex()));

        ledger.postCash(account, queueAccount(), cash);
        place = _next++;
        _waiting[place] = Waiting(account, receiver, shares);
        emit WithdrawalQueued(place, account, receiver, amount);
    }

    /// @inheritdoc IWithdrawalQueue
    function pay(uint256 most) external returns (uint256 served) {
        for (; served < most && _first != _next; ++served) {
            require(gasleft() >= LEAST_GAS, GasTooLowToPay(gasleft(), LEAST_GAS));
            Waiting memory next = _waiting[_first];
            uint256 owed = _worthOf(next.shares);
            uint256 payout = custody.representable(CASH, owed);
            if (payout > _tokens()) return served;
            _serve(_first, next, owed, payout);
        }
    }

    /// @inheritdoc IWithdrawalQueue
    function mustWait(uint256 amount) external view returns (bool) {
        return _first != _next || amount > _tokens();
    }

    /// @inheritdoc IWithdrawalQueue
    function places() external view returns (uint256 first, uint256 next) {
        return (_first, _next);
    }

    /// @inheritdoc IWithdrawalQueue
    function waitingAt(uint256 place) external view returns (Waiting memory) {
        return _waiting[place];
    }

    /// @inheritdoc IWithdrawalQueue
    function queueAccount() public view returns (AccountId) {
        return accountIdOf(address(this), 0);
    }

    // ---- inside ----------------------------------------------------------------------------------------------

    /// @dev What no token can represent goes back to the account, and all of it where the token refuses the receiver: one
    ///      who cannot be paid holds up nobody.
    function _serve(uint128 place, Waiting memory next, uint256 owed, uint256 payout) private {
        delete _waiting[place];
        _first = place + 1;
        ledger.postCash(queueAccount(), next.account, Cash.wrap((owed - payout).toInt256()));
        ledger.postCash(queueAccount(), OUTSIDE, Cash.wrap(payout.toInt256()));

        try custody.push(CASH, next.receiver, payout) {
            emit WithdrawalPaid(place, next.account, next.receiver, payout);
        } catch {
            ledger.postCash(OUTSIDE, next.account, Cash.wrap(payout.toInt256()));
            emit WithdrawalReturned(place, next.account, payout);
        }
    }

    /// @dev Never more than is there: each posting may have lost a unit of the last digit.
    function _worthOf(uint128 shares) private view returns (uint256) {
        Cash worth = CashIndexLib.cashOf(int128(shares), ledger.cashIndex());
        return Math.min(worth.magnitude(), ledger.cashOf(queueAccount()).magnitude());
    }

    /// @dev What custody holds for the accounts, gifts apart.
    function _tokens() private view returns (uint256) {
        return ledger.cashOf(OUTSIDE).magnitude();
    }
}
