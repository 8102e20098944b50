// When are prices due? A round of all, taken in turns; or one's own value in a round that stands incomplete.
import type { Duty } from './duty.ts'
import type { Market, View } from '../view.ts'
import { ROUND_SECONDS } from '../../../units/observation.ts'

/** [1e-6] A new round is due when it would move the index by this, or the newest is this old (RULES D8). */
const INDEX_MOVE = 2_500n
const ROUND_AGE_SECONDS = 30
/** [s] Beyond this an incomplete round is left behind: the next one is due anyway. */
const OPEN_ROUND_SECONDS = 120

/** Own view of an underlying in a round, 1e-8; undefined where there is none. */
export type OwnPrice = (underlying: number, round: number) => bigint | undefined

/** The round that a head belongs to [unix s]. */
export function roundAt(time: number): number {
  return Math.floor(time / ROUND_SECONDS) * ROUND_SECONDS
}

/** At most one duty an underlying: report a new round, or complete the open one. `reporter` is this keeper's id. */
export function priceDuties(view: View, own: OwnPrice, reporter: number): Duty[] {
  return [...view.markets].flatMap(([underlying, market]): Duty[] => {
    const open = openRoundOf(market, view.head.time)
    if (open !== undefined && own(underlying, open) !== undefined) {
      if (!hasSpoken(market, reporter)) return [{ kind: 'addObservation', underlying, round: open }]
      // The others will add theirs. A round that we saw no head of is ignored: a liar may open those at will.
      if (view.head.time - open < ROUND_AGE_SECONDS) return []
    }
    const round = roundAt(view.head.time)
    return isDue(market, round, own(underlying, round)) ? [{ kind: 'reportPrices', underlying, round }] : []
  })
}

function openRoundOf(market: Market, time: number): number | undefined {
  const isOpen = market.openRoundTime > market.newestRoundTime && time - market.openRoundTime <= OPEN_ROUND_SECONDS
  return isOpen ? market.openRoundTime : undefined
}

function hasSpoken({ openRoundReporters }: Market, reporter: number): boolean {
  return ((openRoundReporters >> BigInt(reporter)) & 1n) === 1n
}

function isDue(market: Market, round: number, price: bigint | undefined): boolean {
  if (round <= market.newestRoundTime) return false
  return round - market.newestRoundTime >= ROUND_AGE_SECONDS || hasMoved(market.newestRoundPrice, price)
}

/** `last` in 1e18, `price` in 1e-8. */
function hasMoved(last: bigint, price: bigint | undefined): boolean {
  if (price === undefined || last === 0n) return false
  const move = price * 10n ** 10n - last
  return (move < 0n ? -move : move) * 1_000_000n >= last * INDEX_MOVE
}
