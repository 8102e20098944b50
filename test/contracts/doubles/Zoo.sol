// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {FaucetToken} from "../../../contracts/harness/FaucetToken.sol";

// Which tokens are there that do not behave?

/// @dev Returns nothing from what should return a boolean, as Tether on Ethereum.
contract SilentToken {
    uint8 public constant decimals = 6;
    mapping(address owner => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function faucet(address receiver, uint256 amount) external {
        balanceOf[receiver] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @dev Answers false instead of refusing, and moves nothing.
contract FalseToken is FaucetToken("False", "NO", 18) {
    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }

    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @dev Answers true and moves nothing.
contract LyingToken is FaucetToken("Lying", "LIE", 18) {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @dev Refuses whom its issuer has blocked, or everybody.
contract BlockingToken is FaucetToken("Blocking", "BLK", 6) {
    error Blocked(address account);

    mapping(address account => bool) public isBlocked;
    bool public isPaused;

    function block_(address account) external {
        isBlocked[account] = true;
    }

    function pause(bool isPaused_) external {
        isPaused = isPaused_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!isPaused && !isBlocked[from] && !isBlocked[to], Blocked(to));
        super._update(from, to, amount);
    }
}

/// @dev Every balance is multiplied by what its issuer says.
contract RebasingToken is FaucetToken("Rebasing", "REB", 18) {
    uint256 public share = 1e18;

    function rebase(uint256 share_) external {
        share = share_;
    }

    function balanceOf(address account) public view override returns (uint256) {
        return (super.balanceOf(account) * share) / 1e18;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, (amount * 1e18 + share - 1) / share);
    }
}

/// @dev Changes its decimals after it was listed.
contract ShiftingToken is ERC20("Shifting", "SHF") {
    uint8 private _now = 6;

    function faucet(address receiver, uint256 amount) external {
        _mint(receiver, amount);
    }

    function shift(uint8 decimals_) external {
        _now = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _now;
    }
}

/// @dev Has no decimals to ask for.
contract NamelessToken {
    mapping(address owner => uint256) public balanceOf;
}
