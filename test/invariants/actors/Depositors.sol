// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {vm} from "../../contracts/Vm.sol";
import {Listing} from "./Listing.sol";

// What do those do whose money stands behind everybody's?

abstract contract Depositors is Listing {
    /// @dev Gives, asks to leave, or leaves.
    function fund(uint256 who, uint256 what, uint256 amount) external act("fund") {
        if (what % 3 == 0) _back(who, amount);
        else if (what % 3 == 1) _leave(who, amount);
        else _redeem(who, amount);
    }

    function _back(uint256 who, uint256 amount) internal {
        address owner = _actor(who).owner();
        uint256 tokens = bound(amount, 1, 20e6);
        _mint(owner, CASH, tokens);
        vm.prank(owner);
        try u.fund.deposit(tokens, owner) {
            _count("back");
        } catch {
            _refused();
        }
    }

    function _leave(uint256 who, uint256 share) private {
        address owner = _backer(who);
        uint256 shares = (u.fund.balanceOf(owner) * bound(share, 0, 1e18)) / 1e18;
        vm.prank(owner);
        u.fund.requestRedeem(shares);
        _count("leave");
    }

    function _redeem(uint256 who, uint256 wait) private {
        address owner = _backer(who);
        (uint256 asked, ) = u.fund.redemptionOf(owner);
        if (asked == 0) return _leave(who, wait);
        if (!isFrozen && wait % 4 == 0) _warp(now_ + 72 hours);
        uint256 shares = u.fund.maxRedeem(owner);
        if (shares == 0) return _back(who, wait);
        vm.prank(owner);
        u.fund.redeem(shares, owner, owner);
        _count("redeem");
    }
}
