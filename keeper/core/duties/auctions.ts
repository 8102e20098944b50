// Who must be auctioned, whose auction is over, and whose debt is lost? RULES D1, A2.
import { LEVEL_INDEX } from '../../../units/values.ts'
import { graceLeft, isAtLeast, weakestMarket } from '../view.ts'
import type { View } from '../view.ts'
import { holdsNothing } from '../scan.ts'
import type { Standing } from '../scan.ts'
import type { Duty } from './duty.ts'

/** Below CLOSEOUT at any moment a source speaks; or called, the grace over, below MAINTENANCE while markets are callable. */
export function startAuctionDuties(view: View, standings: readonly Standing[]): Duty[] {
  return standings.flatMap((standing) => {
    const { state, below } = standing
    if (state.status === 'AUCTION' || holdsNothing(state) || !mayStart(view, standing)) return []
    const shortfall = -below.health[LEVEL_INDEX.MAINTENANCE]
    return [{ kind: 'startAuction', account: state.account, witnesses: below.witnesses, shortfall } as const]
  })
}

function mayStart(view: View, { state, below: { health } }: Standing): boolean {
  const market = weakestMarket(view, state)
  if (health[LEVEL_INDEX.CLOSEOUT] < 0n) return isAtLeast(market, 'SINGLE')
  const isOverdue = state.status === 'CALLED' && graceLeft(view, state) === 0n
  return isOverdue && health[LEVEL_INDEX.MAINTENANCE] < 0n && isAtLeast(market, 'LIQUIDATING')
}

/** Auctions of accounts above INITIAL again, or with nothing left. */
export function closeAuctionDuties(standings: readonly Standing[]): Duty[] {
  return standings
    .filter(({ state, above }) => {
      return state.status === 'AUCTION' && (holdsNothing(state) || above.health[LEVEL_INDEX.INITIAL] >= 0n)
    })
    .map(({ state }) => ({ kind: 'closeAuction', account: state.account }) as const)
}

/** Debtors with neither positions nor collateral, in no auction. */
export function writeOffDuties(standings: readonly Standing[]): Duty[] {
  return standings
    .filter(({ state }) => state.status !== 'AUCTION' && state.cash < 0n && holdsNothing(state))
    .map(({ state }) => ({ kind: 'writeOff', account: state.account }) as const)
}
