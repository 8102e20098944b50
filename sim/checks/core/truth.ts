// What did the venues truly print? Their last trades by moment, and the prices an honest reporter can have seen.
import { price, type Price } from '../../../units/values.ts'

/** Last trade of every venue at one moment. */
export type Tick = { readonly time: number; readonly prices: readonly number[] }

/** Median of the venues that printed; undefined where none did. */
export function medianOf({ prices }: Tick): Price | undefined {
  const sorted = prices.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) return undefined
  return toPrice(sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2)
}

/**
 * Lowest and highest print that an observation of `time` can rest on, and a half per cent for the line between two ticks; undefined
 * where too little is known. `staleSeconds`: oldest trade that a keeper may use.
 */
export function honestRange(
  ticks: readonly Tick[],
  time: number,
  staleSeconds: number,
): { readonly low: Price; readonly high: Price } | undefined {
  const after = ticks.find((tick) => tick.time >= time)
  const before = ticks.filter((tick) => tick.time <= time)
  const lastOlder = before.findLast((tick) => tick.time <= time - staleSeconds)
  const within = [lastOlder, ...before.filter((tick) => tick.time > time - staleSeconds), after]
  const prices = within.flatMap((tick) => tick?.prices ?? [])
  if (after === undefined || lastOlder === undefined || prices.length === 0) return undefined
  return { low: toPrice(Math.min(...prices) * 0.995), high: toPrice(Math.max(...prices) * 1.005) }
}

/** Eight decimals, as venues print at most. */
export function toPrice(units: number): Price {
  return price(BigInt(Math.round(units * 1e8)) * 10n ** 10n)
}
