// Who must be called, who is cured, and whose call lapses? RULES D1.
import { LEVEL_INDEX } from '../../../units/values.ts'
import { graceLeft, isAtLeast, weakestMarket } from '../view.ts'
import type { View } from '../view.ts'
import { holdsNothing } from '../scan.ts'
import type { Standing } from '../scan.ts'
import type { Duty } from './duty.ts'

/** Healthy accounts below MAINTENANCE while every market that decides is callable, with the worst scenario of each price. */
export function openMarginCallDuties(view: View, standings: readonly Standing[]): Duty[] {
  return standings.flatMap(({ state, below }) => {
    const health = below.health[LEVEL_INDEX.MAINTENANCE]
    const isDue = (state.status === 'HEALTHY' || state.status === 'CLOSED') && health < 0n && !holdsNothing(state)
    if (!isDue || !isAtLeast(weakestMarket(view, state), 'LIQUIDATING')) return []
    return [{ kind: 'openMarginCall', account: state.account, witnesses: below.witnesses, shortfall: -health } as const]
  })
}

/** Called accounts above INITIAL. */
export function recordCureDuties(standings: readonly Standing[]): Duty[] {
  return standings
    .filter(({ state, above }) => state.status === 'CALLED' && above.health[LEVEL_INDEX.INITIAL] >= 0n)
    .map(({ state }) => ({ kind: 'recordCure', account: state.account }) as const)
}

/** Called accounts past their deadline, above MAINTENANCE but not INITIAL. */
export function lapseDuties(view: View, standings: readonly Standing[]): Duty[] {
  return standings
    .filter(({ state, above: { health } }) => {
      const isBetween = health[LEVEL_INDEX.MAINTENANCE] >= 0n && health[LEVEL_INDEX.INITIAL] < 0n
      return state.status === 'CALLED' && isBetween && graceLeft(view, state) === 0n
    })
    .map(({ state }) => ({ kind: 'lapse', account: state.account }) as const)
}
