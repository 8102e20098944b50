// Which market has fallen silent for good, and at which price does it end? RULES E4.
import { isAtLeast, marketStateOf } from '../view.ts'
import type { Market, Silence, View } from '../view.ts'
import type { Duty } from './duty.ts'

const DAY = 86_400
/** [s] A market silent for less is not worth a note; one that never spoke has nothing to end. */
const SILENCE_LEAST = 3_600
/** [s] As the contract counts: from a note to the wind-down, and from there to the last agreed price. */
const SILENCE = 14 * DAY
const REVIVAL = 90 * DAY
/** [s] Half of what a sample covers: one that fails is made up for. */
const SAMPLE_EVERY = 1_800

/** At most one a market. */
export function windDownDuties(view: View): Duty[] {
  return [...view.markets].flatMap(([underlying, market]): Duty[] => {
    const silence = view.silences.get(underlying)
    if (silence === undefined || silence.price > 0n) return []
    const isSilent = !isAtLeast(marketStateOf(view, underlying), 'PRICED')
    const kind =
      silence.declaredAt > 0
        ? ending(view.head.time, silence, isSilent)
        : isSilent
          ? beginning(view.head.time, silence, market)
          : undefined
    return kind === undefined ? [] : [{ kind, underlying }]
  })
}

type Kind = 'noteSilence' | 'declareWindDown' | 'sampleWindDown' | 'fixWindDownPrice'

/** A note falls as soon as market time has run again. */
function beginning(time: number, { notedAt, marketTime }: Silence, market: Market): Kind | undefined {
  const isUnbroken = notedAt > 0 && marketTime === market.marketTime
  if (isUnbroken) return time - notedAt >= SILENCE ? 'declareWindDown' : undefined
  const { newestRoundTime: spokeAt } = market
  return spokeAt > 0 && time - spokeAt >= SILENCE_LEAST ? 'noteSilence' : undefined
}

function ending(time: number, { declaredAt, checkpoints, sampledAt }: Silence, isSilent: boolean): Kind | undefined {
  if (time - declaredAt >= REVIVAL) return checkpoints > 0 ? 'fixWindDownPrice' : undefined
  return !isSilent && time - sampledAt >= SAMPLE_EVERY ? 'sampleWindDown' : undefined
}
