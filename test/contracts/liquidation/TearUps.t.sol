// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {POSTER} from "../../../contracts/access/Roles.sol";
import {ITearUps} from "../../../contracts/liquidation/ITearUps.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {
    AccountSolvent,
    FloorNotReached,
    FundNotEmpty,
    MarketNotCallable,
    SeriesNotHeld
} from "../../../contracts/types/Errors.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {MarketState, Side} from "../../../contracts/types/Marks.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {House} from "../doubles/House.sol";
import {vm} from "../Vm.sol";

/// @dev Alice is short ten calls at 5, to Bob (6), Carol (3) and Dave (1), and has nothing: equity −50.
contract TearUpsTest is House {
    ITearUps private tearUps;

    function setUp() public override {
        super.setUp();
        tearUps = ITearUps(deploy("TearUps.sol:TearUps", abi.encode(ledger, margin, book.asBook(), auctions, fund)));
        manager.grantRole(POSTER, address(tearUps), 0);
        margin.setSeries(call, 5e18, 10e18);
        sell(alices, bobs, call, 6e18);
        sell(alices, carols, call, 3e18);
        sell(alices, daves, call, 1e18);
        deposit(carols, 1_000e18);
    }

    function test_whatNobodyTakesIsTornUpAtTheMarkProRata() public {
        _stand();
        assertEq(_tear(bobs), 6e18, "six tenths from who holds six tenths");
        assertEq(tearUps.shareOf(alices, call), 1e18, "all of it is hers");
        assertEq(cashOf(bobs), 30e18, "paid at the mark");
        assertEq(_tear(carols) + _tear(daves), 4e18, "in pages, by anyone");
        assertEq(sizeOf(alices, call), 0, "nothing is left of it");
        assertEq(
            margin.assess(alices, Side.ABOVE).health[uint256(Level.MARK)].raw(),
            -50e18,
            "and she owes what she did"
        );

        auctions.close(alices);
        assertEq(cashOf(alices), 0, "closed through the loss order");
        assertLt(int256(ledger.cashIndex()), 1e18, "by all who hold cash");
        assertSolvent();
    }

    /// @dev The other half of the shorts is Eve's, who is healthy.
    function test_holdersLoseOnlyTheShareThatIsTheDeadAccounts() public {
        AccountId eves = _named("eve");
        deposit(eves, 1_000e18);
        sell(eves, bobs, call, 10e18);
        _stand();
        _tear(carols);
        assertEq(tearUps.shareOf(alices, call), 0.5e18, "half of what is open");
        assertEq(sizeOf(carols, call), 1.5e18, "Carol keeps half");
        _tear(bobs);
        assertEq(sizeOf(bobs, call), 8e18, "and so does Bob");
        assertEq(sizeOf(eves, call), -10e18, "who is on the same side loses nothing");
    }

    function test_aHolderLosesHisPartOnceARoundHoweverOftenHeIsNamed() public {
        sell(_named("eve"), bobs, call, 10e18);
        _stand();
        AccountId[] memory page = new AccountId[](3);
        (page[0], page[1], page[2]) = (carols, carols, alices);
        assertEq(tearUps.tearUp(alices, call, page), 1.5e18, "once in a page");
        assertEq(_tear(carols), 0, "and not in the next");
        assertTrue(tearUps.hasLost(alices, call, carols), "she has lost it");
        assertFalse(tearUps.hasLost(alices, call, daves), "he has not");
        passTime(1 hours);
        assertFalse(tearUps.hasLost(alices, call, carols), "in no round");
        assertGt(int256(_tear(carols)), 0, "what is left after an hour is shared anew");
    }

    function testFuzz_aRoundOfAllHoldersClosesAllAndNobodyLosesMoreThanHisShare(
        uint256 a,
        uint256 b,
        uint256 c
    ) public {
        AccountId eves = _named("eve");
        sell(eves, bobs, call, int256(bound(a, 0, 1e24)));
        sell(eves, carols, call, int256(bound(b, 0, 1e24)));
        sell(alices, daves, call, int256(bound(c, 0, 1e24)));
        int256 open = int256(ledger.openInterestOf(call));
        int256 hers = -sizeOf(alices, call);
        AccountId[3] memory holders = [bobs, carols, daves];
        int256[3] memory had = [sizeOf(bobs, call), sizeOf(carols, call), sizeOf(daves, call)];
        _stand();
        for (uint256 i = 0; i < 3; ++i) {
            _tear(holders[i]);
            int256 lost = had[i] - sizeOf(holders[i], call);
            assertLe(lost, (had[i] * hers) / open + int256(1e24 / 1e18) + 2, "his share and a rounding");
        }
        assertEq(sizeOf(alices, call), 0, "all is closed");
    }

    function test_aPortfolioThatCanStillBeSoldOrPaidForIsNotTornUp() public {
        auctions.start(alices, witness(100));
        passTime(30 minutes);
        vm.expectPartialRevert(FloorNotReached.selector);
        _tear(bobs);
        passTime(30 minutes);
        deposit(alices, 50e18);
        vm.expectRevert(abi.encodeWithSelector(AccountSolvent.selector, alices.raw(), 0));
        _tear(bobs);
        margin.setSeries(call, 6e18, 10e18);
        deposit(fund.fundAccount(), 1e18);
        vm.expectRevert(abi.encodeWithSelector(FundNotEmpty.selector, 1e18));
        _tear(bobs);
    }

    function test_withoutAnAgreedPriceThereIsNoMark() public {
        _stand();
        book.setMarket(ETH, MarketState.DISPUTED, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(MarketNotCallable.selector, ETH, uint8(MarketState.DISPUTED)));
        _tear(bobs);
        book.setMarket(ETH, MarketState.AGREED, Price.wrap(200e18));
        vm.expectRevert(abi.encodeWithSelector(SeriesNotHeld.selector, alices.raw(), put.raw()));
        tearUps.tearUp(alices, put, new AccountId[](0));
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    /// @dev Nobody has bid for an hour.
    function _stand() private {
        auctions.start(alices, witness(100));
        passTime(60 minutes);
    }

    function _tear(AccountId holder) private returns (uint256) {
        AccountId[] memory page = new AccountId[](1);
        page[0] = holder;
        return tearUps.tearUp(alices, call, page);
    }

    function _named(string memory name) private returns (AccountId) {
        return AccountId.wrap((uint256(uint160(addressOf(name))) << 96) | 1);
    }
}
