// Where could each expiry go, in float64? Prepared once for all accounts; the exact form is risk/exact/points.ts.
import type { ExpiryMark, MarginParameters, Scenario, UnderlyingMarks } from '../../units/portfolio.ts'
import { totalVolatility } from './surface.ts'

/** Points of one expiry at one price, side by side: the present, the basis shocks down and up, then the scenarios. */
export type FastExpiry = {
  readonly secondsLeft: number
  /** What has expired is worth its payoff at this price. */
  readonly expiredPrice: number
  readonly theta: number
  readonly rho: number
  readonly phi: number
  readonly rootTheta: number
  readonly forwards: Float64Array
  readonly logShifts: Float64Array
  readonly volatilities: Float64Array
  readonly skews: Int8Array
  /** Forwards of the full-weight moves where the gap charge applies, ascending; none where it does not. */
  readonly nodes: Float64Array
}

export type FastCandidate = { readonly spot: number; readonly expiries: ReadonlyMap<number, FastExpiry> }

/** Shares as fractions, amounts in units of account. */
export type FastNumbers = {
  readonly factors: readonly [number, number, number, number]
  readonly skewShift: number
  readonly longCredit: number
  readonly concentrationSlope: number
  readonly concentrationLoss: number
  readonly nakedContingency: number
  readonly collateralHaircut: number
  readonly keeperReserve: number
  readonly moves: Float64Array
  readonly weights: Float64Array
  readonly skews: Int8Array
}

export type FastUnderlying = {
  readonly underlying: number
  readonly candidates: readonly FastCandidate[]
  readonly numbers: FastNumbers
}

export const PRESENT = 0
export const BASIS_DOWN = 1
export const BASIS_UP = 2
export const FIRST_SCENARIO = 3

const WAD = 1e18
const MILLION = 1e6
const DAY = 86_400
const YEAR = 365 * DAY
const SHORT_TERM = 30 * DAY
const LEAST_THETA = 1_000_000n

export function fastUnderlyingOf(
  marks: UnderlyingMarks,
  parameters: MarginParameters,
  grid: readonly Scenario[],
): FastUnderlying {
  return {
    underlying: marks.underlying,
    candidates: marks.candidates.map((price) => {
      const spot = Number(price) / WAD
      const expiries = marks.expiries.map((mark): [number, FastExpiry] => [
        mark.expiry,
        fastExpiryOf(mark, spot, parameters, grid),
      ])
      return { spot, expiries: new Map(expiries) }
    }),
    numbers: fastNumbersOf(parameters, grid),
  }
}

function fastNumbersOf(p: MarginParameters, grid: readonly Scenario[]): FastNumbers {
  return {
    factors: [0, p.closeoutFactor / MILLION, p.maintenanceFactor / MILLION, 1],
    skewShift: p.skewShift / MILLION,
    longCredit: p.longCredit / MILLION,
    concentrationSlope: p.concentrationSlope / MILLION,
    concentrationLoss: Number(p.concentrationLoss) / WAD,
    nakedContingency: p.nakedContingency / MILLION,
    collateralHaircut: p.collateralHaircut / MILLION,
    keeperReserve: Number(p.keeperReserve) / WAD,
    moves: Float64Array.from(grid, (scenario) => scenario.spotMove / MILLION),
    weights: Float64Array.from(grid, (scenario) => scenario.weight / MILLION),
    skews: Int8Array.from(grid, (scenario) => scenario.skew),
  }
}

function fastExpiryOf(mark: ExpiryMark, spot: number, p: MarginParameters, grid: readonly Scenario[]): FastExpiry {
  const { secondsLeft, windowSeconds } = mark
  const average = Number(mark.averageSoFar) / WAD
  const isInWindow = secondsLeft < windowSeconds || secondsLeft === 0
  const remaining = isInWindow && average > 0 ? 1 - Number(mark.elapsedShare) / WAD : 1
  const forward = (spot * Number(mark.forwardRatio)) / WAD
  const forwardAt = (market: number): number => (1 - remaining) * average + remaining * market
  const present = forwardAt(forward)

  // Truncated as on chain: near expiry the last digit of the variance is seen in the volatility.
  const whole = mark.theta < LEAST_THETA ? LEAST_THETA : mark.theta
  const [left, window] = [BigInt(secondsLeft), BigInt(windowSeconds)]
  const theta = Number(isInWindow ? whole / 3n : (whole * (3n * left - 2n * window)) / (3n * left)) / WAD
  const rho = Number(mark.rho) / WAD
  const phi = Number(mark.phi) / WAD
  const rootTheta = totalVolatility(theta, rho, phi, 0)
  const { up, down } = volatilityMultipliers(secondsLeft, Number(whole) / WAD, p)

  const count = FIRST_SCENARIO + grid.length
  const forwards = new Float64Array(count)
  const logShifts = new Float64Array(count)
  const volatilities = new Float64Array(count)
  const set = (at: number, move: number, volatility: number): void => {
    const market = forward * (1 + move)
    forwards[at] = forwardAt(market)
    logShifts[at] = remaining === 1 ? Math.log1p(move) : Math.log(forwards[at]! / present)
    volatilities[at] = remaining === 1 ? volatility : (volatility * remaining * market) / forwards[at]!
  }
  const shift = ((p.basisShock / MILLION) * (YEAR + 4 * secondsLeft)) / (2 * YEAR)
  set(PRESENT, 0, 1)
  set(BASIS_DOWN, -shift, 1)
  set(BASIS_UP, shift, 1)
  grid.forEach(({ spotMove, volatilityMove, skew }, i) => {
    if (skew !== 0) set(FIRST_SCENARIO + i, 0, 1)
    else set(FIRST_SCENARIO + i, spotMove / MILLION, volatilityMove === 0 ? 1 : volatilityMove > 0 ? up : down)
  })

  const hasGap = rootTheta * up * volatilities[PRESENT]! < p.gapVolatility / MILLION
  const full = hasGap ? grid.filter((scenario) => scenario.weight === MILLION && scenario.skew === 0) : []
  const nodes = new Set(full.map((scenario) => forwardAt(forward * (1 + scenario.spotMove / MILLION))))
  return {
    secondsLeft,
    expiredPrice: mark.settlementPrice > 0n ? Number(mark.settlementPrice) / WAD : average > 0 ? average : spot,
    theta,
    rho,
    phi,
    rootTheta,
    forwards,
    logShifts,
    volatilities,
    skews: Int8Array.from({ length: count }, (_, i) => grid[i - FIRST_SCENARIO]?.skew ?? 0),
    nodes: Float64Array.from(nodes),
  }
}

function volatilityMultipliers(secondsLeft: number, theta: number, p: MarginParameters): { up: number; down: number } {
  const power = (secondsLeft > SHORT_TERM ? p.longPower : p.shortPower) / MILLION
  const scale = (SHORT_TERM / Math.max(secondsLeft, DAY)) ** power
  const least = (p.volatilityFloor / MILLION) * Math.sqrt(secondsLeft / YEAR / theta)
  return {
    up: Math.max(1 + (p.volatilityUp / MILLION) * scale, least),
    down: Math.max(1 - (p.volatilityDown / MILLION) * scale, 0),
  }
}
