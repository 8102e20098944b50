// What stands before the first tick? The chain with the protocol on it, venues, keepers, traders, and a book at its marks.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { protocolAt } from '../../sdk/protocol/client.ts'
import { eventDecoder, type EventDecoder } from '../../sdk/protocol/events.ts'
import type { MarketPath } from '../market/path.ts'
import type { ShapeRow } from '../market/surface.ts'
import { MARKET_STATES } from '../../units/portfolio.ts'
import { freePorts, startWorker, untilAllAnswer, type Worker } from '../processes.ts'
import type { TraderConfig } from '../traders/config.ts'
import { startVenues, type Venues } from '../venues/venues.ts'
import { createActors } from './actor.ts'
import { planBook, type Book } from './book.ts'
import type { Chain } from './chain.ts'
import type { Universe } from './deploy.ts'
import { keeperIdentities, startKeepers, type KeeperIdentity, type Nodes } from './fleet.ts'
import { fillFund, openAccounts, registerKeepers, type Owner, type Town } from './people.ts'

export type World = {
  readonly chain: Chain
  readonly universe: Universe
  readonly decode: EventDecoder
  readonly town: Town
  readonly venues: Venues
  readonly book: Book
  readonly owners: readonly Owner[]
  readonly identities: readonly KeeperIdentity[]
  readonly keepers: readonly Worker[]
  readonly traders: readonly Worker[]
  readonly close: () => Promise<void>
}

export type WorldOptions = {
  readonly chain: Chain
  readonly universe: Universe
  readonly path: MarketPath
  readonly shape: readonly ShapeRow[]
  readonly seed: number
  readonly keepers: number
  /** Where the processes' settings and keys lie, and what they write. */
  readonly directory: string
  readonly logDirectory: string
  /** Undefined: keepers hear the chain itself over one socket. */
  readonly nodes?: Nodes
  readonly onProgress: (text: string) => void
}

const TRADERS = ['owner', 'bidder'] as const
/** [wei] Traders tip more than keepers, each its own amount: see sim/world/fleet.ts. */
const TRADER_TIPS = { owner: '3000000000', bidder: '2000000000' }
const LISTEN_MS_MAX = 15_000

/** The chain must still mine every transaction by itself; from here on the driver owns its clock. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { chain, universe, path, seed, directory, logDirectory, onProgress } = options
  const { underlying: symbol, start } = path.scenario
  const spot = path.trueMedianAt(start)
  if (spot === undefined) throw new Error(`no venue trades at the start of ${path.scenario.name}`)
  const ports = await freePorts(options.keepers + TRADERS.length)
  const identities = keeperIdentities(seed, ports.slice(0, options.keepers))
  const town: Town = { chain, actors: await createActors(chain), universe, seed }
  const book = planBook({ seed, spot, start })

  onProgress(`opening ${book.members.length} accounts`)
  await registerKeepers(town, identities)
  await fillFund(town)
  const owners = await openAccounts(town, book)
  await chain.takeClock()

  onProgress(`starting ${options.keepers} keepers and ${TRADERS.length} traders`)
  const venues = await startVenues(path, options.shape)
  const nodes = options.nodes ?? { rpcUrls: [chain.rpc.wsUrl], proveState: false }
  const fleet = { directory, logDirectory, nodes, deployment: universe.deployment, symbol }
  const keepers = startKeepers(identities, { ...fleet, feeds: venues.feeds, options: venues.options })
  const traders = TRADERS.map((role, index) =>
    startTrader(role, ports[options.keepers + index] ?? 0, options, town, owners),
  )
  const workers = [...keepers, ...traders]
  const close = async () => {
    for (const worker of workers) worker.kill()
    await venues.close()
  }
  try {
    await untilAllAnswer(workers)
    await untilAllListen(venues, options.keepers)
  } catch (error) {
    await close()
    throw error
  }
  const decode = eventDecoder(universe.deployment.addresses)
  return { chain, universe, decode, town, venues, book, owners, identities, keepers, traders, close }
}

function startTrader(
  role: TraderConfig['role'],
  statusPort: number,
  { directory, logDirectory }: WorldOptions,
  { chain, universe }: Town,
  owners: readonly Owner[],
): Worker {
  const isBidder = (owner: Owner) => owner.member.strategy === 'bidder'
  const own = owners.filter((owner) => isBidder(owner) === (role === 'bidder'))
  const config: TraderConfig = {
    role,
    wsUrl: chain.rpc.wsUrl,
    statusPort,
    addresses: universe.deployment.addresses,
    cashToken: universe.cashToken,
    cashDecimals: universe.cashDecimals,
    accounts: own.map(({ account, key, member }) => ({ account: String(account), key, persona: member.persona })),
    priorityFeeWei: TRADER_TIPS[role],
  }
  const home = join(directory, role)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'trader.json'), JSON.stringify(config), { mode: 0o600 })
  return startWorker({
    name: role,
    script: 'sim/traders/main.ts',
    configFile: join(home, 'trader.json'),
    logFile: join(logDirectory, `${role}.log`),
    statusUrl: `http://127.0.0.1:${statusPort}/status`,
  })
}

async function untilAllListen(venues: Venues, keepers: number): Promise<void> {
  const limit = Date.now() + LISTEN_MS_MAX
  while (venues.listeners() < keepers) {
    if (Date.now() > limit) throw new Error(`only ${venues.listeners()} of ${keepers} keepers listen to every venue`)
    await new Promise((done) => setTimeout(done, 20))
  }
}

/** Whether reporters and anchor agree on a price, and a surface stands: what trading needs. */
export async function isMarketOpen({ chain, universe }: World): Promise<boolean> {
  const { priceBook, volatilityBook } = protocolAt(chain.client, universe.deployment.addresses)
  const [index, [surfaceTime]] = await Promise.all([priceBook.read.index([1]), volatilityBook.read.surface([1])])
  return MARKET_STATES[index.state] === 'AGREED' && surfaceTime > 0n
}

export async function whyMarketIsClosed({ chain, universe }: World, minutes: number): Promise<string> {
  const { priceBook, volatilityBook } = protocolAt(chain.client, universe.deployment.addresses)
  const [index, [surfaceTime]] = await Promise.all([priceBook.read.index([1]), volatilityBook.read.surface([1])])
  return (
    `no book can be opened here: for ${minutes.toFixed(0)} minutes the market took no new risk; it is ${MARKET_STATES[index.state] ?? 'DEAD'}, ` +
    `the reporters say ${said(index.reporters)}, the anchor ${said(index.anchor)}, ` +
    (surfaceTime === 0n ? 'and no surface is known' : 'and a surface is known') +
    '; start the scenario earlier or later with --from'
  )
}

function said(price: bigint): string {
  return price === 0n ? 'nothing' : (Number(price) / 1e18).toFixed(2)
}
