// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {FaucetToken} from "../../../contracts/harness/FaucetToken.sol";
import {Custody} from "../../../contracts/ledger/Custody.sol";
import {
    AmountNotRepresentable,
    AssetListedAlready,
    TooManyDecimals,
    TransferShort,
    UnknownAsset
} from "../../../contracts/types/Errors.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// @dev Keeps a hundredth of every transfer for itself.
contract FeeToken is FaucetToken("Fee", "FEE", 18) {
    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (from != address(0)) super._update(to, address(0), amount / 100);
    }
}

contract CustodyTest is Test {
    Custody private custody;
    FaucetToken private dollar;
    FaucetToken private ether_;
    address private payer;

    function setUp() public {
        custody = Custody(deploy("Custody.sol:Custody", abi.encode(address(new AccessManager(address(this))))));
        dollar = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Dollar", "USD", 6)));
        ether_ = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Ether", "ETH", 18)));
        custody.list(dollar);
        custody.list(ether_);
        payer = addressOf("payer");
        dollar.faucet(payer, 1_000e6);
        vm.prank(payer);
        dollar.approve(address(custody), type(uint256).max);
    }

    function test_aStrangerMayNeitherListNorMoveTokens() public {
        address stranger = addressOf("stranger");
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        custody.list(dollar);
        vm.expectRevert(refusal);
        custody.pull(0, payer, 1e18);
        vm.expectRevert(refusal);
        custody.push(0, stranger, 1e18);
        vm.stopPrank();
    }

    function test_amountsAreOfEighteenDecimalsInsideAndOfTheTokensOutside() public {
        custody.pull(0, payer, 12.5e18);
        assertEq(dollar.balanceOf(address(custody)), 12.5e6, "tokens");
        assertEq(custody.held(0), 12.5e18, "held");
        custody.push(0, payer, 2e18);
        assertEq(dollar.balanceOf(payer), 989.5e6, "paid out");
    }

    function test_aFractionThatTheTokenDoesNotHaveIsRefused() public {
        assertEq(custody.representable(0, 1e18 + 1), 1e18, "rounded down");
        vm.expectRevert(abi.encodeWithSelector(AmountNotRepresentable.selector, 1e18 + 1, 1e12));
        custody.pull(0, payer, 1e18 + 1);
        vm.expectRevert(abi.encodeWithSelector(AmountNotRepresentable.selector, 1e18 + 1, 1e12));
        custody.push(0, payer, 1e18 + 1);
    }

    function test_aTokenIsListedOnceAndNeverWithMoreThanEighteenDecimals() public {
        vm.expectRevert(abi.encodeWithSelector(AssetListedAlready.selector, address(dollar)));
        custody.list(dollar);
        FaucetToken fine = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Fine", "FINE", 24)));
        vm.expectRevert(abi.encodeWithSelector(TooManyDecimals.selector, uint8(24), uint8(18)));
        custody.list(fine);
        assertEq(custody.assetCount(), 2, "two assets");
        assertEq(address(custody.tokenOf(1)), address(ether_), "second");
    }

    function test_anAssetThatIsNotListedIsRefused() public {
        vm.expectRevert(abi.encodeWithSelector(UnknownAsset.selector, uint8(2), 2));
        custody.pull(2, payer, 1);
    }

    function test_aTokenThatKeepsPartOfATransferIsRefused() public {
        FeeToken fee = new FeeToken();
        uint8 asset = custody.list(IERC20(address(fee)));
        fee.faucet(payer, 100e18);
        vm.prank(payer);
        fee.approve(address(custody), type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(TransferShort.selector, 99e18, 100e18));
        custody.pull(asset, payer, 100e18);
    }

    function testFuzz_whatIsPulledCanBePushedBackWhole(uint256 amount) public {
        amount = custody.representable(0, bound(amount, 0, 1_000e18));
        custody.pull(0, payer, amount);
        custody.push(0, payer, amount);
        assertEq(dollar.balanceOf(payer), 1_000e6, "payer");
        assertEq(custody.held(0), 0, "custody");
    }
}
