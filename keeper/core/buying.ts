// Is a debtor's collateral worth buying? Only for an operator who asked for it, with the cash of its own account.
import { ONE } from '../../units/values.ts'
import type { AccountId } from '../../units/values.ts'
import type { Purchase } from './calls.ts'
import { marketStateOf } from './view.ts'
import type { View } from './view.ts'

/** Shares in 1e18: below the index at least; of what the buying account can spend at most. */
export type BuyRules = { readonly minDiscount: bigint; readonly maxUse: bigint }

/**
 * At most one for each debtor, the deepest discounts first, while `means` [1e18] last: cash of `buyer`, or its health at INITIAL where
 * that is less. Only at an agreed price: in a dispute the debtor is given the better of two.
 */
export function purchasesOf(
  view: View,
  buyer: AccountId,
  means: bigint,
  { minDiscount, maxUse }: BuyRules,
): Purchase[] {
  const offers = [...view.pages.debts.of].flatMap(([account, { interest, sales }]) => {
    const open = sales.filter(({ underlying, isOpen, discount }) => {
      return isOpen && discount >= minDiscount && marketStateOf(view, underlying) === 'AGREED'
    })
    const [best] = open.toSorted((a, b) => Number(b.discount - a.discount))
    const debtor = view.accounts.get(account)
    if (best === undefined || debtor === undefined || account === buyer) return []
    return [{ ...best, account, owed: interest - debtor.cash, price: view.markets.get(best.underlying)!.price }]
  })
  let left = (means * maxUse) / ONE
  return offers
    .toSorted((a, b) => Number(b.discount - a.discount) || (a.account < b.account ? -1 : 1))
    .flatMap(({ account, underlying, discount, owed, price }) => {
      const asked = (price * (ONE - discount)) / ONE
      const spent = owed < left ? owed : left
      if (spent <= 0n || asked <= 0n) return []
      left -= spent
      // The discount only grows; the index may rise a little before this is mined, up to the least discount asked for.
      const mostPrice = (price * (ONE - minDiscount)) / ONE
      return [{ account, underlying, buyer, amount: (spent * ONE) / asked, mostPrice }]
    })
}
