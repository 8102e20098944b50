// By which numbers does a new universe start? Governance data for deployment; docs/METHODOLOGY.md says where each comes from.
import type { MarginParameters, Scenario } from '../units/portfolio.ts'

const MILLION = 1_000_000
/** Far moves as multiples of spot (RULES B1). */
const TAIL_MULTIPLES = [0.34, 0.67, 1.5, 2, 3, 4, 5, 6]
/** A tail's |move| · weight as a share of the range: it bites through convexity only. */
const TAIL_WEIGHT = 0.77

/** [1e-6] Spot range of ETH; never below 18 % (RULES B1). */
export const ETH_RANGE = 180_000

/**
 * The 33 scenarios of the design: seven moves by three volatility moves, ±range with volatility up, eight tails, two rotations
 * of the smile; ascending by move. `range` in millionths.
 */
export function defaultGrid(range: number): Scenario[] {
  const core = [-3, -2, -1, 0, 1, 2, 3].flatMap((step) =>
    [1, 0, -1].map((volatilityMove) => scenario(Math.round((range * step) / 4), MILLION, volatilityMove, 0)),
  )
  const ends = [-range, range].map((move) => scenario(move, MILLION, 1, 0))
  const rotations = [1, -1].map((skew) => scenario(0, MILLION, 0, skew))
  return [...core, ...ends, ...TAIL_MULTIPLES.map((multiple) => tail(multiple, range)), ...rotations].sort(
    (a, b) => a.spotMove - b.spotMove,
  )
}

/** Margin parameters of a large, liquid underlying such as ETH; amounts in units of account. */
export function defaultMarginParameters(
  concentrationLossUnits: bigint = 10_000_000n,
  keeperReserveUnits: bigint = 25n,
): MarginParameters {
  return {
    closeoutFactor: 600_000,
    maintenanceFactor: 800_000,
    volatilityUp: 500_000,
    volatilityDown: 300_000,
    volatilityFloor: 400_000,
    shortPower: 300_000,
    longPower: 130_000,
    skewShift: 100_000,
    basisShock: 45_000,
    gapVolatility: 90_000,
    longCredit: 950_000,
    concentrationSlope: 250_000,
    concentrationLoss: concentrationLossUnits * 10n ** 18n,
    nakedContingency: 5_000,
    collateralHaircut: 30_000,
    keeperReserve: keeperReserveUnits * 10n ** 18n,
  }
}

function tail(multiple: number, range: number): Scenario {
  const move = Math.round((multiple - 1) * MILLION)
  return scenario(move, Math.min(MILLION, Math.round((TAIL_WEIGHT * range * MILLION) / Math.abs(move))), 1, 0)
}

function scenario(spotMove: number, weight: number, volatilityMove: number, skew: number): Scenario {
  return { spotMove, weight, volatilityMove, skew }
}
