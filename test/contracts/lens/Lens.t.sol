// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ILens} from "../../../contracts/lens/ILens.sol";
import {IMarginCalls} from "../../../contracts/margincall/IMarginCalls.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {MarginParameters, Scenario} from "../../../contracts/types/Margin.sol";
import {World} from "../World.sol";

/// @dev Its view of markets and of the universe is compared with the sources on a deployed universe, in test/modules.
contract LensTest is World {
    ILens private lens;
    AccountId private adam;
    AccountId private barb;

    function setUp() public override {
        super.setUp();
        // In the order of `Lens.Sources`; who is not asked here is not there.
        bytes memory sources = abi.encode(
            numbers,
            ledger,
            custody,
            address(0),
            address(0),
            market,
            address(0),
            marginCalls,
            auctions
        );
        lens = ILens(deploy("Lens.sol:Lens", sources));
        adam = funded("adam", 1_000e18);
        barb = funded("barb", 1_000e18);
        trade(adam, barb, callAt(200), 10e18, 6e18);
    }

    function test_anAccountIsShownAsTheLedgerHasIt() public view {
        ILens.AccountView memory seen = lens.account(barb);
        assertEq(seen.account.raw(), barb.raw(), "account");
        assertEq(uint256(seen.version), ledger.versionOf(barb), "version");
        assertEq(seen.portfolio.cash.raw(), 1_060e18, "cash");
        assertEq(seen.portfolio.positions.length, 1, "positions");
        assertEq(seen.portfolio.positions[0].size.raw(), -10e18, "size");
        assertTrue(seen.status == IMarginCalls.Status.HEALTHY, "status");
    }

    function test_activeAccountsComeInPages() public view {
        assertEq(lens.accounts(0, 10).length, 2, "all");
        assertEq(lens.accounts(1, 10).length, 1, "the rest");
        assertEq(lens.accounts(2, 10).length, 0, "beyond");
    }

    function test_aCalledAccountIsShownWithItsGraceAndItsWitnesses() public {
        setPrice(270e18);
        marginCalls.openMarginCall(barb, witnessesOf(barb));
        ILens.AccountView memory seen = lens.account(barb);
        assertTrue(seen.status == IMarginCalls.Status.CALLED, "status");
        assertEq(uint256(seen.graceLeft), 15 minutes, "grace");
        assertEq(seen.witnesses.length, 1, "witnesses");
    }

    function test_anAccountInAuctionIsShownWithTheWitnessesOfTheAuction() public {
        setPrice(350e18);
        auctions.start(barb, witnessesOf(barb));
        ILens.AccountView memory seen = lens.account(barb);
        assertTrue(seen.status == IMarginCalls.Status.AUCTION, "status");
        assertEq(seen.witnesses.length, 1, "witnesses");
        assertEq(uint256(seen.witnesses[0].underlying), ETHER, "of ether");
    }

    function test_parametersAreShownWithTheirGrid() public view {
        (MarginParameters memory parameters, Scenario[] memory grid) = lens.parameters(ETHER);
        assertEq(uint256(parameters.maintenanceFactor), 800_000, "maintenance");
        assertEq(grid.length, 33, "scenarios");
    }
}
