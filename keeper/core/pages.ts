// What is asked at a head only where it matters? Hours and averages of series that need them, debtors, and auctions past help.
import { ownerOf } from '../../units/account.ts'
import type { Observed } from '../../units/portfolio.ts'
import { isAsian, isBarrier, seriesOf } from '../../units/series.ts'
import type { AccountId, SeriesId } from '../../units/values.ts'
import { marketStateOf } from './view.ts'
import type { View } from './view.ts'

/** A full hour [unix s]; `price` [1e18] zero where it was not observed. `isObservable`: the contract would write it now. */
export type Hour = { readonly hour: number; readonly price: bigint; readonly isObservable: boolean }

/** Of one underlying: the hours at which a barrier that is held can be touched, and what path-dependent series have seen. */
export type Path = { readonly hours: readonly Hour[]; readonly observed: readonly Observed[] }

/** `since` [unix s]; `interest` [1e18] that a charge would find due. `sales`: one for each underlying held as collateral. */
export type Debt = {
  readonly since: number
  readonly interest: bigint
  readonly sales: readonly { readonly underlying: number; readonly isOpen: boolean; readonly discount: bigint }[]
}

/** `positive`, `owed` [1e18]: all cash, and all debts; zero while nobody owes. */
export type Debts = { readonly positive: bigint; readonly owed: bigint; readonly of: ReadonlyMap<AccountId, Debt> }

/** `holders` that a tear-up of `series` takes something from. */
export type TearUp = {
  readonly account: AccountId
  readonly series: SeriesId
  readonly holders: readonly AccountId[]
}

export type Pages = {
  readonly paths: ReadonlyMap<number, Path>
  readonly debts: Debts
  readonly tearUps: readonly TearUp[]
}

const NO_DEBTS: Debts = { positive: 0n, owed: 0n, of: new Map() }
export const NO_PAGES: Pages = { paths: new Map(), debts: NO_DEBTS, tearUps: [] }

const HOUR = 3_600
/** [s] For so long after its hour a touch can be recorded; as TOUCH_SECONDS of TouchLib. */
const TOUCH_SECONDS = 6 * HOUR
/** Of those who owe most. */
const DEBTORS_MOST = 64

/** Barrier and Asian series held in `underlying`, ascending. */
export function pathSeriesOf({ accounts }: View, underlying: number): SeriesId[] {
  return accounts.seriesOf(underlying).filter((series) => {
    const { kind } = seriesOf(series)
    return isBarrier(kind) || isAsian(kind)
  })
}

/** Full hours that can still be recorded and lie within the life of one of the barriers in `series`, ascending. */
export function hoursOf({ head }: View, series: readonly SeriesId[]): number[] {
  const expiries = series.map(seriesOf).flatMap(({ kind, expiry }) => (isBarrier(kind) ? [expiry] : []))
  const last = Math.min(head.time, Math.max(0, ...expiries))
  const hours: number[] = []
  for (let hour = last - (last % HOUR); hour > 0 && hour + TOUCH_SECONDS >= head.time; hour -= HOUR) hours.unshift(hour)
  return hours
}

/** Somebody's accounts that owe and are in no auction, ascending; of many those that owe most. */
export function debtorsOf({ accounts }: View, house: ReadonlySet<string>): AccountId[] {
  const debtors = accounts.debtors().flatMap((account) => {
    const state = accounts.get(account)
    const isSomebodys = account >> 96n !== 0n && !house.has(ownerOf(account))
    return state !== undefined && isSomebodys && state.status !== 'AUCTION' ? [state] : []
  })
  const most = debtors.toSorted((a, b) => (a.cash < b.cash ? -1 : a.cash > b.cash ? 1 : 0)).slice(0, DEBTORS_MOST)
  return most.map(({ account }) => account).toSorted((a, b) => (a < b ? -1 : 1))
}

/** Series of `account` that have a mark and so can be torn up, ascending, each with those who hold the other side. */
export function tearableOf(view: View, account: AccountId): Omit<TearUp, 'account'>[] {
  const positions = view.accounts.get(account)?.positions ?? []
  return positions
    .filter(({ series }) => {
      const { underlying, expiry } = seriesOf(series)
      return expiry > view.head.time && marketStateOf(view, underlying) === 'AGREED'
    })
    .toSorted((a, b) => (a.series < b.series ? -1 : 1))
    .map(({ series, size }) => {
      const { underlying, expiry } = seriesOf(series)
      const holders = view.accounts.holdersOf(underlying, expiry, (held) => held === series)
      const isOpposite = (holder: AccountId): boolean =>
        view.accounts.get(holder)?.positions.some((held) => held.series === series && held.size > 0n !== size > 0n) ===
        true
      return { series, holders: holders.filter(isOpposite) }
    })
}
