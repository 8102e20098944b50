// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {vm} from "./Vm.sol";

// What does every Solidity test need? Assertions that say both numbers, and values drawn into a range.

error NotEqual(int256 left, int256 right, string what);
error NotEqualBytes(bytes32 left, bytes32 right, string what);
error NotAtMost(int256 left, int256 right, string what);
error NotTrue(string what);

abstract contract Test {
    function assertTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }

    function assertFalse(bool condition, string memory what) internal pure {
        require(!condition, NotTrue(what));
    }

    function assertEq(int256 left, int256 right, string memory what) internal pure {
        require(left == right, NotEqual(left, right, what));
    }

    function assertEq(uint256 left, uint256 right, string memory what) internal pure {
        require(left == right, NotEqual(int256(left), int256(right), what));
    }

    function assertEq(address left, address right, string memory what) internal pure {
        assertEq(uint256(uint160(left)), uint256(uint160(right)), what);
    }

    function assertEq(bytes32 left, bytes32 right, string memory what) internal pure {
        require(left == right, NotEqualBytes(left, right, what));
    }

    function assertLe(int256 left, int256 right, string memory what) internal pure {
        require(left <= right, NotAtMost(left, right, what));
    }

    function assertLt(int256 left, int256 right, string memory what) internal pure {
        require(left < right, NotAtMost(left, right, what));
    }

    function assertGe(int256 left, int256 right, string memory what) internal pure {
        assertLe(right, left, what);
    }

    function assertGt(int256 left, int256 right, string memory what) internal pure {
        assertLt(right, left, what);
    }

    function assertNear(int256 left, int256 right, uint256 tolerance, string memory what) internal pure {
        int256 distance = left > right ? left - right : right - left;
        require(distance <= int256(tolerance), NotEqual(left, right, what));
    }

    /// @dev Maps any draw of the fuzzer into [low, high], evenly but for the wrap.
    function bound(uint256 draw, uint256 low, uint256 high) internal pure returns (uint256) {
        if (draw >= low && draw <= high) return draw;
        uint256 width = high - low;
        return width == type(uint256).max ? draw : low + (draw % (width + 1));
    }

    function bound(int256 draw, int256 low, int256 high) internal pure returns (int256) {
        if (draw >= low && draw <= high) return draw;
        return low + int256(uint256(draw) % (uint256(high - low) + 1));
    }

    /// @dev Deploys a built contract by name. `new` would compile its code into every test that inherits the deployer.
    function deploy(string memory name, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        // Safe: reads the code just built, and passes a refusal on as `new` would, from the free memory pointer.
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                let reason := mload(0x40)
                returndatacopy(reason, 0, returndatasize())
                revert(reason, returndatasize())
            }
        }
    }

    function addressOf(string memory name) internal returns (address account) {
        account = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(account, name);
    }
}
