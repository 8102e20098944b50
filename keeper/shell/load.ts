// How does a keeper come to a view? Pages of the lens at one block hash; then logs and markets of each head.
import type { Chain } from './chain.ts'
import { expiriesHeld, fold, STATUSES } from '../core/view.ts'
import type { AccountState, Head, Market, StoredSurface, Universe, VersionedRules, View } from '../core/view.ts'
import type { AccountId, Cash } from '../../units/values.ts'

/** Halved where a node refuses the page as too dear. */
const PAGE = 64

type AccountView = Awaited<ReturnType<typeof readAccounts>>[number]

/** Everything from pages, at `head`: the start, and after a reorganisation. */
export async function loadView(chain: Chain, head: Head): Promise<View> {
  const universe = await readUniverse(chain, head)
  const pages = await readAllAccounts(chain, head, universe.activeAccounts)
  const underlyings = Array.from({ length: universe.assetCount - 1 }, (_, index) => index + 1)
  const rules = new Map(
    await Promise.all(underlyings.map(async (it) => [it, await readRules(chain, head, it)] as const)),
  )
  const surfaces = new Map(
    await Promise.all(underlyings.map(async (it) => [it, await readSurface(chain, head, it)] as const)),
  )
  const bare = new Map(pages.map((page) => [page.account as AccountId, stateOf(page, new Map())]))
  const markets = await readMarkets(chain, head, underlyings, bare)
  const since = marketTimesOf(markets)
  const accounts = new Map(pages.map((page) => [page.account as AccountId, stateOf(page, since)]))
  return { head, universe: universe.universe, accounts, markets, rules, surfaces }
}

/** The view at `head`, from that of an earlier head of the same chain. */
export async function advanceView(chain: Chain, view: View, head: Head): Promise<View> {
  if (!(await isSameChain(chain, view.head, head))) return loadView(chain, head)
  const events = await chain.events(view.head.number + 1n, head.number)
  // Markets are asked for the expiries held after these events, so the accounts are folded first.
  const early = fold(view, events, view.markets)
  if (early.isCashScaled) return loadView(chain, head)
  const markets = await readMarkets(chain, head, [...view.markets.keys()], early.accounts)
  const folded = fold(view, events, markets)
  const accounts = await withUnknown(chain, head, folded.accounts, folded.unknown, markets)
  const universe = folded.isEpochNew ? (await readUniverse(chain, head)).universe : view.universe
  const rules = await currentRules(chain, head, view.rules, markets)
  return { head, universe, accounts, markets, rules, surfaces: folded.surfaces }
}

async function isSameChain(chain: Chain, last: Head, head: Head): Promise<boolean> {
  if (head.number <= last.number) return false
  if (head.number === last.number + 1n) return head.parentHash === last.hash
  return (await chain.headAt(last.number)).hash === last.hash
}

// ---- pages -----------------------------------------------------------------------------------------------------

async function readUniverse(chain: Chain, head: Head) {
  const read = await chain.read('lens', 'universe', [], head.hash)
  const universe: Universe = {
    keepers: read.keepers,
    seed: read.seed,
    epoch: Number(read.epoch),
    slotSeconds: read.slotSeconds,
    guardSeconds: read.guardSeconds,
    quorum: read.quorum,
    windowSeconds: read.windowSeconds,
  }
  return { universe, assetCount: read.assetCount, activeAccounts: Number(read.activeAccounts) }
}

async function readAllAccounts(chain: Chain, head: Head, count: number): Promise<AccountView[]> {
  const pages: AccountView[] = []
  let size = PAGE
  while (pages.length < count) {
    try {
      pages.push(...(await readAccounts(chain, head, pages.length, size)))
    } catch (cause) {
      if (size === 1) throw cause
      size = Math.ceil(size / 2)
    }
  }
  return pages
}

async function readAccounts(chain: Chain, head: Head, offset: number, count: number) {
  return chain.read('lens', 'accounts', [BigInt(offset), BigInt(count)], head.hash)
}

function stateOf(page: AccountView, since: ReadonlyMap<number, bigint>): AccountState {
  return {
    account: page.account as AccountId,
    version: page.version,
    cash: page.portfolio.cash as Cash,
    positions: page.portfolio.positions as AccountState['positions'],
    collateral: page.portfolio.collateral,
    status: STATUSES[page.status] ?? 'HEALTHY',
    grace: { left: page.graceLeft, since },
  }
}

async function withUnknown(
  chain: Chain,
  head: Head,
  accounts: ReadonlyMap<AccountId, AccountState>,
  unknown: ReadonlySet<AccountId>,
  markets: ReadonlyMap<number, Market>,
): Promise<ReadonlyMap<AccountId, AccountState>> {
  if (unknown.size === 0) return accounts
  const since = marketTimesOf(markets)
  const read = [...unknown].map(async (account) => {
    return [account, stateOf(await chain.read('lens', 'account', [account], head.hash), since)] as const
  })
  return new Map([...accounts, ...(await Promise.all(read))])
}

function marketTimesOf(markets: ReadonlyMap<number, Market>): ReadonlyMap<number, bigint> {
  return new Map([...markets].map(([underlying, market]) => [underlying, market.marketTime]))
}

async function readMarkets(
  chain: Chain,
  head: Head,
  underlyings: readonly number[],
  accounts: ReadonlyMap<AccountId, AccountState>,
): Promise<ReadonlyMap<number, Market>> {
  const read = underlyings.map(async (underlying) => {
    return [underlying, await readMarket(chain, head, underlying, expiriesHeld(accounts, underlying))] as const
  })
  return new Map(await Promise.all(read))
}

async function readMarket(chain: Chain, head: Head, underlying: number, expiries: readonly number[]): Promise<Market> {
  const read = await chain.read('lens', 'market', [underlying, expiries], head.hash)
  return {
    below: read.below as Market['below'],
    above: read.above as Market['above'],
    price: read.index.price,
    marketTime: read.marketTime,
    openRoundTime: Number(read.openRoundTime),
    openRoundReporters: read.openRoundReporters,
    newestRoundTime: Number(read.newestRoundTime),
    newestRoundPrice: read.index.reporters,
    parametersVersion: read.parametersVersion,
  }
}

async function readRules(chain: Chain, head: Head, underlying: number): Promise<VersionedRules> {
  const [[parameters, grid], version] = await Promise.all([
    chain.read('lens', 'parameters', [underlying], head.hash),
    chain.read('parameters', 'version', [underlying], head.hash),
  ])
  return { parameters, grid, version }
}

/** Read again where the market says that their version has changed. */
async function currentRules(
  chain: Chain,
  head: Head,
  rules: View['rules'],
  markets: ReadonlyMap<number, Market>,
): Promise<View['rules']> {
  const changed = [...markets].filter(([it, market]) => rules.get(it)?.version !== market.parametersVersion)
  if (changed.length === 0) return rules
  const read = changed.map(async ([underlying]) => [underlying, await readRules(chain, head, underlying)] as const)
  return new Map([...rules, ...(await Promise.all(read))])
}

async function readSurface(chain: Chain, head: Head, underlying: number): Promise<StoredSurface> {
  const [time, slices] = await chain.read('volatilityBook', 'surface', [underlying], head.hash)
  return { time: Number(time), slices }
}
