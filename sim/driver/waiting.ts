// Does something wait for the next block? Transactions, and duties that somebody alive can still do about this event.
import type { Status } from '../status.ts'

/** Duties that need a quorum of reporters, and that prices alone make due again and again. */
const QUORUM_DUTIES = ['reportPrices', 'submitSurface']

export type Waiting = {
  readonly pendingTransactions: number
  readonly statuses: readonly Status[]
  /** A quorum of reporters is alive. */
  readonly hasQuorum: boolean
  /** The newest complete round is of this event, or later. */
  readonly isPriced: boolean
}

export function isSomethingWaiting({ pendingTransactions, statuses, hasQuorum, isPriced }: Waiting): boolean {
  if (pendingTransactions > 0) return true
  return statuses.some(({ due, dueByKind }) => {
    if (dueByKind === undefined) return due > 0
    const ofQuorum = QUORUM_DUTIES.reduce((sum, kind) => sum + (dueByKind[kind] ?? 0), 0)
    return due - ofQuorum > 0 || (ofQuorum > 0 && hasQuorum && !isPriced)
  })
}
