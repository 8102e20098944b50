// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

// What do local networks use for money?

/// @title A plain ERC-20 that anyone may mint, for local and test networks only
contract FaucetToken is ERC20 {
    uint8 private immutable _decimals;

    constructor(string memory name, string memory symbol, uint8 decimals_) ERC20(name, symbol) {
        _decimals = decimals_;
    }

    function faucet(address receiver, uint256 amount) external {
        _mint(receiver, amount);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
