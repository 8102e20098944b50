// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {
    AlreadyLeaving,
    BondNotDue,
    EpochNotDue,
    NotAdmitted,
    NotOperator,
    QuorumUnsafe,
    RegistryFull,
    SenderTaken,
    SignerTaken,
    TooFewKeepers,
    TooManySenders,
    TurnsMalformed,
    UnknownKeeper
} from "../types/Errors.sol";
import {IKeeperRegistry} from "./IKeeperRegistry.sol";
import {TurnLib} from "./TurnLib.sol";

// Who watches, and whose turn is it?

/// @dev Ids are bits of a round's mask in the reporter oracle, beside 48 bits of its time and count.
uint16 constant MAX_ID = 207;
/// @dev Keepers at a time: bounds the median and the epoch's page.
uint16 constant MAX_KEEPERS = 16;
uint256 constant MAX_SENDERS = 4;

/// @dev Deployment: `token` is the cash token; operators approve this contract for the bond before `join`. The AccessManager
///      must let governance call `admit`, `expel` and `setQuorum`. After the first quorum has joined, call `startEpoch` once.
contract KeeperRegistry is IKeeperRegistry, AccessManaged {
    using SafeERC20 for IERC20Metadata;

    /// @param epochSeconds [s] Least length of an epoch.
    /// @param bondDelaySeconds [s] From leaving to the bond: as long as false signatures should stay punishable.
    /// @param bond [1e18 units of account]
    struct Terms {
        uint32 slotSeconds;
        uint32 guardSeconds;
        uint32 epochSeconds;
        uint32 bondDelaySeconds;
        uint16 faultTolerance;
        uint16 quorum;
        uint256 bond;
    }

    /// @dev Serves from epoch `joined` to before epoch `left`; one slot.
    struct Seat {
        address signer;
        uint32 joined;
        uint32 left;
    }

    /// @param bond In the token's own decimals.
    struct Membership {
        address operator;
        uint64 bondFreeAt;
        uint256 bond;
        address[] senders;
        string endpoint;
    }

    struct Epoch {
        uint32 number;
        uint64 startedAt;
        uint16 faultTolerance;
        uint16 quorum;
        uint16 nextFaultTolerance;
        uint16 nextQuorum;
    }

    uint32 private constant NEVER = type(uint32).max;

    IERC20Metadata public immutable token;
    uint32 private immutable slotSeconds;
    uint32 private immutable guardSeconds;
    uint32 public immutable epochSeconds;
    uint32 public immutable bondDelaySeconds;
    uint256 public immutable bondOf;
    /// @dev Token units are 18-decimal units divided by this.
    uint256 private immutable tokenScale;

    Epoch private current;
    bytes32 private seed;
    uint16 private lastId;
    uint16[] private ids;
    /// @dev Ids that serve, wait for the next epoch, or leave at it.
    uint16[] private members;
    mapping(uint16 id => Seat) private seats;
    mapping(uint16 id => Membership) private memberships;
    mapping(address signer => uint16 id) private idBySigner;
    mapping(address sender => uint16 id) private idBySender;
    mapping(address operator => bool) public isAdmitted;

    constructor(IERC20Metadata cashToken, Terms memory terms, address authority) AccessManaged(authority) {
        require(
            terms.slotSeconds > terms.guardSeconds && terms.slotSeconds > 0,
            TurnsMalformed(terms.slotSeconds, terms.guardSeconds)
        );
        _requireSafeQuorum(terms.faultTolerance, terms.quorum, MAX_KEEPERS);
        token = cashToken;
        tokenScale = 10 ** (18 - cashToken.decimals());
        slotSeconds = terms.slotSeconds;
        guardSeconds = terms.guardSeconds;
        epochSeconds = terms.epochSeconds;
        bondDelaySeconds = terms.bondDelaySeconds;
        bondOf = terms.bond / tokenScale;
        current.faultTolerance = current.nextFaultTolerance = terms.faultTolerance;
        current.quorum = current.nextQuorum = terms.quorum;
    }

    // ---- joining and leaving --------------------------------------------------------------------------------

    /// @inheritdoc IKeeperRegistry
    function admit(address operator) external restricted {
        isAdmitted[operator] = true;
        emit OperatorAdmitted(operator);
    }

    /// @inheritdoc IKeeperRegistry
    function join(address signer, address[] calldata senders, string calldata endpoint) external returns (uint16 id) {
        require(isAdmitted[msg.sender], NotAdmitted(msg.sender));
        require(signer != address(0) && idBySigner[signer] == 0, SignerTaken(signer, idBySigner[signer]));
        require(members.length < MAX_KEEPERS, RegistryFull(members.length, MAX_KEEPERS));
        require(lastId < MAX_ID, RegistryFull(lastId, MAX_ID));

        id = ++lastId;
        isAdmitted[msg.sender] = false;
        members.push(id);
        idBySigner[signer] = id; // for ever: an old signature must never count for a second keeper
        seats[id] = Seat(signer, current.number + 1, NEVER);
        memberships[id] = Membership(msg.sender, 0, bondOf, senders, endpoint);
        _takeSenders(id, senders);

        emit KeeperJoined(id, signer, endpoint, current.number + 1);
        token.safeTransferFrom(msg.sender, address(this), bondOf);
    }

    /// @inheritdoc IKeeperRegistry
    function resign(uint16 id) external onlyOperatorOf(id) {
        _leave(id);
    }

    /// @inheritdoc IKeeperRegistry
    function expel(uint16 id) external restricted {
        require(seats[id].signer != address(0), UnknownKeeper(id));
        _leave(id);
    }

    /// @inheritdoc IKeeperRegistry
    function withdrawBond(uint16 id) external onlyOperatorOf(id) {
        Membership storage membership = memberships[id];
        require(seats[id].left <= current.number, BondNotDue(block.timestamp, nextEpochAt()));
        require(block.timestamp >= membership.bondFreeAt, BondNotDue(block.timestamp, membership.bondFreeAt));

        uint256 bond = membership.bond;
        membership.bond = 0;

        emit BondWithdrawn(id, membership.operator, bond * tokenScale);
        token.safeTransfer(membership.operator, bond);
    }

    // ---- epochs ---------------------------------------------------------------------------------------------

    /// @inheritdoc IKeeperRegistry
    function startEpoch() external {
        if (current.number > 0) require(block.timestamp >= nextEpochAt(), EpochNotDue(block.timestamp, nextEpochAt()));
        uint32 number = current.number + 1;

        current.number = number;
        current.startedAt = uint64(block.timestamp);
        // Known to nobody when the changes were asked for. A proposer may choose among few seeds, which gains it turns, not truth.
        seed = keccak256(abi.encode(blockhash(block.number - 1), block.prevrandao, number));
        _seatMembers(number);
        _adoptQuorum();

        // Before the first epoch nothing is served, so it waits; later a fleet too small for its quorum makes no prices.
        if (number == 1) require(ids.length >= current.quorum, TooFewKeepers(ids.length, current.quorum));
        emit EpochStarted(number, seed, ids);
    }

    /// @notice Changes f and M from the next epoch that has keepers enough for them.
    /// @custom:reverts QuorumUnsafe
    function setQuorum(uint16 faultTolerance_, uint16 quorum_) external restricted {
        _requireSafeQuorum(faultTolerance_, quorum_, MAX_KEEPERS);
        current.nextFaultTolerance = faultTolerance_;
        current.nextQuorum = quorum_;
        emit QuorumProposed(faultTolerance_, quorum_);
    }

    // ---- reading --------------------------------------------------------------------------------------------

    /// @inheritdoc IKeeperRegistry
    function keepers() external view returns (uint16[] memory) {
        return ids;
    }

    /// @inheritdoc IKeeperRegistry
    function keeperCount() external view returns (uint16) {
        return uint16(ids.length);
    }

    /// @inheritdoc IKeeperRegistry
    function keeper(uint16 id) external view returns (Keeper memory) {
        Membership storage membership = memberships[id];
        return Keeper(id, seats[id].signer, membership.senders, membership.endpoint, membership.bond * tokenScale);
    }

    /// @inheritdoc IKeeperRegistry
    function idOf(address sender) external view returns (uint16) {
        uint16 id = idBySender[sender];
        return _serves(seats[id]) ? id : 0;
    }

    /// @inheritdoc IKeeperRegistry
    function signerOf(uint16 id) external view returns (address) {
        Seat memory seat = seats[id];
        return _serves(seat) ? seat.signer : address(0);
    }

    /// @inheritdoc IKeeperRegistry
    function quorum() external view returns (uint16) {
        return current.quorum;
    }

    /// @inheritdoc IKeeperRegistry
    function faultTolerance() external view returns (uint16) {
        return current.faultTolerance;
    }

    /// @inheritdoc IKeeperRegistry
    function epoch() external view returns (uint64, uint64, bytes32) {
        return (current.number, current.startedAt, seed);
    }

    /// @inheritdoc IKeeperRegistry
    function nextEpochAt() public view returns (uint64) {
        return current.startedAt + epochSeconds;
    }

    /// @inheritdoc IKeeperRegistry
    function turnSeconds() external view returns (uint32, uint32) {
        return (slotSeconds, guardSeconds);
    }

    /// @inheritdoc IKeeperRegistry
    function onTurn(bytes32 subject, uint64 time) external view returns (uint16) {
        uint16 count = uint16(ids.length);
        return count == 0 ? 0 : ids[TurnLib.onTurn(subject, seed, time, slotSeconds, count)];
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    modifier onlyOperatorOf(uint16 id) {
        address operator = memberships[id].operator;
        require(operator != address(0), UnknownKeeper(id));
        require(msg.sender == operator, NotOperator(msg.sender, operator));
        _;
    }

    function _serves(Seat memory seat) private view returns (bool) {
        return seat.joined <= current.number && current.number < seat.left && seat.signer != address(0);
    }

    function _takeSenders(uint16 id, address[] calldata senders) private {
        require(senders.length <= MAX_SENDERS, TooManySenders(senders.length, MAX_SENDERS));
        for (uint256 i; i < senders.length; ++i) {
            require(idBySender[senders[i]] == 0, SenderTaken(senders[i], idBySender[senders[i]]));
            idBySender[senders[i]] = id;
        }
    }

    function _leave(uint16 id) private {
        Seat storage seat = seats[id];
        require(seat.left == NEVER, AlreadyLeaving(id, seat.left));

        seat.left = current.number + 1;
        uint64 leavesAt = nextEpochAt() > block.timestamp ? nextEpochAt() : uint64(block.timestamp);
        memberships[id].bondFreeAt = leavesAt + bondDelaySeconds;

        emit KeeperLeft(id, seat.left);
    }

    /// @dev Members stay in ascending order of id: they join at the end and are never moved.
    function _seatMembers(uint32 number) private {
        uint16[] memory all = members;
        delete ids;
        delete members;
        for (uint256 i; i < all.length; ++i) {
            uint16 id = all[i];
            if (seats[id].left <= number) _freeSenders(id);
            else {
                ids.push(id);
                members.push(id);
            }
        }
    }

    function _freeSenders(uint16 id) private {
        address[] storage senders = memberships[id].senders;
        for (uint256 i; i < senders.length; ++i) delete idBySender[senders[i]];
    }

    /// @dev A proposal waits until there are keepers enough; the quorum in force never shrinks with the fleet, so that
    ///      fewer keepers make prices rarer, not cheaper to bend.
    function _adoptQuorum() private {
        uint256 count = ids.length;
        (uint16 f, uint16 m) = (current.nextFaultTolerance, current.nextQuorum);
        if (!_isSafeQuorum(f, m, count)) return;
        current.faultTolerance = f;
        current.quorum = m;
    }

    function _requireSafeQuorum(uint16 f, uint16 m, uint256 count) private pure {
        require(_isSafeQuorum(f, m, count), QuorumUnsafe(f, m, count));
    }

    /// @dev RULES F2: N ≥ 3f + 1 and M ≥ 2f + 1; and M ≤ N − f, so that f silent keepers cannot stop the prices.
    function _isSafeQuorum(uint256 f, uint256 m, uint256 count) private pure returns (bool) {
        return count >= 3 * f + 1 && m >= 2 * f + 1 && m + f <= count;
    }
}
