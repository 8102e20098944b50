// Which expiries need a price, and which accounts are to be settled at it? RULES E1, A1.
import { ownerOf } from '../../../units/account.ts'
import type { SeriesId } from '../../../units/values.ts'
import type { View } from '../view.ts'
import type { Duty } from './duty.ts'

/** Most accounts in one transaction. */
const PAGE = 16

/** Expiries that are over, still held, and have no price. */
export function fixSettlementPriceDuties(view: View): Duty[] {
  return [...view.markets].flatMap(([underlying, market]) =>
    market.below.expiries
      .filter(({ expiry, settlementPrice }) => expiry <= view.head.time && settlementPrice === 0n)
      .map(({ expiry }) => ({ kind: 'fixSettlementPrice', underlying, expiry }) as const),
  )
}

/**
 * A page of the accounts that hold something of an expiry whose price is fixed, or whose market was wound down at one; `house`
 * accounts settle nothing.
 */
export function settleDuties(view: View, house: ReadonlySet<string>): Duty[] {
  const undecided = undecidedOf(view)
  return [...view.markets].flatMap(([underlying, market]) => {
    const isWoundDown = (view.silences.get(underlying)?.price ?? 0n) > 0n
    return market.below.expiries.flatMap(({ expiry, settlementPrice }): Duty[] => {
      if (!isWoundDown && (expiry > view.head.time || settlementPrice === 0n)) return []
      const holders = view.accounts.holdersOf(underlying, expiry, (series) => !undecided.has(series))
      const accounts = holders.filter((account) => !house.has(ownerOf(account))).slice(0, PAGE)
      return accounts.length === 0 ? [] : [{ kind: 'settle', underlying, expiry, accounts }]
    })
  })
}

/** Path-dependent series whose own observation is not final: the contract leaves them standing, and settles the rest. */
function undecidedOf({ pages }: View): ReadonlySet<SeriesId> {
  const open = [...pages.paths.values()].flatMap(({ observed }) =>
    observed.filter(({ settlementPrice }) => settlementPrice === 0n),
  )
  return new Set(open.map(({ series }) => series))
}
