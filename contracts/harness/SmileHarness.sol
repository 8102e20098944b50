// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {CombineLib} from "../pricebook/CombineLib.sol";
import {Slice} from "../types/Observation.sol";

// Does the chain make the same smile of several as its twin? Many answers in one call, for the differential test.

contract SmileHarness {
    /// @notice The smile that each set makes; no θ where it is refused.
    function answers(Slice[][] calldata sets, uint256 faultTolerance) external view returns (Slice[] memory smiles) {
        smiles = new Slice[](sets.length);
        for (uint256 i; i < sets.length; ++i) {
            try this.combined(sets[i], faultTolerance) returns (Slice memory smile) {
                smiles[i] = smile;
            } catch {}
        }
    }

    function combined(Slice[] memory said, uint256 faultTolerance) external pure returns (Slice memory) {
        return CombineLib.combined(said, faultTolerance);
    }
}
