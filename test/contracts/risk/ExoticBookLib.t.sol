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
        for (uint256 i = 0; i < 24; ++i) assertEq(said[i], payoffOf(exotics, prices[i], isWhole), "payoff");
    }

    /// @dev The line of an average of which a share is known is rounded: by some wei a contract, and a last digit of each slope.
    function testFuzz_bendsSayWhatAveragesPayOfWhichSomeIsKnown(Draw[4] memory draws, uint256 from) external pure {
        Exotic[] memory exotics = new Exotic[](4);
        uint256 most = 0;
        for (uint256 i = 0; i < 4; ++i) {
            exotics[i] = averageOf(draws[i]);
            most += 3 * (exotics[i].size < 0 ? uint256(-exotics[i].size) : uint256(exotics[i].size));
        }
        uint256[] memory prices = new uint256[](24);
        for (uint256 i = 0; i < 24; ++i) prices[i] = ((from % 8) + i / 2) * 1e18;
        int256[] memory said = ExoticBookLib.payoffsAt(ExoticBookLib.bendsOf(exotics, true), prices);
        for (uint256 i = 0; i < 24; ++i) {
            assertNear(said[i], payoffOf(exotics, prices[i], true), most + 4 * (prices[i] + 1e18), "payoff");
        }
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
        e.level = e.kind.isAsian() ? e.strike : bound(draw.level, 1, 16);
    }

    /// @dev `level` is where the average meets the strike, as ExoticBookLib.prepare finds it.
    function averageOf(Draw memory draw) private pure returns (Exotic memory e) {
        e.kind = draw.kind % 2 == 0 ? OptionKind.ASIAN_CALL : OptionKind.ASIAN_PUT;
        e.size = draw.size;
        e.strike = bound(draw.strike, 1, 16) * 1e18;
        e.share = draw.share % 5 == 0 ? 1e18 : bound(draw.share, 1, 1e18);
        e.seen.averageSoFar = Price.wrap(bound(draw.level, 1, 32) * 1e18);
        uint256 known = (e.share * e.seen.averageSoFar.raw()) / 1e18;
        uint256 rest = 1e18 - e.share;
        if (rest > 0 && known < e.strike) e.level = ((e.strike - known) * 1e18) / rest;
    }
}
