// How does the run stand? What the driver must know to choose its next event, and what the viewer sees of accounts and market.
import type { PublicClient } from 'viem'
import { assess, type RiskUniverse } from '../../risk/exact/margin.ts'
import type { Addresses } from '../../sdk/protocol/addresses.ts'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { MARKET_STATES, type Portfolio, type UnderlyingMarks } from '../../units/portfolio.ts'
import { seriesOf } from '../../units/series.ts'
import { LEVEL_INDEX, type AccountId } from '../../units/values.ts'
import type { AccountStatus, RunEvent } from '../events.ts'
import { units, type Losses } from './tell.ts'

const UNDERLYING = 1
const PAGE = 64n
/** [s] For so long the discount of an auction grows (RULES D3). */
const DISCOUNT_SECONDS = 3_600
/** In the order of IMarginCalls.Status. */
const STATUSES: readonly AccountStatus[] = ['healthy', 'called', 'auction', 'closed']

export type Watch = {
  /** The market as it is, and the fund. */
  readonly market: (time: number, losses: Losses) => Promise<readonly RunEvent[]>
  /** Every account that holds something; `isShown` chooses those worth telling. */
  readonly accounts: (
    time: number,
    isShown: (account: AccountId, status: AccountStatus) => boolean,
  ) => Promise<RunEvent[]>
  /** Whether an auction is open whose discount still grows; afterwards minutes bring nothing that ticks do not. */
  readonly hasAuctions: (now: number) => Promise<boolean>
  /** [unix s] Ends of the graces of `accounts`. */
  readonly deadlines: (accounts: readonly AccountId[], now: number) => Promise<readonly number[]>
  /** [unix s] Of the newest complete round. */
  readonly newestRound: () => Promise<number>
}

export async function createWatch(client: PublicClient, addresses: Addresses): Promise<Watch> {
  const protocol = protocolAt(client, addresses)
  const fundAccount = await protocol.defaultFund.read.fundAccount()
  const [parameters, grid] = await protocol.lens.read.parameters([UNDERLYING])
  const universe = new Map([[UNDERLYING, { parameters, grid }]]) as unknown as RiskUniverse

  async function accounts(time: number, isShown: Parameters<Watch['accounts']>[1]): Promise<RunEvent[]> {
    const views = await protocol.lens.read.accounts([0n, PAGE])
    const shown = views.filter((view) => isShown(view.account as AccountId, STATUSES[view.status] ?? 'healthy'))
    if (shown.length === 0) return []
    const portfolios = shown.map((view) => view.portfolio as unknown as Portfolio)
    const { above } = await protocol.lens.read.market([UNDERLYING, expiriesOf(portfolios)])
    return shown.flatMap((view, index) => {
      const health = healthOf(portfolios[index], above as unknown as UnderlyingMarks)
      if (health === undefined) return []
      const equity = units(health[LEVEL_INDEX.MARK])
      return [
        {
          kind: 'account' as const,
          time,
          account: String(view.account),
          status: STATUSES[view.status] ?? 'healthy',
          equity,
          maintenance: equity - units(health[LEVEL_INDEX.MAINTENANCE]),
          initial: equity - units(health[LEVEL_INDEX.INITIAL]),
        },
      ]
    })
  }

  /** Undefined where no price is live. */
  function healthOf(portfolio: Portfolio | undefined, marks: UnderlyingMarks) {
    if (portfolio === undefined || marks.candidates.length === 0) return undefined
    return assess(portfolio, [marks], universe, 'ABOVE').health
  }

  return {
    accounts,
    market: async (time, losses) => {
      const [index, fund, [, debts]] = await Promise.all([
        protocol.priceBook.read.index([UNDERLYING]),
        protocol.ledger.read.cashOf([fundAccount]),
        protocol.ledger.read.totals(),
      ])
      const optional = (value: bigint) => (value === 0n ? undefined : units(value))
      return [
        {
          kind: 'market',
          time,
          state: MARKET_STATES[index.state] ?? 'DEAD',
          price: units(index.price),
          reporters: optional(index.reporters),
          anchor: optional(index.anchor),
        },
        {
          kind: 'fund',
          time,
          assets: units(fund),
          used: units(losses.coveredByFund),
          badDebt: units(losses.shared + debts),
        },
      ]
    },
    hasAuctions: async (now) => {
      const open = await protocol.auctions.read.openAuctions([0n, PAGE])
      const auctions = await Promise.all(open.map((account) => protocol.auctions.read.auctionOf([account])))
      return auctions.some(({ startedAt }) => now <= Number(startedAt) + DISCOUNT_SECONDS)
    },
    deadlines: async (called, now) => {
      const left = await Promise.all(called.map((account) => protocol.marginCalls.read.graceLeft([account])))
      return left.map((seconds) => now + Number(seconds))
    },
    newestRound: async () => {
      const [newest] = await protocol.reporterOracle.read.rounds([UNDERLYING])
      return Number(newest.time)
    },
  }
}

function expiriesOf(portfolios: readonly Portfolio[]): number[] {
  const expiries = portfolios.flatMap(({ positions }) => positions.map(({ series }) => seriesOf(series).expiry))
  return [...new Set(expiries)].toSorted((a, b) => a - b)
}
