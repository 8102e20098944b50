// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {IAuctions} from "../../../contracts/liquidation/IAuctions.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Universe} from "../Universe.sol";
import {vm} from "../Vm.sol";

/// @dev What each action costs an account of 1 to 64 positions, with real prices, every contract and slot cold before it.
///      The numbers are committed: whatever makes one dearer changes this file.
contract GasBySize is Universe {
    using Strings for uint256;

    /// @dev No single action of the largest account, in dispute, may cost more (RULES A7).
    uint256 private constant MOST = 15_000_000;

    /// @dev What an increase may be without being told: cold and warm differ by who asked last.
    uint256 private constant TOLERANCE_PERCENT = 10;

    /// @dev Of which `_seriesAt` speaks: kinds in turn, or all of one.
    Book private book_;

    enum Book {
        PAIRED,
        DISTINCT,
        DIGITALS,
        BARRIERS,
        AVERAGES
    }

    AccountId private seller;
    AccountId private buyer;
    AccountId private bidder;

    function test_costsAreThoseCommittedForOnePosition() public {
        _requireCosts(1, [uint256(62_300), 410_000, 680_000, 280_000, 390_000, 1_150_000, 200_000]);
    }

    function test_costsAreThoseCommittedForEightPositions() public {
        _requireCosts(8, [uint256(62_300), 500_000, 857_000, 315_000, 478_000, 1_928_000, 664_000]);
    }

    function test_costsAreThoseCommittedForSixteenPositions() public {
        _requireCosts(16, [uint256(62_300), 685_000, 1_203_000, 381_000, 545_000, 3_016_000, 1_269_000]);
    }

    function test_costsAreThoseCommittedForThirtyTwoPositions() public {
        _requireCosts(32, [uint256(62_300), 1_061_000, 1_909_000, 519_000, 683_000, 5_472_000, 2_551_000]);
    }

    function test_costsAreThoseCommittedForSixtyFourPositions() public {
        _requireCosts(64, [uint256(62_300), 1_832_000, 3_366_000, 816_000, 910_000, 11_403_000, 5_406_000]);
    }

    function test_theLargestAccountInDisputeFitsEverySingleAction() public {
        _requireFits(Book.PAIRED, 64);
    }

    function test_theLargestAccountOfStrikesThatAllDifferFitsToo() public {
        _requireFits(Book.DISTINCT, 45);
    }

    function test_theLargestAccountOfDigitalsFits() public {
        _requireFits(Book.DIGITALS, 22);
    }

    function test_theLargestAccountOfBarriersFits() public {
        _requireFits(Book.BARRIERS, 6);
    }

    function test_theLargestAccountOfAveragesFits() public {
        _requireFits(Book.AVERAGES, 21);
    }

    function _requireFits(Book book, uint256 positions) private {
        book_ = book;
        _fill(positions);
        uint256[7] memory costs = _measure(positions, true);
        for (uint256 i = 0; i < 7; ++i) assertLe(int256(costs[i]), int256(MOST), _said(costs));
    }

    function _requireCosts(uint256 positions, uint256[7] memory committed) private {
        _fill(positions);
        uint256[7] memory costs = _measure(positions, false);
        for (uint256 i = 0; i < 7; ++i) {
            uint256 most = (committed[i] * (100 + TOLERANCE_PERCENT)) / 100;
            assertTrue(costs[i] <= most && costs[i] * 2 > committed[i], _said(costs));
        }
    }

    // ---- the account -----------------------------------------------------------------------------------------

    /// @dev Short and long in turn, over two expiries; calls and puts on half as many strikes, or as `book_` says.
    function _fill(uint256 positions) private {
        seller = funded("seller", 100_000e18);
        buyer = funded("buyer", 100_000e18);
        bidder = funded("bidder", 100_000e18);
        for (uint256 i = 0; i < positions; ++i) {
            if (i % 4 == 3) trade(seller, buyer, _seriesAt(i), 5 * _least(), 1e18);
            else trade(buyer, seller, _seriesAt(i), 10 * _least(), 1e18);
        }
        if (book_ == Book.AVERAGES) _enterWindow();
    }

    /// @dev Averages are dearest in their window, where the expiry is quiet.
    function _enterWindow() private {
        _warp(FRIDAY - 12 hours);
        setPrice(200e18);
        quoteVolatility(0.8e18);
        pass(61 minutes, 200e18); // one surface again
    }

    function _least() private view returns (uint256) {
        return book_ == Book.DIGITALS ? 3e18 : 0.1e18;
    }

    function _seriesAt(uint256 i) private view returns (SeriesId) {
        uint32 expiry = i % 2 == 0 ? FRIDAY : NEXT_FRIDAY;
        bool isCall = (i / 2) % 2 == 0;
        uint56 strike = uint56(120 + (book_ == Book.PAIRED ? 10 * (i / 4) : 5 * (i / 2))) * 1e8;
        if (book_ <= Book.DISTINCT) {
            return seriesIdOf(ETHER, expiry, strike, isCall ? OptionKind.CALL : OptionKind.PUT, 0);
        }
        if (book_ == Book.DIGITALS) return seriesIdOf(ETHER, expiry, strike + 85e8, OptionKind.DIGITAL_CALL, 0);
        if (book_ == Book.AVERAGES) {
            // Each its own window, which has begun: none shares what was read for another.
            OptionKind kind = isCall ? OptionKind.ASIAN_CALL : OptionKind.ASIAN_PUT;
            return seriesIdOf(ETHER, expiry, strike, kind, _hoursAt(i));
        }
        // Far below: the dearest formula, and nothing is touched meanwhile.
        return seriesIdOf(ETHER, expiry, strike, isCall ? OptionKind.DOWN_OUT_CALL : OptionKind.DOWN_IN_CALL, 7_000);
    }

    function _hoursAt(uint256 i) private pure returns (uint24) {
        return 12 + uint24(i / 2);
    }

    // ---- the actions -------------------------------------------------------------------------------------------

    /// @dev Deposit, withdraw, trade, call, start, bid, settle.
    function _measure(uint256 positions, bool isDisputed) private returns (uint256[7] memory costs) {
        address owner = seller.owner();
        dollar.faucet(owner, 10e6);
        if (isDisputed) _dispute(200e18);
        _cool();
        vm.prank(owner);
        uint256 before = gasleft();
        clearinghouse.deposit(seller, CASH, 10e18);
        costs[0] = before - gasleft();

        _cool();
        vm.prank(owner);
        before = gasleft();
        clearinghouse.withdraw(seller, CASH, 10e18, owner);
        costs[1] = before - gasleft();

        _cool();
        before = gasleft();
        clearinghouse.trade(tradeOf(buyer, seller, _seriesAt(book_ == Book.AVERAGES ? 1 : 0), _least(), 1e18));
        costs[2] = before - gasleft();

        costs[3] = _costOfCall(isDisputed);
        (costs[4], costs[5]) = _costOfAuction(isDisputed);
        costs[6] = _costOfSettling(positions);
    }

    function _costOfCall(bool isDisputed) private returns (uint256 cost) {
        uint256 state = vm.snapshotState();
        takeOutUntil(seller, 230e18, Level.MAINTENANCE, -1e18);
        pass(1 minutes, 230e18);
        if (isDisputed) _dispute(230e18);
        Witness[] memory named = witnessesOf(seller);
        if (!isBelow(seller, Level.MAINTENANCE)) return 0;
        _cool();
        uint256 before = gasleft();
        marginCalls.openMarginCall(seller, named);
        cost = before - gasleft();
        vm.revertToState(state);
        _warp(now_);
    }

    function _costOfAuction(bool isDisputed) private returns (uint256 start, uint256 bidding) {
        uint256 state = vm.snapshotState();
        takeOutUntil(seller, 230e18, Level.CLOSEOUT, -1e18);
        pass(1 minutes, 230e18);
        if (isDisputed) _dispute(230e18);
        Witness[] memory named = witnessesOf(seller);
        _cool();
        uint256 before = gasleft();
        auctions.start(seller, named);
        start = before - gasleft();

        IAuctions.Bid memory offer = IAuctions.Bid(seller, bidder, 1e18, 0, ledger.seriesHashOf(seller));
        _cool();
        vm.prank(bidder.owner());
        before = gasleft();
        auctions.bid(offer);
        bidding = before - gasleft();
        vm.revertToState(state);
        _warp(now_);
    }

    function _costOfSettling(uint256 positions) private returns (uint256 cost) {
        expireAt(200e18);
        if (book_ >= Book.BARRIERS) _fixTheRest();
        AccountId[] memory page = new AccountId[](1);
        page[0] = seller;
        _cool();
        uint256 before = gasleft();
        uint256 settled = settlement.settle(ETHER, FRIDAY, page);
        cost = before - gasleft();
        assertEq(settled, 1, "settled");
        assertEq(ledger.positionsOf(seller).length, positions / 2, "half of them");
    }

    /// @dev Six hours after expiry no touch can be recorded, a day after it an average is fixed by its last agreed minutes.
    function _fixTheRest() private {
        passInSilence(24 hours);
        if (book_ == Book.BARRIERS) return;
        uint256 last = _lastCheckpointAtOrBefore(FRIDAY - 1) + 1;
        for (uint256 i = 0; i < 32; i += 2) {
            priceBook.fixAverageFromLastAgreed(ETHER, FRIDAY, _hoursAt(i), _lastUncovered(), last);
        }
    }

    /// @dev Less than a day was covered in all, so that the average is that of all of it.
    function _lastUncovered() private view returns (uint256 last) {
        for (uint64 covered = 0; covered == 0; ++last) (, , covered) = priceBook.checkpoint(ETHER, last + 1);
        return last - 1;
    }

    /// @dev The reporters move and the anchor does not.
    function _dispute(uint256 price) private {
        reportersSay((price * 104) / 100);
        _warp(now_ + 10);
        reportersSay((price * 105) / 100);
    }

    /// @dev As at the beginning of a transaction.
    function _cool() private {
        address[9] memory all = [
            address(clearinghouse),
            address(ledger),
            address(custody),
            address(margin),
            address(marginCalls),
            address(auctions),
            address(priceBook),
            address(numbers),
            address(fund)
        ];
        for (uint256 i = 0; i < all.length; ++i) vm.cool(all[i]);
        vm.cool(address(oracle));
        vm.cool(address(anchor));
        vm.cool(address(volatilityBook));
        vm.cool(address(dollar));
    }

    function _said(uint256[7] memory costs) private pure returns (string memory said) {
        for (uint256 i = 0; i < 7; ++i) said = string.concat(said, costs[i].toString(), ", ");
    }
}
