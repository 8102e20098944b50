// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IExchange} from "../../../contracts/exchange/IExchange.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Side} from "../../../contracts/types/Marks.sol";
import {Collateral, Portfolio, Position} from "../../../contracts/types/Portfolio.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {vm} from "../../contracts/Vm.sol";
import {Listing} from "./Listing.sol";

// What do owners do with their accounts?

abstract contract Owners is Listing {
    /// @dev As many digitals as a plain option is worth, about.
    uint256 private constant DIGITALS = 50;

    uint64 private _nonce;

    /// @dev Some owners hold nothing but cash: what they owe at expiry nobody can sell.
    function _assetFor(uint256 who, uint256 which) private pure returns (uint8) {
        return who % ACTORS < 2 ? CASH : uint8(which % 3);
    }

    function deposit(uint256 who, uint256 which, uint256 amount) external act("deposit") {
        _give(_actor(who), _assetFor(who, which), bound(amount, 1, 300));
        _count("deposit");
    }

    /// @dev A part of what there is of the first asset that there is something of.
    function withdraw(uint256 who, uint256 which, uint256 amount) external act("withdraw") {
        AccountId account = _actor(who);
        for (uint256 i = 0; i < 3; i++) {
            uint8 asset = uint8(((which % 3) + i) % 3);
            int256 cash = _cash(account);
            uint256 held = asset == CASH ? uint256(cash > 0 ? cash : int256(0)) : u.ledger.collateralOf(account, asset);
            if (held < 1e12) continue;
            uint256 asked = bound(amount, 1e12, held);
            if (_withdraw(account, asset, asked) || _withdraw(account, asset, asked / 8 + 1e12)) return;
        }
    }

    /// @dev Takes out all that leaves the account at INITIAL, so that a small move puts it below.
    function squeeze(uint256 who) external act("squeeze") {
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId account = _actor((who % ACTORS) + i);
            if (u.ledger.positionsOf(account).length != 0 && _squeeze(account)) return;
        }
    }

    function _squeeze(AccountId account) internal returns (bool) {
        int256 spare = _spare(account);
        return spare > ROUNDING && _withdraw(account, CASH, uint256(spare));
    }

    function _spare(AccountId account) internal view returns (int256) {
        int256 spare = _health(account, Level.INITIAL) - ROUNDING;
        int256 cash = _cash(account);
        return u.ledger.positionsOf(account).length == 0 || spare > cash ? cash : spare;
    }

    // ---- trades ----------------------------------------------------------------------------------------------

    /// @dev Signed by both, carried by anyone; a smaller one where that is refused, by owners who brought more.
    function trade(uint256 buyer, uint256 seller, uint256 which, uint256 size, uint256 price) external act("trade") {
        if (!isFrozen && now_ + 2 hours > expiries[1]) _list();
        SeriesId traded = _openSeries(which);
        bool isDigital = traded.kind().isDigital();
        uint256 amount = bound(size, 0.02e18, 12e18) * (isDigital ? DIGITALS : 1);
        uint256 premium = bound(price, 0, isDigital ? 1e18 : 60e18);
        for (uint256 tries = 0; tries < 4; tries++) {
            (AccountId to, AccountId from) = _pair(buyer, seller, tries);
            if (_trade(to, from, traded, amount, premium)) return;
            amount = amount / 3 + 0.01e18;
        }
    }

    function _pair(uint256 buyer, uint256 seller, uint256 tries) internal returns (AccountId to, AccountId from) {
        to = _actor((buyer % ACTORS) + tries);
        from = _actor((seller % ACTORS) + 2 * tries);
        if (to == from) from = _actor(from.index() + 1);
        if (tries > 1) _give(to, CASH, 400);
        if (tries > 1) _give(from, CASH, 400);
    }

    function _trade(
        AccountId to,
        AccountId from,
        SeriesId traded,
        uint256 size,
        uint256 price
    ) internal returns (bool isDone) {
        int256 before = _debts(from) + _debts(to);
        uint256 risk = _riskOfBound(from, traded) + _riskOfBound(to, traded);
        try u.exchange.settleOne(_fillOf(to, from, traded, size, price)) {
            _count("trade");
            if (uint8(traded.kind()) > 1) _count("tradeExotic");
            _mustHold(_debts(from) + _debts(to) <= before, "L6");
            _mustHold(_riskOfBound(from, traded) + _riskOfBound(to, traded) <= risk, "L17");
            return true;
        } catch {
            _refused();
        }
    }

    /// @dev An account closes a position, or a part of it, with whoever will: at the mark, or at whatever price.
    function reduce(uint256 who, uint256 with, uint256 which, uint256 price) external act("reduce") {
        AccountId account = _holder(who);
        Position[] memory held = u.ledger.positionsOf(account);
        if (held.length == 0) return;
        Position memory position = held[which % held.length];
        uint256 premium = price % 2 == 0 ? _markOf(position.series) : bound(price, 0, 60e18);
        uint256 size = position.size.magnitude();
        for (uint256 i = 0; i < ACTORS; i++) {
            AccountId other = _actor((with % ACTORS) + i);
            if (other == account) continue;
            (AccountId to, AccountId from) = position.size.isShort() ? (account, other) : (other, account);
            try u.exchange.settleOne(_fillOf(to, from, position.series, size, premium)) {
                return _count("reduce");
            } catch {
                _refused();
            }
            size = size / 2 + 1;
        }
    }

    function _cancel(uint256 who, bool isFloor) internal {
        vm.prank(_actor(who).owner());
        if (isFloor) u.exchange.cancelBelow(++_nonce);
        else u.exchange.cancel(++_nonce);
        _count("cancel");
    }

    /// @dev What margin says one contract is worth.
    function _markOf(SeriesId its) private view returns (uint256) {
        Portfolio memory one;
        one.positions = new Position[](1);
        one.positions[0] = Position(its, Size.wrap(1e18));
        one.collateral = new Collateral[](0);
        int256 value = u.margin.assessPortfolio(one, Side.BELOW).health[uint8(Level.MARK)].raw();
        return value > 0 ? uint256(value) : 0;
    }

    function _fillOf(
        AccountId buyer,
        AccountId seller,
        SeriesId traded,
        uint256 size,
        uint256 price
    ) private returns (IExchange.Fill memory fill) {
        fill.size = Size.wrap(int256(size));
        fill.price = Price.wrap(price);
        fill.buy = _signed(buyer, traded, Size.wrap(int256(size)), fill.price);
        fill.sell = _signed(seller, traded, Size.wrap(-int256(size)), fill.price);
    }

    function _signed(
        AccountId account,
        SeriesId traded,
        Size size,
        Price limit
    ) private returns (IExchange.SignedOrder memory signed) {
        Cash maxFee = Cash.wrap(2e18);
        signed.order = IExchange.Order(
            account,
            traded,
            size,
            limit,
            maxFee,
            now_ + 1 hours,
            ++_nonce,
            false,
            size.isShort()
        );
        if (account == accounts[HOSTILE]) return signed;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + account.index(), u.exchange.digestOf(signed.order));
        signed.signature = abi.encodePacked(r, s, v);
    }

    /// @dev What an account that may take no risk holds of a series.
    function _riskOfBound(AccountId account, SeriesId held) private view returns (uint256) {
        return _isBound(account) ? u.ledger.sizeOf(account, held).magnitude() : 0;
    }
}
