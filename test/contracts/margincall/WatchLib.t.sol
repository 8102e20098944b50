// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MarginCallLib, Holdings} from "../../../contracts/margincall/MarginCallLib.sol";
import {WatchLib, Watched, UNTIMED} from "../../../contracts/margincall/WatchLib.sol";
import {IWindDown} from "../../../contracts/pricebook/IWindDown.sol";
import {WindDown} from "../../../contracts/pricebook/WindDown.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Collateral, Portfolio, Position} from "../../../contracts/types/Portfolio.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {PriceBookDouble} from "../doubles/PriceBookDouble.sol";
import {Test} from "../Test.sol";

contract WatchLibTest is Test {
    using WatchLib for Watched[];

    uint8 constant ETH = 1;
    uint8 constant BTC = 2;
    uint8 constant AVAX = 3;

    PriceBookDouble private book = new PriceBookDouble();
    IWindDown private windDown = new WindDown(book.asBook());
    Watched[] private watched;

    function setUp() public {
        book.passTime(ETH, 1000);
        book.passTime(BTC, 5000);
        for (uint8 u = ETH; u <= AVAX; ++u) book.setMarket(u, MarketState.AGREED, Price.wrap(1e18));
    }

    function test_theMarketInWhichLeastTimeHasPassedIsTheClock() public {
        _begin(Holdings((1 << ETH) | (1 << BTC), 0));
        assertEq(uint256(watched.elapsed(book.asBook())), 0, "starts at zero");
        book.passTime(ETH, 700);
        assertEq(uint256(watched.elapsed(book.asBook())), 0, "stands while one stands");
        book.passTime(BTC, 300);
        assertEq(uint256(watched.elapsed(book.asBook())), 300, "the least");
    }

    function test_afterAStopAnAuctionBeginsAgainAndAGraceHasTenMinutesLeft() public {
        _begin(Holdings((1 << ETH) | (1 << BTC), 0));
        _passBoth(890);
        assertEq(uint256(watched.graceLeft(900, book.asBook())), 10, "nearly over");
        book.stop(ETH);
        assertEq(uint256(watched.elapsed(book.asBook())), 0, "begins again");
        assertEq(uint256(watched.graceLeft(900, book.asBook())), 600, "ten minutes");
        _passBoth(100);
        assertEq(uint256(watched.elapsed(book.asBook())), 100, "since the stop");
        assertEq(uint256(watched.graceLeft(900, book.asBook())), 500, "less what has passed");
        book.stop(BTC);
        assertEq(uint256(watched.graceLeft(900, book.asBook())), 600, "once more, in the other market");
    }

    function test_aStopLeavesALongerGraceAsItIs() public {
        _begin(Holdings(1 << ETH, 0));
        book.passTime(ETH, 100);
        book.stop(ETH);
        book.passTime(ETH, 50);
        assertEq(uint256(watched.graceLeft(900, book.asBook())), 750, "as if there had been none");
    }

    function _passBoth(uint64 elapsed) private {
        book.passTime(ETH, elapsed);
        book.passTime(BTC, elapsed);
    }

    function test_aGiftOfCollateralInADeadMarketStopsNoClockAndHidesNoMarket() public {
        Holdings memory held = Holdings(1 << ETH, 1 << AVAX);
        book.setMarket(AVAX, MarketState.DEAD, Price.wrap(0));
        _begin(held);
        book.passTime(ETH, 900);
        assertEq(uint256(watched.elapsed(book.asBook())), 900, "the options' market counts");
        (uint8 underlying, MarketState state) = WatchLib.weakestMarket(_portfolio(held, 1), book.asBook(), windDown);
        assertEq(uint256(underlying), ETH, "deciding market");
        assertEq(uint256(state), uint256(MarketState.AGREED), "state");
        assertEq(uint256(watched[1].since), UNTIMED, "collateral is untimed");
    }

    function test_theWeakestMarketIsTheOneOfWhichLeastIsKnown() public {
        book.setMarket(BTC, MarketState.SINGLE, Price.wrap(1e18));
        book.setMarket(AVAX, MarketState.DISPUTED, Price.wrap(1e18));
        Holdings memory held = Holdings((1 << ETH) | (1 << BTC) | (1 << AVAX), 0);
        (uint8 underlying, MarketState state) = WatchLib.weakestMarket(_portfolio(held, 0), book.asBook(), windDown);
        assertEq(uint256(underlying), BTC, "underlying");
        assertEq(uint256(state), uint256(MarketState.SINGLE), "state");
    }

    function test_replacingAWitnessMovesNoClock() public {
        _begin(Holdings(1 << ETH, 0));
        book.passTime(ETH, 60);
        Witness[] memory worse = new Witness[](2);
        worse[0] = Witness(ETH, [uint8(9), 9, 9, 9, 9, 9, 9, 9]);
        worse[1] = Witness(BTC, [uint8(4), 4, 4, 4, 4, 4, 4, 4]);
        watched.replace(worse);
        assertEq(uint256(watched.elapsed(book.asBook())), 60, "clock");
        Witness[] memory recorded = watched.witnessesOf();
        assertEq(uint256(recorded[0].scenarios[2]), 9, "replaced");
        assertEq(uint256(recorded[1].underlying), BTC, "new underlying joins");
        assertEq(uint256(watched[1].since), UNTIMED, "without a clock");
    }

    function test_collateralWithoutAPriceCountsTwiceBesideOptionsThatHaveOne() public {
        Portfolio memory portfolio = _portfolio(Holdings(1 << ETH, (1 << ETH) | (1 << AVAX)), 3e18);
        assertEq(WatchLib.doubtOf(portfolio, book.asBook()).raw(), 0, "a live price is no doubt");
        book.setMarket(AVAX, MarketState.DEAD, Price.wrap(20e18));
        assertEq(WatchLib.doubtOf(portfolio, book.asBook()).raw(), 60e18, "the second time");
    }

    function _portfolio(Holdings memory held, uint256 amount) private pure returns (Portfolio memory portfolio) {
        portfolio.positions = new Position[](MarginCallLib.count(held.options));
        portfolio.collateral = new Collateral[](MarginCallLib.count(held.collateral));
        uint256 left = held.options;
        for (uint256 i = 0; left != 0; ++i) {
            uint8 u = MarginCallLib.first(left);
            left = MarginCallLib.without(left, u);
            portfolio.positions[i] = Position(seriesIdOf(u, 1, 1, OptionKind.CALL, 0), Size.wrap(1));
        }
        left = held.collateral;
        for (uint256 i = 0; left != 0; ++i) {
            uint8 u = MarginCallLib.first(left);
            left = MarginCallLib.without(left, u);
            portfolio.collateral[i] = Collateral(u, amount);
        }
    }

    function _begin(Holdings memory held) private {
        watched.begin(MarginCallLib.complete(new Witness[](0), held), held, book.asBook());
    }
}
