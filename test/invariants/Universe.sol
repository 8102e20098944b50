// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IClearinghouse} from "../../contracts/IClearinghouse.sol";
import {IExchange} from "../../contracts/exchange/IExchange.sol";
import {FaucetToken} from "../../contracts/harness/FaucetToken.sol";
import {ICustody} from "../../contracts/ledger/ICustody.sol";
import {ILedger} from "../../contracts/ledger/ILedger.sol";
import {IWithdrawalQueue} from "../../contracts/ledger/IWithdrawalQueue.sol";
import {IAuctions} from "../../contracts/liquidation/IAuctions.sol";
import {IDebts} from "../../contracts/liquidation/IDebts.sol";
import {IDefaultFund} from "../../contracts/liquidation/IDefaultFund.sol";
import {IRewards} from "../../contracts/liquidation/IRewards.sol";
import {ITearUps} from "../../contracts/liquidation/ITearUps.sol";
import {IMargin} from "../../contracts/margin/IMargin.sol";
import {IMarginCalls} from "../../contracts/margincall/IMarginCalls.sol";
import {IWindDown} from "../../contracts/pricebook/IWindDown.sol";
import {ISettlement} from "../../contracts/settlement/ISettlement.sol";
import {PriceBookDouble} from "../contracts/doubles/PriceBookDouble.sol";
import {LivelyToken} from "./Hostile.sol";

// What do the actors of random sequences act on?

struct Universe {
    FaucetToken dollar;
    FaucetToken ether_;
    LivelyToken lively;
    ICustody custody;
    ILedger ledger;
    PriceBookDouble market;
    IMargin margin;
    IMarginCalls marginCalls;
    ISettlement settlement;
    IAuctions auctions;
    IDefaultFund fund;
    IClearinghouse clearinghouse;
    IExchange exchange;
    IWithdrawalQueue queue;
    IDebts debts;
    ITearUps tearUps;
    IRewards rewards;
    IWindDown windDown;
}

/// @dev Keeper 1 is whoever asks, and it is on turn in every other slot.
contract TurnsDouble {
    function idOf(address) external pure returns (uint16) {
        return 1;
    }

    function turnSeconds() external pure returns (uint32 slotSeconds, uint32 guardSeconds) {
        return (12, 2);
    }

    function onTurn(bytes32 subject, uint64) external pure returns (uint16) {
        return uint256(subject) % 2 == 0 ? 1 : 2;
    }
}
