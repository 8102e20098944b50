// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

// A Chainlink aggregator that answers what a test pushes, round by round.

contract AggregatorDouble {
    struct Round {
        int256 answer;
        uint256 updatedAt;
    }

    uint8 public constant decimals = 8;
    uint80 public latest;
    mapping(uint80 id => Round) private _rounds;

    /// @param answer [1e-8]
    function push(int256 answer, uint256 updatedAt) external {
        _rounds[++latest] = Round(answer, updatedAt);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return getRoundData(latest);
    }

    function getRoundData(uint80 id) public view returns (uint80, int256, uint256, uint256, uint80) {
        Round memory round = _rounds[id];
        return (id, round.answer, round.updatedAt, round.updatedAt, id);
    }
}
