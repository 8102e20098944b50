// Which accounts are worth an exact look? The margin function in float64, for scans and simulation; relative to what an account
// holds it agrees with risk/exact/margin.ts to 1e-9.
import {
  ALL_CHARGES,
  CHARGES_SHIFT,
  MAX_PAIRS,
  NO_SCENARIO,
  SCENARIO_MASK,
  type Observed,
  type Portfolio,
  type Side,
  type UnderlyingMarks,
  type Witness,
} from '../../units/portfolio.ts'
import { isBarrier, isCall, isDigital, isKnockIn, seriesOf, type OptionKind } from '../../units/series.ts'
import type { RiskUniverse } from '../exact/margin.ts'
import { outOfTheMoney } from './black.ts'
import { addExotics, edgesOf, exoticPayoff, expiredExotics, hasJump, type FastExotic } from './exoticBook.ts'
import {
  BASIS_DOWN,
  BASIS_UP,
  fastUnderlyingOf,
  FIRST_SCENARIO,
  PRESENT,
  type FastCandidate,
  type FastExpiry,
  type FastNumbers,
  type FastUnderlying,
} from './market.ts'
import { totalVolatility } from './surface.ts'

export type FastMarket = ReadonlyMap<number, FastUnderlying>

type Strip = { readonly strike: number; calls: number; puts: number }

/** What is held of one expiry. */
type FastLegs = { readonly expiry: number; readonly strips: readonly Strip[]; readonly exotics: readonly FastExotic[] }

/** Expiries from the farthest to the nearest. */
type FastPart = {
  readonly underlying: number
  readonly expiries: readonly FastLegs[]
  readonly isShort: boolean
  readonly collateral: number
}

/** A portfolio, unpacked once and valued as often as the market moves. */
export type FastBook = { readonly cash: number; readonly isShort: boolean; readonly parts: readonly FastPart[] }

/** In units of account, by level. */
export type FastLevels = [number, number, number, number]
export type FastAssessment = { readonly health: FastLevels; readonly witnesses: readonly Witness[] }

type Exposure = {
  value: number
  gridLoss: number
  scenario: number
  charges: number
  longValue: number
  calls: number
  puts: number
  digitals: number
  shorts: number
  due: number
}

const WAD = 1e18
const FADE_SECONDS = 259_200
const DUE_SECONDS = 86_400
const MOST_CONCENTRATION = 100

/** Everything about the market that no account changes. Do it once for each head. */
export function fastMarketOf(marks: readonly UnderlyingMarks[], universe: RiskUniverse): FastMarket {
  return new Map(
    marks.map((mark) => {
      const numbers = universe.get(mark.underlying)
      if (numbers === undefined) throw new RangeError(`UnderlyingNotListed(${mark.underlying})`)
      return [mark.underlying, fastUnderlyingOf(mark, numbers.parameters, numbers.grid)]
    }),
  )
}

type Legs = { readonly strips: Map<bigint, Strip>; readonly exotics: FastExotic[] }

/** Unpacks a portfolio. Do it once for each version of an account. `observed`: as for the exact twin. */
export function fastBookOf(portfolio: Portfolio, observed: readonly Observed[] = []): FastBook {
  const parts = new Map<number, { expiries: Map<number, Legs>; isShort: boolean; collateral: number }>()
  const partOf = (underlying: number) => {
    let part = parts.get(underlying)
    if (part === undefined) parts.set(underlying, (part = { expiries: new Map(), isShort: false, collateral: 0 }))
    return part
  }
  for (const { series, size } of portfolio.positions) {
    const { underlying, expiry, strike, kind, field } = seriesOf(series)
    const part = partOf(underlying)
    const legs = part.expiries.get(expiry) ?? { strips: new Map(), exotics: [] }
    part.expiries.set(expiry, legs)
    const seen = observed.find((it) => it.series === series)
    const now = kindNow(
      kind,
      observed.some((it) => it.series === series && it.isTouched),
    )
    if (now === undefined) continue
    addLeg(legs, strike, { kind: now, strike: Number(strike) / WAD, field, size: Number(size) / WAD, seen })
    if (size < 0n) part.isShort = true
  }
  for (const { underlying, amount } of portfolio.collateral) partOf(underlying).collateral = Number(amount) / WAD
  const all = [...parts].map(([underlying, { expiries, isShort, collateral }]) => ({
    underlying,
    isShort,
    collateral,
    expiries: [...expiries]
      .sort(([a], [b]) => b - a)
      .map(([expiry, { strips, exotics }]) => {
        return { expiry, strips: [...strips.values()].sort((a, b) => a.strike - b.strike), exotics }
      }),
  }))
  return {
    cash: Number(portfolio.cash) / WAD,
    isShort: all.some((part) => part.isShort),
    parts: all.sort((a, b) => a.underlying - b.underlying),
  }
}

/** A knock-in that was touched is its call or put from then on, and a knock-out is nothing. */
function kindNow(kind: OptionKind, isTouched: boolean): OptionKind | undefined {
  if (!isBarrier(kind) || !isTouched) return kind
  return !isKnockIn(kind) ? undefined : isCall(kind) ? 'CALL' : 'PUT'
}

function addLeg({ strips, exotics }: Legs, strike: bigint, leg: FastExotic): void {
  const strip = strips.get(strike) ?? { strike: leg.strike, calls: 0, puts: 0 }
  strips.set(strike, strip)
  if (leg.kind === 'CALL') strip.calls += leg.size
  else if (leg.kind === 'PUT') strip.puts += leg.size
  else exotics.push(leg)
}

/** Health by level and the worst scenarios, in float64. */
export function fastAssess(book: FastBook, market: FastMarket, side: Side): FastAssessment {
  const health: FastLevels = [book.cash, book.cash, book.cash, book.cash]
  const witnesses = book.parts.map((part) => {
    const underlying = market.get(part.underlying)
    if (underlying === undefined || underlying.candidates.length === 0) {
      throw new RangeError(`PriceMissing(${part.underlying})`)
    }
    const scenarios = Array.from({ length: MAX_PAIRS }, () => NO_SCENARIO)
    let best: FastLevels | undefined
    underlying.candidates.forEach((candidate) => {
      const exposure = exposureOf(part, candidate, underlying.numbers)
      scenarios[candidate.place] = (exposure.scenario & SCENARIO_MASK) | (ALL_CHARGES << CHARGES_SHIFT)
      const levels = levelsOf(book, part, exposure, candidate.spot, underlying)
      best = best === undefined ? levels : (best.map((it, at) => pick(it, levels[at]!, side)) as FastLevels)
    })
    best!.forEach((level, at) => (health[at]! += level))
    return { underlying: part.underlying, scenarios: scenarios as unknown as Witness['scenarios'] }
  })
  return { health, witnesses }
}

function pick(a: number, b: number, side: Side): number {
  return side === 'BELOW' ? Math.max(a, b) : Math.min(a, b)
}

function exposureOf(part: FastPart, candidate: FastCandidate, numbers: FastNumbers): Exposure {
  const exposure: Exposure = {
    value: part.collateral * candidate.spot,
    gridLoss: 0,
    scenario: NO_SCENARIO,
    charges: 0,
    longValue: 0,
    calls: 0,
    puts: 0,
    digitals: 0,
    shorts: 0,
    due: 0,
  }
  const losses = new Float64Array(numbers.moves.length)
  for (const [i, legs] of part.expiries.entries()) {
    const market = candidate.expiries.get(legs.expiry)
    if (market === undefined) throw new RangeError(`MarkMissing(${part.underlying}, ${legs.expiry})`)
    if (market.secondsLeft === 0) {
      const paid =
        payoff(legs.strips, market.expiredPrice) + expiredExotics(legs.exotics, market.expiredPrice, candidate.spot)
      exposure.value += paid
      exposure.due += Math.max(-paid, 0)
    } else addExpiry(legs, market, i === 0, numbers, losses, exposure)
  }
  for (let i = 0; i < losses.length; i++) {
    const loss = (losses[i]! - part.collateral * candidate.spot * numbers.moves[i]!) * numbers.weights[i]!
    if (loss > exposure.gridLoss) {
      exposure.gridLoss = loss
      exposure.scenario = i
    }
  }
  return exposure
}

function addExpiry(
  { strips, exotics }: FastLegs,
  market: FastExpiry,
  isFarthest: boolean,
  numbers: FastNumbers,
  losses: Float64Array,
  exposure: Exposure,
): void {
  const values = valuesAt(strips, market, numbers.skewShift)
  const plain = values[PRESENT]!
  addExotics(exotics, market, numbers.skewShift, values)
  const present = values[PRESENT]!
  exposure.value += present
  exposure.longValue += Math.max(present, 0)
  if (market.secondsLeft <= DUE_SECONDS) {
    exposure.due += Math.max(-payoff(strips, market.forwards[PRESENT]!) - (present - plain), 0)
  }
  exposure.charges += Math.max(present - Math.min(values[BASIS_DOWN]!, values[BASIS_UP]!), 0)
  if (market.nodes.length > 0 || hasJump(exotics)) exposure.charges += gapOf(strips, exotics, market)
  for (const { kind, size } of exotics) {
    if (size < 0) exposure[isDigital(kind) ? 'digitals' : 'shorts'] -= size
  }
  for (const strip of strips) {
    exposure.calls += strip.calls
    exposure.puts += strip.puts
  }
  for (let i = 0; i < losses.length; i++) {
    const loss = present - values[FIRST_SCENARIO + i]!
    if (numbers.skews[i] !== 0) losses[i] = losses[i]! + Math.max(loss, 0)
    else losses[i] = isFarthest ? loss : faded(losses[i]!, loss, market.secondsLeft)
  }
}

function valuesAt(strips: readonly Strip[], market: FastExpiry, skewShift: number): Float64Array {
  const { forwards, logShifts, volatilities, skews } = market
  const values = new Float64Array(forwards.length)
  for (const strip of strips) {
    const log = Math.log(forwards[PRESENT]! / strip.strike)
    const smile = totalVolatility(market.theta, market.rho, market.phi, -log)
    const options = strip.calls + strip.puts
    const distance = Math.max(-2, Math.min(2, -log / market.rootTheta))
    for (let i = 0; i < forwards.length; i++) {
      const forward = forwards[i]!
      const volatility = smile * volatilities[i]! * (1 + skews[i]! * skewShift * distance)
      values[i]! += intrinsic(strip, forward)
      if (options !== 0) values[i]! += options * outOfTheMoney(forward, strip.strike, log + logShifts[i]!, volatility)
    }
  }
  return values
}

function intrinsic(strip: Strip, price: number): number {
  return price > strip.strike ? strip.calls * (price - strip.strike) : strip.puts * (strip.strike - price)
}

function payoff(strips: readonly Strip[], price: number): number {
  let sum = 0
  for (const strip of strips) sum += intrinsic(strip, price)
  return sum
}

/** Where the market is not quiet, of the kinds that jump alone. */
function gapOf(
  strips: readonly Strip[],
  exotics: readonly FastExotic[],
  { nodes: quietNodes, jumpNodes: nodes, secondsLeft }: FastExpiry,
): number {
  const isQuiet = quietNodes.length > 0
  const own = [...strips.map(({ strike }) => strike), ...exotics.flatMap((e) => edgesOf(e, secondsLeft))]
  const payoffAt = (price: number): number =>
    exoticPayoff(exotics, price, isQuiet, secondsLeft) + (isQuiet ? payoff(strips, price) : 0)
  let gap = 0
  for (let i = 1; i < nodes.length; i++) {
    const [left, right] = [nodes[i - 1]!, nodes[i]!]
    for (const price of own) {
      if (price <= left || price >= right) continue
      const share = (price - left) / (right - left)
      const chord = payoffAt(left) * (1 - share) + payoffAt(right) * share
      gap = Math.max(gap, chord - payoffAt(price))
    }
  }
  return gap
}

function faded(later: number, near: number, secondsLeft: number): number {
  if (secondsLeft >= FADE_SECONDS) return later + near
  const gains = Math.min(later, 0) + Math.min(near, 0)
  return Math.max(later, 0) + Math.max(near, 0) + (gains * secondsLeft) / FADE_SECONDS
}

function levelsOf(book: FastBook, part: FastPart, exposure: Exposure, spot: number, of: FastUnderlying): FastLevels {
  const n = of.numbers
  let loss = exposure.gridLoss + exposure.charges
  const excess = n.concentrationSlope * (loss / n.concentrationLoss - 1)
  if (excess > 0) loss *= 1 + Math.min(excess, MOST_CONCENTRATION)
  if (!part.isShort) loss = Math.min(loss, exposure.value)
  const naked = Math.max(-exposure.calls - part.collateral, 0) + Math.max(-exposure.puts, 0)
  const reserve = part.isShort || book.cash < 0 ? n.keeperReserve : 0
  const shorts = (naked + exposure.shorts) * spot + exposure.digitals
  const contingency = shorts * n.nakedContingency + part.collateral * n.collateralHaircut * spot + reserve
  const due = Math.min(exposure.due, part.collateral * spot)
  const credit = due + (book.isShort ? exposure.longValue * (1 - n.longCredit) : 0)
  // What is paid for in full cannot lose more than it is worth, however old the surface.
  const factors = part.isShort ? of.agedFactors : n.factors
  return factors.map(
    (factor, level) => exposure.value - factor * (loss + contingency) - (level === 3 ? credit : 0),
  ) as FastLevels
}
