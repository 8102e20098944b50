// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IDebts} from "../../../contracts/liquidation/IDebts.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {vm} from "../../contracts/Vm.sol";
import {Auctioneers} from "./Auctioneers.sol";
import {Settlers} from "./Settlers.sol";

// Who collects a debt, and who is paid in which order when tokens lack?

abstract contract Collectors is Auctioneers, Settlers {
    uint256 private constant LEAST_SALE_PRICE = 0.95e18;

    /// @dev Interest, or the end of a debtor who has nothing left. Where nobody owes, an expiry may make a debt.
    function collect(uint256 who, uint256 what) external act("collect") {
        AccountId account = _debtor(who);
        if (_debts(account) == 0) return _settle(who, what);
        if (what % 2 == 0 || !_writeOff(who)) _charge(account);
    }

    /// @dev What one pays in interest all together get, and no more.
    function _charge(AccountId account) private {
        int256 before = _allCash();
        if (u.debts.charge(account).raw() == 0) return;
        _mustHold(_allCash() <= before, "L33");
        _count("interest");
    }

    function _allCash() private view returns (int256) {
        (Cash positive, Cash debts) = u.ledger.totals();
        return positive.raw() - debts.raw();
    }

    /// @dev The collateral of whoever owes.
    function sell(uint256 who, uint256 amount) external act("sell") {
        AccountId account = _debtor(who | 1);
        if (_debts(account) == 0) return _settle(who, amount);
        uint8 asset = amount % 3 == 0 ? LIVELY : ETHER;
        if (u.ledger.collateralOf(account, asset) == 0) asset = asset == ETHER ? LIVELY : ETHER;
        _charge(account);
        try u.debts.openSale(account, asset) {
            _count("sale");
        } catch {
            _refused();
        }
        _buy(account, asset, amount);
    }

    function _buy(AccountId account, uint8 asset, uint256 amount) private {
        AccountId buyer = _actor(amount >> 8);
        if (amount % 2 == 0) _give(buyer, CASH, 2_000);
        int256 owed = _debts(account);
        Price most = Price.wrap(type(uint128).max);
        IDebts.Purchase memory purchase = IDebts.Purchase(account, asset, buyer, bound(amount, 1e12, 50e18), most);
        vm.prank(buyer.owner());
        try u.debts.buy(purchase) returns (uint256 sold, Cash paid) {
            _count("buy");
            _mustHold(!u.ledger.cashOf(buyer).isNegative() && _debts(account) < owed, "L27");
            uint256 value = (sold * u.market.prices(asset).raw()) / 1e18;
            // At most 5 % below the index, and no more than the debt asks for, to one unit.
            _mustHold(uint256(paid.raw()) + 1 >= (value * LEAST_SALE_PRICE) / 1e18, "L34");
            _mustHold(_cash(account) <= int256(u.market.prices(asset).raw() / 1e18) + 1, "L34");
        } catch {
            _refused();
        }
    }

    // ---- the queue ---------------------------------------------------------------------------------------------

    /// @dev Somebody goes to the line; of 24 times once everybody takes out all that may leave.
    function run(uint256 seed) external act("run") {
        if (seed % 24 == 0) _runAll(seed >> 8);
        else _squeeze(_holder(seed >> 8));
    }

    /// @dev Whoever finds custody empty waits.
    function _runAll(uint256 who) private {
        (, uint256 before) = u.queue.places();
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            int256 spare = _spare(account);
            if (spare > 0) _withdraw(account, CASH, uint256(spare));
        }
        (, uint256 next) = u.queue.places();
        if (next > before) _count("wait");
    }

    /// @dev From the head on, out of the tokens that are there. Where nobody waits and somebody owes, all run.
    function serve(uint256 most) external act("serve") {
        (uint256 first, uint256 next) = u.queue.places();
        if (first == next && _debts(_debtor(1)) != 0) return _runAll(most);
        if (first == next) return;
        int256 tokens = -_cash(AccountId.wrap(0));
        uint256 served = u.queue.pay(bound(most, 1, 8));
        if (served == 0) return;
        _count("serve");
        (uint256 firstLeft, uint256 nextLeft) = u.queue.places();
        _mustHold(firstLeft == first + served && nextLeft == next && firstLeft <= nextLeft, "L28");
        _mustHold(-_cash(AccountId.wrap(0)) <= tokens, "L28");
    }
}
