// What does the driver do with each block of a run? Tells what happened, checks the guarantees, kills whom it was asked to, and
// says what comes next.
import { createChecks, type Checks } from '../checks/checks.ts'
import { createReader } from '../checks/read.ts'
import type { RunEvent } from '../events.ts'
import { gasAt, type GasTable } from '../market/gas.ts'
import { ticksOf, type MarketPath } from '../market/path.ts'
import type { Status } from '../status.ts'
import type { World } from '../world/world.ts'
import type { AccountId } from '../../units/values.ts'
import { createAnchor } from './anchor.ts'
import type { Schedule } from './clock.ts'
import { factsOf } from './facts.ts'
import type { LoopParts } from './loop.ts'
import { addLosses, tellBlock, type Losses } from './tell.ts'
import { isSomethingWaiting } from './waiting.ts'
import { createWatch, type Watch } from './watch.ts'

export type RunTerms = {
  /** How many keepers die, and when [unix s]; undefined for once a call was cured and an auction has started. */
  readonly kill: number
  readonly killAt: number | undefined
  /** Market seconds for each second of ours; undefined for as fast as it goes. */
  readonly speed: number | undefined
  readonly onEvent: (event: RunEvent) => void
}

export type Run = {
  readonly world: World
  readonly path: MarketPath
  readonly gas: readonly GasTable[]
  readonly terms: RunTerms
  readonly watch: Watch
  readonly checks: Checks
  readonly state: State
}

/** Everything that changes while a run goes on. */
type State = {
  losses: Losses
  /** Accounts whose grace runs. */
  readonly called: Set<AccountId>
  /** Expiries [unix s] in the book that have no price yet. */
  readonly unpriced: Set<number>
  hasCure: boolean
  hasAuction: boolean
  isKilled: boolean
  /** [unix s] Of the market, when every account was last shown. */
  shownAt: number
  /** Events are told from the moment the book stands. */
  isTold: boolean
}

const UNDERLYING = '1'
/** M of the deployment: fewer reporters make no round. */
const QUORUM = 3
const ROUND_SECONDS = 10
/** [s] Of the market, between two looks at every account for the picture. */
const SHOWN_EVERY = 3_600
/** [ms] A film does not stand still longer than this between two events. */
const PAUSE_MS_MAX = 3_000
const CHECKS = { sweepBlocks: 50, mostBlocksToAuction: 30, staleSeconds: 60 }

export async function createRun(
  world: World,
  path: MarketPath,
  gas: readonly GasTable[],
  terms: RunTerms,
): Promise<Run> {
  const { client } = world.chain
  const { addresses } = world.universe.deployment
  return {
    world,
    path,
    gas,
    terms,
    watch: await createWatch(client, addresses),
    checks: createChecks(await createReader(client, addresses), CHECKS),
    state: {
      losses: { coveredByFund: 0n, shared: 0n },
      called: new Set(),
      unpriced: new Set(world.book.trades.map(({ expiry }) => expiry)),
      hasCure: false,
      hasAuction: false,
      isKilled: false,
      shownAt: 0,
      isTold: false,
    },
  }
}

export function partsOf(run: Run): LoopParts {
  const { world, path, gas, terms } = run
  const ticks = ticksOf(path)
  const { chainlink, chainlinkTerms } = world.universe
  return {
    advanceVenues: world.venues.advance,
    transmit: createAnchor(chainlink, chainlinkTerms, path.trueMedianAt),
    mine: (time) => {
      const gwei = gasAt(gas, time - path.scenario.shift)
      return world.chain.mine(time, BigInt(Math.round(gwei * 1e9)))
    },
    workers: () => [...world.keepers, ...world.traders].filter((worker) => worker.isAlive()),
    pace: async (from, to) => {
      if (terms.speed === undefined) return
      const ms = Math.min(PAUSE_MS_MAX, ((to - from) / terms.speed) * 1_000)
      await new Promise((done) => setTimeout(done, ms))
    },
    schedule: (now) => scheduleOf(run, ticks, now),
    onBlock: async ({ number }, statuses, eventTime) => {
      if (run.state.isTold) await tellAll(run, number, statuses)
      return isWaiting(run, statuses, eventTime)
    },
  }
}

/** Events of one block, with what the checks find. */
async function tellAll(run: Run, number: number, statuses: readonly Status[]): Promise<void> {
  const { world, terms, watch, checks, state } = run
  const facts = await factsOf(world.chain.client, world.decode, number)
  const { time } = facts
  const happened = tellBlock(facts)
  state.losses = addLosses(state.losses, facts)
  for (const event of happened) remember(state, event)

  const tick = tickOf(run.path, time)
  checks.take(tick)
  for (const event of [tick, ...happened, ...turnOf(statuses, time)]) terms.onEvent(event)
  for (const event of await watch.market(time, state.losses)) terms.onEvent(event)
  for (const event of await shownAccounts(run, time, happened)) terms.onEvent(event)
  for (const event of await checks.atBlock(BigInt(number), time)) terms.onEvent(event)
  for (const event of killIfDue(run, time)) terms.onEvent(event)
}

function remember(state: State, event: RunEvent): void {
  switch (event.kind) {
    case 'marginCall':
      state.called.add(BigInt(event.account) as AccountId)
      return
    case 'cure':
      state.hasCure = true
      state.called.delete(BigInt(event.account) as AccountId)
      return
    case 'auctionStart':
      state.hasAuction = true
      state.called.delete(BigInt(event.account) as AccountId)
      return
    case 'lapse':
      state.called.delete(BigInt(event.account) as AccountId)
      return
    case 'settlementPrice':
      state.unpriced.delete(event.expiry)
      return
    default:
  }
}

function tickOf({ scenario, priceAt }: MarketPath, time: number): RunEvent & { readonly kind: 'tick' } {
  const prices = Object.fromEntries(scenario.venues.map(({ venue }) => [venue, priceAt(venue, time)]))
  return { kind: 'tick', time, prices }
}

function turnOf(statuses: readonly Status[], time: number): RunEvent[] {
  const keeper = statuses.find(({ onTurn }) => onTurn?.[UNDERLYING] !== undefined)?.onTurn?.[UNDERLYING]
  return keeper === undefined ? [] : [{ kind: 'onTurn', time, keeper }]
}

/** Every account once in a while; those something happened to, and those in trouble, at once. */
async function shownAccounts({ watch, state }: Run, time: number, happened: readonly RunEvent[]): Promise<RunEvent[]> {
  const isSweep = time - state.shownAt >= SHOWN_EVERY
  const touched = new Set(happened.flatMap((event) => ('account' in event ? [event.account] : [])))
  if (!isSweep && touched.size === 0) return []
  if (isSweep) state.shownAt = time
  return watch.accounts(time, (account) => isSweep || touched.has(String(account)))
}

/** The last keepers are the first to die. */
function killIfDue({ world, terms, state }: Run, time: number): RunEvent[] {
  const isTime = terms.killAt === undefined ? state.hasCure && state.hasAuction : time >= terms.killAt
  if (terms.kill === 0 || state.isKilled || !isTime) return []
  state.isKilled = true
  return world.keepers.slice(-terms.kill).map((keeper, index) => {
    keeper.kill()
    return { kind: 'killed' as const, time, keeper: world.keepers.length - terms.kill + index + 1 }
  })
}

async function isWaiting({ world, watch }: Run, statuses: readonly Status[], eventTime: number): Promise<boolean> {
  return isSomethingWaiting({
    pendingTransactions: await world.chain.pendingCount(),
    statuses,
    hasQuorum: world.keepers.filter((keeper) => keeper.isAlive()).length >= QUORUM,
    isPriced: (await watch.newestRound()) >= Math.floor(eventTime / ROUND_SECONDS) * ROUND_SECONDS,
  })
}

async function scheduleOf({ world, watch, state }: Run, ticks: readonly number[], now: number): Promise<Schedule> {
  return {
    ticks,
    expiries: [...state.unpriced],
    windowSeconds: world.universe.windowSeconds,
    hasAuctions: await watch.hasAuctions(now),
    deadlines: await watch.deadlines([...state.called], now),
  }
}
