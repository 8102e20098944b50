// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {ILedger} from "../../../contracts/ledger/ILedger.sol";
import {AccountId, accountIdOf} from "../../../contracts/types/AccountId.sol";
import {Cash} from "../../../contracts/types/Cash.sol";
import {Level} from "../../../contracts/types/Level.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";
import {Vm, vm} from "../../contracts/Vm.sol";
import {Cast} from "./Cast.sol";

// What was done, how often in vain, and what should never have happened?

abstract contract Record is Cast {
    /// @dev How often each thing happened: a run in which one never does means little.
    mapping(string deed => uint256) public done;
    /// @dev How often each act was drawn, and how often it changed anything.
    mapping(string act => uint256) public tried;
    mapping(string act => uint256) public worked;
    /// @dev How often what an identity of docs/INVARIANTS.md says did not hold.
    mapping(string identity => uint256) public broken;
    /// @dev Last version seen in an event.
    mapping(uint256 account => uint64) public lastVersion;
    /// @dev [1e18] What was put into the owners' wallets from nowhere, by asset.
    uint256[3] public made;
    /// @dev [1e18] What rounding the cash index may have left to nobody: twice a unit of its last digit on all shares, for each change.
    uint256 public indexDust;

    /// @dev [1e18] What all owners had together when the world last changed, and what had been made by then.
    int256 public wealthAtRest;
    uint256[3] private _madeAtRest;

    uint256 private _deeds;
    bool private _isUnsettled;

    /// @dev Something that a sequence may draw.
    modifier act(string memory name) {
        uint256 before = _deeds;
        uint256 index = u.ledger.cashIndex();
        vm.recordLogs();
        _;
        _follow();
        _judgeLoss(index);
        if (_isUnsettled) _settleDown();
        tried[name]++;
        if (_deeds != before) worked[name]++;
    }

    /// @dev Prices, time or what is known of a path changed in this act: wealth is counted from its end on.
    function _unsettle() internal {
        _isUnsettled = true;
    }

    /// @dev From here on nothing that owners do may make them together richer.
    function _settleDown() internal {
        _isUnsettled = false;
        wealthAtRest = wealth();
        _madeAtRest = made;
    }

    /// @dev [1e18] What was given since the world last changed, at the prices of this moment.
    function givenSince() external view returns (int256 given) {
        for (uint8 asset = CASH; asset <= LIVELY; asset++) given += _worth(made[asset] - _madeAtRest[asset], asset);
    }

    /// @dev [1e18] Equity of every account, the fund's and the queue's with it, and what is in the owners' wallets.
    function wealth() public view returns (int256 all) {
        all = _fundCash() + _cash(u.queue.queueAccount());
        for (uint256 i = 0; i < ACTORS; i++) {
            address owner = accounts[i].owner();
            all += _health(accounts[i], Level.MARK) + int256(u.dollar.balanceOf(owner) * 1e12);
            all += _worth(u.ether_.balanceOf(owner), ETHER) + _worth(u.lively.balanceOf(owner), LIVELY);
        }
    }

    function _worth(uint256 amount, uint8 asset) private view returns (int256) {
        return int256(asset == CASH ? amount : (amount * u.market.prices(asset).raw()) / 1e18);
    }

    function _count(string memory deed) internal {
        done[deed]++;
        _deeds++;
        _follow();
    }

    function _mustHold(bool holds, string memory identity) internal {
        if (!holds) broken[identity]++;
    }

    /// @dev The runner also records the events of calls that were undone: those are not read.
    function _refused() internal {
        vm.getRecordedLogs();
    }

    /// @dev Reads every event of the ledger: each account's version must rise by exactly one.
    function _follow() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].emitter != address(u.ledger)) continue;
            if (logs[i].topics.length > 1) _followOne(logs[i]);
            else if (logs[i].topics[0] == ILedger.CashIndexChanged.selector) _countIndexDust(logs[i]);
        }
    }

    /// @dev After heavy losses a share is worth a billionth of what it was, and there are as many more of them.
    function _countIndexDust(Vm.Log memory log) private {
        (uint256 index, ) = abi.decode(log.data, (uint256, int256));
        (Cash positive, ) = u.ledger.totals();
        indexDust += 2 * (positive.magnitude() / index + 1);
    }

    /// @dev The version is the last word of each of the account's events.
    function _followOne(Vm.Log memory log) private {
        uint256 account = uint256(log.topics[1]);
        bytes memory data = log.data;
        uint256 version;
        assembly ("memory-safe") {
            version := mload(add(data, mload(data)))
        }
        _mustHold(version == lastVersion[account] + 1, "L4");
        lastVersion[account] = uint64(version);
    }

    /// @dev What is refused from inside a callback was undone though the act stood: versions are taken as they are.
    function _adoptVersions(SeriesId[] memory listed) internal {
        vm.getRecordedLogs();
        for (uint256 i = 0; i < ACTORS; i++) _adopt(accounts[i]);
        _adopt(u.fund.fundAccount());
        _adopt(u.queue.queueAccount());
        for (uint256 i = 0; i < listed.length; i++) _adoptHouse(listed[i]);
    }

    function _adopt(AccountId account) private {
        lastVersion[account.raw()] = u.ledger.versionOf(account);
    }

    /// @dev The clearing account of the expiry and the account where the series' sizes meet.
    function _adoptHouse(SeriesId id) private {
        _adopt(u.settlement.clearingAccount(ETHER, id.expiry()));
        uint96 strikeAndKind = uint96(id.raw()) & ((1 << 88) - 1);
        _adopt(accountIdOf(address(u.settlement), (uint96(ETHER) << 88) | strikeAndKind));
    }

    /// @dev Holders of cash lose only once the fund is empty.
    function _judgeLoss(uint256 index) private {
        if (u.ledger.cashIndex() >= index) return;
        _mustHold(_fundCash() <= 0, "L16");
        done["loss"]++;
    }

    /// @dev From nowhere. A deposit is worth what it costs, to a unit of the last digit and a share, which gains make worth more than one.
    function _give(AccountId account, uint8 asset, uint256 units) internal {
        _mint(account.owner(), asset, units * (asset == CASH ? 1e6 : 1e18));
        int256 had = _cash(account);
        vm.prank(account.owner());
        u.clearinghouse.deposit(account, asset, units * 1e18);
        int256 worth = _cash(account) - had;
        int256 cost = asset == CASH ? int256(units * 1e18) : int256(0);
        int256 share = int256(u.ledger.cashIndex() / 1e18);
        _mustHold(worth <= cost && worth >= cost - 1 - share, "L30");
        _follow();
    }

    function _mint(address owner, uint8 asset, uint256 tokens) internal {
        made[asset] += tokens * (asset == CASH ? 1e12 : 1);
        _tokenOf(asset).faucet(owner, tokens);
    }

    function _withdraw(AccountId account, uint8 asset, uint256 amount) internal returns (bool isDone) {
        vm.prank(account.owner());
        try u.clearinghouse.withdraw(account, asset, amount, account.owner()) {
            _count("withdraw");
            _mustHold(!u.ledger.cashOf(account).isNegative(), "L6");
            return true;
        } catch {
            _refused();
        }
    }
}
