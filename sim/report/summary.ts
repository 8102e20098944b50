// What came of the run, in figures? The report's JSON form.
import type { AccountStatus } from '../events.ts'
import { countOf, happeningsOf, nameOf, type Deeds, type Run } from './run.ts'

export type Violation = { readonly time: number; readonly guarantee: string; readonly detail: string }

/** Amounts in units of account, times in unix seconds of the replayed market, `seconds` of this machine's clock. */
export type Summary = {
  readonly scenario: string
  readonly underlying: string
  readonly seed: number
  readonly from: number
  readonly to: number
  readonly marginCalls: number
  readonly cures: number
  readonly lapses: number
  readonly auctions: number
  readonly bids: number
  readonly settlements: number
  readonly violations: readonly Violation[]
  readonly badDebt: number
  readonly defaultFundUsed: number
  readonly falseCalls: number
  readonly blocks: number
  readonly seconds: number
  /** What each keeper did, by address; a keeper that did nothing is listed with zeros. */
  readonly byKeeper: Readonly<Record<string, KeeperSummary>>
  /** What traders and strangers did, by address. */
  readonly byOthers: Readonly<Record<string, Deeds>>
  readonly accounts: Readonly<Record<AccountStatus, number>>
  readonly noCluster: { readonly observations: number; readonly minutes: number }
  readonly gasUsed: number
  readonly failedTransactions: number
  readonly inputs: readonly { readonly name: string; readonly origin: 'real' | 'synthetic'; readonly source: string }[]
  readonly settlementPrices: readonly { readonly expiry: number; readonly price: number; readonly rung: number }[]
  readonly episodes: readonly Episode[]
}

export type KeeperSummary = Deeds & { readonly keeper: number; readonly turns: number; readonly killed: boolean }

/** One thing that happened to an account, for reading without the plots. */
export type Episode = {
  readonly time: number
  readonly what: 'marginCall' | 'cure' | 'lapse' | 'auctionStart' | 'bid' | 'auctionEnd'
  readonly account: string
  readonly name: string
  readonly by?: string
  readonly amount?: number
}

export function summaryOf(run: Run): Summary {
  return {
    scenario: run.started?.scenario ?? '',
    underlying: run.started?.underlying ?? '',
    seed: run.started?.seed ?? 0,
    from: run.started?.from ?? 0,
    to: run.started?.to ?? 0,
    marginCalls: countOf(run, 'marginCall'),
    cures: countOf(run, 'cure'),
    lapses: countOf(run, 'lapse'),
    auctions: countOf(run, 'auctionStart'),
    bids: countOf(run, 'bid'),
    settlements: countOf(run, 'settlement'),
    violations: happeningsOf(run, 'violation').map(({ time, guarantee, detail }) => ({ time, guarantee, detail })),
    badDebt: run.fund?.badDebt ?? 0,
    defaultFundUsed: run.fund?.used ?? 0,
    falseCalls: countOf(run, 'falseCall'),
    blocks: run.blocks.length,
    seconds: run.finished?.wallSeconds ?? 0,
    byKeeper: keeperSummaries(run),
    byOthers: Object.fromEntries([...run.deeds].filter(([address]) => !isKeeper(run, address))),
    accounts: accountsByStatus(run),
    noCluster: noClusterOf(run),
    gasUsed: run.blocks.reduce((sum, block) => sum + block.gasUsed, 0),
    failedTransactions: countOf(run, 'failedTransaction'),
    inputs: run.started?.inputs ?? [],
    settlementPrices: happeningsOf(run, 'settlementPrice').map(({ expiry, price, rung }) => ({ expiry, price, rung })),
    episodes: episodesOf(run),
  }
}

/** Accounts by the status they were last seen in. */
export function accountsByStatus(run: Run): Record<AccountStatus, number> {
  const counts = { healthy: 0, called: 0, auction: 0, closed: 0 }
  for (const points of run.accounts.values()) counts[points.at(-1)?.status ?? 'healthy'] += 1
  return counts
}

/** Minutes in which at least one keeper found no cluster among its venues. */
export function minutesWithoutCluster(run: Run): number[] {
  return [...new Set(happeningsOf(run, 'noCluster').map(({ time }) => time - (time % 60)))].toSorted((a, b) => a - b)
}

function noClusterOf(run: Run): Summary['noCluster'] {
  return { observations: countOf(run, 'noCluster'), minutes: minutesWithoutCluster(run).length }
}

function keeperSummaries(run: Run): Record<string, KeeperSummary> {
  const summaries: Record<string, KeeperSummary> = {}
  for (const { id, address } of run.started?.keepers ?? []) {
    const deeds = run.deeds.get(address.toLowerCase())
    if (deeds === undefined) continue
    summaries[address] = { keeper: id, turns: run.turns.get(id) ?? 0, killed: run.killed.has(id), ...deeds }
  }
  return summaries
}

function isKeeper(run: Run, address: string): boolean {
  return run.started?.keepers.some((keeper) => keeper.address.toLowerCase() === address) ?? false
}

function episodesOf(run: Run): Episode[] {
  const episodes: Episode[] = []
  for (const it of run.happenings) {
    switch (it.kind) {
      case 'marginCall':
      case 'cure':
      case 'lapse':
      case 'auctionStart':
        episodes.push({ ...placed(run, it), what: it.kind, by: it.by })
        break
      case 'bid':
        episodes.push({ ...placed(run, it), what: it.kind, by: it.by, amount: it.paid })
        break
      case 'auctionEnd':
        episodes.push({ ...placed(run, it), what: it.kind, amount: it.deficit })
        break
      default: // told elsewhere, or of no account
    }
  }
  return episodes
}

function placed(run: Run, { time, account }: { time: number; account: string }) {
  return { time, account, name: nameOf(run, account) }
}
