// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {FaucetToken} from "../../../contracts/harness/FaucetToken.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {NO_SCENARIO, Witness} from "../../../contracts/types/Margin.sol";
import {Side} from "../../../contracts/types/Marks.sol";
import {Position} from "../../../contracts/types/Portfolio.sol";
import {Test} from "../../contracts/Test.sol";
import {vm} from "../../contracts/Vm.sol";
import {Hostile} from "../Hostile.sol";
import {Universe} from "../Universe.sol";

// Who takes part in random sequences, and whom does an act concern?

abstract contract Cast is Test {
    uint256 internal constant ACTORS = 6;
    uint256 internal constant HOSTILE = 5;
    uint256 internal constant KEY = 0xac7000;
    uint8 internal constant CASH = 0;
    uint8 internal constant ETHER = 1;
    uint8 internal constant LIVELY = 2;
    int256 internal constant ROUNDING = 1e12;

    Universe internal u;
    Hostile public hostile;
    AccountId[] public accounts;
    /// @dev Neither prices nor expiries move any more; market time still does.
    bool internal isFrozen;
    /// @dev The compiler may keep one block.timestamp for a whole function, so time is kept here.
    uint64 internal now_;

    constructor(Universe memory universe) {
        u = universe;
        now_ = uint64(block.timestamp);
        hostile = new Hostile();
        for (uint256 i = 0; i < ACTORS; i++) {
            address owner = i == HOSTILE ? address(hostile) : vm.addr(KEY + i);
            accounts.push(accountIdOf(owner, uint96(i)));
            _approve(owner);
        }
    }

    function _approve(address owner) private {
        vm.startPrank(owner);
        u.dollar.approve(address(u.custody), type(uint256).max);
        u.dollar.approve(address(u.fund), type(uint256).max);
        u.ether_.approve(address(u.custody), type(uint256).max);
        u.lively.approve(address(u.custody), type(uint256).max);
        vm.stopPrank();
    }

    function actorCount() external pure returns (uint256) {
        return ACTORS;
    }

    function _actor(uint256 who) internal view returns (AccountId) {
        return accounts[who % ACTORS];
    }

    function _tokenOf(uint8 asset) internal view returns (FaucetToken) {
        if (asset == CASH) return u.dollar;
        return asset == ETHER ? u.ether_ : FaucetToken(u.lively);
    }

    // ---- whom it concerns ----------------------------------------------------------------------------------

    /// @dev The first from `who` in that state.
    function _in(uint256 who, IMarginCalls.Status status) internal view returns (AccountId account, bool isFound) {
        for (uint256 i = 0; i < ACTORS; i++) {
            account = _actor((who % ACTORS) + i);
            if (u.marginCalls.statusOf(account) == status) return (account, true);
        }
    }

    /// @dev The first from `who` on whom the whole grid shows below `level` and who is not in auction: one already called only
    ///      where `isCalled`. Else `who`.
    function _below(uint256 who, Level level, bool isCalled) internal view returns (AccountId account, bool isFound) {
        for (uint256 i = 0; i < ACTORS; i++) {
            account = _actor((who % ACTORS) + i);
            IMarginCalls.Status status = u.marginCalls.statusOf(account);
            if (status == IMarginCalls.Status.AUCTION) continue;
            if (status == IMarginCalls.Status.CALLED && !isCalled) continue;
            if (_holdsNothing(account) || _healthBelow(account, level) >= 0) continue;
            return (account, true);
        }
        return (_actor(who), false);
    }

    /// @dev The first from `who` that has positions, else `who`.
    function _holder(uint256 who) internal view returns (AccountId) {
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            if (u.ledger.positionsOf(account).length != 0) return account;
        }
        return _actor(who);
    }

    /// @dev For an even `who` the first that has nothing left but a debt; then whoever owes.
    function _debtor(uint256 who) internal view returns (AccountId) {
        for (uint256 i = 0; who % 2 == 0 && i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            if (_debts(account) != 0 && _holdsNothing(account)) return account;
        }
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            if (_debts(account) != 0) return account;
        }
        return _actor(who);
    }

    /// @dev The first that has shares of the fund.
    function _backer(uint256 who) internal view returns (address) {
        for (uint256 i = 0; i < ACTORS; i++) {
            address owner = _actor((who % ACTORS) + i).owner();
            if (u.fund.balanceOf(owner) != 0) return owner;
        }
        return _actor(who).owner();
    }

    /// @dev The first in auction that is worth less than nothing, else the first in auction.
    function _hopeless(uint256 who) internal view returns (AccountId account, bool isFound) {
        for (uint256 i = 0; i < ACTORS; i++) {
            account = _actor((who % ACTORS) + i);
            bool isInAuction = u.marginCalls.statusOf(account) == IMarginCalls.Status.AUCTION;
            if (isInAuction && _health(account, Level.MARK) < 0) return (account, true);
        }
        return _in(who, IMarginCalls.Status.AUCTION);
    }

    function _isShort(AccountId account) internal view returns (bool) {
        Position[] memory held = u.ledger.positionsOf(account);
        for (uint256 i = 0; i < held.length; i++) {
            if (held[i].size.isShort()) return true;
        }
        return false;
    }

    /// @dev Called or in auction.
    function _isBound(AccountId account) internal view returns (bool) {
        IMarginCalls.Status status = u.marginCalls.statusOf(account);
        return status == IMarginCalls.Status.CALLED || status == IMarginCalls.Status.AUCTION;
    }

    // ---- what they hold ------------------------------------------------------------------------------------

    function _cash(AccountId account) internal view returns (int256) {
        return u.ledger.cashOf(account).raw();
    }

    function _debts(AccountId account) internal view returns (int256) {
        int256 cash = _cash(account);
        return cash < 0 ? -cash : int256(0);
    }

    function _fundCash() internal view returns (int256) {
        return _cash(u.fund.fundAccount());
    }

    function _holdsNothing(AccountId account) internal view returns (bool) {
        return
            u.ledger.positionsOf(account).length == 0 &&
            u.ledger.collateralOf(account, ETHER) == 0 &&
            u.ledger.collateralOf(account, LIVELY) == 0;
    }

    function _health(AccountId account, Level level) internal view returns (int256) {
        return u.margin.assess(account, Side.ABOVE).health[uint8(level)].raw();
    }

    function _healthBelow(AccountId account, Level level) internal view returns (int256) {
        return u.margin.assess(account, Side.BELOW).health[uint8(level)].raw();
    }

    function _healthAt(AccountId account, Witness[] memory witnesses) internal view returns (int256) {
        return u.margin.assessAt(account, witnesses)[uint8(Level.MAINTENANCE)].raw();
    }

    /// @dev The worst scenario of every candidate, as a keeper would name it.
    function _worst(AccountId account) internal view returns (Witness[] memory) {
        return u.margin.assess(account, Side.BELOW).witnesses;
    }

    /// @dev Whatever scenario was drawn, half of the time, where it shows the account below; else the worst.
    function _named(AccountId account, uint8 scenario) internal view returns (Witness[] memory witnesses) {
        witnesses = _worst(account);
        if (scenario % 2 == 0) return witnesses;
        Witness[] memory weaker = _worst(account);
        for (uint256 tries = 0; tries < 6; tries++) {
            for (uint256 i = 0; i < weaker.length; i++) {
                if (weaker[i].scenarios[0] != NO_SCENARIO) weaker[i].scenarios[0] = uint8((scenario + 5 * tries) % 33);
            }
            if (_healthAt(account, weaker) < 0) return weaker;
        }
        return witnesses;
    }

    /// @dev The first expired position from `who` on.
    function _expiredPosition(uint256 who) internal view returns (Position memory position, bool isFound) {
        for (uint256 i = 0; i < ACTORS; i++) {
            Position[] memory held = u.ledger.positionsOf(_actor((who % ACTORS) + i));
            for (uint256 j = 0; j < held.length; j++) {
                if (held[j].series.expiry() <= now_) return (held[j], true);
            }
        }
    }
}
