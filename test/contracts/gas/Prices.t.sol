// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {MarketState} from "../../../contracts/types/Marks.sol";
import {SignedObservation, SignedSurface, Slice, Surface} from "../../../contracts/types/Observation.sol";
import {Books} from "../pricebook/Books.sol";
import {vm} from "../Vm.sol";

/// @dev What prices cost, every contract and slot cold before it. The numbers are committed: whatever makes one dearer changes
///      this file. Seven keepers, a quorum of three.
contract GasOfPrices is Books {
    using Strings for uint256;

    /// @dev What an increase may be without being told.
    uint256 private constant TOLERANCE_PERCENT = 10;

    function test_readingAnAgreedPriceCostsWhatIsCommitted() external {
        _settled();
        _cool();
        uint256 before = gasleft();
        MarketState state = book.index(ETH).state;
        uint256 cost = before - gasleft();
        assertTrue(state == MarketState.AGREED, "agreed");
        _requireCost(cost, 50_100);
    }

    function test_submittingAQuorumOfObservationsCostsWhatIsCommitted() external {
        _settled();
        _requireCost(_costOfReport(3), 260_400);
    }

    /// @dev Only what the fourth adds to three: what a fleet pays to be heard whole.
    function test_oneFurtherObservationCostsWhatIsCommitted() external {
        _settled();
        uint256 state = vm.snapshotState();
        uint256 three = _costOfReport(3);
        vm.revertToState(state);
        _requireCost(_costOfReport(4) - three, 40_000);
    }

    /// @dev One slice first, over the one before: the slot of a slice is written anew.
    function test_writingASliceCostsWhatIsCommitted() external {
        _settled();
        _requireCost(_costOfSurface(1), 150_200);
    }

    function test_writingASurfaceOfEightSlicesCostsWhatIsCommitted() external {
        _settled();
        _requireCost(_costOfSurface(8), 820_700);
    }

    function test_fixingASettlementPriceCostsWhatIsCommitted() external {
        _fillWindow(P, P + 600);
        (uint256 start, uint256 end) = _brackets();
        _cool();
        uint256 before = gasleft();
        book.fixSettlementPrice(ETH, EXPIRY, start, end);
        uint256 cost = before - gasleft();
        assertTrue(book.settlementPrice(ETH, EXPIRY).raw() > 0, "fixed");
        _requireCost(cost, 41_700);
    }

    // ---- inside ---------------------------------------------------------------------------------------------------

    /// @dev Several rounds have been and both sources agree: nothing is written for the first time.
    function _settled() private {
        for (uint256 i; i < 3; ++i) {
            _warp(now_ + 60);
            feed.push(int256(P), now_);
            _report(P);
        }
    }

    function _costOfReport(uint256 count) private returns (uint256 cost) {
        _warp(now_ + 60);
        uint256[] memory prices = new uint256[](count);
        for (uint256 i; i < count; ++i) prices[i] = P + i;
        SignedObservation[] memory signed = _round(now_ - (now_ % 10), prices);
        _cool();
        uint256 before = gasleft();
        book.report(signed);
        cost = before - gasleft();
    }

    function _costOfSurface(uint256 count) private returns (uint256 cost) {
        volatility.submit(_surface(count));
        _warp(now_ + 60);
        volatility.submit(_surface(count));
        _warp(now_ + 60);
        SignedSurface[] memory signed = _surface(count);
        _cool();
        uint256 before = gasleft();
        volatility.submit(signed);
        cost = before - gasleft();
    }

    function _surface(uint256 count) private view returns (SignedSurface[] memory signed) {
        uint64 time = now_ - (now_ % 10);
        signed = new SignedSurface[](3);
        for (uint16 r; r < 3; ++r) {
            signed[r].reporter = r + 1;
            signed[r].surface = Surface(ETH, time, new Slice[](count));
            for (uint256 i; i < count; ++i) {
                uint32 expiry = uint32(START) + uint32(i + 1) * 7 days;
                uint64 theta = uint64((0.64e18 * uint256(expiry - time)) / 365 days);
                signed[r].surface.slices[i] = Slice(expiry, theta, -0.2e18, uint96(2e18 - i * 0.1e18), 0);
            }
            (uint8 v, bytes32 x, bytes32 y) = vm.sign(_key(r + 1), volatility.digestOf(signed[r]));
            signed[r].signature = abi.encodePacked(x, y, v);
        }
    }

    /// @dev As at the beginning of a transaction.
    function _cool() private {
        vm.cool(address(book));
        vm.cool(address(oracle));
        vm.cool(address(anchor));
        vm.cool(address(feed));
        vm.cool(address(volatility));
        vm.cool(address(pools));
        vm.cool(address(registry));
    }

    function _requireCost(uint256 cost, uint256 committed) private pure {
        uint256 most = (committed * (100 + TOLERANCE_PERCENT)) / 100;
        assertTrue(cost <= most && cost * 2 > committed, cost.toString());
    }
}
