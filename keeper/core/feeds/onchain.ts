// What does a contract say a price is? Chainlink's answers and the ticks of a Uniswap v3 pool, as trades like any venue's.
import type { Trade } from './message.ts'

const PRICE_DECIMALS = 8
const MOST = 1n << 64n
const LEAST_TIME = 1_230_768_000
/** A pool's tick is the logarithm of its price to this base. */
const TICK_BASE = 1.0001

/** Of `latestRoundData`: `answer` with `decimals`, told at `updatedAt` [unix s]. Undefined where it is no price. */
export function chainlinkTrade(answer: bigint, decimals: number, updatedAt: bigint): Trade | undefined {
  if (answer <= 0n || decimals > 36 || updatedAt < BigInt(LEAST_TIME)) return undefined
  const price =
    decimals >= PRICE_DECIMALS
      ? answer / 10n ** BigInt(decimals - PRICE_DECIMALS)
      : answer * 10n ** BigInt(PRICE_DECIMALS - decimals)
  return price > 0n && price < MOST ? { time: Number(updatedAt) * 1_000, price } : undefined
}

/** Which token of a pool is priced, and by how many decimals each counts. */
export type PoolShape = { readonly decimals0: number; readonly decimals1: number; readonly isInverse: boolean }

/**
 * Of `observe([window, 0])`: the mean of the window, geometric as the pool keeps it, told at `time` [unix s] of the block. Of token 0 in
 * token 1, or the other way round.
 */
export function poolTrade(
  [before, now]: readonly [bigint, bigint],
  windowSeconds: number,
  { decimals0, decimals1, isInverse }: PoolShape,
  time: number,
): Trade | undefined {
  if (windowSeconds <= 0 || time < LEAST_TIME) return undefined
  const tick = Number(now - before) / windowSeconds
  const ratio = TICK_BASE ** tick * 10 ** (decimals0 - decimals1)
  const value = isInverse ? 1 / ratio : ratio
  const scaled = value * 10 ** PRICE_DECIMALS
  if (!Number.isFinite(scaled) || scaled < 1 || scaled >= Number(MOST)) return undefined
  return { time: time * 1_000, price: BigInt(Math.round(scaled)) }
}
