// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ORACLE} from "../../../contracts/access/Roles.sol";
import {KeeperRegistry} from "../../../contracts/keepers/KeeperRegistry.sol";
import {IReporterOracle} from "../../../contracts/oracle/IReporterOracle.sol";
import {ReporterOracle} from "../../../contracts/oracle/ReporterOracle.sol";
import {Observation, SignedObservation} from "../../../contracts/types/Observation.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

// What do tests of prices need? Seven keepers with keys, f = 1, a quorum of three, and words signed by them.

contract BondToken is ERC20("Cash", "CASH") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

abstract contract Fleet is Test {
    uint64 constant START = 1_600_000_000;
    uint8 constant ETH = 1;
    uint16 constant KEEPERS = 7;
    uint256 constant F = 1;
    uint256 constant QUORUM = 3;
    uint256 constant BOND = 1_000e18;

    BondToken token;
    AccessManager authority;
    KeeperRegistry registry;
    ReporterOracle oracle;
    /// @dev The compiler may keep one block.timestamp for a whole function, so tests keep their own.
    uint64 now_;

    function _deployFleet() internal {
        _warp(START);
        vm.roll(100);
        authority = new AccessManager(address(this));
        token = new BondToken();
        KeeperRegistry.Terms memory terms = KeeperRegistry.Terms(
            24,
            12,
            1 days,
            7 days,
            uint16(F),
            uint16(QUORUM),
            BOND
        );
        registry = KeeperRegistry(
            deploy("KeeperRegistry.sol:KeeperRegistry", abi.encode(token, terms, address(authority)))
        );
        token.mint(address(this), KEEPERS * BOND);
        token.approve(address(registry), KEEPERS * BOND);
        for (uint16 id = 1; id <= KEEPERS; ++id) {
            registry.admit(address(this));
            registry.join(vm.addr(_key(id)), new address[](0), "");
        }
        registry.startEpoch();
        oracle = ReporterOracle(deploy("ReporterOracle.sol:ReporterOracle", abi.encode(registry)));
        _letPunish(address(oracle));
    }

    function _letPunish(address book) internal {
        bytes4[] memory punish = new bytes4[](1);
        punish[0] = registry.punish.selector;
        authority.setTargetFunctionRole(address(registry), punish, ORACLE);
        authority.grantRole(ORACLE, book, 0);
    }

    function _key(uint16 id) internal pure returns (uint256) {
        return 0xA11CE + id;
    }

    function _warp(uint64 time) internal {
        now_ = time;
        vm.warp(time);
    }

    /// @dev What reporter `id` says about ETH, signed by the key of `keyOf`.
    function _signedBy(
        uint16 keyOf,
        uint16 id,
        uint64 time,
        uint256 price,
        uint256 halfWidth
    ) internal view returns (SignedObservation memory signed) {
        signed.reporter = id;
        signed.observation = Observation(ETH, time, uint64(price), uint64(halfWidth));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_key(keyOf), oracle.digestOf(signed));
        signed.signature = abi.encodePacked(r, s, v);
    }

    function _says(uint16 id, uint64 time, uint256 price) internal view returns (SignedObservation memory) {
        return _signedBy(id, id, time, price, 0);
    }

    /// @dev Reporters 1 … prices.length say `prices` [1e-8].
    function _round(uint64 time, uint256[] memory prices) internal view returns (SignedObservation[] memory signed) {
        signed = new SignedObservation[](prices.length);
        for (uint16 i; i < prices.length; ++i) signed[i] = _says(i + 1, time, prices[i]);
    }

    function _one(SignedObservation memory signed) internal pure returns (SignedObservation[] memory list) {
        list = new SignedObservation[](1);
        list[0] = signed;
    }

    function _list(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory values) {
        values = new uint256[](3);
        (values[0], values[1], values[2]) = (a, b, c);
    }

    function _newest() internal view returns (IReporterOracle.Round memory newest) {
        (newest, ) = oracle.rounds(ETH);
    }
}
