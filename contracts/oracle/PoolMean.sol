// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ICustody} from "../ledger/ICustody.sol";
import {GasTooLowToRead, PoolUnfit} from "../types/Errors.sol";
import {Price} from "../types/Price.sol";
import {IPoolMean} from "./IPoolMean.sol";
import {TickLib} from "./TickLib.sol";

// What has a pool traded at, in the mean of the last half hour?

/// @dev What is read of a pool.
interface IPool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function observe(
        uint32[] calldata secondsAgos
    ) external view returns (int56[] memory tickCumulatives, uint160[] memory secondsPerLiquidity);
}

/// @dev Deployment: takes custody, whose tokens the pools must trade. The AccessManager must let governance call `list`.
contract PoolMean is IPoolMean, AccessManaged {
    /// @dev [s]
    uint32 public constant WINDOW = 30 minutes;
    /// @dev Enough for two searches among 65,535 observations.
    uint256 private constant READ_GAS = 250_000;
    /// @dev [bytes] Two arrays of two words: two offsets, two lengths, four words.
    uint256 private constant ANSWER = 256;

    /// @param isInverse The cash token is the pool's first.
    /// @param decimalShift Decimals of the underlying's token less those of the cash token.
    struct Source {
        address pool;
        bool isInverse;
        int8 decimalShift;
    }

    ICustody public immutable custody;

    mapping(uint8 underlying => Source) private sources;

    constructor(ICustody custody_, address authority) AccessManaged(authority) {
        custody = custody_;
    }

    /// @inheritdoc IPoolMean
    function list(uint8 underlying, address pool) external restricted {
        Source memory source = pool == address(0) ? Source(pool, false, 0) : _sourceOf(underlying, pool);
        require(pool == address(0) || _meanOf(source) > 0, PoolUnfit(underlying, pool));

        sources[underlying] = source;

        emit PoolListed(underlying, pool, source.isInverse);
    }

    /// @inheritdoc IPoolMean
    function mean(uint8 underlying) external view returns (Price) {
        Source memory source = sources[underlying];
        return Price.wrap(source.pool == address(0) ? 0 : _meanOf(source));
    }

    /// @inheritdoc IPoolMean
    function poolOf(uint8 underlying) external view returns (address) {
        return sources[underlying].pool;
    }

    // ---- inside ---------------------------------------------------------------------------------------------

    function _sourceOf(uint8 underlying, address pool) private view returns (Source memory) {
        (address base, address quote) = (address(custody.tokenOf(underlying)), address(custody.tokenOf(0)));
        (address first, address second) = (IPool(pool).token0(), IPool(pool).token1());
        bool isInverse = first == quote && second == base;
        require(underlying > 0 && (isInverse || (first == base && second == quote)), PoolUnfit(underlying, pool));
        // Custody lists tokens of at most 18 decimals.
        int8 shift = int8(IERC20Metadata(base).decimals()) - int8(IERC20Metadata(quote).decimals());
        return Source(pool, isInverse, shift);
    }

    function _meanOf(Source memory source) private view returns (uint256) {
        (bool isRead, int256 tickSum) = _observe(source.pool);
        if (!isRead) return 0;
        return TickLib.meanPrice(tickSum, int256(uint256(WINDOW)), source.decimalShift, source.isInverse);
    }

    /// @dev Never reverts for what the pool does: no code, a revert, short, long or malformed data, burnt gas. It does revert
    ///      where the caller brought too little gas, else a caller could make a pool look silent.
    function _observe(address pool) private view returns (bool isRead, int256 tickSum) {
        require(gasleft() > READ_GAS + READ_GAS / 32, GasTooLowToRead(gasleft(), READ_GAS + READ_GAS / 32));
        uint32[] memory secondsAgos = new uint32[](2);
        secondsAgos[0] = WINDOW;
        bytes memory question = abi.encodeCall(IPool.observe, (secondsAgos));
        uint256[8] memory words;
        // Safe: writes the 256 bytes of `words`, however much is returned.
        assembly ("memory-safe") {
            isRead := staticcall(READ_GAS, pool, add(question, 32), mload(question), words, ANSWER)
            isRead := and(isRead, iszero(lt(returndatasize(), ANSWER)))
        }
        isRead = isRead && words[0] == 64 && words[2] == 2;
        if (!isRead) return (false, 0);
        (int256 before, int256 now_) = (int256(words[3]), int256(words[4]));
        isRead = before == int56(before) && now_ == int56(now_);
        // Cumulatives wrap at 56 bits, as the pool's own arithmetic does.
        unchecked {
            tickSum = int256(int56(now_) - int56(before));
        }
    }
}
