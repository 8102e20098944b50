// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {
    AlreadyLeaving,
    AsleepAlready,
    BondNotDue,
    EndpointTooLong,
    EpochNotDue,
    NotAdmitted,
    NothingToForfeit,
    NotOperator,
    QuorumUnsafe,
    RegistryFull,
    SeenLately,
    SenderTaken,
    SignerTaken,
    TooFewKeepers,
    TooManySenders,
    TurnsMalformed,
    UnknownKeeper,
    UnknownSender
} from "../types/Errors.sol";
import {IKeeperRegistry} from "./IKeeperRegistry.sol";
import {TurnLib} from "./TurnLib.sol";

// Who watches, and whose turn is it?

/// @dev Ids are bits of a round's mask in the reporter oracle, beside 48 bits of its time and count.
uint16 constant MAX_ID = 207;
/// @dev Keepers at a time: bounds the median and the epoch's page.
uint16 constant MAX_KEEPERS = 16;
uint256 constant MAX_SENDERS = 4;
/// @dev [bytes] Of an endpoint: every peer reads it.
uint256 constant MAX_ENDPOINT = 256;
/// @dev Blocks without a word.
uint32 constant UNSEEN_BLOCKS = 300;

/// @dev Deployment: `token` is the cash token; operators approve this contract for the bond before `join`. The AccessManager
///      must let governance call `admit`, `expel`, `setQuorum` and `releaseForfeited`, and the two books that take signed words
///      call `punish`. After the first quorum has joined, call `startEpoch` once.
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

    /// @dev Serves from epoch `joined` to before epoch `left`; one slot. Last seen in block `seenAt`.
    struct Seat {
        address signer;
        uint32 joined;
        uint32 left;
        uint32 seenAt;
    }

    /// @param bond In the token's own decimals.
    /// @param nextSigner Signs from epoch `signerFrom` on; zero where nothing changes.
    struct Membership {
        address operator;
        uint64 bondFreeAt;
        uint32 absences;
        uint256 bond;
        address nextSigner;
        uint32 signerFrom;
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
    /// @dev A tenth of the bond: many times what the proof costs, and far from making a false word cheap.
    uint256 private constant REWARD_DIVISOR = 10;

    IERC20Metadata public immutable token;
    uint32 private immutable slotSeconds;
    uint32 private immutable guardSeconds;
    uint32 public immutable epochSeconds;
    uint32 public immutable bondDelaySeconds;
    /// @inheritdoc IKeeperRegistry
    uint256 public immutable bondOf;
    /// @dev Token units are 18-decimal units divided by this.
    uint256 private immutable tokenScale;
    /// @notice [s] Changes are asked for this long before the epoch that they shall begin with.
    uint32 public immutable noticeSeconds;

    /// @notice Of punished keepers, in the token's own decimals.
    uint256 public forfeited;
    /// @dev Asleep or punished; bit = id.
    uint256 private idleIds;

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
        noticeSeconds = terms.epochSeconds / 8;
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
        seats[id] = Seat(signer, _nextChange(), NEVER, 0);
        Membership storage membership = memberships[id];
        (membership.operator, membership.bond) = (msg.sender, bondOf);
        _writeEndpoint(id, endpoint);
        _takeSenders(id, senders);

        emit KeeperJoined(id, signer, endpoint, seats[id].joined);
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
    function setEndpoint(uint16 id, string calldata endpoint) external onlyOperatorOf(id) {
        _writeEndpoint(id, endpoint);
        emit EndpointChanged(id, endpoint);
    }

    /// @inheritdoc IKeeperRegistry
    function setSenders(uint16 id, address[] calldata senders) external onlyOperatorOf(id) {
        require(seats[id].left > current.number, AlreadyLeaving(id, seats[id].left));
        _freeSenders(id);
        _takeSenders(id, senders);
        emit SendersChanged(id, senders);
    }

    /// @inheritdoc IKeeperRegistry
    function rotateSigner(uint16 id, address signer) external onlyOperatorOf(id) {
        require(signer != address(0) && idBySigner[signer] == 0, SignerTaken(signer, idBySigner[signer]));

        idBySigner[signer] = id;
        Membership storage membership = memberships[id];
        (membership.nextSigner, membership.signerFrom) = (signer, _nextChange());

        emit SignerChanging(id, signer, membership.signerFrom);
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

    /// @inheritdoc IKeeperRegistry
    function punish(uint16 id, address prover) external restricted {
        Membership storage membership = memberships[id];
        Seat storage seat = seats[id];
        require(membership.operator != address(0), UnknownKeeper(id));
        require(membership.bond > 0 || seat.left > current.number, NothingToForfeit(id));
        uint256 reward = membership.bond / REWARD_DIVISOR;
        uint256 rest = membership.bond - reward;

        membership.bond = 0;
        forfeited += rest;
        if (seat.left > current.number) seat.left = current.number;
        idleIds |= 1 << id;

        emit KeeperPunished(id, prover, reward * tokenScale, rest * tokenScale);
        token.safeTransfer(prover, reward);
    }

    /// @inheritdoc IKeeperRegistry
    function releaseForfeited(address receiver) external restricted {
        uint256 amount = forfeited;
        forfeited = 0;

        emit ForfeitedReleased(receiver, amount * tokenScale);
        token.safeTransfer(receiver, amount);
    }

    // ---- sleeping and waking --------------------------------------------------------------------------------

    /// @inheritdoc IKeeperRegistry
    function checkIn() external {
        uint16 id = idOf(msg.sender);
        require(id > 0, UnknownSender(msg.sender));
        bool wasAsleep = (idleIds >> id) & 1 == 1;

        seats[id].seenAt = uint32(block.number);
        if (wasAsleep) idleIds &= ~(1 << id);

        emit KeeperSeen(id, wasAsleep);
    }

    /// @inheritdoc IKeeperRegistry
    function putToSleep(uint16 id) external {
        Seat memory seat = seats[id];
        require(_serves(seat), UnknownKeeper(id));
        require((idleIds >> id) & 1 == 0, AsleepAlready(id));
        require(block.number > uint256(seat.seenAt) + UNSEEN_BLOCKS, SeenLately(id, seat.seenAt));

        idleIds |= 1 << id;
        uint32 absences = ++memberships[id].absences;

        emit KeeperPutToSleep(id, absences);
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
        return
            Keeper(
                id,
                seats[id].signer,
                membership.senders,
                membership.endpoint,
                membership.bond * tokenScale,
                membership.operator,
                membership.absences
            );
    }

    /// @inheritdoc IKeeperRegistry
    function idOf(address sender) public view returns (uint16) {
        uint16 id = idBySender[sender];
        return _serves(seats[id]) ? id : 0;
    }

    /// @inheritdoc IKeeperRegistry
    function signerOf(uint16 id) external view returns (address) {
        Seat memory seat = seats[id];
        return _serves(seat) ? seat.signer : address(0);
    }

    /// @inheritdoc IKeeperRegistry
    /// @dev Who serves has a whole bond here: it is paid out after leaving, and who loses it leaves at once.
    function bondCover() external view returns (uint256) {
        return (uint256(current.faultTolerance) + 1) * bondOf * tokenScale;
    }

    /// @inheritdoc IKeeperRegistry
    function reporterOf(address signer) external view returns (uint16) {
        return idBySigner[signer];
    }

    /// @inheritdoc IKeeperRegistry
    function roster() external view returns (uint32[] memory seenAt, uint256 idle) {
        uint16[] memory serving = ids;
        seenAt = new uint32[](serving.length);
        for (uint256 i; i < serving.length; ++i) seenAt[i] = seats[serving[i]].seenAt;
        idle = _idleAmong(serving);
    }

    /// @inheritdoc IKeeperRegistry
    function unseenBlocks() external pure returns (uint32) {
        return UNSEEN_BLOCKS;
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
        uint16[] memory serving = ids;
        uint16 count = uint16(serving.length);
        if (count == 0) return 0;
        return serving[TurnLib.onTurn(subject, seed, time, slotSeconds, count, _idleAmong(serving))];
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

    /// @dev Positions in `serving` that turns pass over.
    function _idleAmong(uint16[] memory serving) private view returns (uint256 idle) {
        uint256 all = idleIds;
        for (uint256 i; all > 0 && i < serving.length; ++i) idle |= ((all >> serving[i]) & 1) << i;
    }

    /// @dev Number of the epoch that a change asked for now begins with.
    function _nextChange() private view returns (uint32) {
        bool isInTime = current.number == 0 || block.timestamp + noticeSeconds <= nextEpochAt();
        return current.number + (isInTime ? 1 : 2);
    }

    function _writeEndpoint(uint16 id, string calldata endpoint) private {
        uint256 length = bytes(endpoint).length;
        require(length <= MAX_ENDPOINT, EndpointTooLong(length, MAX_ENDPOINT));
        memberships[id].endpoint = endpoint;
    }

    function _takeSenders(uint16 id, address[] calldata senders) private {
        require(senders.length <= MAX_SENDERS, TooManySenders(senders.length, MAX_SENDERS));
        for (uint256 i; i < senders.length; ++i) {
            require(idBySender[senders[i]] == 0, SenderTaken(senders[i], idBySender[senders[i]]));
            idBySender[senders[i]] = id;
        }
        memberships[id].senders = senders;
    }

    function _leave(uint16 id) private {
        Seat storage seat = seats[id];
        require(seat.left == NEVER, AlreadyLeaving(id, seat.left));

        seat.left = _nextChange();
        // The first moment at which that epoch can start, as far as it is known now.
        uint64 leavesAt = nextEpochAt() > block.timestamp ? nextEpochAt() : uint64(block.timestamp);
        if (seat.left > current.number + 1) leavesAt += epochSeconds;
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
            Seat storage seat = seats[id];
            if (seat.left <= number) {
                _freeSenders(id);
                continue;
            }
            members.push(id);
            if (seat.joined > number) continue;
            ids.push(id);
            _takeOver(seat, memberships[id], number);
        }
    }

    /// @dev A new signing key counts from here on; who begins to serve counts as seen.
    function _takeOver(Seat storage seat, Membership storage membership, uint32 number) private {
        if (membership.nextSigner != address(0) && membership.signerFrom <= number) {
            seat.signer = membership.nextSigner;
            membership.nextSigner = address(0);
        }
        if (seat.joined == number) seat.seenAt = uint32(block.number);
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
