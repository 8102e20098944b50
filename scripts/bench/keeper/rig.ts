// What do five keepers ask of a real node, and how long is it from a venue's tick to a call on chain? Run by scripts/bench/keeper.ts.
// The protocol as deployed on an embedded EVM behind one JSON-RPC server, a book of accounts, a block every second of the wall clock.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { ABIS } from '../../../sdk/protocol/addresses.ts'
import { createAnchor } from '../../../sim/driver/anchor.ts'
import { refusalIn } from '../../../sim/driver/facts.ts'
import { loadScenario, loadShape } from '../../../sim/market/load.ts'
import type { MarketPath } from '../../../sim/market/path.ts'
import { openChain, type Chain } from '../../../sim/world/chain.ts'
import { deployUniverse } from '../../../sim/world/deploy.ts'
import { operatorsOf } from '../../../sim/world/fleet.ts'
import { sendFill, signFills, takeOutSurplus } from '../../../sim/world/trades.ts'
import { isMarketOpen, openWorld, type World } from '../../../sim/world/world.ts'

const KEEPERS = 5
const SEED = 1
/** [dollars] */
const SPOT = 200
/** [s] The deployment's own blocks lie before the first of the clock's. */
const LEAD = 3_600
const BASE_FEE = 1_000_000_000n
/** [ms] */
const BLOCK = 1_000
/** [s] Between two chains of option quotes. */
const QUOTES_EVERY = 10
const OPENING_BLOCKS_MAX = 120
const FILLS_PER_BLOCK = 3
const STRETCH = 30
const TICKS = 5
/** [s] Keepers observe in rounds of so long: ticks fall at every second moment of one, since they wait for its end. */
const ROUND = 10
/** Blocks that a tick may take, and what follows from a call before the next. */
const PATIENCE = 40
const REST = 12
/** Shares of price: of a tick, and of a block in the busy stretch. */
const TICK = 0.03
const BUSY_MOVE = 0.004

type Rig = {
  readonly world: World
  readonly market: { price: number }
  /** The block of the next second: venues speak, it is mined, and its number is told. */
  readonly second: () => Promise<number>
}

const secondsNow = (): number => Math.floor(Date.now() / 1_000)
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Every venue trades at `market.price` in every second. */
function pathOf(market: { readonly price: number }, start: number): MarketPath {
  const { underlying, venues } = loadScenario('black-thursday', undefined)
  const silent = venues.map(({ venue }) => ({ venue, bars: [] }))
  return {
    scenario: { name: 'bench', underlying, start, shift: 0, barSeconds: 3_600, barCount: 24, venues: silent },
    priceAt: () => market.price,
    trueMedianAt: () => market.price,
    tradesBetween: (venue, _from, to) => [{ venue, price: market.price, timeMs: to * 1_000 }],
  }
}

async function openRig(chain: Chain, directory: string): Promise<Rig> {
  const market = { price: SPOT }
  const operators = operatorsOf(SEED, KEEPERS)
  const universe = await deployUniverse(chain, { seed: SEED, symbol: 'ETH', spot: SPOT, operators })
  const path = pathOf(market, secondsNow())
  const onProgress = (text: string): void => void process.stderr.write(`${text}\n`)
  const terms = { seed: SEED, keepers: KEEPERS, directory, logDirectory: directory, onProgress }
  const world = await openWorld({ ...terms, chain, universe, path, shape: loadShape() })
  const transmit = createAnchor(universe.chainlink, universe.chainlinkTerms, path.trueMedianAt)
  let last = secondsNow()
  return { world, market, second }

  async function second(): Promise<number> {
    await sleep(BLOCK - (Date.now() % BLOCK))
    const now = Math.max(last + 1, secondsNow())
    await world.venues.advance(last, now, Math.floor(now / QUOTES_EVERY) > Math.floor(last / QUOTES_EVERY))
    await transmit(now)
    last = now
    return (await chain.mine(now, BASE_FEE)).number
  }
}

async function tradeBook({ world, second }: Rig): Promise<void> {
  let waiting = world.book.trades
  for (let block = 0; waiting.length > 0; block++) {
    if (block === OPENING_BLOCKS_MAX) throw new Error(`${waiting.length} trades of the book could not be made`)
    const page = (await isMarketOpen(world)) ? waiting.slice(0, FILLS_PER_BLOCK) : []
    const fills = await signFills(world.town, world.book, page, world.owners, secondsNow())
    const sent: Hex[] = []
    for (const fill of fills) sent.push(await sendFill(world.town, fill))
    await second()
    const refusals = await Promise.all(sent.map((hash) => refusalIn(world.chain.client, hash)))
    waiting = [...page.filter((_, index) => refusals[index] !== undefined), ...waiting.slice(page.length)]
  }
  await takeOutSurplus(world.town, world.owners)
}

/** Since the start, all keepers together, by their own counters. */
async function requestsOf({ world }: Rig): Promise<number> {
  const counts = await Promise.all(
    world.identities.map(async ({ name, endpoint }) => {
      const text = await (await fetch(`${endpoint}/metrics`)).text()
      const count = /^plimsoll_keeper_rpc_requests(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1]
      if (count === undefined) throw new Error(`${name} does not tell its requests`)
      return Number(count)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

async function callsSince({ world: { chain, universe } }: Rig, block: number): Promise<number> {
  const events = await chain.client.getContractEvents({
    address: universe.deployment.addresses.marginCalls,
    abi: ABIS.marginCalls,
    eventName: 'MarginCallOpened',
    fromBlock: BigInt(block),
  })
  return events.length
}

type Stretch = { readonly perBlock: number; readonly calls: number; readonly secondsPerBlock: number }

/** Requests per block and keeper over a stretch whose price moves by `move` of itself in every block. */
async function stretchOf(rig: Rig, blocks: number, move: number): Promise<Stretch> {
  const first = (await rig.second()) + 1
  const [before, began] = [await requestsOf(rig), Date.now()]
  for (let block = 0; block < blocks; block++) {
    rig.market.price *= 1 - move
    await rig.second()
  }
  const secondsPerBlock = (Date.now() - began) / 1_000 / blocks
  const perBlock = ((await requestsOf(rig)) - before) / blocks / KEEPERS
  return { perBlock, calls: await callsSince(rig, first), secondsPerBlock }
}

type Wait = { readonly blocks: number; readonly seconds: number }

/** From the moment all venues trade lower to the block with the first margin call; undefined where that makes nobody due. */
async function tickToCall(rig: Rig): Promise<Wait | undefined> {
  const newest = await rig.second()
  const told = Date.now()
  rig.market.price *= 1 - TICK
  for (let blocks = 1; blocks <= PATIENCE; blocks++) {
    await rig.second()
    const seconds = (Date.now() - told) / 1_000
    if ((await callsSince(rig, newest + 1)) > 0) return { blocks, seconds }
  }
  return undefined
}

async function pass(rig: Rig, blocks: number): Promise<void> {
  for (let block = 0; block < blocks; block++) await rig.second()
}

async function measure(rig: Rig) {
  await tradeBook(rig)
  await pass(rig, REST)
  const idle = await stretchOf(rig, STRETCH, 0)
  const waits: Wait[] = []
  for (let tick = 0; tick < TICKS; tick++) {
    while (secondsNow() % ROUND !== (tick * ROUND) / TICKS) await rig.second()
    const wait = await tickToCall(rig)
    if (wait !== undefined) waits.push(wait)
    await pass(rig, REST)
  }
  const busy = await stretchOf(rig, STRETCH, BUSY_MOVE)
  const middle = (of: (wait: Wait) => number) => waits.map(of).toSorted((a, b) => a - b)[waits.length >> 1]
  return {
    accounts: rig.world.owners.length,
    idle: idle.perBlock,
    idleCalls: idle.calls,
    busy: busy.perBlock,
    busyCalls: busy.calls,
    secondsPerBlock: busy.secondsPerBlock,
    ticks: waits.length,
    blocks: middle(({ blocks }) => blocks),
    blocksWorst: Math.max(...waits.map(({ blocks }) => blocks)),
    seconds: middle(({ seconds }) => seconds),
    secondsWorst: Math.max(...waits.map(({ seconds }) => seconds)),
  }
}

if (import.meta.main) {
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-rig-'))
  const chain = await openChain({ startTime: secondsNow() - LEAD, forkUrl: undefined })
  let rig: Rig | undefined
  try {
    rig = await openRig(chain, directory)
    process.stdout.write(JSON.stringify(await measure(rig)))
  } finally {
    await rig?.world.close()
    await chain.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
