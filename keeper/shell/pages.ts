// What is read at a head only where it matters? Paths of barriers and averages, debts, and auctions past help.
import { debtorsOf, hoursOf, NO_PAGES, pathSeriesOf, tearableOf } from '../core/pages.ts'
import type { Debts, Pages, Path, TearUp } from '../core/pages.ts'
import type { View } from '../core/view.ts'
import type { Chain } from './chain.ts'
import { accountIdOf } from '../../units/account.ts'
import type { Observed } from '../../units/portfolio.ts'
import type { AccountId, SeriesId } from '../../units/values.ts'

/** Asked for in one request, by what a node lets it cost: an average a quarter of a million gas, a quote up to five million. */
const SERIES_AT_ONCE = 64
const HOLDERS_AT_ONCE = 256
const QUOTES_AT_ONCE = 8
/** Most holders torn in one transaction, and accounts looked at. */
const TORN_AT_ONCE = 16
const AUCTIONS_MOST = 64
const HOPELESS_MOST = 4

/** `house`: owners of the protocol's own accounts, which are nobody's debtors. */
export async function withPages(chain: Chain, view: View, house: ReadonlySet<string>): Promise<View> {
  const [paths, debts, tearUps] = await Promise.all([
    readPaths(chain, view),
    readDebts(chain, view, house),
    readTearUps(chain, view),
  ])
  const pages: Pages = { paths, debts, tearUps }
  return { ...view, pages }
}

async function readPaths(chain: Chain, view: View): Promise<Pages['paths']> {
  const held = [...view.markets.keys()].map((underlying) => [underlying, pathSeriesOf(view, underlying)] as const)
  const asked = held.filter(([, series]) => series.length > 0)
  return new Map(
    await Promise.all(asked.map(async ([it, series]) => [it, await readPath(chain, view, it, series)] as const)),
  )
}

async function readPath(chain: Chain, view: View, underlying: number, series: readonly SeriesId[]): Promise<Path> {
  const hours = hoursOf(view, series)
  const pages = await Promise.all(
    pagesOf(series, SERIES_AT_ONCE).map((page, index) =>
      chain.read('lens', 'paths', [underlying, index === 0 ? hours : [], page], view.head.hash),
    ),
  )
  return {
    hours: pages.flatMap(([seen]) => seen),
    observed: pages.flatMap(([, observed]) => observed as readonly Observed[]),
  }
}

async function readDebts(chain: Chain, view: View, house: ReadonlySet<string>): Promise<Debts> {
  const debtors = debtorsOf(view, house)
  if (debtors.length === 0) return NO_PAGES.debts
  const [seen, positive, owed] = await chain.read('lens', 'debts', [debtors], view.head.hash)
  const of = seen.map(({ account, since, interest, sales }) => {
    return [account as AccountId, { since: Number(since), interest, sales }] as const
  })
  return { positive, owed, of: new Map(of) }
}

/** Of each account past help the first series of which anything can be torn. */
async function readTearUps(chain: Chain, view: View): Promise<TearUp[]> {
  const open = view.accounts.inAuction().slice(0, AUCTIONS_MOST)
  if (open.length === 0) return []
  // While there is a fund nobody is past help, and no auction need be looked at.
  const fund = accountIdOf(chain.addresses.defaultFund, 0n)
  if ((await chain.read('ledger', 'cashOf', [fund], view.head.hash)) > 0n) return []
  const isHopeless = await Promise.all(
    pagesOf(open, QUOTES_AT_ONCE).map((page) => chain.read('lens', 'hopeless', [page], view.head.hash)),
  )
  const accounts = open.filter((_, index) => isHopeless.flat()[index]).slice(0, HOPELESS_MOST)
  const found = await Promise.all(accounts.map((account) => readTearUp(chain, view, account)))
  return found.filter((one) => one !== undefined)
}

async function readTearUp(chain: Chain, view: View, account: AccountId): Promise<TearUp | undefined> {
  for (const { series, holders } of tearableOf(view, account)) {
    for (const page of pagesOf(holders, HOLDERS_AT_ONCE)) {
      const left = await chain.read('lens', 'tearable', [account, series, page], view.head.hash)
      const holders = left.slice(0, TORN_AT_ONCE).map((holder) => holder as AccountId)
      if (holders.length > 0) return { account, series, holders }
    }
  }
  return undefined
}

function pagesOf<Item>(items: readonly Item[], size: number): (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
    items.slice(page * size, (page + 1) * size),
  )
}
