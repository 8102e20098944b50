// Which expiries need a price, and which accounts are to be settled at it? RULES E1, A1.
import { ownerOf } from '../../../units/account.ts'
import type { AccountId } from '../../../units/values.ts'
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** Most accounts in one transaction. */
const PAGE = 16

type Expired = { readonly underlying: number; readonly expiry: number; readonly isFixed: boolean }

/** Expiries that are over, still held, and have no price. */
export function fixSettlementPriceDuties(view: View): Duty[] {
  return expiredOf(view)
    .filter(({ isFixed }) => !isFixed)
    .map(({ underlying, expiry }) => ({ kind: 'fixSettlementPrice', underlying, expiry }) as const)
}

/** A page of the accounts that hold something of an expiry whose price is fixed; `house` accounts settle nothing. */
export function settleDuties(view: View, house: ReadonlySet<string>): Duty[] {
  return expiredOf(view)
    .filter(({ isFixed }) => isFixed)
    .flatMap(({ underlying, expiry }) => {
      const accounts = holdersOf(view, underlying, expiry, house).slice(0, PAGE)
      return accounts.length === 0 ? [] : [{ kind: 'settle', underlying, expiry, accounts } as const]
    })
}

function expiredOf(view: View): Expired[] {
  return [...view.markets].flatMap(([underlying, market]) =>
    market.below.expiries
      .filter(({ expiry }) => expiry <= view.head.time)
      .map(({ expiry, settlementPrice }) => ({ underlying, expiry, isFixed: settlementPrice > 0n })),
  )
}

function holdersOf(view: View, underlying: number, expiry: number, house: ReadonlySet<string>): AccountId[] {
  return view.accounts.holdersOf(underlying, expiry).filter((account) => !house.has(ownerOf(account)))
}
