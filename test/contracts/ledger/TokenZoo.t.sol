// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {FaucetToken} from "../../../contracts/harness/FaucetToken.sol";
import {Custody} from "../../../contracts/ledger/Custody.sol";
import {ICustody} from "../../../contracts/ledger/ICustody.sol";
import {TooManyDecimals, TransferShort} from "../../../contracts/types/Errors.sol";
import {
    BlockingToken,
    FalseToken,
    LyingToken,
    NamelessToken,
    RebasingToken,
    ShiftingToken,
    SilentToken
} from "../doubles/Zoo.sol";
import {Hostile, LivelyToken} from "../../invariants/Hostile.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

/// @dev Each kind of token that does not behave is refused, or survived: docs/ARCHITECTURE.md says which.
contract TokenZooTest is Test {
    ICustody private custody;
    address private payer = addressOf("payer");

    function setUp() public {
        custody = Custody(deploy("Custody.sol:Custody", abi.encode(address(new AccessManager(address(this))))));
    }

    function test_aTokenThatReturnsNothingIsSurvived() public {
        SilentToken token = new SilentToken();
        uint8 asset = custody.list(IERC20(address(token)));
        token.faucet(payer, 100e6);
        vm.prank(payer);
        token.approve(address(custody), 100e6);
        custody.pull(asset, payer, 60e18);
        custody.push(asset, payer, 20e18);
        assertEq(token.balanceOf(payer), 60e6, "paid in and out");
        assertEq(custody.held(asset), 40e18, "held");
    }

    function test_aTokenThatSaysNoOrLiesIsRefusedAtTheFirstDeposit() public {
        FalseToken no = new FalseToken();
        uint8 asset = _listed(no);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(no)));
        custody.pull(asset, payer, 1e18);
        LyingToken liar = new LyingToken();
        asset = _listed(liar);
        vm.expectRevert(abi.encodeWithSelector(TransferShort.selector, 0, 1e18));
        custody.pull(asset, payer, 1e18);
    }

    function test_decimalsFromNoneToEighteenAreExactAndMoreAreRefused() public {
        uint8[4] memory known = [uint8(0), 6, 8, 18];
        for (uint256 i = 0; i < 4; ++i) {
            FaucetToken token = new FaucetToken("Token", "T", known[i]);
            uint8 asset = _listed(token);
            custody.pull(asset, payer, 3e18);
            assertEq(token.balanceOf(address(custody)), 3 * 10 ** known[i], "three tokens");
            assertEq(custody.representable(asset, 1e18 + 1), known[i] == 18 ? 1e18 + 1 : 1e18, "its unit");
        }
        FaucetToken fine = new FaucetToken("Fine", "F", 24);
        vm.expectRevert(abi.encodeWithSelector(TooManyDecimals.selector, uint8(24), uint8(18)));
        custody.list(fine);
    }

    function test_whatIsNoTokenIsNotListed() public {
        NamelessToken nameless = new NamelessToken();
        vm.expectRevert();
        custody.list(IERC20(address(nameless)));
        vm.expectRevert();
        custody.list(IERC20(addressOf("nobody")));
        assertEq(custody.assetCount(), 0, "nothing");
    }

    function test_decimalsThatChangeLaterChangeNothing() public {
        ShiftingToken token = new ShiftingToken();
        uint8 asset = _listed(FaucetToken(address(token)));
        custody.pull(asset, payer, 5e18);
        token.shift(18);
        assertEq(custody.held(asset), 5e18, "as at listing");
        custody.push(asset, payer, 5e18);
        assertEq(token.balanceOf(address(custody)), 0, "and paid back whole");
    }

    /// @dev Its issuer can lock in what it likes; who is not blocked leaves.
    function test_whomAnIssuerBlocksCannotBePaidAndTheOthersCan() public {
        BlockingToken token = new BlockingToken();
        uint8 asset = _listed(token);
        custody.pull(asset, payer, 50e18);
        address blocked = addressOf("blocked");
        token.block_(blocked);
        vm.expectRevert(abi.encodeWithSelector(BlockingToken.Blocked.selector, blocked));
        custody.push(asset, blocked, 10e18);
        custody.push(asset, payer, 10e18);
        token.pause(true);
        vm.expectRevert(abi.encodeWithSelector(BlockingToken.Blocked.selector, payer));
        custody.push(asset, payer, 10e18);
        token.pause(false);
        custody.push(asset, payer, 40e18);
        assertEq(custody.held(asset), 0, "paused is not lost");
    }

    function test_aRebaseUpwardsIsNobodysAndOneDownwardsIsMissingAtTheEnd() public {
        RebasingToken token = new RebasingToken();
        uint8 asset = _listed(token);
        custody.pull(asset, payer, 100e18);
        token.rebase(1.5e18);
        custody.push(asset, payer, 40e18);
        assertNear(int256(custody.held(asset)), 110e18, 10, "a gift that no account owns");
        token.rebase(0.5e18);
        vm.expectRevert();
        custody.push(asset, payer, 60e18);
    }

    function test_aTokenThatCallsBackFindsCustodyClosed() public {
        LivelyToken token = new LivelyToken();
        uint8 asset = custody.list(token);
        Hostile hostile = new Hostile();
        token.faucet(address(hostile), 10e18);
        hostile.act(address(token), abi.encodeCall(token.approve, (address(custody), 10e18)));
        AccessManager manager = AccessManager(Custody(address(custody)).authority());
        // Even an accomplice among those who may move tokens.
        manager.grantRole(0, address(hostile), 0);
        hostile.arm(address(custody), abi.encodeCall(custody.push, (asset, address(hostile), 1e18)));
        custody.pull(asset, address(hostile), 10e18);
        assertEq(hostile.refused(), 1, "refused from inside");
        assertEq(custody.held(asset), 10e18, "all that was paid in");
    }

    function _listed(FaucetToken token) private returns (uint8 asset) {
        asset = custody.list(token);
        token.faucet(payer, 100 * 10 ** token.decimals());
        vm.prank(payer);
        token.approve(address(custody), type(uint256).max);
    }
}
