// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {Position} from "../../../contracts/types/Portfolio.sol";
import {vm} from "../../contracts/Vm.sol";
import {Keepers} from "./Keepers.sol";

// Who starts an auction, bids, and ends it, and what becomes of what nobody takes?

abstract contract Auctioneers is Keepers {
    function start(uint256 who, uint8 scenario, uint256 reward) external act("start") {
        _startOne(who, scenario, reward);
    }

    /// @dev Of whoever is below CLOSEOUT, or MAINTENANCE; where nobody is, the price moves against somebody at the line.
    function _startOne(uint256 who, uint8 scenario, uint256 reward) private {
        (AccountId account, bool isFound) = _below(who, Level.CLOSEOUT, true);
        if (!isFound && who % 2 == 0) (account, isFound) = _below(who, Level.MAINTENANCE, true);
        if (!isFound) (account, isFound) = _trouble(who, Level.CLOSEOUT);
        if (!isFound) return;
        Witness[] memory named = _named(account, scenario);
        Duty memory duty = Duty(
            "start",
            account,
            address(u.auctions),
            abi.encodeCall(u.auctions.start, (account, named)),
            abi.encodeCall(u.rewards.startAuction, (account, named, _actor(reward >> 1)))
        );
        if (_do(duty, reward)) _mustHold(_healthBelow(account, Level.MAINTENANCE) < 0, "L14");
    }

    /// @dev Block after block while the fund may pay a part of it in each; who could not carry it brings more and bids again.
    function bid(uint256 who, uint256 buyer, uint256 fraction) external act("bid") {
        (AccountId account, bool isFound) = _in(who, IMarginCalls.Status.AUCTION);
        if (!isFound) return _startOne(who, uint8(fraction), buyer);
        AccountId to = _actor(buyer) == account ? _actor((buyer % ACTORS) + 1) : _actor(buyer);
        uint256 part = bound(fraction, 0.01e18, 1e18);
        (bool isDone, bool more) = _bid(account, to, part);
        if (!isDone && fraction % 2 == 0) _give(to, CASH, 3_000);
        if (!isDone) (isDone, more) = _bid(account, to, part);
        for (uint256 blocks = 0; blocks < 4 && more; blocks++) (, more) = _bid(account, to, part);
    }

    /// @dev What stood before a bid, to be compared with what stands after it.
    struct BeforeBid {
        Witness[] recorded;
        int256 equity;
        int256 fundCash;
        uint256 cashIndex;
    }

    function _bid(AccountId account, AccountId to, uint256 fraction) private returns (bool isDone, bool more) {
        IAuctions.Bid memory offer = IAuctions.Bid(account, to, fraction, 0, u.ledger.seriesHashOf(account));
        _waitForTheFund();
        BeforeBid memory before = _beforeBid(account);
        vm.prank(to.owner());
        try u.auctions.bid(offer) returns (uint256 taken, Cash paid) {
            _count("bid");
            isDone = true;
            more = paid.isNegative() && taken < offer.fraction && before.fundCash > 0;
            _compareBid(account, before);
        } catch {
            _refused();
        }
    }

    /// @dev What the fund may pay in this block was paid: the next one.
    function _waitForTheFund() private {
        (Cash left, bool isAll) = u.fund.payableNow();
        if (!isFrozen && !isAll && left.raw() < 1e15) _warp(now_ + 12);
    }

    function _beforeBid(AccountId account) private view returns (BeforeBid memory before) {
        before.recorded = u.auctions.auctionOf(account).witnesses;
        before.equity = _healthAt(account, before.recorded);
        before.fundCash = _fundCash();
        before.cashIndex = u.ledger.cashIndex();
    }

    function _compareBid(AccountId account, BeforeBid memory before) private {
        if (_fundCash() < before.fundCash) _count("fundPays");
        if (u.ledger.cashIndex() != before.cashIndex) {
            _count("lossShared");
        } else if (before.equity < 0) {
            _mustHold(_healthAt(account, before.recorded) >= before.equity - ROUNDING, "L15");
        }
    }

    function enrich(uint256 who) external act("enrich") {
        _give(_actor(who), CASH, 2_000);
        _count("enrich");
    }

    /// @dev Closes it, names a worse witness, or writes off who has nothing left.
    function endAuction(uint256 who, uint256 how, uint256 reward) external act("endAuction") {
        (AccountId account, bool isOpen) = _in(who, IMarginCalls.Status.AUCTION);
        if (!isOpen && _writeOff(who)) return;
        if (!isOpen) return _startOne(who, uint8(how), reward);
        if (how % 3 == 1 && _writeOff(who)) return;
        if (how % 3 == 2) return _worsenAuction(account);
        // Its owner, or a friend, puts in what is missing.
        int256 missing = -_health(account, Level.INITIAL);
        if (how % 2 == 0 && missing > 0) _give(account, CASH, uint256(missing) / 1e18 + 1);
        _do(
            Duty(
                "close",
                account,
                address(u.auctions),
                abi.encodeCall(u.auctions.close, (account)),
                abi.encodeCall(u.rewards.closeAuction, (account, _actor(reward >> 1)))
            ),
            reward
        );
    }

    function _worsenAuction(AccountId account) private {
        try u.auctions.replaceWitness(account, _worst(account)) {
            _count("worsenAuction");
        } catch {
            _refused();
        }
    }

    function _writeOff(uint256 who) internal returns (bool isDone) {
        AccountId account = _debtor(who & ~uint256(1));
        int256 others = _fundCash();
        uint256 index = u.ledger.cashIndex();
        try u.auctions.writeOff(account) {
            isDone = true;
            _count("writeOff");
            _mustHold(_fundCash() < others || u.ledger.cashIndex() < index, "L2");
        } catch {
            _refused();
        }
    }

    // ---- what nobody takes -------------------------------------------------------------------------------------

    /// @dev At the floor, one series of an account that nobody takes, against all its holders.
    function tear(uint256 who, uint256 which) external act("tear") {
        (AccountId account, bool isFound) = _hopeless(who);
        if (!isFound) return _startOne(who, 0, which);
        if (which % 2 == 0) _toTheFloor(account);
        Position[] memory held = u.ledger.positionsOf(account);
        if (held.length == 0) return;
        Position memory position = held[(which >> 8) % held.length];
        int256 equity = _health(account, Level.MARK);
        try u.tearUps.tearUp(account, position.series, accounts) returns (uint256 torn) {
            if (torn == 0) return;
            _count("tearUp");
            uint256 left = u.ledger.sizeOf(account, position.series).magnitude();
            _mustHold(left + torn == position.size.magnitude(), "L27");
            _mustHold(_health(account, Level.MARK) >= equity - ROUNDING, "L27");
        } catch {
            _refused();
        }
    }

    /// @dev An hour passes, and parts are taken until the fund has nothing more to pay with.
    function _toTheFloor(AccountId account) private {
        _pass(61 minutes);
        AccountId other = _actor(account.index() + 1);
        _give(other, CASH, 3_000);
        for (uint256 i = 0; i < 10 && _fundCash() > 0; i++) _bid(account, other, 0.05e18);
    }
}
