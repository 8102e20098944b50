// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Cash, NO_CASH} from "../types/Cash.sol";

// Who pays what an account cannot? The account, then the default fund, then all positive cash through one index.

library WaterfallLib {
    /// @dev What the holders of positive cash are asked for, once the fund has paid `byFund` of `owed`: of the loss itself
    ///      whatever is left, of a bidder's reward nothing (RULES D3).
    /// @param owed To the bidder, or to a closed account: ≥ 0.
    /// @param loss The part of it that is somebody's loss: the negative equity taken over, ≤ owed.
    function byHolders(Cash owed, Cash loss, Cash byFund) internal pure returns (Cash) {
        Cash bounded = loss < owed ? loss : owed;
        return byFund < bounded ? bounded - byFund : NO_CASH;
    }
}
