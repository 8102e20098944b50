// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {FaucetToken} from "../../contracts/harness/FaucetToken.sol";

// What may an owner try from inside a token's callback? A wallet that acts whenever it is told of a transfer.

contract Hostile is IERC1271 {
    address private _target;
    bytes private _deed;
    bool private _isArmed;

    /// @dev What was tried from inside a callback, and stood or was refused.
    uint256 public stood;
    uint256 public refused;

    /// @dev Does `deed` as itself; whatever comes of it.
    function act(address target, bytes calldata deed) external returns (bool isDone) {
        (isDone, ) = target.call(deed);
    }

    /// @dev The next transfer to or from here sets it off.
    function arm(address target, bytes calldata deed) external {
        (_target, _deed, _isArmed) = (target, deed, true);
    }

    function disarm() external {
        _isArmed = false;
    }

    function onTransfer() external {
        if (!_isArmed) return;
        _isArmed = false;
        (bool isDone, ) = _target.call(_deed);
        if (isDone) ++stood;
        else ++refused;
    }

    /// @dev It signs whatever it is shown.
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return IERC1271.isValidSignature.selector;
    }
}

/// @dev Tells both ends of every transfer, as ERC-777 does; a refusal by an end changes nothing.
contract LivelyToken is FaucetToken {
    constructor() FaucetToken("Lively", "LIV", 18) {}

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        _tell(from);
        _tell(to);
    }

    function _tell(address end) private {
        if (end.code.length == 0) return;
        (bool isHeard, ) = end.call(abi.encodeCall(Hostile.onTransfer, ()));
        isHeard;
    }
}
