// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IKeeperRegistry} from "../../../contracts/keepers/IKeeperRegistry.sol";
import {IAnchor} from "../../../contracts/oracle/IAnchor.sol";

// Bonds and an anchor's step that are what a test says, for tests of the front door.

contract StakeDouble {
    /// @dev [1e18 units of account] Beyond every trade until a test lowers it.
    uint256 public bondCover = 1e36;
    /// @dev [1e-6]
    uint32 private constant DEVIATION = 5_000;

    function setCover(uint256 cover) external {
        bondCover = cover;
    }

    function feedOf(uint8) external view returns (address, uint32, uint32) {
        return (address(this), 1 hours, DEVIATION);
    }

    function asRegistry() external view returns (IKeeperRegistry) {
        return IKeeperRegistry(address(this));
    }

    function asAnchor() external view returns (IAnchor) {
        return IAnchor(address(this));
    }
}
