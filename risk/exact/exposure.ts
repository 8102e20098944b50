// What could be lost on one underlying at one price? Twin of contracts/risk/RiskLib.sol.
import {
  ALL_CHARGES,
  BASIS_DOWN,
  BASIS_UP,
  NO_SCENARIO,
  type ExpiryMark,
  type MarginParameters,
  type Observed,
  type Scenario,
} from '../../units/portfolio.ts'
import { isDigital } from '../../units/series.ts'
import { byExpiryDescending, stripsOf, type Line, type Strip } from './book.ts'
import {
  edgesOf,
  exoticPayoff,
  exoticRounding,
  exoticsOf,
  exoticValue,
  expiredExotics,
  hasJump,
  type Exotic,
  type Place,
} from './exoticBook.ts'
import {
  basisPoint,
  basisShift,
  horizonOf,
  marketHorizon,
  presentPoint,
  scenarioPoint,
  spotAt,
  wholeTheta,
  type Horizon,
  type Point,
} from './points.ts'
import { ceilDiv, MILLION } from './rounding.ts'
import { totalVolatilityQ96 } from './surface.ts'
import { gapCharge, payoff, prepare, roundingOf, valuesAt } from './value.ts'

/** One underlying's part of a portfolio, and what it is judged by. */
export type Book = {
  readonly underlying: number
  readonly lines: readonly Line[]
  readonly collateral: bigint
  readonly marks: ReadonlyMap<number, ExpiryMark>
  readonly parameters: MarginParameters
  readonly grid: readonly Scenario[]
  readonly observed: readonly Observed[]
  readonly surfaceAge: bigint
}

/** Amounts with 36 decimals; see contracts/risk/RiskLib.sol. */
export type Exposure = {
  value: bigint
  gridLoss: bigint
  scenario: number
  charges: bigint
  longValue: bigint
  calls: bigint
  puts: bigint
  digitals: bigint
  shorts: bigint
  charged: number
  due: bigint
}

const FADE_SECONDS = 259_200n
const DUE_SECONDS = 86_400

/** `scenarios` are the indices into the grid to look at, `charges` those to look at. */
export function exposureOf(book: Book, spot: bigint, scenarios: readonly number[], charges: number): Exposure {
  const exposure: Exposure = {
    value: 0n,
    gridLoss: 0n,
    scenario: NO_SCENARIO,
    charges: 0n,
    longValue: 0n,
    calls: 0n,
    puts: 0n,
    digitals: 0n,
    shorts: 0n,
    charged: 0,
    due: 0n,
  }
  const losses = scenarios.map(() => 0n)
  byExpiryDescending(book.lines).forEach(([expiry, lines], i) =>
    addExpiry(book, spot, expiry, lines, i === 0, { scenarios, charges }, losses, exposure),
  )

  const held = book.collateral * spot
  exposure.value += held
  scenarios.forEach((index, i) => {
    const scenario = book.grid[index]!
    const loss = losses[i]! - (held * BigInt(scenario.spotMove)) / MILLION
    if (loss <= 0n) return
    const weighted = ceilDiv(loss * BigInt(scenario.weight), MILLION)
    if (weighted > exposure.gridLoss) {
      exposure.gridLoss = weighted
      exposure.scenario = index
    }
  })
  return exposure
}

type Named = { readonly scenarios: readonly number[]; readonly charges: number }

function addExpiry(
  book: Book,
  spot: bigint,
  expiry: number,
  lines: readonly Line[],
  isFarthest: boolean,
  named: Named,
  losses: bigint[],
  exposure: Exposure,
): void {
  const mark = book.marks.get(expiry)
  if (mark === undefined) throw new RangeError(`MarkMissing(${book.underlying}, ${expiry})`)
  const strips = stripsOf(lines)
  if (mark.secondsLeft === 0) {
    const expired = expiredPrice(mark, spot)
    const exotics = exoticsOf(lines, strips, book.observed, undefined, mark)
    const paid = payoff(strips, expired) + expiredExotics(exotics, expired, spot)
    exposure.value += paid
    exposure.due += positive(-paid)
    return
  }

  const p = book.parameters
  const h = horizonOf(mark, spot, p)
  const rootTheta = totalVolatilityQ96(h.theta, mark.rho, mark.phi, 0n)
  prepare(strips, h, mark)
  const exotics = exoticsOf(lines, strips, book.observed, h, mark)
  const { scenarios, charges } = named
  const points = pointsOf(h, mark, book, named)
  const all = valuesAt(strips, points, rootTheta, p)
  const others: bigint[] = []
  if (exotics.length > 0) {
    const marketTheta = totalVolatilityQ96(wholeTheta(mark), mark.rho, mark.phi, 0n)
    placesOf(points, pointsOf(marketHorizon(h), mark, book, named), spot, book, scenarios).forEach((place, i) => {
      others[i] = exoticValue(exotics, place, [rootTheta, marketTheta], BigInt(mark.secondsLeft), p)
      all[i]! += others[i]!
    })
  }
  const [present, ...values] = all as [bigint]

  const held = present - roundingOf(strips) - exoticRounding(exotics, h)
  exposure.value += held
  exposure.longValue += positive(held)
  if (mark.secondsLeft <= DUE_SECONDS) exposure.due += positive(-payoff(strips, h.present) - (others[0] ?? 0n))
  addBasis(present, (values as bigint[]).slice(scenarios.length), charges, exposure)
  const atTheMoneyUp = (((rootTheta * h.up) >> 96n) * points[0]!.volatility) >> 96n
  const isQuiet = atTheMoneyUp < (BigInt(p.gapVolatility) << 96n) / MILLION
  if (charges === ALL_CHARGES && (isQuiet || hasJump(exotics))) {
    const gap = gapOf(strips, exotics, h, book.grid, isQuiet)
    exposure.charges += gap
    if (gap > 0n) exposure.charged = ALL_CHARGES
  }
  for (const { line } of exotics) {
    if (line.size >= 0n) continue
    if (isDigital(line.kind)) exposure.digitals -= line.size
    else exposure.shorts -= line.size
  }
  for (const strip of strips) {
    exposure.calls += strip.calls
    exposure.puts += strip.puts
  }
  scenarios.forEach((index, i) => {
    const loss = present - (values as bigint[])[i]!
    const later = losses[i]!
    if (book.grid[index]!.skew !== 0) losses[i] = later + positive(loss)
    else losses[i] = isFarthest ? loss : faded(later, loss, BigInt(mark.secondsLeft))
  })
}

/** What either basis shock takes, of those named. */
function addBasis(present: bigint, shocked: readonly bigint[], charges: number, exposure: Exposure): void {
  let loss = 0n
  let worse = 0
  const ways = [BASIS_DOWN, BASIS_UP].filter((way) => (charges & way) !== 0)
  ways.forEach((way, i) => {
    if (present - shocked[i]! <= loss) return
    loss = present - shocked[i]!
    worse = way
  })
  exposure.charges += loss
  exposure.charged |= worse
}

/** The unmoved market, the scenarios, then the basis shocks named. */
function pointsOf(h: Horizon, mark: ExpiryMark, book: Book, { scenarios, charges }: Named): Point[] {
  const shift = basisShift(mark.secondsLeft, book.parameters)
  const moved = scenarios.map((index) => scenarioPoint(h, book.grid[index]!))
  const down = (charges & BASIS_DOWN) === 0 ? [] : [basisPoint(h, -shift)]
  const up = (charges & BASIS_UP) === 0 ? [] : [basisPoint(h, shift)]
  return [presentPoint(h), ...moved, ...down, ...up]
}

function placesOf(
  averaged: readonly Point[],
  market: readonly Point[],
  spot: bigint,
  book: Book,
  scenarios: readonly number[],
): Place[] {
  const spots = [spot, ...scenarios.map((index) => spotAt(spot, book.grid[index]!))]
  return averaged.map((point, i) => ({ averaged: point, market: market[i]!, spot: spots[i] ?? spot }))
}

/** Where the market is not quiet, of the kinds that jump alone. */
function gapOf(
  strips: readonly Strip[],
  exotics: readonly Exotic[],
  h: Horizon,
  grid: readonly Scenario[],
  isQuiet: boolean,
): bigint {
  const own = [...strips.map(({ strike }) => strike), ...exotics.flatMap(edgesOf)]
  const payoffAt = (price: bigint): bigint =>
    exoticPayoff(exotics, price, isQuiet) + (isQuiet ? payoff(strips, price) : 0n)
  return gapCharge(own, payoffAt, h, grid)
}

function expiredPrice(mark: ExpiryMark, spot: bigint): bigint {
  if (mark.settlementPrice > 0n) return mark.settlementPrice
  return mark.averageSoFar > 0n ? mark.averageSoFar : spot
}

/** Over the nearer expiry's last three days gains count less and less. */
function faded(later: bigint, near: bigint, secondsLeft: bigint): bigint {
  if (secondsLeft >= FADE_SECONDS) return later + near
  const loss = positive(later) + positive(near)
  const gain = positive(-later) + positive(-near)
  return loss - (gain * secondsLeft) / FADE_SECONDS
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}
