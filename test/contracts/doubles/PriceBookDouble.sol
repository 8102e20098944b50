// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IPriceBook} from "../../../contracts/pricebook/IPriceBook.sol";
import {ExpiryMark, MarketState, Observed, Side, UnderlyingMarks} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";

// A price book that says what it is told, for tests of the stages that ask one.

/// @dev Smiles are flat at `volatility`; forwards are spot.
contract PriceBookDouble {
    struct Checkpoint {
        uint64 time;
        uint256 cumulative;
        uint64 covered;
    }

    uint32 public constant windowSeconds = 30 minutes;

    mapping(uint8 underlying => MarketState) public states;
    mapping(uint8 underlying => uint64) public marketTime;
    mapping(uint8 underlying => uint64) public lastStop;
    mapping(uint8 underlying => Price) public prices;
    mapping(uint8 underlying => mapping(uint32 expiry => Price)) public settlementPrice;
    mapping(uint8 underlying => mapping(Side => Price[])) private _candidates;
    mapping(SeriesId series => Observed) private _observed;
    mapping(uint8 underlying => Checkpoint[]) private _checkpoints;

    /// @dev [1e18] A year.
    uint256 public volatility = 0.8e18;

    function setMarket(uint8 underlying, MarketState state, Price price) external {
        states[underlying] = state;
        prices[underlying] = price;
    }

    function setVolatility(uint256 volatility_) external {
        volatility = volatility_;
    }

    /// @dev Prices beside the one in force under which a statement of `side` must hold.
    function setCandidates(uint8 underlying, Side side, Price[] calldata candidates) external {
        _candidates[underlying][side] = candidates;
    }

    function passTime(uint8 underlying, uint64 elapsed) external {
        marketTime[underlying] += elapsed;
    }

    /// @dev The market stops here, and has reopened: its clock stood meanwhile.
    function stop(uint8 underlying) external {
        lastStop[underlying] = marketTime[underlying];
    }

    /// @dev As `IPriceBook.checkpoint` says it.
    function addCheckpoint(uint8 underlying, uint64 time, uint256 cumulative, uint64 covered) external {
        _checkpoints[underlying].push(Checkpoint(time, cumulative, covered));
    }

    function checkpointCount(uint8 underlying) external view returns (uint256) {
        return _checkpoints[underlying].length;
    }

    function checkpoint(uint8 underlying, uint256 position) external view returns (uint64, uint256, uint64) {
        Checkpoint memory its = _checkpoints[underlying][position];
        return (its.time, its.cumulative, its.covered);
    }

    function setSettlementPrice(uint8 underlying, uint32 expiry, Price price) external {
        settlementPrice[underlying][expiry] = price;
    }

    function setObserved(Observed calldata seen) external {
        _observed[seen.series] = seen;
    }

    function observed(SeriesId[] calldata series) external view returns (Observed[] memory seen) {
        seen = new Observed[](series.length);
        for (uint256 i = 0; i < series.length; i++) {
            seen[i] = _observed[series[i]];
            seen[i].series = series[i];
        }
    }

    /// @dev When does not matter to who asks.
    function touchedAt(SeriesId series) external view returns (uint32) {
        return _observed[series].isTouched ? 1 : 0;
    }

    function index(uint8 underlying) external view returns (IPriceBook.Index memory its) {
        its.state = states[underlying];
        its.price = prices[underlying];
    }

    function marks(
        uint8 underlying,
        Side side,
        uint32[] calldata expiries
    ) external view returns (UnderlyingMarks memory its) {
        Price[] storage beside = _candidates[underlying][side];
        // Whoever takes must be covered above, at least.
        if (side == Side.TAKING && beside.length == 0) beside = _candidates[underlying][Side.ABOVE];
        its.underlying = underlying;
        its.state = states[underlying];
        its.candidates = new Price[](beside.length + 1);
        its.candidates[0] = prices[underlying];
        for (uint256 i = 0; i < beside.length; i++) its.candidates[i + 1] = beside[i];
        its.expiries = new ExpiryMark[](expiries.length);
        for (uint256 i = 0; i < expiries.length; i++) its.expiries[i] = _markOf(underlying, expiries[i]);
    }

    function _markOf(uint8 underlying, uint32 expiry) private view returns (ExpiryMark memory mark) {
        mark.expiry = expiry;
        mark.windowSeconds = windowSeconds;
        mark.forwardRatio = 1e18;
        mark.settlementPrice = settlementPrice[underlying][expiry];
        if (expiry <= block.timestamp) {
            mark.elapsedShare = 1e18;
            mark.averageSoFar = prices[underlying];
            return mark;
        }
        mark.secondsLeft = expiry - uint32(block.timestamp);
        mark.theta = uint64((((volatility * volatility) / 1e18) * mark.secondsLeft) / 365 days);
    }

    function asBook() external view returns (IPriceBook) {
        return IPriceBook(address(this));
    }
}
