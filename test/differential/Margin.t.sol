// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {Test} from "../contracts/Test.sol";
import {MARGIN_DIGESTS} from "./MarginDigests.sol";

// The contract's side of test/differential/margin.ts.

interface IMarginCases {
    /// @dev As `MarginCases.digest`, which this file does not compile again.
    function digest(uint64 seed, uint256 count) external view returns (bytes32);
}

abstract contract MarginDifferential is Test {
    uint256 private constant CASES_A_BATCH = 1000;
    IMarginCases private cases;

    function setUp() public {
        cases = IMarginCases(deploy("MarginCases.sol:MarginCases", ""));
    }

    /// @dev Batches [first, last) have the seeds first + 1 … last.
    function compare(uint256 first, uint256 last) internal view {
        assertEq(MARGIN_DIGESTS.length, 100 * 32, "a hundred batches");
        for (uint256 batch = first; batch < last; ++batch) {
            assertEq(cases.digest(uint64(batch + 1), CASES_A_BATCH), expected(batch), "batch");
        }
    }

    function expected(uint256 batch) private pure returns (bytes32 digest) {
        bytes memory digests = MARGIN_DIGESTS;
        assembly ("memory-safe") {
            digest := mload(add(add(digests, 32), shl(5, batch)))
        }
    }
}

/// @dev Two contracts, so that two cores share the work.
contract MarginFirstHalfTest is MarginDifferential {
    function test_theContractAnswersAsItsExactTwinToFiftyThousandPortfolios() public view {
        compare(0, 50);
    }
}

contract MarginSecondHalfTest is MarginDifferential {
    function test_theContractAnswersAsItsExactTwinToFiftyThousandMore() public view {
        compare(50, 100);
    }
}
