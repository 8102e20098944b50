// What is a run? A world is opened, its book traded, the market replayed through it, and all of it told as events.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { createLoop, type Loop } from './driver/loop.ts'
import { createRun, partsOf, type RunTerms } from './driver/run.ts'
import type { Input, RunEvent } from './events.ts'
import { loadGas, loadShape } from './market/load.ts'
import { createPath } from './market/path.ts'
import { endOf, type Scenario } from './market/scenario.ts'
import { sendFill, signFills, takeOutSurplus } from './world/trades.ts'
import { isMarketOpen, openWorld, type World } from './world/world.ts'

export type ReplayOptions = RunTerms & {
  readonly scenario: Scenario
  readonly seed: number
  readonly keepers: number
  /** JSON-RPC of a node to fork; undefined for a chain of our own. */
  readonly forkUrl: string | undefined
  /** Where keepers and traders write what they have to say. */
  readonly logDirectory: string
  readonly onProgress: (text: string) => void
}

/** [s] From the block after the deployment to the first bar. */
const SETTLING_SECONDS = 60
const OPENING_EVENTS_MAX = 20
/** Fills sent for one block: the block's gas is shared with the keepers. */
const FILLS_PER_BLOCK = 3

/** Runs to the end of the scenario, or throws; nothing of it is left behind either way. */
export async function replay(options: ReplayOptions): Promise<void> {
  const startedAt = performance.now()
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  const clean = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', clean)
  mkdirSync(options.logDirectory, { recursive: true })
  const path = createPath(options.scenario)
  try {
    const world = await openWorld({ ...options, path, shape: loadShape(), directory })
    try {
      const run = await createRun(world, path, loadGas(), options)
      const parts = partsOf(run)
      const before = options.scenario.start - SETTLING_SECONDS
      // The first block at that day's gas: senders reckon from the newest base fee.
      await parts.mine(before)
      const loop = createLoop(parts, before)
      await openBook(world, options, loop)
      run.state.isTold = true
      options.onEvent(startedEvent(world, options, loop.now()))
      await loop.runUntil(endOf(options.scenario))
      const number = await world.chain.client.getBlockNumber()
      for (const event of await run.checks.atEnd(number, loop.now())) options.onEvent(event)
      options.onEvent({ kind: 'finished', time: loop.now(), wallSeconds: (performance.now() - startedAt) / 1_000 })
    } finally {
      await world.close()
    }
  } finally {
    clean()
    process.off('exit', clean)
  }
}

/** Until the first prices and surface stand, then trade by trade at their marks. */
async function openBook(world: World, { scenario, onProgress }: ReplayOptions, loop: Loop): Promise<void> {
  onProgress('waiting for the first prices')
  await loop.event(scenario.start)
  for (let attempt = 0; !(await isMarketOpen(world)); attempt++) {
    if (attempt === OPENING_EVENTS_MAX) throw new Error('reporters and anchor have not agreed on a first price')
    await loop.event(loop.now() + 60)
  }
  onProgress(`trading ${world.book.trades.length} trades`)
  const fills = await signFills(world.town, world.book, world.owners, loop.now())
  for (let first = 0; first < fills.length; first += FILLS_PER_BLOCK) {
    const page = fills.slice(first, first + FILLS_PER_BLOCK)
    const sent: Hex[] = []
    for (const fill of page) sent.push(await sendFill(world.town, fill))
    await loop.event(loop.now() + 12)
    await requireMined(world, sent)
  }
  await takeOutSurplus(world.town, world.owners)
  await loop.event(loop.now() + 12)
}

async function requireMined(world: World, hashes: readonly Hex[]): Promise<void> {
  for (const hash of hashes) {
    const { status, gasUsed } = await world.chain.client.getTransactionReceipt({ hash })
    if (status !== 'success') throw new Error(`a trade of the opening book failed, at ${gasUsed} gas, in ${hash}`)
  }
}

function startedEvent(world: World, { scenario, seed }: ReplayOptions, from: number): RunEvent {
  return {
    kind: 'started',
    scenario: scenario.name,
    underlying: scenario.underlying,
    venues: scenario.venues.map(({ venue }) => venue),
    keepers: world.identities.map(({ sender }, index) => ({ id: index + 1, address: sender })),
    accounts: world.owners.map(({ account, member }) => ({
      account: String(account),
      name: member.name,
      strategy: member.strategy,
    })),
    inputs: inputsOf(scenario),
    from,
    to: endOf(scenario),
    seed,
  }
}

function inputsOf(scenario: Scenario): readonly Input[] {
  const hasLatency = scenario.venues.some(({ bars }) => bars.some((bar) => bar?.latency !== undefined))
  const real = (name: string, source: string): Input => ({ name, origin: 'real', source })
  const synthetic = (name: string, source: string): Input => ({ name, origin: 'synthetic', source })
  return [
    real('bars', `${scenario.name}: ${scenario.venues.map(({ venue }) => venue).join(', ')}`),
    synthetic('trades', 'on the line between the points of each bar; sizes were not recorded'),
    ...(hasLatency ? [real('feed latency', 'measured: median and largest of each minute')] : []),
    real('gas', 'averages of the day, of ten minutes where recorded; see data/README.md'),
    synthetic('option quotes', 'level: realised volatility of the bars; shape: the Deribit ETH chain of 2024-01-08'),
    synthetic('Chainlink', 'a network of our own that reports the median of the bars, in Chainlink’s own contracts'),
    synthetic('accounts', 'a book drawn from the seed'),
  ]
}
