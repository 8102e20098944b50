// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

/// @title Who watches, and whose turn is it?
/// @notice Registered keepers: a bond, a signing key for observations, up to four sender addresses, an endpoint.
///         Changes take effect together at an epoch boundary, with a new seed.
interface IKeeperRegistry {
    /// @param id Never reused, at most MAX_ID in a registry's life; zero is nobody.
    /// @param signer Key that signs observations; one process per key.
    /// @param senders Addresses from which it sends; every check goes by id.
    /// @param endpoint Where it serves its observations over HTTP.
    /// @param bond [1e18 units of account]
    /// @param operator Who joined it, and alone may change or withdraw it.
    /// @param absences Times it was put to sleep; counted, never punished.
    struct Keeper {
        uint16 id;
        address signer;
        address[] senders;
        string endpoint;
        uint256 bond;
        address operator;
        uint32 absences;
    }

    event KeeperJoined(uint16 indexed id, address indexed signer, string endpoint, uint64 fromEpoch);
    event OperatorAdmitted(address indexed operator);
    event BondWithdrawn(uint16 indexed id, address indexed receiver, uint256 amount);
    event QuorumProposed(uint16 faultTolerance, uint16 quorum);
    event KeeperLeft(uint16 indexed id, uint64 fromEpoch);
    event KeeperPunished(uint16 indexed id, address indexed prover, uint256 reward, uint256 forfeited);
    event ForfeitedReleased(address indexed receiver, uint256 amount);
    event EndpointChanged(uint16 indexed id, string endpoint);
    event SendersChanged(uint16 indexed id, address[] senders);
    event SignerChanging(uint16 indexed id, address indexed signer, uint64 fromEpoch);
    event KeeperSeen(uint16 indexed id, bool wasAsleep);
    event KeeperPutToSleep(uint16 indexed id, uint32 absences);
    event EpochStarted(uint64 indexed epoch, bytes32 seed, uint16[] ids);

    /// @notice Lets `operator` join once. Governance only: whoever could buy 2f + 1 seats would own the median, and a
    ///         bond prices one liar, not a majority.
    function admit(address operator) external;

    /// @notice Applies for the next epoch, with the bond the registry asks for, pulled from the caller, who has been
    ///         admitted and is from now on the keeper's operator. What is asked for later than `noticeSeconds` before an epoch
    ///         may start waits for the one after it, so that every change of the fleet is seen coming.
    /// @custom:reverts NotAdmitted, SignerTaken, SenderTaken, TooManySenders, EndpointTooLong, RegistryFull
    function join(address signer, address[] calldata senders, string calldata endpoint) external returns (uint16 id);

    /// @notice Leaves at the next epoch; the bond can be withdrawn after a delay in which its signatures may still be
    ///         proven false. Operator only.
    /// @custom:reverts UnknownKeeper, NotOperator, AlreadyLeaving
    function resign(uint16 id) external;

    /// @notice Makes `id` leave at the next epoch: one that is dead for good. Governance only; the bond stays its own.
    function expel(uint16 id) external;

    /// @notice Where it serves from now on. Operator only: who is misled about it is believed no less, since only signatures are.
    /// @custom:reverts UnknownKeeper, NotOperator, EndpointTooLong
    function setEndpoint(uint16 id, string calldata endpoint) external;

    /// @notice Sends from these addresses from now on, and from no others. Operator only; at once, since no turn and no price
    ///         hangs on a sender.
    /// @custom:reverts UnknownKeeper, NotOperator, SenderTaken, TooManySenders
    function setSenders(uint16 id, address[] calldata senders) external;

    /// @notice Signs with `signer` from the next epoch on. Operator only. The old key is never anybody's again, and what it has
    ///         signed stays punishable.
    /// @custom:reverts UnknownKeeper, NotOperator, SignerTaken
    function rotateSigner(uint16 id, address signer) external;

    /// @notice Says that the keeper whose sender calls is there; wakes it where it was asleep.
    /// @custom:reverts UnknownSender
    function checkIn() external;

    /// @notice Passes `id` over in every turn until it checks in. Anyone may, once nothing was seen of it for `unseenBlocks`.
    /// @custom:reverts UnknownKeeper, AsleepAlready, SeenLately
    function putToSleep(uint16 id) external;

    /// @notice Ends the service of `id` at once: it signed two values for one round. A tenth of what is left of its bond goes to
    ///         `prover`; the rest is forfeited, so that it gains nothing by proving it itself. For the books that have seen the
    ///         proof; as long as the bond is not paid out, whether it still serves or not.
    /// @custom:reverts UnknownKeeper, NothingToForfeit
    function punish(uint16 id, address prover) external;

    /// @notice Sends what was forfeited to `receiver`, such as the default fund. Governance only.
    function releaseForfeited(address receiver) external;

    /// @notice Returns the bond of a keeper that has left. Operator only.
    /// @custom:reverts BondNotDue
    function withdrawBond(uint16 id) external;

    /// @notice Starts the epoch that is due; anyone may. The first one waits for a quorum of keepers instead.
    /// @custom:reverts EpochNotDue, TooFewKeepers
    function startEpoch() external;

    /// @notice Ids of the current epoch, ascending: position is the index that turns go by.
    function keepers() external view returns (uint16[] memory ids);

    function keeperCount() external view returns (uint16);

    function keeper(uint16 id) external view returns (Keeper memory);

    /// @notice Id of a sender address in the current epoch; zero if none.
    function idOf(address sender) external view returns (uint16);

    /// @notice Signing key of `id` in the current epoch; zero address if none.
    function signerOf(uint16 id) external view returns (address);

    /// @notice What `join` pulls from the operator, in the cash token's own decimals.
    function bondOf() external view returns (uint256);

    /// @notice [1e18 units of account] Bonds of f + 1 keepers, the fewest that can move a median: what open interest is held to
    ///         (RULES F2).
    function bondCover() external view returns (uint256);

    /// @notice Id that `signer` signs or has signed for, whether it serves or not; zero if none.
    function reporterOf(address signer) external view returns (uint16);

    /// @notice [unix s] When the epoch after this one may start.
    function nextEpochAt() external view returns (uint64);

    /// @notice Of the keepers of this epoch, in the order of `keepers`: when each was last seen [block], and which are passed
    ///         over in turns (bit = position).
    function roster() external view returns (uint32[] memory seenAt, uint256 idle);

    /// @notice Unseen for more blocks than this, a keeper may be put to sleep. Blocks, since nobody can be seen while none come.
    function unseenBlocks() external view returns (uint32);

    /// @notice M: observations that make a round (RULES F2: M ≥ 2f + 1, N ≥ 3f + 1).
    function quorum() external view returns (uint16);

    /// @notice f: liars tolerated.
    function faultTolerance() external view returns (uint16);

    function epoch() external view returns (uint64 number, uint64 startedAt, bytes32 seed);

    /// @notice [s] Length of a turn, and of the guard for which a duty still belongs to the previous keeper.
    function turnSeconds() external view returns (uint32 slotSeconds, uint32 guardSeconds);

    /// @notice Id of the keeper on turn for `subject` at `time` (DESIGN §9).
    function onTurn(bytes32 subject, uint64 time) external view returns (uint16 id);
}
