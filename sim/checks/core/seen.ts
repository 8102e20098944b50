// What does an outsider see of the chain at one block? The values that the guarantees are judged on.
import type { Portfolio, UnderlyingMarks } from '../../../units/portfolio.ts'
import type { Cash } from '../../../units/values.ts'

/** Sums that can be read at every block. Amounts in 1e18. */
export type Books = {
  /** Cash tokens that custody holds. */
  readonly held: bigint
  readonly positive: bigint
  readonly debts: bigint
  readonly cashIndex: bigint
  /** Cash of the default fund's own account. */
  readonly fundCash: bigint
  /** By underlying: tokens in custody, and what the ledger says the accounts hold. */
  readonly collateral: readonly { readonly underlying: number; readonly held: bigint; readonly owned: bigint }[]
}

/** In the order of contracts/margincall/IMarginCalls.sol. */
export const STATUSES = ['HEALTHY', 'CALLED', 'AUCTION', 'CLOSED'] as const
export type Status = (typeof STATUSES)[number]

export type AccountSeen = {
  readonly account: bigint
  readonly portfolio: Portfolio
  readonly status: Status
  /** [s of market time] */
  readonly graceLeft: bigint
}

/** Prices for both statements, every underlying. */
export type Markets = { readonly below: readonly UnderlyingMarks[]; readonly above: readonly UnderlyingMarks[] }

/** By level, in the order of LEVELS; undefined where no price is live. */
export type Health = readonly [Cash, Cash, Cash, Cash] | undefined

/** What failed and by which numbers; `guarantee` as docs/INVARIANTS.md names it. */
export type Finding = { readonly guarantee: string; readonly detail: string }
