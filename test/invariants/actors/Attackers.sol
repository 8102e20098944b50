// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {vm} from "../../contracts/Vm.sol";
import {Listing} from "./Listing.sol";

// What do those try who mean harm: an owner from inside a token's callback, a keeper at somebody healthy?

abstract contract Attackers is Listing {
    uint256 private constant CALLBACK_DEEDS = 11;
    address private constant KEEPER = address(0xbad);

    // ---- from inside a callback ------------------------------------------------------------------------------

    /// @dev The hostile owner takes part in something, and does something else from inside the token's callback.
    function strike(uint256 seed, uint256 what, uint256 amount) external act("strike") {
        AccountId own = accounts[HOSTILE];
        hostile.disarm();
        _give(own, LIVELY, 10);
        (address target, bytes memory deed) = _deedOf(uint256(keccak256(abi.encode(seed))), what % CALLBACK_DEEDS);
        uint256 units = bound(amount, 1, 5e18);
        bool isDeposit = seed % 2 == 0;
        if (isDeposit) _mint(address(hostile), LIVELY, units);
        hostile.arm(target, deed);
        uint256 stood = hostile.stood();
        bytes memory entry =
            isDeposit
                ? abi.encodeCall(u.clearinghouse.deposit, (own, LIVELY, units))
                : abi.encodeCall(u.clearinghouse.withdraw, (own, LIVELY, units, address(hostile)));
        bool isDone = hostile.act(address(u.clearinghouse), entry);
        // Who has no role moves nothing on the books, from wherever he calls.
        if (target == address(u.ledger) || target == address(u.custody)) _mustHold(hostile.stood() == stood, "L32");
        hostile.disarm();
        _adoptVersions(series);
        if (isDone) _count("strike");
    }

    function _deedOf(uint256 seed, uint256 what) private view returns (address, bytes memory) {
        AccountId own = accounts[HOSTILE];
        AccountId victim = _actor(seed);
        if (what < 3) return _mainDeed(seed, what);
        if (what == 3) {
            bytes32 seen = u.ledger.seriesHashOf(victim);
            IAuctions.Bid memory offer = IAuctions.Bid(victim, own, bound(seed, 0.01e18, 1e18), 0, seen);
            return (address(u.auctions), abi.encodeCall(u.auctions.bid, (offer)));
        }
        if (what == 4) return (address(u.auctions), abi.encodeCall(u.auctions.writeOff, (victim)));
        if (what == 5) return (address(u.auctions), abi.encodeCall(u.auctions.close, (victim)));
        if (what == 6) {
            AccountId[] memory page = new AccountId[](1);
            page[0] = victim;
            return (address(u.settlement), abi.encodeCall(u.settlement.settle, (ETHER, expiries[0], page)));
        }
        if (what == 7)
            return (address(u.marginCalls), abi.encodeCall(u.marginCalls.openMarginCall, (victim, _worst(victim))));
        if (what == 8) return (address(u.ledger), abi.encodeCall(u.ledger.postCash, (victim, own, Cash.wrap(1))));
        if (what == 9) return (address(u.custody), abi.encodeCall(u.custody.push, (CASH, address(hostile), 1e12)));
        return (address(u.fund), abi.encodeCall(u.fund.requestRedeem, (u.fund.balanceOf(address(hostile)))));
    }

    function _mainDeed(uint256 seed, uint256 what) private view returns (address, bytes memory) {
        AccountId own = accounts[HOSTILE];
        if (what == 2)
            return (address(u.clearinghouse), abi.encodeCall(u.clearinghouse.deposit, (_actor(seed), LIVELY, 1)));
        (uint8 asset, uint256 amount) = what == 0 ? (CASH, bound(seed, 1, 500e18)) : (LIVELY, 1e18);
        return (
            address(u.clearinghouse),
            abi.encodeCall(u.clearinghouse.withdraw, (own, asset, amount, address(hostile)))
        );
    }

    // ---- at somebody healthy -----------------------------------------------------------------------------------

    /// @dev Whoever the whole grid shows at MAINTENANCE or above keeps status and all he holds, whatever a keeper calls.
    function meddle(uint256 who, uint256 what, uint256 draw) external act("meddle") {
        (AccountId account, bool isFound) = _healthy(who);
        if (!isFound) return;
        uint64 version = u.ledger.versionOf(account);
        IMarginCalls.Status status = u.marginCalls.statusOf(account);
        (address target, bytes memory data) = _meddling(account, what, draw);
        vm.prank(KEEPER);
        (bool isDone, ) = target.call(data);
        bool isSame = u.ledger.versionOf(account) == version && u.marginCalls.statusOf(account) == status;
        _mustHold(isSame, "L35");
        if (!isDone) _refused();
        _count("meddle");
    }

    function _healthy(uint256 who) private view returns (AccountId account, bool isFound) {
        for (uint256 i = 0; i < ACTORS && !isFound; i++) {
            account = _actor((who % ACTORS) + i);
            isFound = !_isBound(account) && _healthBelow(account, Level.MAINTENANCE) >= 0;
        }
    }

    function _meddling(AccountId account, uint256 what, uint256 draw) private view returns (address, bytes memory) {
        Witness[] memory named = _anyWitness(draw);
        what = what % 8;
        if (what <= 1) return (address(u.marginCalls), abi.encodeCall(u.marginCalls.openMarginCall, (account, named)));
        if (what <= 3) return (address(u.auctions), abi.encodeCall(u.auctions.start, (account, named)));
        if (what == 4) return (address(u.auctions), abi.encodeCall(u.auctions.writeOff, (account)));
        if (what == 5) return (address(u.debts), abi.encodeCall(u.debts.openSale, (account, ETHER)));
        if (what == 6) return (address(u.marginCalls), abi.encodeCall(u.marginCalls.enterAuction, (account)));
        return (address(u.tearUps), abi.encodeCall(u.tearUps.tearUp, (account, _openSeries(draw), accounts)));
    }

    /// @dev Any scenario with any charges, for ether or for what may not be held, or none at all.
    function _anyWitness(uint256 draw) private pure returns (Witness[] memory named) {
        named = new Witness[](draw % 3);
        for (uint256 i = 0; i < named.length; i++) {
            named[i].underlying = uint8(1 + ((draw >> 8) % 2));
            for (uint256 j = 0; j < named[i].scenarios.length; j++) named[i].scenarios[j] = uint8(draw >> (16 + 8 * j));
        }
    }
}
