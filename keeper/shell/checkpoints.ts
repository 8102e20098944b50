// Which checkpoints prove a settlement price, or an average? Looks them up by bisection; the contract proves what it is told (RULES E1).
import type { Chain } from './chain.ts'
import { gasFor } from '../core/calls.ts'
import type { Call } from '../core/calls.ts'
import type { Duty } from '../core/duties/duty.ts'
import type { Head } from '../core/view.ts'

type FixDuty = Extract<Duty, { readonly kind: 'fixSettlementPrice' | 'fixAverage' }>
type Checkpoint = { readonly index: bigint; readonly time: number; readonly coveredSeconds: number }

/** [s] After expiry, from when the anchor's rounds may decide, and from when the last agreed minutes may. */
const SECOND_RUNG_AFTER = 3_600
const THIRD_RUNG_AFTER = 86_400
/** [s] Most that one observation covers. */
const COVER_MOST = 60
/** Most rounds of the anchor that a window may need, and that one needs more for each of its hours. */
const ROUNDS_MOST = 64
const ROUNDS_PER_HOUR = 4
const HOUR = 3_600
/** Round ids of a proxy start with its phase. */
const PHASE = 64n

/**
 * The calls worth trying at `head`, the first rung first. Empty while no checkpoint after expiry exists and no hour has passed.
 * `settlementSeconds`: the window of a settlement price; an average has its own.
 */
export async function fixCalls(chain: Chain, duty: FixDuty, settlementSeconds: number, head: Head): Promise<Call[]> {
  const { underlying, expiry } = duty
  const windowSeconds = duty.kind === 'fixAverage' ? duty.windowHours * HOUR : settlementSeconds
  const count = await chain.read('priceBook', 'checkpointCount', [underlying], head.hash)
  const at = (index: bigint): Promise<Checkpoint> => checkpointAt(chain, underlying, index, head)
  const beforeEnd = await lastWhere(count, at, ({ time }) => time < expiry)
  const end = beforeEnd === undefined ? 0n : beforeEnd.index + 1n
  const age = head.time - expiry
  // Without a checkpoint after expiry there is none to come once an hour has passed.
  if (end === count && age < SECOND_RUNG_AFTER) return []
  const start = await lastWhere(count, at, ({ time }) => time <= expiry - windowSeconds)
  return [
    callOf(duty, FIRST_RUNG, start?.index ?? 0n, end),
    ...(age >= SECOND_RUNG_AFTER && age < THIRD_RUNG_AFTER ? await anchorCall(chain, duty, windowSeconds, head) : []),
    ...(age >= THIRD_RUNG_AFTER && beforeEnd !== undefined
      ? await lastAgreedCalls(duty, windowSeconds, at, beforeEnd, end)
      : []),
  ]
}

/**
 * The last price before expiry covers up to a minute more, or nothing, as it was agreed or not; the contract knows which, so both
 * starts are tried.
 */
async function lastAgreedCalls(
  duty: FixDuty,
  windowSeconds: number,
  at: (index: bigint) => Promise<Checkpoint>,
  last: Checkpoint,
  end: bigint,
): Promise<Call[]> {
  const more = Math.min(COVER_MOST, duty.expiry - last.time)
  const starts = [last.coveredSeconds + more, last.coveredSeconds].map((covered) => {
    const from = Math.max(0, covered - windowSeconds)
    return lastWhere(last.index + 1n, at, ({ coveredSeconds }) => coveredSeconds <= from)
  })
  const found = (await Promise.all(starts)).filter((start) => start !== undefined)
  return found.map(({ index }) => callOf(duty, THIRD_RUNG, index, end))
}

async function checkpointAt(chain: Chain, underlying: number, index: bigint, head: Head): Promise<Checkpoint> {
  const [time, , coveredSeconds] = await chain.read('priceBook', 'checkpoint', [underlying, index], head.hash)
  return { index, time: Number(time), coveredSeconds: Number(coveredSeconds) }
}

/** The last of `count` entries that `isBefore` holds for; it holds up to some index and for none after. */
async function lastWhere<Entry>(
  count: bigint,
  at: (index: bigint) => Promise<Entry>,
  isBefore: (entry: Entry) => boolean,
): Promise<Entry | undefined> {
  let found: Entry | undefined
  let low = 0n
  let high = count
  while (low < high) {
    const middle = (low + high) / 2n
    const entry = await at(middle)
    if (isBefore(entry)) {
      found = entry
      low = middle + 1n
    } else high = middle
  }
  return found
}

/** Rounds of one phase from the last at or before the window's start to the newest at or before expiry. */
async function anchorCall(chain: Chain, duty: FixDuty, windowSeconds: number, head: Head): Promise<Call[]> {
  const { underlying, expiry } = duty
  const asOf = BigInt(expiry)
  const newest = await chain.read('anchor', 'newestRound', [underlying, asOf], head.hash)
  const before = (newest >> PHASE) << PHASE
  const lastUntil = (time: number): Promise<Round | undefined> =>
    lastWhere(
      newest - before,
      async (index) => {
        const round = before + index + 1n
        const { updatedAt } = await chain.read('anchor', 'readRound', [underlying, asOf, round], head.hash)
        return { round, updatedAt: Number(updatedAt) }
      },
      ({ updatedAt }) => updatedAt <= time,
    )
  const [first, last] = [await lastUntil(expiry - windowSeconds), await lastUntil(expiry)]
  // A round without a time is none, and of an older phase nothing is known here.
  if (first === undefined || last === undefined || first.updatedAt === 0) return []
  const count = last.round - first.round + 1n
  const most = ROUNDS_MOST + (ROUNDS_PER_HOUR * windowSeconds) / HOUR
  return count > most ? [] : [callOf(duty, SECOND_RUNG, first.round, count)]
}

type Round = { readonly round: bigint; readonly updatedAt: number }

const FIRST_RUNG = { fixSettlementPrice: 'fixSettlementPrice', fixAverage: 'fixAverage' } as const
const SECOND_RUNG = { fixSettlementPrice: 'fixFromAnchor', fixAverage: 'fixAverageFromAnchor' } as const
const THIRD_RUNG = { fixSettlementPrice: 'fixFromLastAgreed', fixAverage: 'fixAverageFromLastAgreed' } as const
type Rung = typeof FIRST_RUNG | typeof SECOND_RUNG | typeof THIRD_RUNG

function callOf(duty: FixDuty, rung: Rung, first: bigint, second: bigint): Call {
  const gas = rung === SECOND_RUNG ? gasFor(500_000, 60_000, Number(second)) : 500_000n
  const { underlying, expiry } = duty
  const shared = { duties: [duty], gas, contract: 'priceBook' } as const
  return duty.kind === 'fixAverage'
    ? { ...shared, functionName: rung.fixAverage, args: [underlying, expiry, duty.windowHours, first, second] }
    : { ...shared, functionName: rung.fixSettlementPrice, args: [underlying, expiry, first, second] }
}
