// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Weather} from "./Weather.sol";

// Who calls, and who ends a call? Half of all duties are done for pay, by whoever is first to see them.

abstract contract Keepers is Weather {
    /// @param forPay The same through `Rewards`.
    struct Duty {
        string deed;
        AccountId account;
        address target;
        bytes data;
        bytes forPay;
    }

    /// @param reward Odd: for pay, to an actor that the rest of it names.
    function _do(Duty memory duty, uint256 reward) internal returns (bool isDone) {
        (bool isPaid, AccountId payee) = (reward % 2 == 1, _actor(reward >> 1));
        (int256 had, int256 before) = (_cash(duty.account), _cash(payee));
        (isDone, ) = isPaid ? address(u.rewards).call(duty.forPay) : duty.target.call(duty.data);
        if (!isDone) {
            _refused();
            return false;
        }
        _count(duty.deed);
        if (!isPaid) return true;
        _count(string.concat("paid ", duty.deed));
        if (duty.account == payee || _cash(payee) <= before) return true;
        _count("earn");
        _mustHold(had > 0 && _cash(duty.account) >= 0, "L26");
    }

    // ---- calls -----------------------------------------------------------------------------------------------

    function call(uint256 who, uint8 scenario, uint256 reward) external act("call") {
        _callSomeone(who, scenario, reward);
    }

    /// @dev Whoever is below; where nobody is, the price moves against somebody at the line.
    function _callSomeone(uint256 who, uint8 scenario, uint256 reward) internal {
        (AccountId account, bool isFound) = _below(who, Level.MAINTENANCE, false);
        if (!isFound) (account, isFound) = _trouble(who, Level.MAINTENANCE);
        if (!isFound) return;
        if (scenario % 8 == 7) return _callMany(who);
        if (_call(account, _named(account, scenario), reward) && scenario % 4 == 1) _worsen(account);
    }

    function _call(AccountId account, Witness[] memory named, uint256 reward) private returns (bool isDone) {
        Duty memory duty = Duty(
            "call",
            account,
            address(u.marginCalls),
            abi.encodeCall(u.marginCalls.openMarginCall, (account, named)),
            abi.encodeCall(u.rewards.openMarginCall, (account, named, _actor(reward >> 1)))
        );
        isDone = _do(duty, reward);
        if (isDone) _mustHold(_healthBelow(account, Level.MAINTENANCE) < 0, "L14");
    }

    function _callMany(uint256 who) private {
        IMarginCalls.Call[] memory calls = new IMarginCalls.Call[](2);
        for (uint256 i = 0; i < 2; i++) {
            (AccountId account, ) = _below((who % ACTORS) + i, Level.MAINTENANCE, false);
            calls[i] = IMarginCalls.Call(account, _worst(account));
        }
        uint256 healthy = _healthBelow(calls[1].account, Level.MAINTENANCE) < 0 ? 0 : 1;
        uint256 opened = u.marginCalls.openMarginCalls(calls);
        _mustHold(opened <= 2 - healthy, "L14");
        if (opened != 0) _count("callMany");
    }

    function _worsen(AccountId account) private {
        try u.marginCalls.replaceWitness(account, _worst(account)) {
            _count("worsen");
        } catch {
            _refused();
        }
    }

    /// @dev The owner pays in what is missing, in full or up to between MAINTENANCE and INITIAL.
    function pay(uint256 who, bool inFull) external act("pay") {
        (AccountId account, bool isFound) = _in(who, IMarginCalls.Status.CALLED);
        if (!isFound) return _callSomeone(who, 0, who);
        int256 missing = -_health(account, inFull ? Level.INITIAL : Level.MAINTENANCE);
        if (missing <= 0) return;
        _give(account, CASH, uint256(missing) / 1e18 + 1);
        _count("pay");
    }

    function endCall(uint256 who, uint256 how, uint256 reward) external act("endCall") {
        (AccountId account, bool isFound) = _in(who, IMarginCalls.Status.CALLED);
        if (!isFound) return _callSomeone(who, uint8(how), reward);
        if (how % 4 == 3) return _worsen(account);
        if (how % 4 == 2 || !_cure(account, reward)) _lapse(account, reward);
    }

    function _cure(AccountId account, uint256 reward) private returns (bool) {
        return
            _do(
                Duty(
                    "cure",
                    account,
                    address(u.marginCalls),
                    abi.encodeCall(u.marginCalls.recordCure, (account)),
                    abi.encodeCall(u.rewards.recordCure, (account, _actor(reward >> 1)))
                ),
                reward
            );
    }

    /// @dev Once the grace is over and the owner has paid in what lacks to MAINTENANCE, and no more.
    function _lapse(AccountId account, uint256 reward) private returns (bool) {
        if (u.marginCalls.graceLeft(account) != 0) _pass(16 minutes);
        int256 missing = -_health(account, Level.MAINTENANCE);
        if (missing > 0) {
            _give(account, CASH, uint256(missing) / 1e18 + 1);
            _count("pay");
        }
        return
            _do(
                Duty(
                    "lapse",
                    account,
                    address(u.marginCalls),
                    abi.encodeCall(u.marginCalls.lapse, (account)),
                    abi.encodeCall(u.rewards.lapse, (account, _actor(reward >> 1)))
                ),
                reward
            );
    }
}
