// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IMargin} from "../margin/IMargin.sol";
import {AccountId} from "../types/AccountId.sol";
import {Witness} from "../types/Margin.sol";
import {ExpiryMark, MarketState, Observed, Side, UnderlyingMarks} from "../types/Marks.sol";
import {Price} from "../types/Price.sol";
import {SeriesId} from "../types/SeriesId.sol";

// Tests only: what does a margin check cost? Nothing is warm: the first look at every slot and contract is paid.

/// @dev Answers with marks from its own storage, one expiry in three slots: what a price book reads at least.
contract StoredMarks {
    struct Market {
        MarketState state;
        Price[] candidates;
    }

    mapping(uint8 underlying => Market) private _markets;
    mapping(uint8 underlying => mapping(uint32 expiry => ExpiryMark)) private _expiries;

    function set(UnderlyingMarks calldata marks_) external {
        _markets[marks_.underlying].state = marks_.state;
        _markets[marks_.underlying].candidates = marks_.candidates;
        for (uint256 i = 0; i < marks_.expiries.length; ++i) {
            _expiries[marks_.underlying][marks_.expiries[i].expiry] = marks_.expiries[i];
        }
    }

    /// @dev Nothing: a barrier not touched, an average not begun.
    function observed(SeriesId[] calldata series) external pure returns (Observed[] memory seen) {
        seen = new Observed[](series.length);
        for (uint256 i = 0; i < series.length; ++i) seen[i].series = series[i];
    }

    function marks(
        uint8 underlying,
        Side,
        uint32[] calldata expiries
    ) external view returns (UnderlyingMarks memory marks_) {
        marks_.underlying = underlying;
        marks_.state = _markets[underlying].state;
        marks_.candidates = _markets[underlying].candidates;
        marks_.expiries = new ExpiryMark[](expiries.length);
        for (uint256 i = 0; i < expiries.length; ++i) marks_.expiries[i] = _expiries[underlying][expiries[i]];
    }
}

contract MarginMeter {
    /// @return used Gas of the call, its answer decoded.
    function whole(IMargin margin, AccountId account, Side side) external view returns (uint256 used) {
        uint256 start = gasleft();
        margin.assess(account, side);
        used = start - gasleft();
    }

    function named(
        IMargin margin,
        AccountId account,
        Witness[] calldata witnesses
    ) external view returns (uint256 used) {
        uint256 start = gasleft();
        margin.assessAt(account, witnesses);
        used = start - gasleft();
    }
}
