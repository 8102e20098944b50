// SPDX-License-Identifier: MIT
pragma solidity ^0.8.29;

import {MAX_PAIRS} from "./Marks.sol";

// By which numbers is margin computed, and which of its scenarios is meant?

/// @dev Most scenarios a grid may have.
uint256 constant MAX_SCENARIOS = 40;

/// @dev One row of the grid. Shares are in millionths.
/// @param spotMove [1e-6] Relative move of spot, > -1e6.
/// @param weight [1e-6] Share of the loss that counts, so that tails bite through convexity only.
/// @param volatilityMove +1 up, 0 unchanged, -1 down.
/// @param skew +1 or -1 rotates the smile that way; 0 leaves it.
struct Scenario {
    int32 spotMove;
    uint32 weight;
    int8 volatilityMove;
    int8 skew;
}

/// @dev One underlying's margin parameters. Shares are in millionths unless the name says otherwise.
struct MarginParameters {
    uint32 closeoutFactor; // share of the loss required at CLOSEOUT: 0.6
    uint32 maintenanceFactor; // at MAINTENANCE: 0.8 (INITIAL is 1, MARK is 0)
    uint32 volatilityUp; // 0.5: up multiplies by 1 + 0.5·(30 d / max(τ, 1 d))^p
    uint32 volatilityDown; // 0.3
    uint32 volatilityFloor; // an up move reaches at least this annual volatility: 0.4
    uint32 shortPower; // p up to 30 days: 0.3
    uint32 longPower; // p beyond: 0.13
    uint32 skewShift; // rotation: change of total volatility at ±√θ, as a share of it
    uint32 basisShock; // 0.045: per expiry F·(1 ± 0.045·(0.5 + 2τ)) (RULES B2)
    uint32 gapVolatility; // 0.09: below it the gap charge applies (RULES B3)
    uint32 longCredit; // 0.95 of positive option value counts at INITIAL (RULES B4)
    uint32 concentrationSlope; // κ (RULES B5)
    uint128 concentrationLoss; // L_u [1e18 units of account]
    uint32 nakedContingency; // of spot, per naked short contract (RULES B6)
    uint32 collateralHaircut; // of the underlying held as collateral
    uint128 keeperReserve; // [1e18 units of account] only while short or in debt (RULES B7)
}

/// @dev Names, for each pair of a candidate price and a surface of one underlying, one scenario and the charges to be looked at:
///      enough to show an account below a level. Low six bits: the scenario; one out of the grid counts as no loss. High two bits: which charges beside it,
///      NO_CHARGES to ALL_CHARGES. What is not named counts as nothing, so that naming less shows less, and costs less.
struct Witness {
    uint8 underlying;
    uint8[MAX_PAIRS] scenarios;
}

/// @dev No scenario, and all charges.
uint8 constant NO_SCENARIO = type(uint8).max;

uint8 constant NO_CHARGES = 0;
uint8 constant BASIS_DOWN = 1; // the basis shock down, expiry by expiry
uint8 constant BASIS_UP = 2; // the basis shock up
uint8 constant ALL_CHARGES = 3; // the worse of both, and the gap charge

uint256 constant CHARGES_SHIFT = 6;
uint8 constant SCENARIO_MASK = 63;
