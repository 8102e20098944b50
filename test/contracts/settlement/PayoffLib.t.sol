// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {PayoffLib} from "../../../contracts/settlement/PayoffLib.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {DIGITAL_PAYOFF, OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";

contract PayoffLibTest is Test {
    function test_aVanillaPaysItsIntrinsicValue() public pure {
        assertEq(PayoffLib.perContract(_series(OptionKind.CALL, 200e8), Price.wrap(250e18), false), 50e18, "call");
        assertEq(PayoffLib.perContract(_series(OptionKind.CALL, 200e8), Price.wrap(150e18), false), 0, "call out");
        assertEq(PayoffLib.perContract(_series(OptionKind.PUT, 200e8), Price.wrap(150e18), false), 50e18, "put");
        assertEq(
            PayoffLib.perContract(_series(OptionKind.PUT, 200e8), Price.wrap(200e18), false),
            0,
            "put at the strike"
        );
    }

    function testFuzz_aCallLessAPutIsTheForward(uint56 strike, uint128 price) public pure {
        Price price_ = Price.wrap(price);
        int256 call = int256(PayoffLib.perContract(_series(OptionKind.CALL, strike), price_, false));
        int256 put = int256(PayoffLib.perContract(_series(OptionKind.PUT, strike), price_, false));
        assertEq(call - put, int256(uint256(price)) - int256(uint256(strike)) * 1e10, "parity");
    }

    function testFuzz_aDigitalCallAndPutTogetherPayOneUnit(uint56 strike, uint128 price) public pure {
        Price price_ = Price.wrap(price);
        uint256 call = PayoffLib.perContract(_series(OptionKind.DIGITAL_CALL, strike), price_, false);
        uint256 put = PayoffLib.perContract(_series(OptionKind.DIGITAL_PUT, strike), price_, false);
        assertEq(call + put, DIGITAL_PAYOFF, "one pays");
        bool isAtOrAbove = uint256(price) >= uint256(strike) * 1e10;
        assertEq(call, isAtOrAbove ? DIGITAL_PAYOFF : 0, "the call from its strike on");
    }

    /// @dev Whatever the path was, knocked in and knocked out together are the vanilla.
    function testFuzz_ofInAndOutOnePaysTheVanillaAndTheOtherNothing(
        uint56 strike,
        uint128 price,
        bool isTouched,
        uint8 pick
    ) public pure {
        OptionKind out = OptionKind(uint8([4, 5, 8, 9][pick % 4]));
        OptionKind knockIn = OptionKind(uint8(out) + 2);
        OptionKind plain = out.isCall() ? OptionKind.CALL : OptionKind.PUT;
        uint256 vanilla = PayoffLib.perContract(_series(plain, strike), Price.wrap(price), false);
        uint256 paid = PayoffLib.perContract(_series(knockIn, strike), Price.wrap(price), isTouched);
        assertEq(paid, isTouched ? vanilla : 0, "in");
        paid = PayoffLib.perContract(_series(out, strike), Price.wrap(price), isTouched);
        assertEq(paid, isTouched ? 0 : vanilla, "out");
    }

    function test_anAverageIsPaidAsAVanillaOnItsOwnAverage() public pure {
        assertEq(
            PayoffLib.perContract(_series(OptionKind.ASIAN_CALL, 200e8), Price.wrap(250e18), false),
            50e18,
            "call"
        );
        assertEq(PayoffLib.perContract(_series(OptionKind.ASIAN_PUT, 200e8), Price.wrap(150e18), false), 50e18, "put");
        assertEq(PayoffLib.perContract(_series(OptionKind.ASIAN_PUT, 200e8), Price.wrap(250e18), true), 0, "out");
    }

    function testFuzz_whatLongsGetAndShortsPayDiffersByExactlyTheDust(
        uint256[4] memory longs,
        uint256 split,
        uint56 strike,
        uint64 price
    ) public pure {
        SeriesId series = _series(OptionKind.CALL, strike);
        int256 paid = 0;
        uint256 dust = 0;
        uint256 total = 0;
        for (uint256 i = 0; i < 4; ++i) {
            uint256 size = bound(longs[i], 0, 1e24);
            total += size;
            (paid, dust) = _add(paid, dust, series, int256(size), price);
        }
        uint256 first = bound(split, 0, total);
        (paid, dust) = _add(paid, dust, series, -int256(first), price);
        (paid, dust) = _add(paid, dust, series, -int256(total - first), price);
        assertLe(paid, 0, "never pays out more than it takes in");
        assertEq(-paid * 1e18, int256(dust), "and the rest is the dust, to the last digit");
    }

    function _add(
        int256 paid,
        uint256 dust,
        SeriesId series,
        int256 size,
        uint64 price
    ) private pure returns (int256, uint256) {
        (Cash payoff, uint256 kept) = PayoffLib.payoffOf(
            series,
            Size.wrap(size),
            Price.wrap(uint256(price) * 1e6),
            false
        );
        assertLt(int256(kept), 1e18, "less than one digit");
        return (paid + payoff.raw(), dust + kept);
    }

    function _series(OptionKind kind, uint56 strike) private pure returns (SeriesId) {
        return seriesIdOf(1, 1_600_000_000, strike, kind, 0);
    }
}
