// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IPriceBook} from "../../../contracts/pricebook/IPriceBook.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";

// A price book that says what it is told, for tests of the stages that ask one.

/// @dev Answers the questions of calls, auctions and settlement alone; their tests never ask for marks.
contract PriceBookDouble {
    mapping(uint8 underlying => MarketState) public states;
    mapping(uint8 underlying => uint64) public marketTime;
    mapping(uint8 underlying => Price) public prices;
    mapping(uint8 underlying => mapping(uint32 expiry => Price)) public settlementPrice;

    function setMarket(uint8 underlying, MarketState state, Price price) external {
        states[underlying] = state;
        prices[underlying] = price;
    }

    function passTime(uint8 underlying, uint64 elapsed) external {
        marketTime[underlying] += elapsed;
    }

    function setSettlementPrice(uint8 underlying, uint32 expiry, Price price) external {
        settlementPrice[underlying][expiry] = price;
    }

    function index(uint8 underlying) external view returns (IPriceBook.Index memory its) {
        its.state = states[underlying];
        its.price = prices[underlying];
    }

    function asBook() external view returns (IPriceBook) {
        return IPriceBook(address(this));
    }
}
