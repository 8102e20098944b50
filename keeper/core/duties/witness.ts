// In which call or auction has a worse scenario become known than is recorded? Whoever names it raises what must be held.
import { LEVEL_INDEX } from '../../../units/values.ts'
import type { Standing } from '../scan.ts'
import type { Duty } from './duty.ts'

/** Of what must be held at MAINTENANCE: less is not worth a transaction. */
const WORSE_SHARE = 20n

/** Accounts called or in auction whose worst scenarios leave them lower by a twentieth of their margin than the recorded ones. */
export function replaceWitnessDuties(standings: readonly Standing[]): Duty[] {
  return standings.flatMap(({ state, below, recorded }) => {
    if (recorded === undefined || (state.status !== 'CALLED' && state.status !== 'AUCTION')) return []
    const worst = below.health[LEVEL_INDEX.MAINTENANCE]
    const required = below.health[LEVEL_INDEX.MARK] - worst
    if ((recorded - worst) * WORSE_SHARE < required || recorded <= worst) return []
    const of = state.status === 'CALLED' ? 'marginCalls' : 'auctions'
    return [{ kind: 'replaceWitness', account: state.account, of, witnesses: below.witnesses } as const]
  })
}
