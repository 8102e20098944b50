// Do the two sources agree, and under which prices must a statement hold? Twin of contracts/pricebook/MarketLib.sol.
import type { MarketState } from '../../units/portfolio.ts'

export type Side = 'BELOW' | 'ABOVE' | 'TAKING'

/** A complete round of the reporters. Prices in 1e18, `time` in unix seconds. */
export type Round = {
  readonly time: bigint
  readonly median: bigint
  readonly low: bigint
  readonly high: bigint
  readonly isWide: boolean
}

/** `deviation` in 1e-6. */
export type AnchorAnswer = {
  readonly isLive: boolean
  readonly price: bigint
  readonly updatedAt: bigint
  readonly deviation: bigint
}

/** `outsideSince`: first round outside the tolerance since the sources last agreed; zero if none. `pool`: its mean; zero if none. */
export type Sources = {
  readonly newest: Round
  readonly previous: Round
  readonly anchor: AnchorAnswer
  readonly isNewestLive: boolean
  readonly isPreviousLive: boolean
  readonly outsideSince: bigint
  readonly time: bigint
  readonly pool?: bigint
}

const PPM = 1_000_000n
const TOLERANCE_PPM = 10_000n
const SILENCE_PPM_PER_MINUTE = 5_000n
const SAY_PPM_MAX = 100_000n
const SINGLE_PPM = 30_000n
const CANDIDATES_MOST = 4

export function stateOf(sources: Sources): MarketState {
  if (!sources.isNewestLive && !sources.anchor.isLive) return 'DEAD'
  if (!sources.isNewestLive || !sources.anchor.isLive) return 'SINGLE'
  if (sources.newest.isWide) return 'WIDE'
  return isOutside(sources) ? 'DISPUTED' : 'AGREED'
}

export function isOutside({ newest, anchor }: Sources): boolean {
  const distance = newest.median > anchor.price ? newest.median - anchor.price : anchor.price - newest.median
  return distance * PPM > anchor.price * (anchor.deviation + TOLERANCE_PPM)
}

/** [1e-6] Half-width of the anchor's interval. */
export function sayPpm({ newest, anchor, outsideSince, time }: Sources): bigint {
  const outside = outsideSince === 0n ? newest.time : outsideSince
  const since = anchor.updatedAt > outside ? anchor.updatedAt : outside
  const silence = time > since ? time - since : 0n
  const ppm = anchor.deviation + TOLERANCE_PPM + (SILENCE_PPM_PER_MINUTE * silence) / 60n
  return ppm < SAY_PPM_MAX ? ppm : SAY_PPM_MAX
}

/** Every price under which a statement of `side` must hold, each once. Rounded down, as the contract does. */
export function candidatesOf(sources: Sources, side: Side, lastAgreed: bigint): readonly bigint[] {
  const state = stateOf(sources)
  const prices = [...new Set(candidatesWithDoubles(sources, state, side, lastAgreed))].filter((price) => price > 0n)
  return side === 'TAKING' && state !== 'DEAD' ? withPool(prices, sources) : prices
}

/** One price more where there is room for it and it is no further from the price in force than a source's widest say. */
function withPool(prices: readonly bigint[], { pool = 0n, isNewestLive, newest, anchor }: Sources): readonly bigint[] {
  const price = isNewestLive ? newest.median : anchor.price
  const distance = pool > price ? pool - price : price - pool
  const isHeard = pool > 0n && prices.length < CANDIDATES_MOST && distance * PPM <= price * SAY_PPM_MAX
  return isHeard && !prices.includes(pool) ? [...prices, pool] : prices
}

function candidatesWithDoubles(sources: Sources, state: MarketState, side: Side, lastAgreed: bigint): bigint[] {
  const { newest, previous, anchor } = sources
  if (state === 'DEAD') return [lastKnown(sources, lastAgreed)]
  if (state === 'SINGLE') {
    const [low, middle, high] = sources.isNewestLive
      ? [newest.low, newest.median, newest.high]
      : [anchor.price, anchor.price, anchor.price]
    return [(low * (PPM - SINGLE_PPM)) / PPM, middle, (high * (PPM + SINGLE_PPM)) / PPM]
  }
  if (state === 'WIDE') {
    const said = side === 'BELOW' ? nearestToAnchor(sources, newest.low, newest.high) : anchor.price
    return [newest.low, newest.median, newest.high, said]
  }
  const said = side === 'BELOW' ? nearestToAnchor(sources, newest.median, newest.median) : anchor.price
  return [
    newest.median,
    ...(state === 'DISPUTED' ? [said] : []),
    ...(side !== 'BELOW' && sources.isPreviousLive ? [previous.low, previous.high] : []),
  ]
}

/** The point of the anchor's interval nearest to [low, high]; `low` where they meet. */
function nearestToAnchor(sources: Sources, low: bigint, high: bigint): bigint {
  const say = sayPpm(sources)
  const floor = (sources.anchor.price * (PPM - say)) / PPM
  const ceiling = (sources.anchor.price * (PPM + say)) / PPM
  if (high < floor) return floor
  return low > ceiling ? ceiling : low
}

function lastKnown({ anchor, newest }: Sources, lastAgreed: bigint): bigint {
  if (lastAgreed > 0n) return lastAgreed
  return anchor.price > 0n ? anchor.price : newest.median
}
