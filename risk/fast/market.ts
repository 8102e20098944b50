// Where could each expiry go, in float64? Prepared once for all accounts; the exact form is risk/exact/points.ts.
import { MAX_CANDIDATES } from '../../units/portfolio.ts'
import type { ExpiryMark, MarginParameters, Scenario, UnderlyingMarks } from '../../units/portfolio.ts'
import { initialFactor, lowerFactor } from '../exact/age.ts'
import { totalVolatility } from './surface.ts'

/** Side by side: the present, the basis shocks down and up, then the scenarios. */
export type FastPoints = {
  readonly forwards: Float64Array
  readonly logShifts: Float64Array
  readonly volatilities: Float64Array
}

/** One expiry at one price. Its own points are those of the settlement average; `market` has those of the market itself. */
export type FastExpiry = FastPoints & {
  readonly secondsLeft: number
  /** What has expired is worth its payoff at this price. */
  readonly expiredPrice: number
  readonly theta: number
  readonly rho: number
  readonly phi: number
  readonly rootTheta: number
  readonly market: FastPoints
  readonly spots: Float64Array
  /** Before any averaging. */
  readonly wholeTheta: number
  readonly wholeRootTheta: number
  readonly skews: Int8Array
  /** Forwards of the full-weight moves where the gap charge applies to the whole payoff, ascending; none where it does not. */
  readonly nodes: Float64Array
  /** The same wherever it is: for the payoff of kinds that jump. */
  readonly jumpNodes: Float64Array
}

/** One price under one surface; `place` as in a witness. The first is the newest surface at the first price. */
export type FastCandidate = {
  readonly spot: number
  readonly place: number
  readonly expiries: ReadonlyMap<number, FastExpiry>
}

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
  /** `factors` of who is short, as the surface's age widens them. */
  readonly agedFactors: FastNumbers['factors']
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
  const surfaces = marks.older.length === 0 ? [marks.expiries] : [marks.expiries, marks.older]
  return {
    underlying: marks.underlying,
    candidates: surfaces.flatMap((surface, which) =>
      marks.candidates.map((price, i) => {
        const spot = Number(price) / WAD
        const expiries = surface.map((mark): [number, FastExpiry] => [
          mark.expiry,
          fastExpiryOf(mark, spot, parameters, grid),
        ])
        return { spot, place: which * MAX_CANDIDATES + i, expiries: new Map(expiries) }
      }),
    ),
    numbers: fastNumbersOf(parameters, grid),
    agedFactors: agedFactorsOf(parameters, marks.surfaceAge),
  }
}

/** Factors of who is short, by level, under a surface of `age` [s]. */
export function agedFactorsOf(p: MarginParameters, age: number): FastNumbers['factors'] {
  const old = BigInt(age)
  const lower = (factor: number): number => Number(lowerFactor(BigInt(factor), old)) / MILLION
  return [0, lower(p.closeoutFactor), lower(p.maintenanceFactor), Number(initialFactor(old)) / MILLION]
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

  // Truncated as on chain: near expiry the last digit of the variance is seen in the volatility.
  const whole = mark.theta < LEAST_THETA ? LEAST_THETA : mark.theta
  const [left, window] = [BigInt(secondsLeft), BigInt(windowSeconds)]
  const theta = Number(isInWindow ? whole / 3n : (whole * (3n * left - 2n * window)) / (3n * left)) / WAD
  const rho = Number(mark.rho) / WAD
  const phi = Number(mark.phi) / WAD
  const rootTheta = totalVolatility(theta, rho, phi, 0)
  const { up, down } = volatilityMultipliers(secondsLeft, Number(whole) / WAD, p)

  const market = marketPointsOf(forward, secondsLeft, p, grid, up, down)
  const averaged = remaining === 1 ? market : averagedPoints(market, forwardAt, remaining)
  const moves = grid.map(({ spotMove }) => spotMove / MILLION)
  const full = grid.filter((scenario) => scenario.weight === MILLION && scenario.skew === 0)
  const nodes = new Set(full.map((scenario) => forwardAt(forward * (1 + scenario.spotMove / MILLION))))
  const isQuiet = rootTheta * up * averaged.volatilities[PRESENT]! < p.gapVolatility / MILLION
  const wholeTheta = Number(whole) / WAD
  return {
    secondsLeft,
    expiredPrice: mark.settlementPrice > 0n ? Number(mark.settlementPrice) / WAD : average > 0 ? average : spot,
    theta,
    rho,
    phi,
    rootTheta,
    ...averaged,
    market,
    spots: Float64Array.from([0, 0, 0, ...moves], (move) => spot * (1 + move)),
    wholeTheta,
    wholeRootTheta: totalVolatility(wholeTheta, rho, phi, 0),
    skews: Int8Array.from([0, 0, 0, ...grid.map(({ skew }) => skew)]),
    nodes: Float64Array.from(isQuiet ? nodes : []),
    jumpNodes: Float64Array.from(nodes),
  }
}

function marketPointsOf(
  forward: number,
  secondsLeft: number,
  p: MarginParameters,
  grid: readonly Scenario[],
  up: number,
  down: number,
): FastPoints {
  const count = FIRST_SCENARIO + grid.length
  const points = {
    forwards: new Float64Array(count),
    logShifts: new Float64Array(count),
    volatilities: new Float64Array(count),
  }
  const set = (at: number, move: number, volatility: number): void => {
    points.forwards[at] = forward * (1 + move)
    points.logShifts[at] = Math.log1p(move)
    points.volatilities[at] = volatility
  }
  const shift = ((p.basisShock / MILLION) * (YEAR + 4 * secondsLeft)) / (2 * YEAR)
  set(PRESENT, 0, 1)
  set(BASIS_DOWN, -shift, 1)
  set(BASIS_UP, shift, 1)
  grid.forEach(({ spotMove, volatilityMove, skew }, i) => {
    if (skew !== 0) set(FIRST_SCENARIO + i, 0, 1)
    else set(FIRST_SCENARIO + i, spotMove / MILLION, volatilityMove === 0 ? 1 : volatilityMove > 0 ? up : down)
  })
  return points
}

/** The elapsed part of the average does not move. */
function averagedPoints(market: FastPoints, forwardAt: (market: number) => number, remaining: number): FastPoints {
  const forwards = market.forwards.map(forwardAt)
  const logShifts = forwards.map((forward) => Math.log(forward / forwards[PRESENT]!))
  const volatilities = market.volatilities.map((it, i) => (it * remaining * market.forwards[i]!) / forwards[i]!)
  return { forwards, logShifts, volatilities }
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
