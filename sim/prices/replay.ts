// Would the price policy have called the right accounts? The keepers' own view and the market's states, over real prices.
import { observe, type ObserveRules, type Sample } from '../../keeper/core/observe.ts'
import {
  candidatesOf,
  isOutside,
  stateOf,
  type AnchorAnswer,
  type Round,
  type Sources,
} from '../../risk/exact/market.ts'
import type { MarketState } from '../../units/portfolio.ts'
import type { MarketPath } from '../market/path.ts'
import { endOf } from '../market/scenario.ts'
import { toldBy, type Fault } from './faults.ts'
import { createPanel, type Truth } from './panel.ts'

/** `step` [s] between ticks. `liveSeconds`: how long a round lives. `deviationPpm` [1e-6], `heartbeatSeconds`: the anchor's. */
export type Policy = {
  readonly rules: ObserveRules
  readonly step: number
  readonly liveSeconds: number
  readonly heartbeatSeconds: number
  readonly deviationPpm: number
}

/** As keepers, registry and anchor are set up: five keepers, slots of two blocks, Chainlink's ETH feed. */
export const SHIPPED: Policy = {
  rules: { unit: 'USD', maxSampleAgeSeconds: 60, minVenues: 3, clusterWidthBps: 150, pegWidthBps: 100 },
  step: 60,
  liveSeconds: 144,
  heartbeatSeconds: 3_600,
  deviationPpm: 5_000,
}

/** Shares of the ticks. `wideShare` and `singleShare` are the rest. */
export type Outcome = {
  readonly venue: string
  readonly fault: Fault
  readonly ticks: number
  readonly calls: number
  readonly falseCalls: number
  readonly missedCalls: number
  readonly agreedShare: number
  readonly disputedShare: number
  readonly wideShare: number
  readonly singleShare: number
  readonly deadShare: number
}

const E18 = 10 ** 18
const LATENESS = 120
const NOTHING: Round = { time: 0n, median: 0n, low: 0n, high: 0n, isWide: false }
/** Both sources live: an account may be called. */
const CALLABLE: readonly MarketState[] = ['AGREED', 'DISPUTED', 'WIDE']

/** Replays `path` with `venue` suffering `fault`. All keepers watch all venues, so their median is any one's view. */
export function replayPrices(path: MarketPath, venue: string, fault: Fault, policy: Policy): Outcome {
  const { start } = path.scenario
  const market = createMarket(policy)
  const panel = createPanel(firstPrice(path))
  const seen = new Map<MarketState, number>()
  let ticks = 0
  for (let time = start; time < endOf(path.scenario); time += policy.step) {
    const view = viewAt(path, venue, fault, time, policy)
    const truth = truthAt(path, fault === 'none' ? '' : venue, time)
    const state = market.tick(time, view, truth.median)
    const prices = CALLABLE.includes(state) ? market.below().map((price) => Number(price) / E18) : undefined
    panel.tick(truth, prices, view !== undefined && !view.isWide && market.isAnchorLive())
    seen.set(state, (seen.get(state) ?? 0) + 1)
    ticks += 1
  }
  const share = (state: MarketState) => Number(((seen.get(state) ?? 0) / ticks).toFixed(5))
  return {
    venue,
    fault,
    ticks,
    ...panel.counts(),
    agreedShare: share('AGREED'),
    disputedShare: share('DISPUTED'),
    wideShare: share('WIDE'),
    singleShare: share('SINGLE'),
    deadShare: share('DEAD'),
  }
}

function truthAt(path: MarketPath, faulty: string, time: number): Truth {
  const sound = path.scenario.venues.filter(({ venue }) => venue !== faulty)
  const prices = sound.flatMap(({ venue }) => path.priceAt(venue, time) ?? [])
  return { median: path.trueMedianAt(time), low: Math.min(...prices), high: Math.max(...prices) }
}

function firstPrice(path: MarketPath): number {
  for (let time = path.scenario.start; time < endOf(path.scenario); time += 10) {
    const price = path.trueMedianAt(time)
    if (price !== undefined) return price
  }
  throw new RangeError(`${path.scenario.name} holds no price`)
}

/** What one keeper, and so each, signs at `time`; undefined where it signs nothing. */
function viewAt(path: MarketPath, venue: string, fault: Fault, time: number, { rules }: Policy): Round | undefined {
  const samples = path.scenario.venues.map(({ venue: name }): Sample => {
    const told = toldBy(path, name, name === venue ? fault : 'none', time)
    const trade = told && { price: BigInt(Math.round(told.price * 1e8)), time: told.time * 1000 }
    return { venue: name, quote: rules.unit, trade }
  })
  const view = observe(samples, new Map(), rules, time)
  if (view.kind === 'none') return undefined
  const [price, halfWidth] = [view.price * 10n ** 10n, view.halfWidth * 10n ** 10n]
  const isWide = view.kind === 'wide'
  return { time: BigInt(time), median: price, low: price - halfWidth, high: price + halfWidth, isWide }
}

/** What the price book remembers between ticks. */
function createMarket(policy: Policy) {
  let newest = NOTHING
  let previous = NOTHING
  let anchor: AnchorAnswer | undefined
  let outsideSince = 0n
  let lastAgreed = 0n
  let sources: Sources | undefined

  return {
    tick: (time: number, view: Round | undefined, truth: number | undefined): MarketState => {
      if (view !== undefined) [previous, newest] = [newest, view]
      anchor = anchorAt(anchor, time, truth, policy)
      sources = sourcesAt(time)
      const state = stateOf(sources)
      if (state === 'AGREED') [outsideSince, lastAgreed] = [0n, newest.median]
      if (state === 'DISPUTED' && isOutside(sources) && outsideSince === 0n) outsideSince = newest.time
      return state
    },
    below: () => (sources === undefined ? [] : candidatesOf(sources, 'BELOW', lastAgreed)),
    isAnchorLive: () => anchor?.isLive ?? false,
  }

  function sourcesAt(time: number): Sources {
    const isLive = (round: Round) => round.time > 0n && Number(round.time) + policy.liveSeconds >= time
    const answer = anchor ?? { isLive: false, price: 0n, updatedAt: 0n, deviation: BigInt(policy.deviationPpm) }
    return {
      newest,
      previous,
      anchor: answer,
      isNewestLive: isLive(newest),
      isPreviousLive: isLive(previous),
      outsideSince,
      time: BigInt(time),
    }
  }
}

/** Chainlink's network sees the true median: it reports when that moved by the deviation, or its heartbeat is over. */
function anchorAt(
  last: AnchorAnswer | undefined,
  time: number,
  truth: number | undefined,
  { deviationPpm, heartbeatSeconds }: Policy,
): AnchorAnswer | undefined {
  const deviation = BigInt(deviationPpm)
  const age = last === undefined ? Infinity : time - Number(last.updatedAt)
  const moved = last === undefined || truth === undefined ? 0 : Math.abs((truth * E18) / Number(last.price) - 1)
  const isDue = truth !== undefined && (age >= heartbeatSeconds || moved >= deviationPpm / 1e6)
  if (isDue) {
    return { isLive: true, price: BigInt(Math.round(truth * 1e8)) * 10n ** 10n, updatedAt: BigInt(time), deviation }
  }
  return last && { ...last, isLive: age <= heartbeatSeconds + LATENESS }
}
