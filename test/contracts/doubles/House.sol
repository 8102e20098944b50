// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {AUCTIONEER, CUSTODIAN, POSTER} from "../../../contracts/access/Roles.sol";
import {FaucetToken} from "../../../contracts/harness/FaucetToken.sol";
import {Custody} from "../../../contracts/ledger/Custody.sol";
import {Ledger, OUTSIDE} from "../../../contracts/ledger/Ledger.sol";
import {WithdrawalQueue} from "../../../contracts/ledger/WithdrawalQueue.sol";
import {Auctions} from "../../../contracts/liquidation/Auctions.sol";
import {DefaultFund} from "../../../contracts/liquidation/DefaultFund.sol";
import {MarginCalls} from "../../../contracts/margincall/MarginCalls.sol";
import {WindDown} from "../../../contracts/pricebook/WindDown.sol";
import {Settlement} from "../../../contracts/settlement/Settlement.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {SettlementFee} from "../../../contracts/types/Fees.sol";
import {Witness} from "../../../contracts/types/Margin.sol";
import {MarketState} from "../../../contracts/types/Marks.sol";
import {OptionKind} from "../../../contracts/types/OptionKind.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {SeriesId, seriesIdOf} from "../../../contracts/types/SeriesId.sol";
import {Size} from "../../../contracts/types/Size.sol";
import {MarginDouble} from "./MarginDouble.sol";
import {PriceBookDouble} from "./PriceBookDouble.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

// The stages from ledger to settlement as they are deployed, behind a margin and prices that a test sets by hand.

abstract contract House is Test {
    uint8 constant ETH = 1;
    uint32 constant EXPIRY = 1_600_000_000;
    int256 constant ONE = 1e18;

    AccessManager internal manager;
    FaucetToken internal token;
    FaucetToken internal ether_;
    Ledger internal ledger;
    Custody internal custody;
    WithdrawalQueue internal queue;
    MarginDouble internal margin;
    PriceBookDouble internal book;
    DefaultFund internal fund;
    WindDown internal windDown;
    Settlement internal settlement;
    MarginCalls internal marginCalls;
    Auctions internal auctions;

    address internal alice = addressOf("alice");
    address internal bob = addressOf("bob");
    address internal carol = addressOf("carol");
    address internal dave = addressOf("dave");
    AccountId internal alices = accountIdOf(alice, 1);
    AccountId internal bobs = accountIdOf(bob, 1);
    AccountId internal carols = accountIdOf(carol, 1);
    AccountId internal daves = accountIdOf(dave, 1);

    SeriesId internal call = seriesIdOf(ETH, EXPIRY, 200e8, OptionKind.CALL, 0);
    SeriesId internal put = seriesIdOf(ETH, EXPIRY, 200e8, OptionKind.PUT, 0);

    function setUp() public virtual {
        vm.warp(1_590_000_000);
        manager = new AccessManager(address(this));
        token = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Dollar", "USD", 6)));
        ether_ = FaucetToken(deploy("FaucetToken.sol:FaucetToken", abi.encode("Ether", "ETH", 18)));
        ledger = Ledger(deploy("Ledger.sol:Ledger", abi.encode(address(manager))));
        custody = Custody(deploy("Custody.sol:Custody", abi.encode(address(manager))));
        custody.list(token);
        custody.list(ether_);
        margin = new MarginDouble(ledger);
        book = new PriceBookDouble();
        windDown = WindDown(deploy("WindDown.sol:WindDown", abi.encode(book.asBook())));
        settlement = Settlement(
            deploy("Settlement.sol:Settlement", abi.encode(ledger, book.asBook(), windDown, daves, _settlementFee()))
        );
        queue = WithdrawalQueue(
            deploy("WithdrawalQueue.sol:WithdrawalQueue", abi.encode(address(manager), ledger, custody))
        );
        fund = DefaultFund(deploy("DefaultFund.sol:DefaultFund", abi.encode(address(manager), ledger, custody, queue)));
        marginCalls = MarginCalls(
            deploy(
                "MarginCalls.sol:MarginCalls",
                abi.encode(address(manager), ledger, margin, book.asBook(), windDown, address(settlement))
            )
        );
        auctions = Auctions(
            deploy(
                "Auctions.sol:Auctions",
                abi.encode(
                    ledger,
                    custody,
                    margin.asParameters(),
                    margin,
                    book.asBook(),
                    windDown,
                    marginCalls,
                    fund,
                    address(settlement)
                )
            )
        );
        fund.setAuctions(auctions);
        _grantRoles();
        book.setMarket(ETH, MarketState.AGREED, Price.wrap(200e18));
        margin.setCollateralPrice(ETH, 200e18);
    }

    /// @dev None, so that payoffs are plain numbers; a test of the fee overrides it.
    function _settlementFee() internal pure virtual returns (SettlementFee memory) {
        return SettlementFee({priceShare: 0, payoffShare: 0});
    }

    function _grantRoles() private {
        _allow(address(ledger), ledger.postCash.selector, POSTER);
        _allow(address(ledger), ledger.postCollateral.selector, POSTER);
        _allow(address(ledger), ledger.postPosition.selector, POSTER);
        _allow(address(ledger), ledger.realiseLoss.selector, AUCTIONEER);
        _allow(address(custody), custody.pull.selector, CUSTODIAN);
        _allow(address(custody), custody.push.selector, CUSTODIAN);
        _allow(address(queue), queue.enqueue.selector, CUSTODIAN);
        _allow(address(fund), fund.cover.selector, AUCTIONEER);
        _allow(address(marginCalls), marginCalls.enterAuction.selector, AUCTIONEER);
        _allow(address(marginCalls), marginCalls.leaveAuction.selector, AUCTIONEER);
        manager.grantRole(POSTER, address(auctions), 0);
        manager.grantRole(POSTER, address(fund), 0);
        manager.grantRole(POSTER, address(settlement), 0);
        manager.grantRole(POSTER, address(queue), 0);
        manager.grantRole(CUSTODIAN, address(queue), 0);
        manager.grantRole(CUSTODIAN, address(fund), 0);
        manager.grantRole(CUSTODIAN, address(auctions), 0);
        manager.grantRole(AUCTIONEER, address(auctions), 0);
        // The test stands in for the front door.
        manager.grantRole(POSTER, address(this), 0);
        manager.grantRole(CUSTODIAN, address(this), 0);
    }

    function _allow(address target, bytes4 selector, uint64 role) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    // ---- hands -----------------------------------------------------------------------------------------------

    /// @dev [1e18] Real tokens go to custody, so that the books can be held against them.
    function deposit(AccountId account, int256 amount) internal {
        token.faucet(address(custody), uint256(amount) / 1e12);
        ledger.postCash(OUTSIDE, account, Cash.wrap(amount));
    }

    function depositEther(AccountId account, uint256 amount) internal {
        ether_.faucet(address(custody), amount);
        ledger.postCollateral(OUTSIDE, account, ETH, amount);
    }

    function fundDeposit(address owner, uint256 tokens) internal returns (uint256 shares) {
        token.faucet(owner, tokens);
        vm.startPrank(owner);
        token.approve(address(fund), tokens);
        shares = fund.deposit(tokens, owner);
        vm.stopPrank();
    }

    /// @dev [1e18] `seller` goes short what `buyer` goes long.
    function sell(AccountId seller, AccountId buyer, SeriesId series, int256 size) internal {
        ledger.postPosition(seller, buyer, series, Size.wrap(size));
    }

    function witness(uint8 scenario) internal pure returns (Witness[] memory witnesses) {
        witnesses = new Witness[](1);
        witnesses[0] = Witness(ETH, [scenario, scenario, scenario, scenario, scenario, scenario, scenario, scenario]);
    }

    /// @dev Chain and market move together.
    function passTime(uint64 elapsed) internal {
        vm.warp(block.timestamp + elapsed);
        book.passTime(ETH, elapsed);
    }

    // ---- eyes ------------------------------------------------------------------------------------------------

    function cashOf(AccountId account) internal view returns (int256) {
        return ledger.cashOf(account).raw();
    }

    function sizeOf(AccountId account, SeriesId series) internal view returns (int256) {
        return ledger.sizeOf(account, series).raw();
    }

    /// @dev Guarantee 1: tokens held + debts ≥ positive cash, and guarantee 2 by construction of the ledger.
    function assertSolvent() internal view {
        (Cash positive, Cash debts) = ledger.totals();
        assertGe(int256(custody.held(0)) + debts.raw(), positive.raw(), "tokens and debts cover all positive cash");
    }
}
