// Whose interest is to be charged, and whose collateral goes on sale? RULES A2.
import { LEVEL_INDEX, ONE } from '../../../units/values.ts'
import type { AccountId } from '../../../units/values.ts'
import type { Debt } from '../pages.ts'
import type { Standing } from '../scan.ts'
import { isAtLeast, marketStateOf } from '../view.ts'
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/**
 * [1e18 units of account] Less interest than this is not worth a transaction; nor is less than this part of the debt, since each
 * charge moves the index of all cash, and every reader of accounts begins anew.
 */
const LEAST_INTEREST = 10n * ONE
const DEBTS_AN_INTEREST = 2_000n
/** [s] For so long a debt of settlement is the owner's to pay; as PATIENCE_SECONDS of Debts. */
const PATIENCE = 86_400

export function chargeInterestDuties({ accounts, pages }: View): Duty[] {
  return [...pages.debts.of]
    .filter(([account, { interest }]) => {
      const debt = -(accounts.get(account)?.cash ?? 0n)
      return interest >= LEAST_INTEREST && interest * DEBTS_AN_INTEREST >= debt
    })
    .map(([account]) => ({ kind: 'chargeInterest', account }) as const)
}

/** One underlying of a debtor at a time, while two sources speak of it. */
export function openSaleDuties(view: View, standings: readonly Standing[]): Duty[] {
  const low = new Set(
    standings.flatMap(({ state, below }) => (below.health[LEVEL_INDEX.MAINTENANCE] < 0n ? [state.account] : [])),
  )
  return [...view.pages.debts.of].flatMap(([account, debt]) => {
    const next = debt.sales.find(({ underlying, isOpen }) => {
      return !isOpen && isAtLeast(marketStateOf(view, underlying), 'DISPUTED')
    })
    if (next === undefined || !isDue(view, account, debt, low)) return []
    return [{ kind: 'openSale', account, underlying: next.underlying } as const]
  })
}

/** A day old; or below MAINTENANCE; or part of debts beyond half of all positive cash. */
function isDue(
  { head, pages: { debts } }: View,
  account: AccountId,
  { since }: Debt,
  low: ReadonlySet<AccountId>,
): boolean {
  if (since === 0) return false
  return head.time >= since + PATIENCE || debts.owed * 2n > debts.positive || low.has(account)
}
