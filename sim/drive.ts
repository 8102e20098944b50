// What is a run? A world is opened, its book traded, the market replayed through it, and all of it told as events.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { createLoop, type Loop } from './driver/loop.ts'
import { createRun, partsOf, type RunTerms } from './driver/run.ts'
import { refusalIn } from './driver/facts.ts'
import type { Input, RunEvent } from './events.ts'
import { loadGas, loadShape } from './market/load.ts'
import { createPath } from './market/path.ts'
import { endOf, notBefore, type Scenario } from './market/scenario.ts'
import { ReplayRefused } from './refused.ts'
import type { PlannedTrade } from './world/book.ts'
import { openChain, type Chain } from './world/chain.ts'
import { deployUniverse, type Universe } from './world/deploy.ts'
import { operatorsOf } from './world/fleet.ts'
import { findDeployment, joinUniverse } from './world/fork.ts'
import { sendFill, signFills, takeOutSurplus } from './world/trades.ts'
import { isMarketOpen, openWorld, whyMarketIsClosed, type World } from './world/world.ts'

/** `deploymentFile`: undefined for the record of the chain's id in deployments/, if the fork has what it names. */
export type Fork = { readonly url: string; readonly deploymentFile: string | undefined }

export type ReplayOptions = RunTerms & {
  readonly scenario: Scenario
  readonly seed: number
  readonly keepers: number
  /** The node to fork, and the record of what may be deployed there; undefined for a chain of our own. */
  readonly fork: Fork | undefined
  /** Where keepers and traders write what they have to say. */
  readonly logDirectory: string
  readonly onProgress: (text: string) => void
}

/** [s] The chain begins so long before the first bar: time for the deployment's own blocks. */
const LEAD_SECONDS = 7_200
/** [s] Time for the blocks in which accounts are opened. */
const OPENING_SECONDS = 1_800
/** [s] From the block after the deployment to the first bar. */
const SETTLING_SECONDS = 60
/** [s] A market may take no new risk for so long before a book is given up. */
const OPENING_SECONDS_MAX = 3_600
/** Blocks in which every trade is refused, before a book is given up. */
const VAIN_BLOCKS_MAX = 20
/** Fills sent for one block: the block's gas is shared with the keepers. */
const FILLS_PER_BLOCK = 3

/** Runs to the end of the scenario, or throws; nothing of it is left behind either way. */
export async function replay(options: ReplayOptions): Promise<void> {
  const startedAt = performance.now()
  // First, since it may be refused: then there is nothing to clean.
  const chain = await openChain({ startTime: options.scenario.start - LEAD_SECONDS, forkUrl: options.fork?.url })
  const directory = mkdtempSync(join(tmpdir(), 'plimsoll-'))
  const clean = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', clean)
  mkdirSync(options.logDirectory, { recursive: true })
  try {
    await replayOn(chain, directory, startedAt, options)
  } finally {
    await chain.close()
    clean()
    process.off('exit', clean)
  }
}

async function replayOn(chain: Chain, directory: string, startedAt: number, options: ReplayOptions): Promise<void> {
  const universe = await universeOn(chain, options)
  // A fork may be past the scenario's own time: then the same market is told later.
  const { timestamp } = await chain.client.getBlock()
  const scenario = notBefore(options.scenario, Number(timestamp) + OPENING_SECONDS)
  const killAt = options.killAt === undefined ? undefined : options.killAt + scenario.shift
  const path = createPath(scenario)
  const world = await openWorld({ ...options, chain, universe, path, shape: loadShape(), directory })
  try {
    const run = await createRun(world, path, loadGas(), { ...options, killAt })
    const parts = partsOf(run)
    // The first block at that day's gas: senders reckon from the newest base fee.
    await parts.mine(scenario.start - SETTLING_SECONDS)
    const loop = createLoop(parts, scenario.start - SETTLING_SECONDS)
    await openBook(world, scenario, options, loop)
    run.state.isTold = true
    options.onEvent(startedEvent(world, scenario, options.seed, loop.now()))
    await loop.runUntil(endOf(scenario))
    const number = await chain.client.getBlockNumber()
    for (const event of await run.checks.atEnd(number, loop.now())) options.onEvent(event)
    options.onEvent({ kind: 'finished', time: loop.now(), wallSeconds: (performance.now() - startedAt) / 1_000 })
  } finally {
    await world.close()
  }
}

/** A fork is joined where the protocol stands on it; anywhere else it is deployed first. */
async function universeOn(
  chain: Chain,
  { scenario, seed, keepers, fork, onProgress }: ReplayOptions,
): Promise<Universe> {
  const operators = operatorsOf(seed, keepers)
  const deployment = fork && (await findDeployment(chain, fork.deploymentFile))
  if (deployment !== undefined) {
    onProgress(`joining the protocol on the fork, deployed at block ${deployment.blockNumber}`)
    return joinUniverse(chain, { seed, operators, deployment })
  }
  onProgress(fork === undefined ? 'deploying the protocol' : 'deploying the protocol on the fork')
  const spot = createPath(scenario).trueMedianAt(scenario.start)
  if (spot === undefined) throw new ReplayRefused(`no venue trades at the start of ${scenario.name}`)
  return deployUniverse(chain, { seed, symbol: scenario.underlying, spot, operators })
}

/** Trade by trade at their marks, whenever the market takes new risk: at the start, and at a scenario's first minutes, it may not. */
async function openBook(world: World, scenario: Scenario, { onProgress }: ReplayOptions, loop: Loop): Promise<void> {
  onProgress('waiting for the first prices')
  await loop.event(scenario.start)
  await untilMarketOpens(world, scenario, loop)
  onProgress(`trading ${world.book.trades.length} trades`)
  let waiting = world.book.trades
  for (let inVain = 0; waiting.length > 0;) {
    await untilMarketOpens(world, scenario, loop)
    const { refused, reason } = await tradePage(world, loop, waiting.slice(0, FILLS_PER_BLOCK))
    const isInVain = refused.length === Math.min(waiting.length, FILLS_PER_BLOCK)
    inVain = isInVain ? inVain + 1 : 0
    if (inVain === VAIN_BLOCKS_MAX) throw new ReplayRefused(`a trade of the opening book is refused: ${reason}`)
    waiting = [...refused, ...waiting.slice(FILLS_PER_BLOCK)]
  }
  await takeOutSurplus(world.town, world.owners)
  await loop.event(loop.now() + 12)
}

async function untilMarketOpens(world: World, scenario: Scenario, loop: Loop): Promise<void> {
  const from = loop.now()
  const patience = Math.min(OPENING_SECONDS_MAX, endOf(scenario) - from)
  while (!(await isMarketOpen(world))) {
    const waited = loop.now() - from
    if (waited >= patience) throw new ReplayRefused(await whyMarketIsClosed(world, waited / 60))
    await loop.event(loop.now() + 60)
  }
}

/** One block's trades; those that were refused, with the last reason, in the order of the book. */
async function tradePage(world: World, loop: Loop, page: readonly PlannedTrade[]) {
  const sent: Hex[] = []
  for (const fill of await signFills(world.town, world.book, page, world.owners, loop.now())) {
    sent.push(await sendFill(world.town, fill))
  }
  await loop.event(loop.now() + 12)
  const refusals = await Promise.all(sent.map((hash) => refusalIn(world.chain.client, hash)))
  return {
    refused: page.filter((_, index) => refusals[index] !== undefined),
    reason: refusals.findLast((refusal) => refusal !== undefined),
  }
}

function startedEvent(world: World, scenario: Scenario, seed: number, from: number): RunEvent {
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
