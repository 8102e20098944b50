// Was this refused already, and has nothing changed since? What the protocol said no to is not asked again at every head.
import type { Head } from '../core/view.ts'

export type Refusals = {
  /** `markets`: a text that differs whenever the markets do. */
  readonly remember: (key: string, head: Head, markets: string) => void
  readonly isRefused: (key: string, head: Head, markets: string) => boolean
}

/** [s] Time alone may turn a refusal round: a grace ends, a surface's allowance grows. */
const ASK_AGAIN_AFTER = 60
const KEPT = 4_096

export function refusals(): Refusals {
  const known = new Map<string, { readonly time: number; readonly markets: string }>()
  return {
    remember: (key, { time }, markets) => {
      known.delete(key)
      known.set(key, { time, markets })
      for (const oldest of known.keys()) if (known.size > KEPT) known.delete(oldest)
    },
    isRefused: (key, { time }, markets) => {
      const refusal = known.get(key)
      return refusal !== undefined && refusal.markets === markets && time - refusal.time < ASK_AGAIN_AFTER
    },
  }
}
