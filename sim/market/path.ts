// What did a venue trade at, at any second? The line between its bar's points: open, the nearer extreme, the other, close.
import type { Bar, Scenario } from './scenario.ts'

/** Points in a bar, a quarter of it apart; ticks fall on them. */
const POINTS = 4
/** [s] Between the trades a venue prints. */
const TRADE_SECONDS = 10
/** Of the trades that became known in a step, how many a venue sends: older ones are of no use to anyone. */
const TRADES_PER_STEP = 3
/** [s] No measured latency is longer; bounds how far back a late trade is looked for. */
const LATENCY_SECONDS_MAX = 300

/** `timeMs` is the venue's own trade time; `price` in dollars. */
export type VenueTrade = { readonly venue: string; readonly price: number; readonly timeMs: number }

export type MarketPath = {
  readonly scenario: Scenario
  /** Dollars; undefined in a bar without trades. `time` in unix seconds, whole or not. */
  readonly priceAt: (venue: string, time: number) => number | undefined
  /** Median over the venues that trade at `time`. */
  readonly trueMedianAt: (time: number) => number | undefined
  /** Trades that reach the world in (from, to]: those printed at least their latency before `to`. */
  readonly tradesBetween: (venue: string, from: number, to: number) => readonly VenueTrade[]
}

export function createPath(scenario: Scenario): MarketPath {
  const bars = new Map(scenario.venues.map(({ venue, bars }) => [venue, bars]))
  const isHighFirst = Array.from({ length: scenario.barCount }, (_, index) => highFirst(scenario, index))
  const barOf = (venue: string, index: number) => bars.get(venue)?.[index]

  function priceAt(venue: string, time: number): number | undefined {
    const position = (time - scenario.start) / scenario.barSeconds
    const index = Math.floor(position)
    const bar = barOf(venue, index)
    if (bar === undefined) return undefined
    const end = barOf(venue, index + 1)?.open ?? bar.close
    return onLine([...pointsOf(bar, isHighFirst[index] ?? true), end], (position - index) * POINTS)
  }

  function latencySeconds(venue: string, time: number): number {
    const latency = barOf(venue, Math.floor((time - scenario.start) / scenario.barSeconds))?.latency
    if (latency === undefined) return 0
    // One trade of a minute is as late as the latest was; the others as the median.
    return (Math.floor(time / TRADE_SECONDS) % 6 === 0 ? latency.max : latency.median) / 1000
  }

  function tradesBetween(venue: string, from: number, to: number): readonly VenueTrade[] {
    const trades: VenueTrade[] = []
    const first = Math.ceil((from - LATENCY_SECONDS_MAX) / TRADE_SECONDS) * TRADE_SECONDS
    for (let time = first; time <= to; time += TRADE_SECONDS) {
      const price = priceAt(venue, time)
      const arrival = time + latencySeconds(venue, time)
      if (price !== undefined && arrival > from && arrival <= to) trades.push({ venue, price, timeMs: time * 1000 })
    }
    return trades.slice(-TRADES_PER_STEP)
  }

  function trueMedianAt(time: number): number | undefined {
    return medianOf(scenario.venues.flatMap(({ venue }) => priceAt(venue, time) ?? []))
  }

  return { scenario, priceAt, trueMedianAt, tradesBetween }
}

/** Times [unix s] at which the market ticks: the points of an hour bar; every five minutes, and each minute that moved, else. */
export function ticksOf(path: MarketPath): readonly number[] {
  const { scenario } = path
  if (scenario.barSeconds >= 3600) {
    const step = scenario.barSeconds / POINTS
    return Array.from({ length: scenario.barCount * POINTS }, (_, index) => scenario.start + index * step)
  }
  return minuteTicks(path)
}

/** [s] A quiet minute market ticks this often. */
const QUIET_SECONDS = 300
/** Share of price: a minute in which a venue moved by more since the last tick is a tick of its own. */
const MOVE = 0.005

function minuteTicks({ scenario, priceAt }: MarketPath): number[] {
  const ticks: number[] = []
  let last = new Map<string, number>()
  for (let index = 0; index < scenario.barCount; index++) {
    const time = scenario.start + (index + 1) * scenario.barSeconds - scenario.barSeconds / POINTS
    const now = new Map(scenario.venues.flatMap(({ venue }) => asEntry(venue, priceAt(venue, time))))
    const hasMoved = [...now].some(([venue, price]) => Math.abs(price / (last.get(venue) ?? price) - 1) > MOVE)
    const isDue = index === 0 || time - (ticks.at(-1) ?? 0) >= QUIET_SECONDS
    if (!hasMoved && !isDue) continue
    ticks.push(time)
    last = new Map([...last, ...now])
  }
  return ticks
}

function asEntry(venue: string, price: number | undefined): [string, number][] {
  return price === undefined ? [] : [[venue, price]]
}

/** One order of extremes for all venues: the one nearer to the open, in the mean, comes first. */
function highFirst(scenario: Scenario, index: number): boolean {
  const excess = scenario.venues.map(({ bars }) => {
    const bar = bars[index]
    return bar === undefined ? 0 : (bar.high - bar.open - (bar.open - bar.low)) / bar.open
  })
  return excess.reduce((sum, value) => sum + value, 0) <= 0
}

function pointsOf(bar: Bar, isHighFirst: boolean): readonly number[] {
  return isHighFirst ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close]
}

/** `position` in points; linear between its neighbours. */
function onLine(points: readonly number[], position: number): number {
  const index = Math.min(Math.floor(position), points.length - 2)
  const [left, right] = [points[index] ?? 0, points[index + 1] ?? 0]
  return left + (right - left) * (position - index)
}

/** Undefined of nothing; the mean of the middle two of an even number. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return undefined
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
