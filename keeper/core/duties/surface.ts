// When is a volatility surface due? When its level has moved, when it is old, or when an expiry held has no slice.
import type { Surface } from '../../../units/observation.ts'
import type { Duty } from './duty.ts'
import { roundAt } from './prices.ts'
import type { StoredSurface, View } from '../view.ts'

/** Relative move of the at-the-money volatility of any expiry. */
const LEVEL_MOVE = 0.05
const SURFACE_AGE_SECONDS = 3_600

export type OwnSurface = (underlying: number, round: number) => Surface | undefined

/** At most one duty an underlying; none without a surface of one's own. */
export function surfaceDuties(view: View, own: OwnSurface): Duty[] {
  const round = roundAt(view.head.time)
  return [...view.markets.keys()].flatMap((underlying) => {
    const fitted = own(underlying, round)
    if (fitted === undefined || fitted.slices.length === 0) return []
    const reason = reasonToSubmit(fitted, view, underlying)
    return reason === undefined ? [] : [{ kind: 'submitSurface', underlying, round, reason } as const]
  })
}

function reasonToSubmit(fitted: Surface, view: View, underlying: number): string | undefined {
  const stored = view.surfaces.get(underlying)
  if (stored === undefined || stored.slices.length === 0) return 'none stored'
  const age = Number(fitted.time) - stored.time
  if (age <= 0) return undefined
  if (age >= SURFACE_AGE_SECONDS) return `${age} s old`
  const without = expiriesWithout(stored, fitted, view.accounts.expiriesOf(underlying))
  if (without.length > 0) return `no slice for ${without.join()}`
  const move = largestMove(stored, fitted)
  return move >= LEVEL_MOVE ? `level moved ${(100 * move).toFixed(1)} %` : undefined
}

/** Expiries held that we have a slice for and the chain has none. */
function expiriesWithout(stored: StoredSurface, fitted: Surface, held: readonly number[]): number[] {
  const has = (slices: readonly { readonly expiry: number }[], expiry: number): boolean =>
    slices.some((slice) => slice.expiry === expiry)
  return held.filter((expiry) => has(fitted.slices, expiry) && !has(stored.slices, expiry))
}

/** Largest relative change of at-the-money volatility over expiries in both, the stored variance scaled to the time left. */
function largestMove(stored: StoredSurface, fitted: Surface): number {
  const moves = fitted.slices.flatMap((slice) => {
    const last = stored.slices.find(({ expiry }) => expiry === slice.expiry)
    if (last === undefined) return []
    const share = (slice.expiry - Number(fitted.time)) / (slice.expiry - stored.time)
    return [Math.abs(Math.sqrt(Number(slice.theta) / (Number(last.theta) * share)) - 1)]
  })
  return Math.max(0, ...moves)
}
