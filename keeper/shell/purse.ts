// What has been spent today, over all lanes? The daily cap holds for what is mined and for what may still be.
import { mayPromise, sumOf, withinDay } from '../core/spending.ts'
import type { Spent } from '../core/spending.ts'

export type Purse = {
  /** Promises `wei` for `key`, in the place of what was promised for it; false, and nothing promised, where the cap forbids it. */
  readonly promise: (key: string, wei: bigint, time: number) => boolean
  /** The promise for `key` has come to `wei`. */
  readonly pay: (key: string, wei: bigint, time: number) => void
  /** What was spent before this process began. */
  readonly recall: (before: readonly Spent[]) => void
  /** Wei of the last day. */
  readonly spent: () => bigint
  readonly cap: bigint
}

/** `cap` [wei a day]. */
export function purseOf(cap: bigint): Purse {
  const promises = new Map<string, bigint>()
  let spent: readonly Spent[] = []
  return {
    promise: (key, wei, time) => {
      spent = withinDay(spent, time)
      const others = [...promises].reduce((sum, [name, amount]) => (name === key ? sum : sum + amount), 0n)
      if (!mayPromise(spent, others, wei, cap)) return false
      promises.set(key, wei)
      return true
    },
    pay: (key, wei, time) => {
      promises.delete(key)
      if (wei > 0n) spent = [...withinDay(spent, time), { time, wei }]
    },
    recall: (before) => {
      spent = [...before, ...spent]
    },
    spent: () => sumOf(spent),
    cap,
  }
}
