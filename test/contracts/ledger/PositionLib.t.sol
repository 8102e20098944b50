// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {PackedPosition, PositionLib} from "../../../contracts/ledger/PositionLib.sol";
import {AmountTooLarge} from "../../../contracts/types/Errors.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract PositionLibTest is Test {
    function testFuzz_packingLosesNothing(uint128 series, int128 size) public pure {
        if (size == type(int128).min) size++;
        PackedPosition packed = PositionLib.pack(SeriesId.wrap(series), Size.wrap(size));
        assertEq(uint256(packed.series().raw()), uint256(series), "series");
        assertEq(packed.size().raw(), int256(size), "size");
    }

    function testFuzz_aSizeThatDoesNotFitIsRefused(int256 size) public {
        vm.assume(size > type(int128).max || (size <= type(int128).min && size != type(int256).min));
        vm.expectPartialRevert(AmountTooLarge.selector);
        this.pack(size);
    }

    function pack(int256 size) external pure returns (PackedPosition) {
        return PositionLib.pack(SeriesId.wrap(1), Size.wrap(size));
    }
}
