// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {IParameters} from "../../../contracts/access/IParameters.sol";
import {ILedger} from "../../../contracts/ledger/ILedger.sol";
import {IMargin} from "../../../contracts/margin/IMargin.sol";
import {AccountId} from "../../../contracts/types/AccountId.sol";
import {Cash, NO_CASH} from "../../../contracts/types/Cash.sol";
import {Level, LEVELS} from "../../../contracts/types/Level.sol";
import {MarginParameters, Witness, NO_SCENARIO} from "../../../contracts/types/Margin.sol";
import {Side} from "../../../contracts/types/Marks.sol";
import {Portfolio, Position} from "../../../contracts/types/Portfolio.sol";
import {SeriesId} from "../../../contracts/types/SeriesId.sol";

// A margin that can be worked out by hand, for tests of the stages that ask one.

/// @dev A contract is worth what the test says, a short one requires what the test says, and scenario s shows s hundredths
///      of it: s = 100 is the worst. Linear in the portfolio, as real margin is for a fraction of everything, but for the
///      keepers' reserve of an account that is short or owes.
contract MarginDouble is IMargin {
    ILedger private immutable _ledger;
    mapping(SeriesId series => int256) public values;
    mapping(SeriesId series => uint256) public requirements;
    mapping(uint8 underlying => uint256) public collateralPrices;

    constructor(ILedger ledger) {
        _ledger = ledger;
    }

    uint128 private _reserve;

    function setReserve(uint128 reserve) external {
        _reserve = reserve;
    }

    /// @dev As `IParameters` says it.
    function marginParameters(uint8) external view returns (MarginParameters memory parameters) {
        parameters.keeperReserve = _reserve;
    }

    function asParameters() external view returns (IParameters) {
        return IParameters(address(this));
    }

    function setSeries(SeriesId series, int256 value, uint256 requirement) external {
        values[series] = value;
        requirements[series] = requirement;
    }

    function setCollateralPrice(uint8 underlying, uint256 price) external {
        collateralPrices[underlying] = price;
    }

    function assess(AccountId account, Side) public view returns (Assessment memory assessment) {
        assessment.health = _health(_ledger.portfolioOf(account), _worst());
        assessment.witnesses = _worst();
    }

    function assessPortfolio(Portfolio calldata portfolio, Side) external view returns (Assessment memory assessment) {
        assessment.health = _health(portfolio, _worst());
        assessment.witnesses = _worst();
    }

    function assessAt(
        AccountId account,
        Witness[] calldata witnesses
    ) external view returns (Cash[LEVELS] memory health) {
        return _health(_ledger.portfolioOf(account), witnesses);
    }

    function isBelow(AccountId account, Level level, Witness[] calldata witnesses) external view returns (bool) {
        return _health(_ledger.portfolioOf(account), witnesses)[uint256(level)] < NO_CASH;
    }

    function isAbove(AccountId account, Level level) external view returns (bool) {
        return assess(account, Side.ABOVE).health[uint256(level)] >= NO_CASH;
    }

    function _worst() private pure returns (Witness[] memory witnesses) {
        witnesses = new Witness[](4);
        for (uint8 u = 0; u < 4; ++u) witnesses[u] = Witness(u, [uint8(100), 100, 100, 100, 100, 100, 100, 100]);
    }

    function _health(
        Portfolio memory portfolio,
        Witness[] memory witnesses
    ) private view returns (Cash[LEVELS] memory health) {
        int256 equity = portfolio.cash.raw();
        int256 requirement = int256(uint256(_reserve) * _reservedIn(portfolio));
        for (uint256 i = 0; i < portfolio.positions.length; ++i) {
            Position memory position = portfolio.positions[i];
            equity += _floor(position.size.raw() * values[position.series]);
            if (!position.size.isShort()) continue;
            uint256 share = _shareOf(witnesses, position.series.underlying());
            requirement -= _floor((position.size.raw() * int256(requirements[position.series] * share)) / 100);
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) {
            uint256 price = collateralPrices[portfolio.collateral[i].underlying];
            equity += int256((portfolio.collateral[i].amount * price) / 1e18);
        }
        health[uint256(Level.MARK)] = Cash.wrap(equity);
        health[uint256(Level.CLOSEOUT)] = Cash.wrap(equity + _floor(-requirement * 0.6e18));
        health[uint256(Level.MAINTENANCE)] = Cash.wrap(equity + _floor(-requirement * 0.8e18));
        health[uint256(Level.INITIAL)] = Cash.wrap(equity - requirement);
    }

    /// @dev Underlyings that are short, or all where cash is owed; the tests hold at most two.
    function _reservedIn(Portfolio memory portfolio) private pure returns (uint256 count) {
        uint256 short = 0;
        uint256 all = 0;
        for (uint256 i = 0; i < portfolio.positions.length; ++i) {
            uint256 bit = 1 << portfolio.positions[i].series.underlying();
            all |= bit;
            if (portfolio.positions[i].size.isShort()) short |= bit;
        }
        for (uint256 i = 0; i < portfolio.collateral.length; ++i) all |= 1 << portfolio.collateral[i].underlying;
        for (uint256 set = portfolio.cash.isNegative() ? all : short; set != 0; set &= set - 1) ++count;
    }

    function _shareOf(Witness[] memory witnesses, uint8 underlying) private pure returns (uint256) {
        for (uint256 i = 0; i < witnesses.length; ++i) {
            if (witnesses[i].underlying != underlying) continue;
            uint8 scenario = witnesses[i].scenarios[0];
            return
                scenario == NO_SCENARIO
                    ? 0
                    : scenario > 100
                        ? 100
                        : scenario;
        }
        return 0;
    }

    /// @dev [1e18] Rounds towards minus infinity: against the account.
    function _floor(int256 product) private pure returns (int256 whole) {
        whole = product / 1e18;
        if (product < 0 && whole * 1e18 != product) --whole;
    }
}
