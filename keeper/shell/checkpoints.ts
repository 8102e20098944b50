// Which checkpoints prove a settlement price? Looks them up by bisection; the contract proves what it is told (RULES E1).
import type { Chain } from './chain.ts'
import { gasFor } from '../core/calls.ts'
import type { Call } from '../core/calls.ts'
import type { Duty } from '../core/duties/duty.ts'
import type { Head } from '../core/view.ts'

type FixDuty = Extract<Duty, { readonly kind: 'fixSettlementPrice' }>
type Checkpoint = { readonly index: bigint; readonly time: number; readonly coveredSeconds: number }

/** [s] After expiry, from when the anchor's rounds may decide, and from when the last agreed minutes may. */
const SECOND_RUNG_AFTER = 3_600
const THIRD_RUNG_AFTER = 86_400
const LAST_AGREED_SECONDS = 1_800
/** [s] Most that one observation covers. */
const COVER_MOST = 60
/** Most rounds of the anchor that one window may need. */
const ROUNDS_MOST = 64

/** The calls worth trying at `head`, the first rung first. Empty while no checkpoint after expiry exists and no hour has passed. */
export async function fixCalls(chain: Chain, duty: FixDuty, windowSeconds: number, head: Head): Promise<Call[]> {
  const { underlying, expiry } = duty
  const count = await chain.read('priceBook', 'checkpointCount', [underlying], head.hash)
  const at = (index: bigint): Promise<Checkpoint> => checkpointAt(chain, underlying, index, head)
  const beforeEnd = await lastWhere(count, at, ({ time }) => time < expiry)
  const end = beforeEnd === undefined ? 0n : beforeEnd.index + 1n
  const age = head.time - expiry
  // Without a checkpoint after expiry there is none to come once an hour has passed.
  if (end === count && age < SECOND_RUNG_AFTER) return []
  const start = await lastWhere(count, at, ({ time }) => time <= expiry - windowSeconds)
  return [
    callOf(duty, 'fixSettlementPrice', start?.index ?? 0n, end),
    ...(age >= SECOND_RUNG_AFTER && age < THIRD_RUNG_AFTER ? await anchorCall(chain, duty, windowSeconds, head) : []),
    ...(age >= THIRD_RUNG_AFTER && beforeEnd !== undefined ? await lastAgreedCalls(duty, at, beforeEnd, end) : []),
  ]
}

/**
 * The last price before expiry covers up to a minute more, or nothing, as it was agreed or not; the contract knows which, so both
 * starts are tried.
 */
async function lastAgreedCalls(
  duty: FixDuty,
  at: (index: bigint) => Promise<Checkpoint>,
  last: Checkpoint,
  end: bigint,
): Promise<Call[]> {
  const more = Math.min(COVER_MOST, duty.expiry - last.time)
  const starts = [last.coveredSeconds + more, last.coveredSeconds].map((covered) => {
    const from = Math.max(0, covered - LAST_AGREED_SECONDS)
    return lastWhere(last.index + 1n, at, ({ coveredSeconds }) => coveredSeconds <= from)
  })
  const found = (await Promise.all(starts)).filter((start) => start !== undefined)
  return found.map(({ index }) => callOf(duty, 'fixFromLastAgreed', index, end))
}

async function checkpointAt(chain: Chain, underlying: number, index: bigint, head: Head): Promise<Checkpoint> {
  const [time, , coveredSeconds] = await chain.read('priceBook', 'checkpoint', [underlying, index], head.hash)
  return { index, time: Number(time), coveredSeconds: Number(coveredSeconds) }
}

/** The last of `count` checkpoints that `isBefore` holds for; it holds up to some index and for none after. */
async function lastWhere(
  count: bigint,
  at: (index: bigint) => Promise<Checkpoint>,
  isBefore: (checkpoint: Checkpoint) => boolean,
): Promise<Checkpoint | undefined> {
  let found: Checkpoint | undefined
  let low = 0n
  let high = count
  while (low < high) {
    const middle = (low + high) / 2n
    const checkpoint = await at(middle)
    if (isBefore(checkpoint)) {
      found = checkpoint
      low = middle + 1n
    } else high = middle
  }
  return found
}

/** Rounds from the last at or before the window's start to the newest at or before expiry, walked from the newest back. */
async function anchorCall(chain: Chain, duty: FixDuty, windowSeconds: number, head: Head): Promise<Call[]> {
  const { underlying, expiry } = duty
  const asOf = BigInt(expiry)
  let round = await chain.read('anchor', 'newestRound', [underlying, asOf], head.hash)
  let last: bigint | undefined
  for (let steps = 0; steps < 2 * ROUNDS_MOST && round > 0n; steps++, round -= 1n) {
    const { updatedAt } = await chain.read('anchor', 'readRound', [underlying, asOf, round], head.hash)
    if (updatedAt === 0n) return []
    if (updatedAt <= BigInt(expiry)) last ??= round
    if (updatedAt <= BigInt(expiry - windowSeconds)) {
      return last === undefined ? [] : [callOf(duty, 'fixFromAnchor', round, last - round + 1n)]
    }
  }
  return []
}

function callOf(
  duty: FixDuty,
  functionName: 'fixSettlementPrice' | 'fixFromAnchor' | 'fixFromLastAgreed',
  first: bigint,
  second: bigint,
): Call {
  const gas = functionName === 'fixFromAnchor' ? gasFor(500_000, 60_000, Number(second)) : 500_000n
  const args = [duty.underlying, duty.expiry, first, second] as const
  return { duties: [duty], gas, contract: 'priceBook', functionName, args }
}
