// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// Tests only: what does a read cost? Nothing is warm: the first look at every slot and contract is paid.

contract ReadMeter {
    /// @return used Gas of the call; its answer is left where it is.
    function gasOf(address callee, bytes calldata question) external view returns (uint256 used) {
        uint256 start = gasleft();
        (bool isAnswered, ) = callee.staticcall(question);
        used = start - gasleft();
        require(isAnswered);
    }
}
