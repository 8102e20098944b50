// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarketNotCallable, NewRiskStopped, SettlementPriceNotFixed} from "../../../contracts/types/Errors.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev Reporters and anchor die for good. A fortnight later the market is wound down, and in the end the last day on which
///      both agreed settles every expiry: whoever holds something walks out with it.
contract WindDownLetsEveryoneOut is Universe {
    AccountId private seller;
    AccountId private buyer;
    SeriesId private later;

    function test_everyExpirySettlesAtTheLastAgreedDayAndOwnersLeave() external {
        later = seriesIdOf(ETHER, NEXT_FRIDAY, 180e8, OptionKind.CALL, 0);
        seller = funded("seller", 3_000e18);
        buyer = funded("buyer", 1_000e18);
        trade(buyer, seller, later, 10e18, 24e18);
        pass(24 hours, 200e18);
        int256 sellers = cashOf(seller);

        passInSilence(2 hours);
        windDown.note(ETHER);
        passInSilence(14 days);
        windDown.declare(ETHER);
        _nobodyIsTroubledMeanwhile();
        passInSilence(90 days);
        windDown.fixLastAgreed(ETHER);
        assertNear(int256(windDown.price(ETHER).raw()), 200e18, 1e12, "the last agreed day");

        AccountId[] memory both = new AccountId[](2);
        (both[0], both[1]) = (seller, buyer);
        assertEq(settlement.settle(ETHER, NEXT_FRIDAY, both), 2, "both are settled");
        assertNear(cashOf(seller), sellers - 200e18, 1e13, "intrinsic value on that mean");
        _leave(seller);
        _leave(buyer);
        assertSolvent();
    }

    function _nobodyIsTroubledMeanwhile() private {
        assertEq(uint256(priceBook.index(ETHER).state), uint256(MarketState.DEAD), "dead");
        vm.expectPartialRevert(MarketNotCallable.selector);
        marginCalls.openMarginCall(seller, new Witness[](0));
        vm.expectPartialRevert(MarketNotCallable.selector);
        auctions.start(seller, new Witness[](0));
        vm.expectRevert(abi.encodeWithSelector(SettlementPriceNotFixed.selector, ETHER, NEXT_FRIDAY));
        settlement.settle(ETHER, NEXT_FRIDAY, new AccountId[](0));
        vm.expectPartialRevert(NewRiskStopped.selector);
        trade(seller, buyer, seriesIdOf(ETHER, NEXT_FRIDAY + 364 days, 200e8, OptionKind.CALL, 0), 1e18, 1e18);
    }

    function _leave(AccountId account) private {
        withdraw(account, CASH, uint256(cashOf(account)));
        assertNear(cashOf(account), 0, 1e12, "all of it");
    }
}
