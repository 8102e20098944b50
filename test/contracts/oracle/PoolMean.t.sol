// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {PoolMean} from "../../../contracts/oracle/PoolMean.sol";
import "../../../contracts/types/Errors.sol";
import {Price} from "../../../contracts/types/Price.sol";
import {Test} from "../Test.sol";
import {vm} from "../Vm.sol";

contract Token {
    uint8 public immutable decimals;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }
}

/// @dev Custody's list of tokens: cash, then one underlying.
contract Tokens {
    address[2] private tokens;

    constructor(address cash, address underlying) {
        tokens = [cash, underlying];
    }

    function tokenOf(uint8 asset) external view returns (address) {
        return tokens[asset];
    }
}

/// @dev Answers whatever the test says, well-formed or not. The pool itself is tried in PoolMean.ts.
contract Pool {
    enum Fault {
        NONE,
        REVERTS,
        SHORT,
        BOMB,
        BURNS_GAS,
        DIRTY,
        MALFORMED,
        REVERTS_WITH_A_BOMB
    }

    address public token0;
    address public token1;
    int56 public before;
    int56 public now_;
    Fault public fault;

    constructor(address first, address second) {
        (token0, token1) = (first, second);
    }

    function say(int56 before_, int56 after_) external {
        (before, now_) = (before_, after_);
    }

    function breakBy(Fault value) external {
        fault = value;
    }

    function observe(uint32[] calldata ago) external view returns (int56[] memory sums, uint160[] memory liquidity) {
        if (fault != Fault.NONE) _misbehave();
        require(ago.length == 2 && ago[0] == 1_800 && ago[1] == 0, "asked for half an hour");
        (sums, liquidity) = (new int56[](2), new uint160[](2));
        (sums[0], sums[1]) = (before, now_);
    }

    function _misbehave() private view {
        Fault kind = fault;
        assembly {
            switch kind
            case 1 {
                revert(0, 0)
            }
            case 2 {
                return(0, 255)
            }
            case 3 {
                return(0, 100000)
            }
            case 4 {
                invalid()
            }
            case 5 {
                mstore(0, 64)
                mstore(64, 2)
                mstore(96, not(0))
                mstore(128, shl(200, 1))
                return(0, 256)
            }
            case 6 {
                mstore(0, 96)
                mstore(64, 2)
                return(0, 256)
            }
            case 7 {
                revert(0, 100000)
            }
        }
    }
}

contract PoolMeanTest is Test {
    uint8 constant ETH = 1;
    /// @dev Ticks at which one ether is 2,000.04 dollars, where the ether comes first.
    int56 constant TICK = -200_311;

    Token dollar;
    Token ether_;
    Pool pool;
    PoolMean source;

    function setUp() public {
        (dollar, ether_) = (new Token(6), new Token(18));
        pool = new Pool(address(ether_), address(dollar));
        pool.say(0, 1_800 * TICK);
        address tokens = address(new Tokens(address(dollar), address(ether_)));
        source = PoolMean(deploy("PoolMean.sol:PoolMean", abi.encode(tokens, new AccessManager(address(this)))));
        source.list(ETH, address(pool));
    }

    function test_theMeanIsThatOfTheTicksOfHalfAnHourInTheUnitOfAccount() external {
        assertNear(int256(source.mean(ETH).raw()), 2000_040289648088261463, 1e5, "two thousand");
        pool.say(5, 5 + 900 * TICK + 900 * (TICK + 1_000));
        assertNear(int256(source.mean(ETH).raw()), 2102579291990170366856, 1e5, "the middle tick");
    }

    function test_itDoesNotMatterWhichTokenComesFirst() external {
        Pool other = new Pool(address(dollar), address(ether_));
        other.say(0, -1_800 * TICK);
        uint256 price = source.mean(ETH).raw();
        source.list(ETH, address(other));
        assertEq(source.mean(ETH).raw(), price, "the same");
        assertEq(source.poolOf(ETH), address(other), "the other pool");
    }

    function test_cumulativesMayWrap() external {
        unchecked {
            pool.say(type(int56).min + 1_000, type(int56).min + 1_000 + 1_800 * TICK);
        }
        assertNear(int256(source.mean(ETH).raw()), 2000_040289648088261463, 1e5, "as the pool's own arithmetic");
    }

    function testFuzz_noFaultOfThePoolRevertsTheMeanOrTakesMoreThanItsGas(
        uint8 fault,
        int56 before,
        int56 now_
    ) external {
        pool.say(before, now_);
        pool.breakBy(Pool.Fault(fault % 8));
        uint256 gas_ = gasleft();
        uint256 price = source.mean(ETH).raw();
        assertLt(int256(gas_ - gasleft()), 300_000, "bounded");
        if (fault % 8 != 0) assertEq(price, 0, "broken is silent");
        assertTrue(price == 0 || (price >= 1e10 && price <= 1e30), "a price or none");
    }

    function test_aPoolThatIsGoneIsSilent() external {
        vm.mockCallRevert(address(pool), abi.encodeWithSelector(Pool.observe.selector), "OLD");
        assertEq(source.mean(ETH).raw(), 0, "silent");
        vm.clearMockedCalls();
        assertEq(source.mean(9).raw(), 0, "none listed");
    }

    function test_aCallerCannotMakeAPoolLookSilentByBringingLittleGas() external view {
        for (uint256 gas_ = 5_000; gas_ < 400_000; gas_ += 5_000) {
            try source.mean{gas: gas_}(ETH) returns (Price price) {
                assertTrue(price.raw() > 0, "a price or no answer at all");
            } catch {}
        }
    }

    function test_onlyAPoolOfTheTwoTokensThatRemembersHalfAnHourIsListed() external {
        Token third = new Token(18);
        Pool other = new Pool(address(ether_), address(third));
        vm.expectRevert(abi.encodeWithSelector(PoolUnfit.selector, ETH, address(other)));
        source.list(ETH, address(other));
        other = new Pool(address(third), address(dollar));
        vm.expectRevert(abi.encodeWithSelector(PoolUnfit.selector, ETH, address(other)));
        source.list(ETH, address(other));
        other = new Pool(address(ether_), address(dollar));
        other.breakBy(Pool.Fault.REVERTS);
        vm.expectRevert(abi.encodeWithSelector(PoolUnfit.selector, ETH, address(other)));
        source.list(ETH, address(other));
    }

    function test_governanceListsAndEnds() external {
        source.list(ETH, address(0));
        assertEq(source.mean(ETH).raw(), 0, "none");
        vm.prank(address(7));
        vm.expectRevert();
        source.list(ETH, address(pool));
    }
}
