// How does a keeper come to a view? Pages of the lens at one block hash; then logs and markets of each head.
import type { Chain } from './chain.ts'
import { accountsOf } from '../core/accounts.ts'
import { NO_PAGES } from '../core/pages.ts'
import { distinct, expiriesAfter, fold, STATUSES, surfacesAfter, toldBy, trialsAfter } from '../core/view.ts'
import type {
  AccountState,
  Head,
  Market,
  Silence,
  Step,
  StoredSurface,
  Universe,
  VersionedRules,
  View,
  Waiting,
} from '../core/view.ts'
import { seriesOf } from '../../units/series.ts'
import { ONE } from '../../units/values.ts'
import type { AccountId, Cash, SeriesId } from '../../units/values.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'

/** Halved where a node refuses the page as too dear, doubled where it serves it. */
const PAGE_FIRST = 64
const PAGE_MOST = 1_024
const PAGES_AT_ONCE = 4
/** Heads remembered, so that a reorganisation costs no more than what it touched. */
const PAST_MOST = 64
/** Accounts read again one by one; more are quicker read in pages. */
const READ_ONE_BY_ONE = 64
/** As the contracts number them. */
const CASH = 0
const OUTSIDE = 0n

type AccountView = Awaited<ReturnType<typeof readAccounts>>[number]

/** Everything from pages, at `head`. */
export async function loadView(chain: Chain, head: Head): Promise<View> {
  const universe = await readUniverse(chain, head)
  const accounts = accountsOf([], universe.activeAccounts)
  const called: AccountView[] = []
  await readAllAccounts(chain, head, universe.activeAccounts, (page) => {
    if (page.graceLeft > 0n) called.push(page)
    accounts.put(stateOf(page, new Map()))
  })
  const underlyings = Array.from({ length: universe.assetCount - 1 }, (_, index) => index + 1)
  const rules = new Map(
    await Promise.all(underlyings.map(async (it) => [it, await readRules(chain, head, it)] as const)),
  )
  const surfaces = await readSurfaces(chain, head, underlyings)
  const trials = await readTrials(chain, head, underlyings)
  const silences = await readSilences(chain, head, underlyings)
  const waiting = await readWaiting(chain, head)
  const markets = await readMarkets(chain, head, underlyings, (it) => accounts.expiriesOf(it))
  for (const page of called) accounts.put(stateOf(page, marketTimesOf(markets)))
  const past = [{ head, touched: [] }]
  const pages = NO_PAGES
  return {
    head,
    universe: universe.universe,
    accounts,
    markets,
    rules,
    surfaces,
    trials,
    silences,
    pages,
    waiting,
    past,
  }
}

/**
 * The view at `head`, from that of an earlier head, whose accounts are changed in place once everything has been read. What a
 * reorganisation touched, before it or after it, is read again.
 */
export async function advanceView(chain: Chain, view: View, head: Head): Promise<View> {
  const fork = await forkOf(chain, view, head)
  const from = fork?.kept.at(-1)?.head
  if (fork === undefined || from === undefined) return loadView(chain, head)
  const isReorganised = fork.orphans.length > 0
  const events = await chain.events(from.number + 1n, head.number)
  const told = toldBy(view.accounts, events)
  const orphaned = isReorganised ? [...fork.orphans.flatMap(({ touched }) => touched), ...told.touched] : []
  const again = distinct([...told.gaps, ...orphaned])
  if (told.isCashScaled || again.length > READ_ONE_BY_ONE) return loadView(chain, head)

  const read = await Promise.all(again.map((account) => chain.read('lens', 'account', [account], head.hash)))
  // Markets are asked for the expiries held after all this.
  const underlyings = [...view.markets.keys()]
  const held = (it: number): number[] => [
    ...new Set([...expiriesAfter(view.accounts, events, it), ...read.flatMap((page) => expiriesIn(page, it))]),
  ]
  const markets = await readMarkets(chain, head, underlyings, (it) => held(it).toSorted((a, b) => a - b))
  const rules = await currentRules(chain, head, view.rules, markets)
  const surfaces = isReorganised ? await readSurfaces(chain, head, underlyings) : surfacesAfter(view.surfaces, events)
  const trials = isReorganised
    ? await readTrials(chain, head, underlyings)
    : trialsAfter(view.trials, events, head.time)
  const isSilenceNew = isReorganised || events.some(({ contract }) => contract === 'windDown')
  const silences = isSilenceNew ? await readSilences(chain, head, underlyings) : view.silences
  const waiting = isReorganised ? await readWaiting(chain, head) : await waitingAfter(chain, view.waiting, events, head)
  const isUniverseNew = told.isFleetNew || isReorganised
  const universe = isUniverseNew ? (await readUniverse(chain, head)).universe : view.universe

  if (!isReorganised) fold(view.accounts, events, markets)
  for (const page of read) view.accounts.put(stateOf(page, marketTimesOf(markets)))
  const past = [...fork.kept, { head, touched: told.touched }].slice(-PAST_MOST)
  return { ...view, head, universe, markets, rules, surfaces, trials, silences, waiting, past }
}

type Fork = { readonly kept: readonly Step[]; readonly orphans: readonly Step[] }

/** Which of the heads remembered are `head`'s ancestors; undefined where none is. */
async function forkOf(chain: Chain, { past }: View, head: Head): Promise<Fork | undefined> {
  for (let last = past.length - 1; last >= 0; last--) {
    const step = past[last]!.head
    if (step.number >= head.number) continue
    const isParent = step.number + 1n === head.number
    const isAncestor = isParent ? head.parentHash === step.hash : (await chain.headAt(step.number)).hash === step.hash
    if (isAncestor) return { kept: past.slice(0, last + 1), orphans: past.slice(last + 1) }
  }
  return undefined
}

function expiriesIn(page: AccountView, underlying: number): number[] {
  const held = page.portfolio.positions.map(({ series }) => seriesOf(series as SeriesId))
  return held.filter((it) => it.underlying === underlying).map(({ expiry }) => expiry)
}

// ---- pages -----------------------------------------------------------------------------------------------------

async function readUniverse(chain: Chain, head: Head) {
  const read = await chain.read('lens', 'universe', [], head.hash)
  const universe: Universe = {
    keepers: read.keepers,
    seenAt: read.seenAt,
    idle: read.idle,
    unseenBlocks: read.unseenBlocks,
    nextEpochAt: Number(read.nextEpochAt),
    seed: read.seed,
    epoch: Number(read.epoch),
    slotSeconds: read.slotSeconds,
    guardSeconds: read.guardSeconds,
    quorum: read.quorum,
    windowSeconds: read.windowSeconds,
  }
  return { universe, assetCount: read.assetCount, activeAccounts: Number(read.activeAccounts) }
}

/** Some pages at once: the order in which they come does not matter. */
async function readAllAccounts(
  chain: Chain,
  head: Head,
  count: number,
  take: (page: AccountView) => void,
): Promise<void> {
  let size = PAGE_FIRST
  let offset = 0
  const readNext = async (): Promise<void> => {
    while (offset < count) {
      const [from, own] = [offset, size]
      offset += own
      for (const page of await readPages(chain, head, from, own, (refused) => (size = Math.min(size, refused))))
        take(page)
      size = Math.min(PAGE_MOST, size * 2)
    }
  }
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, readNext))
}

/** The page, in halves where the node refuses it; `onRefused` is told of the size that was accepted. */
async function readPages(
  chain: Chain,
  head: Head,
  offset: number,
  count: number,
  onRefused: (size: number) => void,
): Promise<readonly AccountView[]> {
  try {
    return await readAccounts(chain, head, offset, count)
  } catch (cause) {
    if (count === 1) throw cause
    const half = Math.ceil(count / 2)
    onRefused(half)
    const first = await readPages(chain, head, offset, half, onRefused)
    return [...first, ...(await readPages(chain, head, offset + half, count - half, onRefused))]
  }
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
    witnesses: page.witnesses,
  }
}

function marketTimesOf(markets: ReadonlyMap<number, Market>): ReadonlyMap<number, bigint> {
  return new Map([...markets].map(([underlying, market]) => [underlying, market.marketTime]))
}

async function readMarkets(
  chain: Chain,
  head: Head,
  underlyings: readonly number[],
  expiriesOf: (underlying: number) => readonly number[],
): Promise<ReadonlyMap<number, Market>> {
  const read = underlyings.map(async (underlying) => {
    return [underlying, await readMarket(chain, head, underlying, expiriesOf(underlying))] as const
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
    lastStop: read.lastStop,
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

async function readSurfaces(chain: Chain, head: Head, underlyings: readonly number[]): Promise<View['surfaces']> {
  return new Map(await Promise.all(underlyings.map(async (it) => [it, await readSurface(chain, head, it)] as const)))
}

async function readTrials(chain: Chain, head: Head, underlyings: readonly number[]): Promise<View['trials']> {
  const read = await Promise.all(underlyings.map((it) => chain.read('anchor', 'trialOf', [it], head.hash)))
  const candidates = read.flatMap(({ aggregator, last, apartSince }, index) => {
    const recordedAt = Number(last > apartSince ? last : apartSince)
    return BigInt(aggregator) === 0n ? [] : [[underlyings[index] ?? 0, { recordedAt }] as const]
  })
  return new Map(candidates)
}

async function readSilences(chain: Chain, head: Head, underlyings: readonly number[]): Promise<View['silences']> {
  return new Map(await Promise.all(underlyings.map(async (it) => [it, await readSilence(chain, head, it)] as const)))
}

async function readSilence(chain: Chain, head: Head, underlying: number): Promise<Silence> {
  const [silence, { takenAt }, price] = await Promise.all([
    chain.read('windDown', 'silenceOf', [underlying], head.hash),
    chain.read('windDown', 'samplesOf', [underlying], head.hash),
    chain.read('windDown', 'price', [underlying], head.hash),
  ])
  return {
    notedAt: Number(silence.notedAt),
    marketTime: silence.marketTime,
    declaredAt: Number(silence.declaredAt),
    checkpoints: Number(silence.checkpoints),
    sampledAt: Number(takenAt),
    price,
  }
}

// ---- who waits for cash ------------------------------------------------------------------------------------------

/** Nothing is asked while nobody waits; what is owed changes by events alone, so else only for the tokens. */
async function waitingAfter(
  chain: Chain,
  before: Waiting | undefined,
  events: readonly ProtocolEvent[],
  head: Head,
): Promise<Waiting | undefined> {
  if (events.some(({ contract }) => contract === 'withdrawalQueue')) return readWaiting(chain, head)
  return before && { ...before, tokens: await readTokens(chain, head) }
}

/** As `WithdrawalQueue.pay` reckons it. */
async function readWaiting(chain: Chain, head: Head): Promise<Waiting | undefined> {
  const [place, next] = await chain.read('withdrawalQueue', 'places', [], head.hash)
  if (place === next) return undefined
  const account = await chain.read('withdrawalQueue', 'queueAccount', [], head.hash)
  const [{ shares }, index, held, tokens] = await Promise.all([
    chain.read('withdrawalQueue', 'waitingAt', [place], head.hash),
    chain.read('ledger', 'cashIndex', [], head.hash),
    chain.read('ledger', 'cashOf', [account], head.hash),
    readTokens(chain, head),
  ])
  const worth = (shares * index) / ONE
  const payout = await chain.read('custody', 'representable', [CASH, worth < held ? worth : held], head.hash)
  return { place, payout, tokens }
}

/** [1e18 units of account] What custody holds for the accounts: the world outside owes minus that. */
async function readTokens(chain: Chain, head: Head): Promise<bigint> {
  return -(await chain.read('ledger', 'cashOf', [OUTSIDE], head.hash))
}
