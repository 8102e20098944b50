// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IWindDown} from "../../../contracts/pricebook/IWindDown.sol";
import {WindDown} from "../../../contracts/pricebook/WindDown.sol";
import {
    AlreadyDeclared,
    MarketAlive,
    MarketSilent,
    NotDeclared,
    SilenceTooShort,
    WindDownOver
} from "../../../contracts/types/Errors.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {PriceBookDouble} from "../doubles/PriceBookDouble.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract WindDownTest is Test {
    uint8 private constant ETH = 1;
    uint64 private constant START = 1_600_000_000;

    PriceBookDouble private book = new PriceBookDouble();
    IWindDown private windDown = new WindDown(book.asBook());
    uint64 private now_ = START;

    /// @dev 100 for a day, then 200 for a day, in checkpoints of an hour; then silence.
    function setUp() public {
        vm.warp(START);
        uint256 sum;
        for (uint64 hour = 0; hour <= 48; ++hour) {
            book.addCheckpoint(ETH, START - (48 - hour) * 3600, sum, hour * 3600);
            sum += uint256(hour < 24 ? 100e18 : 200e18) * 3600;
        }
        _set(MarketState.DEAD, 200e18);
    }

    function test_aMarketIsWoundDownAfterFourteenSilentDaysAndNotBefore() public {
        windDown.note(ETH);
        _pass(14 days - 1);
        vm.expectRevert(abi.encodeWithSelector(SilenceTooShort.selector, ETH, 14 days - 1, 14 days));
        windDown.declare(ETH);
        assertFalse(windDown.isDeclared(ETH), "not yet");
        assertEq(uint256(windDown.silenceOf(ETH).notedAt), START, "noted");
        _pass(1);
        windDown.declare(ETH);
        assertEq(uint256(windDown.silenceOf(ETH).declaredAt), START + 14 days, "declared");
        assertEq(uint256(windDown.silenceOf(ETH).checkpoints), 49, "with what was known then");
        assertTrue(windDown.isDeclared(ETH), "now");
        vm.expectRevert(abi.encodeWithSelector(AlreadyDeclared.selector, ETH));
        windDown.declare(ETH);
    }

    /// @dev Without the note a market could be wound down on a second of silence a fortnight after another.
    function test_aSourceThatSpokeInBetweenBreaksTheSilence() public {
        windDown.note(ETH);
        _pass(7 days);
        book.passTime(ETH, 1);
        _pass(7 days);
        vm.expectRevert(abi.encodeWithSelector(SilenceTooShort.selector, ETH, 0, 14 days));
        windDown.declare(ETH);
        windDown.note(ETH);
        _pass(14 days);
        windDown.declare(ETH);
    }

    function test_aLiveMarketIsNeitherNotedNorDeclared() public {
        windDown.note(ETH);
        _pass(14 days);
        _set(MarketState.SINGLE, 200e18);
        vm.expectRevert(abi.encodeWithSelector(MarketAlive.selector, ETH, uint8(MarketState.SINGLE)));
        windDown.declare(ETH);
        vm.expectRevert(abi.encodeWithSelector(MarketAlive.selector, ETH, uint8(MarketState.SINGLE)));
        windDown.note(ETH);
    }

    /// @dev A second note does not move the first.
    function test_notingAgainMovesNothing() public {
        windDown.note(ETH);
        _pass(10 days);
        windDown.note(ETH);
        _pass(4 days);
        windDown.declare(ETH);
    }

    function test_theFirstDayThatASurvivingSourceGivesIsThePrice() public {
        _declare();
        vm.expectRevert(abi.encodeWithSelector(MarketSilent.selector, ETH));
        windDown.sample(ETH);
        for (uint256 hour = 0; hour <= 24; ++hour) {
            _set(MarketState.SINGLE, hour < 12 ? 300e18 : 400e18);
            windDown.sample(ETH);
            assertTrue((windDown.price(ETH).raw() != 0) == (hour == 24), "after a day covered");
            _pass(1 hours);
        }
        assertEq(windDown.price(ETH).raw(), 350e18, "its mean");
        vm.expectRevert(abi.encodeWithSelector(WindDownOver.selector, ETH));
        windDown.sample(ETH);
    }

    function test_hoursWithoutASampleAreNotCovered() public {
        _declare();
        for (uint256 i = 0; i < 100; ++i) {
            _set(MarketState.SINGLE, 300e18);
            windDown.sample(ETH);
            _pass(1 hours + 1);
        }
        assertEq(windDown.price(ETH).raw(), 0, "nothing was covered");
    }

    function test_elseTheLastAgreedDayIsThePriceAfterNinetyDays() public {
        _declare();
        _pass(90 days - 1);
        vm.expectRevert(abi.encodeWithSelector(SilenceTooShort.selector, ETH, 90 days - 1, 90 days));
        windDown.fixLastAgreed(ETH);
        _pass(1);
        _set(MarketState.SINGLE, 300e18);
        vm.expectRevert(abi.encodeWithSelector(WindDownOver.selector, ETH));
        windDown.sample(ETH);
        // What is agreed after the declaration does not count.
        book.addCheckpoint(ETH, now_, 1e40, 100 days);
        windDown.fixLastAgreed(ETH);
        assertEq(windDown.price(ETH).raw(), 200e18, "the mean of its last day");
        vm.expectRevert(abi.encodeWithSelector(WindDownOver.selector, ETH));
        windDown.fixLastAgreed(ETH);
    }

    function testFuzz_theMeanIsThatOfTheLastDayWhereverCheckpointsLie(uint256 minutes_, uint256 price) public {
        price = bound(price, 1e18, 1e24);
        uint64 last = uint64(bound(minutes_, 1, 23 * 60)) * 60;
        (, uint256 sum, uint64 covered) = book.checkpoint(ETH, 48);
        book.addCheckpoint(ETH, START + last, sum + price * last, covered + last);
        _declare();
        _pass(90 days);
        windDown.fixLastAgreed(ETH);
        uint256 mean = (price * last + uint256(200e18) * (24 hours - last)) / 24 hours;
        assertNear(int256(windDown.price(ETH).raw()), int256(mean), 1e3, "the newest 24 hours");
    }

    function test_nothingIsSampledOrFixedWithoutADeclaration() public {
        vm.expectRevert(abi.encodeWithSelector(NotDeclared.selector, ETH));
        windDown.sample(ETH);
        vm.expectRevert(abi.encodeWithSelector(NotDeclared.selector, ETH));
        windDown.fixLastAgreed(ETH);
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    function _declare() private {
        windDown.note(ETH);
        _pass(14 days);
        windDown.declare(ETH);
    }

    function _pass(uint64 elapsed) private {
        now_ += elapsed;
        vm.warp(now_);
    }

    function _set(MarketState state, uint256 price) private {
        book.setMarket(ETH, state, Price.wrap(price));
    }
}
