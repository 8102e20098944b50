// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IGuardian} from "./IGuardian.sol";
import {GuardianLapsed, NotGuardian} from "../types/Errors.sol";

// Who may brake at once, and until when?

/// @dev [s] From its appointment (RULES B9).
uint64 constant GUARDIAN_SECONDS = 180 days;

/// @dev Deployment: (authority, first key). Needs the guardian's role, and no other: whatever it is made to call, it may do no
///      more than that role.
contract Guardian is IGuardian, AccessManaged {
    /// @inheritdoc IGuardian
    address public key;
    /// @inheritdoc IGuardian
    uint64 public lapsesAt;

    constructor(address authority, address key_) AccessManaged(authority) {
        _appoint(key_);
    }

    /// @inheritdoc IGuardian
    function act(address target, bytes calldata deed) external returns (bytes memory) {
        require(msg.sender == key, NotGuardian(msg.sender, key));
        require(block.timestamp < lapsesAt, GuardianLapsed(block.timestamp, lapsesAt));
        return Address.functionCall(target, deed);
    }

    /// @inheritdoc IGuardian
    function appoint(address key_) external restricted {
        _appoint(key_);
    }

    function _appoint(address key_) private {
        key = key_;
        lapsesAt = uint64(block.timestamp) + GUARDIAN_SECONDS;
        emit GuardianAppointed(key_, lapsesAt);
    }
}
