// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AggregatorV3Interface} from "@chainlink/contracts/src/v0.8/shared/interfaces/AggregatorV3Interface.sol";

// Which of the cache's feeds is meant? Chainlink's DataFeedsCache answers by who asks, so each feed has a proxy that asks
// for it. Local networks only: elsewhere Chainlink's own proxies are listed.

contract FeedProxy is AggregatorV3Interface {
    AggregatorV3Interface public immutable aggregator;

    constructor(AggregatorV3Interface cache) {
        aggregator = cache;
    }

    function decimals() external view returns (uint8) {
        return aggregator.decimals();
    }

    function description() external view returns (string memory) {
        return aggregator.description();
    }

    function version() external view returns (uint256) {
        return aggregator.version();
    }

    function getRoundData(uint80 round) external view returns (uint80, int256, uint256, uint256, uint80) {
        return aggregator.getRoundData(round);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return aggregator.latestRoundData();
    }
}
