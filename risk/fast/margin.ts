// Which accounts are worth an exact look? The margin function in float64, for scans and simulation; relative to what an account
// holds it agrees with risk/exact/margin.ts to 1e-9.
import {
  MAX_CANDIDATES,
  NO_SCENARIO,
  type Portfolio,
  type Side,
  type UnderlyingMarks,
  type Witness,
} from '../../units/portfolio.ts'
import { seriesOf } from '../../units/series.ts'
import type { RiskUniverse } from '../exact/margin.ts'
import { outOfTheMoney } from './black.ts'
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

/** Expiries from the farthest to the nearest. */
type FastPart = {
  readonly underlying: number
  readonly expiries: readonly { readonly expiry: number; readonly strips: readonly Strip[] }[]
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
}

const WAD = 1e18
const FADE_SECONDS = 259_200
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

/** Unpacks a portfolio. Do it once for each version of an account. Throws RangeError on a kind that is not priced. */
export function fastBookOf(portfolio: Portfolio): FastBook {
  const parts = new Map<number, { expiries: Map<number, Map<bigint, Strip>>; isShort: boolean; collateral: number }>()
  const partOf = (underlying: number) => {
    let part = parts.get(underlying)
    if (part === undefined) parts.set(underlying, (part = { expiries: new Map(), isShort: false, collateral: 0 }))
    return part
  }
  for (const { series, size } of portfolio.positions) {
    const { underlying, expiry, strike, kind } = seriesOf(series)
    const part = partOf(underlying)
    const strips = part.expiries.get(expiry) ?? new Map<bigint, Strip>()
    const strip = strips.get(strike) ?? { strike: Number(strike) / WAD, calls: 0, puts: 0 }
    if (kind === 'CALL') strip.calls += Number(size) / WAD
    else if (kind === 'PUT') strip.puts += Number(size) / WAD
    else throw new RangeError(`KindNotPriced(${kind})`)
    strips.set(strike, strip)
    part.expiries.set(expiry, strips)
    if (size < 0n) part.isShort = true
  }
  for (const { underlying, amount } of portfolio.collateral) partOf(underlying).collateral = Number(amount) / WAD
  const all = [...parts].map(([underlying, { expiries, isShort, collateral }]) => ({
    underlying,
    isShort,
    collateral,
    expiries: [...expiries]
      .sort(([a], [b]) => b - a)
      .map(([expiry, strips]) => ({ expiry, strips: [...strips.values()].sort((a, b) => a.strike - b.strike) })),
  }))
  return {
    cash: Number(portfolio.cash) / WAD,
    isShort: all.some((part) => part.isShort),
    parts: all.sort((a, b) => a.underlying - b.underlying),
  }
}

/** Health by level and the worst scenarios, in float64. */
export function fastAssess(book: FastBook, market: FastMarket, side: Side): FastAssessment {
  const health: FastLevels = [book.cash, book.cash, book.cash, book.cash]
  const witnesses = book.parts.map((part) => {
    const underlying = market.get(part.underlying)
    if (underlying === undefined || underlying.candidates.length === 0) {
      throw new RangeError(`PriceMissing(${part.underlying})`)
    }
    const scenarios = Array.from({ length: MAX_CANDIDATES }, () => NO_SCENARIO)
    let best: FastLevels | undefined
    underlying.candidates.forEach((candidate, i) => {
      const exposure = exposureOf(part, candidate, underlying.numbers)
      scenarios[i] = exposure.scenario
      const levels = levelsOf(book, part, exposure, candidate.spot, underlying.numbers)
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
  }
  const losses = new Float64Array(numbers.moves.length)
  for (const [i, { expiry, strips }] of part.expiries.entries()) {
    const market = candidate.expiries.get(expiry)
    if (market === undefined) throw new RangeError(`MarkMissing(${part.underlying}, ${expiry})`)
    if (market.secondsLeft === 0) exposure.value += payoff(strips, market.expiredPrice)
    else addExpiry(strips, market, i === 0, numbers, losses, exposure)
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
  strips: readonly Strip[],
  market: FastExpiry,
  isFarthest: boolean,
  numbers: FastNumbers,
  losses: Float64Array,
  exposure: Exposure,
): void {
  const values = valuesAt(strips, market, numbers.skewShift)
  const present = values[PRESENT]!
  exposure.value += present
  exposure.longValue += Math.max(present, 0)
  exposure.charges += Math.max(present - Math.min(values[BASIS_DOWN]!, values[BASIS_UP]!), 0)
  exposure.charges += gapOf(strips, market.nodes)
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

function gapOf(strips: readonly Strip[], nodes: Float64Array): number {
  let gap = 0
  for (let i = 1; i < nodes.length; i++) {
    const [left, right] = [nodes[i - 1]!, nodes[i]!]
    for (const { strike } of strips) {
      if (strike <= left || strike >= right) continue
      const share = (strike - left) / (right - left)
      const chord = payoff(strips, left) * (1 - share) + payoff(strips, right) * share
      gap = Math.max(gap, chord - payoff(strips, strike))
    }
  }
  return gap
}

function faded(later: number, near: number, secondsLeft: number): number {
  if (secondsLeft >= FADE_SECONDS) return later + near
  const gains = Math.min(later, 0) + Math.min(near, 0)
  return Math.max(later, 0) + Math.max(near, 0) + (gains * secondsLeft) / FADE_SECONDS
}

function levelsOf(book: FastBook, part: FastPart, exposure: Exposure, spot: number, n: FastNumbers): FastLevels {
  let loss = exposure.gridLoss + exposure.charges
  const excess = n.concentrationSlope * (loss / n.concentrationLoss - 1)
  if (excess > 0) loss *= 1 + Math.min(excess, MOST_CONCENTRATION)
  if (!part.isShort) loss = Math.min(loss, exposure.value)
  const naked = Math.max(-exposure.calls - part.collateral, 0) + Math.max(-exposure.puts, 0)
  const reserve = part.isShort || book.cash < 0 ? n.keeperReserve : 0
  const contingency = (naked * n.nakedContingency + part.collateral * n.collateralHaircut) * spot + reserve
  const credit = book.isShort ? exposure.longValue * (1 - n.longCredit) : 0
  return n.factors.map(
    (factor, level) => exposure.value - factor * (loss + contingency) - (level === 3 ? credit : 0),
  ) as FastLevels
}
