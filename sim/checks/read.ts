// What does the chain say at one block? Reads for the guarantees: views only, nothing that a keeper told.
import type { PublicClient } from 'viem'
import type { Addresses } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { eventDecoder, loggingAddresses, type ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { RiskUniverse } from '../../risk/exact/margin.ts'
import { ownerOf } from '../../units/account.ts'
import { seriesOf } from '../../units/series.ts'
import { cash, price, type AccountId, type Price } from '../../units/values.ts'
import type { Portfolio, UnderlyingMarks } from '../../units/portfolio.ts'
import { STATUSES, type AccountSeen, type Books, type Markets } from './core/seen.ts'

const OUTSIDE = 0n as AccountId
const PAGE = 16n
const MOST_PAGES = 64n

export type Reader = {
  readonly booksAt: (blockNumber: bigint) => Promise<Books>
  readonly eventsAt: (blockNumber: bigint) => Promise<ProtocolEvent[]>
  readonly accountAt: (account: bigint, blockNumber: bigint) => Promise<AccountSeen>
  /** Every account with positions or a debt. */
  readonly activeAccountsAt: (blockNumber: bigint) => Promise<AccountSeen[]>
  /** Every underlying, with marks for what `portfolios` hold. */
  readonly marketsAt: (portfolios: readonly Portfolio[], blockNumber: bigint) => Promise<Markets>
  readonly indexAt: (underlying: number, blockNumber: bigint) => Promise<IndexSeen>
  readonly settlementPriceAt: (underlying: number, expiry: number, blockNumber: bigint) => Promise<Price>
  readonly universeAt: (blockNumber: bigint) => Promise<RiskUniverse>
  readonly underlyings: readonly number[]
  /** Accounts that clear expiries: they hold both sides for a moment, and are nobody's. */
  readonly isHouse: (account: bigint) => boolean
}

export type IndexSeen = { readonly state: number; readonly reporters: Price; readonly reportersAt: number }

export async function createReader(client: PublicClient, addresses: Addresses): Promise<Reader> {
  const { ledger, custody, defaultFund, lens, priceBook } = protocolAt(client, addresses)
  const decode = eventDecoder(addresses)
  const fundAccount = await defaultFund.read.fundAccount()
  const underlyings = Array.from({ length: (await custody.read.assetCount()) - 1 }, (_, index) => index + 1)

  async function collateralAt(underlying: number, blockNumber: bigint) {
    const [held, owned] = await Promise.all([
      custody.read.held([underlying], { blockNumber }),
      ledger.read.collateralOf([OUTSIDE, underlying], { blockNumber }),
    ])
    return { underlying, held, owned }
  }

  return {
    underlyings,
    isHouse: (account) => ownerOf(account as AccountId) === addresses.settlement.toLowerCase(),

    booksAt: async (blockNumber) => {
      const [held, [positive, debts], cashIndex, fundCash, collateral] = await Promise.all([
        custody.read.held([0], { blockNumber }),
        ledger.read.totals({ blockNumber }),
        ledger.read.cashIndex({ blockNumber }),
        ledger.read.cashOf([fundAccount], { blockNumber }),
        Promise.all(underlyings.map((underlying) => collateralAt(underlying, blockNumber))),
      ])
      return { held, positive, debts, cashIndex, fundCash, collateral }
    },

    eventsAt: async (blockNumber) => {
      const range = { fromBlock: blockNumber, toBlock: blockNumber }
      const logs = await client.getLogs({ address: loggingAddresses(addresses), ...range })
      return logs.flatMap((log) => decode(log) ?? [])
    },

    accountAt: async (account, blockNumber) => seen(await lens.read.account([account as AccountId], { blockNumber })),

    activeAccountsAt: async (blockNumber) => {
      const accounts: AccountSeen[] = []
      for (let offset = 0n; offset < PAGE * MOST_PAGES; offset += PAGE) {
        const page = await lens.read.accounts([offset, PAGE], { blockNumber })
        accounts.push(...page.map(seen))
        if (page.length < Number(PAGE)) break
      }
      return accounts
    },

    marketsAt: async (portfolios, blockNumber) => {
      const views = await Promise.all(
        underlyings.map((it) => lens.read.market([it, expiriesOf(portfolios, it)], { blockNumber })),
      )
      return {
        below: views.map((view) => view.below as unknown as UnderlyingMarks),
        above: views.map((view) => view.above as unknown as UnderlyingMarks),
      }
    },

    indexAt: async (underlying, blockNumber) => {
      const index = await priceBook.read.index([underlying], { blockNumber })
      return { state: index.state, reporters: price(index.reporters), reportersAt: Number(index.reportersAt) }
    },

    settlementPriceAt: async (underlying, expiry, blockNumber) =>
      price(await priceBook.read.settlementPrice([underlying, expiry], { blockNumber })),

    universeAt: async (blockNumber) => {
      const numbers = await Promise.all(underlyings.map((it) => lens.read.parameters([it], { blockNumber })))
      return new Map(underlyings.map((it, index) => [it, riskNumbers(numbers[index])]))
    },
  }
}

type LensAccount = {
  readonly account: bigint
  readonly portfolio: {
    readonly cash: bigint
    readonly positions: readonly { readonly series: bigint; readonly size: bigint }[]
    readonly collateral: readonly { readonly underlying: number; readonly amount: bigint }[]
  }
  readonly status: number
  readonly graceLeft: bigint
}

function seen({ account, portfolio, status, graceLeft }: LensAccount): AccountSeen {
  const whole = { ...portfolio, cash: cash(portfolio.cash) } as Portfolio
  return { account, portfolio: whole, status: STATUSES[status] ?? 'HEALTHY', graceLeft }
}

function riskNumbers(read: readonly unknown[] | undefined) {
  const [parameters, grid] = read ?? []
  return { parameters, grid } as RiskUniverse extends ReadonlyMap<number, infer Numbers> ? Numbers : never
}

function expiriesOf(portfolios: readonly Portfolio[], underlying: number): number[] {
  const series = portfolios.flatMap(({ positions }) => positions.map((position) => seriesOf(position.series)))
  const expiries = series.filter((it) => it.underlying === underlying).map((it) => it.expiry)
  return [...new Set(expiries)].toSorted((a, b) => a - b)
}
