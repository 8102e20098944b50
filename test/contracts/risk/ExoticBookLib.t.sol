// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ExoticLib} from "../../../contracts/math/ExoticLib.sol";
import {Exotic, ExoticBookLib} from "../../../contracts/risk/ExoticBookLib.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Test} from "../Test.sol";

// Do lines and bends say of a book what each of its positions pays?

contract ExoticBookLibTest is Test {
    struct Draw {
        uint8 kind;
        uint16 strike;
        uint16 level;
        uint64 share;
        int96 size;
    }

    /// @dev Strikes, barriers and prices are small numbers, so that they meet and are next to each other.
    function testFuzz_bendsSayWhatEveryPositionPays(Draw[6] memory draws, uint256 from, bool isWhole) external pure {
        Exotic[] memory exotics = new Exotic[](6);
        for (uint256 i = 0; i < 6; ++i) exotics[i] = exoticOf(draws[i]);
        uint256[] memory prices = new uint256[](24);
        for (uint256 i = 0; i < 24; ++i) prices[i] = (from % 8) + i / 2;
        int256[] memory said = ExoticBookLib.payoffsAt(ExoticBookLib.bendsOf(exotics, isWhole), prices);
        if (isWhole) ExoticBookLib.addKnownAverages(exotics, prices, said);
        for (uint256 i = 0; i < 24; ++i) assertEq(said[i], payoffOf(exotics, prices[i], isWhole), "payoff");
    }

    function payoffOf(Exotic[] memory exotics, uint256 price, bool isWhole) private pure returns (int256 payoff) {
        for (uint256 i = 0; i < exotics.length; ++i) {
            Exotic memory e = exotics[i];
            if (e.kind.isAsian() && !isWhole) continue;
            bool isTouched = e.kind.isUp() ? price >= e.level : price <= e.level;
            uint256 decisive = price;
            if (e.kind.isAsian()) {
                decisive = (e.share * e.seen.averageSoFar.raw()) / 1e18 + ((1e18 - e.share) * price) / 1e18;
            }
            payoff += e.size * int256(ExoticLib.payoff(e.kind, e.strike, decisive, isTouched));
        }
    }

    function exoticOf(Draw memory draw) private pure returns (Exotic memory e) {
        e.kind = OptionKind(uint8(bound(draw.kind, uint8(OptionKind.DIGITAL_CALL), uint8(OptionKind.ASIAN_PUT))));
        e.size = draw.size;
        e.strike = bound(draw.strike, 1, 16);
        e.level = bound(draw.level, 1, 16);
        if (!e.kind.isAsian()) return e;
        e.share = draw.share % 3 == 0 ? 0 : bound(draw.share, 0, 1e18);
        e.seen.averageSoFar = Price.wrap(bound(draw.level, 0, 32));
    }
}
