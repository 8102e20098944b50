// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ListingLib} from "../../../contracts/ListingLib.sol";
import {MarketState, Observed} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {vm} from "../../contracts/Vm.sol";
import {Record} from "./Record.sol";

// Which series are traded at this moment, and how do time and prices move?

abstract contract Listing is Record {
    uint256 private constant LEAST_PRICE = 60e18;
    uint256 private constant MOST_PRICE = 500e18;
    uint256 private constant PLAIN = 3;
    uint256 internal constant A_LIST = 7;
    uint24 private constant WINDOW_HOURS = 4;
    uint32 private constant TOUCH_SECONDS = 6 hours;
    uint32 private immutable FIRST_EXPIRY;

    /// @dev The two that are traded.
    uint32[2] public expiries;
    /// @dev All that ever were; the last two lists are those of `expiries`.
    SeriesId[] public series;

    constructor(uint32 firstExpiry) {
        FIRST_EXPIRY = firstExpiry;
        _list();
    }

    function seriesCount() external view returns (uint256) {
        return series.length;
    }

    /// @dev The next two Fridays that are a day away, at strikes around the price.
    function _list() internal {
        uint32 next = FIRST_EXPIRY;
        while (next < now_ + 1 days) next += 7 days;
        for (uint256 i = 0; i < 2; i++) {
            expiries[i] = next + uint32(7 days * i);
            _listExpiry(expiries[i], i, u.market.prices(ETHER).raw() / 10e18);
        }
    }

    /// @param tens The price, in tens.
    function _listExpiry(uint32 expiry, uint256 parity, uint256 tens) private {
        uint56 middle = uint56(tens * 10) * 1e8;
        for (uint256 i = 0; i < PLAIN; i++) {
            OptionKind kind = (i + parity) % 2 == 0 ? OptionKind.CALL : OptionKind.PUT;
            series.push(seriesIdOf(ETHER, expiry, middle + uint56(20e8 * i) - 20e8, kind, 0));
        }
        bool isCall = parity == 0;
        series.push(seriesIdOf(ETHER, expiry, middle, isCall ? OptionKind.DIGITAL_CALL : OptionKind.DIGITAL_PUT, 0));
        series.push(
            seriesIdOf(ETHER, expiry, middle, isCall ? OptionKind.DOWN_OUT_CALL : OptionKind.DOWN_IN_PUT, 8500)
        );
        series.push(seriesIdOf(ETHER, expiry, middle, isCall ? OptionKind.UP_IN_CALL : OptionKind.UP_OUT_PUT, 11_500));
        series.push(
            seriesIdOf(ETHER, expiry, middle, isCall ? OptionKind.ASIAN_CALL : OptionKind.ASIAN_PUT, WINDOW_HOURS)
        );
    }

    /// @dev One of the series that may be opened now; what may not is a plain one of the same list.
    function _openSeries(uint256 which) internal view returns (SeriesId) {
        uint256 place = which % (2 * A_LIST);
        uint256 first = series.length - 2 * A_LIST;
        SeriesId drawn = series[first + place];
        if (ListingLib.isOpenable(drawn, now_, u.market.prices(ETHER))) return drawn;
        bool isLast = now_ + 2 hours > expiries[0];
        return series[first + (isLast ? A_LIST : place - (place % A_LIST)) + (place % PLAIN)];
    }

    // ---- time and prices -----------------------------------------------------------------------------------

    function _move(uint256 factor) internal {
        uint256 price = (u.market.prices(ETHER).raw() * factor) / 1e18;
        u.market.setMarket(ETHER, MarketState.AGREED, Price.wrap(bound(price, LEAST_PRICE, MOST_PRICE)));
        _unsettle();
    }

    function _pass(uint64 elapsed) internal {
        u.market.passTime(ETHER, elapsed);
        u.market.passTime(LIVELY, elapsed);
        if (!isFrozen) _warp(now_ + elapsed);
    }

    function _warp(uint64 time) internal {
        for (uint256 i = 0; i < 2; i++) _average(series[series.length - 1 - A_LIST * i], time);
        now_ = time;
        vm.warp(time);
        _unsettle();
    }

    // ---- what is seen of a path ----------------------------------------------------------------------------

    /// @dev The price of this moment holds until `time`.
    function _average(SeriesId asian, uint64 time) private {
        uint256 window = uint256(asian.field()) * 1 hours;
        uint256 start = asian.expiry() - window;
        Observed memory seen = _observed(asian);
        if (time <= start || seen.elapsedShare == 1e18) return;
        uint256 share = time >= asian.expiry() ? 1e18 : ((time - start) * 1e18) / window;
        uint256 sum = seen.averageSoFar.raw() * seen.elapsedShare;
        sum += u.market.prices(ETHER).raw() * (share - seen.elapsedShare);
        seen.averageSoFar = Price.wrap(sum / share);
        seen.elapsedShare = uint64(share);
        u.market.setObserved(seen);
    }

    /// @dev Records the touches that the price of this moment makes.
    function _touch() internal {
        uint256 first = series.length - 2 * A_LIST;
        for (uint256 i = first; i < series.length; i++) {
            SeriesId barrier = series[i];
            if (!barrier.kind().isBarrier() || now_ > barrier.expiry()) continue;
            Observed memory seen = _observed(barrier);
            uint256 price = u.market.prices(ETHER).raw();
            uint256 level = barrier.barrier().raw();
            bool isBeyond = barrier.kind().isUp() ? price >= level : price <= level;
            if (seen.isTouched || !isBeyond) continue;
            seen.isTouched = true;
            u.market.setObserved(seen);
            _unsettle();
            if (u.ledger.openInterestOf(barrier) != 0) _count("touch");
        }
    }

    /// @dev Makes final what decides a series that has expired: a touch at once, that there was none after six hours.
    function _decide(SeriesId expired) internal {
        OptionKind kind = expired.kind();
        Price price = u.market.settlementPrice(ETHER, expired.expiry());
        Observed memory seen = _observed(expired);
        if (!kind.isPathDependent() || price.raw() == 0 || seen.settlementPrice.raw() != 0) return;
        if (kind.isBarrier() && !seen.isTouched && now_ <= expired.expiry() + TOUCH_SECONDS) {
            _pass(TOUCH_SECONDS + 1);
        }
        seen.settlementPrice = kind.isAsian() ? seen.averageSoFar : price;
        u.market.setObserved(seen);
        _count(kind.isAsian() ? "fixAverage" : "fixBarrier");
    }

    function _observed(SeriesId asked) internal view returns (Observed memory) {
        SeriesId[] memory one = new SeriesId[](1);
        one[0] = asked;
        return u.market.observed(one)[0];
    }
}
