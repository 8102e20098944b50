// Does a keeper's process grow? As shipped, through hours of heads, prices, calls and cures as fast as it decides on them, its memory
// read at points. Run by scripts/bench/keeper.ts; the parameter: minutes that it may take. The chain is the chaos harness's, in memory.
import { putting } from '../../chaos/chain.ts'
import { withHealth } from '../../chaos/universe.ts'
import type { Account } from '../../chaos/universe.ts'
import { openWorld } from '../../chaos/world.ts'
import type { Keeper, World } from '../../chaos/world.ts'
import { randomFrom } from './random.ts'
import { slopeOf } from './slope.ts'

/** As many as a price needs. */
const KEEPERS = 3
const SEED = 5
const ACCOUNTS = 500
const BLOCK_SECONDS = 12
/** Until here what is kept on purpose fills up. */
const WARM = 600
/** Blocks between two looks at memory, from one call to the next, and from a call to its cure. */
const LOOK_EVERY = 150
const CALL_EVERY = 50
const CURED_AFTER = 20
/** Share of the price by which a block may move it, up or down. */
const MOVE = 0.0015
/** Cash units above MAINTENANCE of who is never called, and of who is called and cured in turn. */
const SAFE = 2_000
const CALLED = -5
/** [ms] */
const POLL = 10
const ANSWER_MOST = 10_000

/** At SIGUSR2 the process collects what it holds no more, and says what is left. */
const TELLING = `
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  process.on('SIGUSR2', () => {
    const { rss } = process.memoryUsage()
    collect()
    // What the first leaves to be ended goes with the second.
    setTimeout(() => {
      collect()
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      process.stderr.write(JSON.stringify({ memory: { held: heapUsed + arrayBuffers, rss } }) + '\\n')
    }, 50)
  })`

/** [bytes] `held`: heap and buffers that are reachable; `rss`: resident before the collection. */
export type Memory = { readonly held: number; readonly rss: number }

/** By keeper, at one head. */
export type Point = { readonly head: number; readonly memory: readonly Memory[] }

export async function openSoak(): Promise<World> {
  const world = await openWorld(SEED, KEEPERS, { pollMs: POLL })
  await world.step()
  world.makeDue(ACCOUNTS, SAFE)
  await world.step()
  await Promise.all(world.keepers.map((keeper) => world.start(keeper, { preload: TELLING })))
  return world
}

/** Heads until `isOver`; a look at memory every `lookEvery`. */
export async function soaked(
  world: World,
  lookEvery: number,
  isOver: (head: number) => boolean,
): Promise<readonly Point[]> {
  const random = randomFrom(SEED)
  const [debtor] = world.makeDue(1, SAFE)
  const points: Point[] = []
  let price = 200
  for (let head = 1; !isOver(head); head++) {
    price *= 1 + MOVE * (random(2_001) / 1_000 - 1)
    world.venues.prices.fill(price.toFixed(2))
    if (head % CALL_EVERY === 0) set(world, debtor!, CALLED)
    if (head % CALL_EVERY === CURED_AFTER) set(world, debtor!, SAFE)
    await world.step()
    if (head % lookEvery === 0) points.push({ head, memory: await Promise.all(world.keepers.map(memoryOf)) })
  }
  return points
}

/** Puts the account `units` above MAINTENANCE, as things stand. */
function set(world: World, { id }: Account, units: number): void {
  world.chain.change((state, time) => {
    const account = state.accounts.get(id)!
    return putting([withHealth(state, account, time, units)])(state, time)
  })
}

async function memoryOf(keeper: Keeper): Promise<Memory> {
  const begun = performance.now()
  keeper.log.length = 0
  keeper.process!.kill('SIGUSR2')
  while (performance.now() - begun < ANSWER_MOST) {
    const told = keeper.log.find((line) => 'memory' in line)
    if (told !== undefined) return told['memory'] as Memory
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`keeper ${keeper.id} does not tell its memory`)
}

const MEGABYTE = 1e6
/** [MB/h] Of chain time, of the keeper that grows most. */
export function growthOf(points: readonly Point[], of: keyof Memory): number {
  const perHead = Array.from({ length: KEEPERS }, (_, at) =>
    slopeOf(points.map(({ head, memory }) => [head, memory[at]![of] / MEGABYTE] as const)),
  )
  return Math.max(...perHead) * (3_600 / BLOCK_SECONDS)
}

if (import.meta.main) {
  const until = performance.now() + Number(process.argv[2]) * 60_000
  const world = await openSoak()
  try {
    const points = await soaked(world, LOOK_EVERY, () => performance.now() > until)
    const settled = points.filter(({ head }) => head >= WARM)
    const most = (point: Point, of: keyof Memory): number => Math.max(...point.memory.map((it) => it[of])) / MEGABYTE
    const last = settled.at(-1)
    if (last === undefined || settled.length < 2)
      throw new Error(`only ${points.length * LOOK_EVERY} heads in that time`)
    const transactions = world.chain
      .blocks()
      .flatMap(({ receipts }) => receipts)
      .filter(({ isDone }) => isDone).length
    const report = {
      held: growthOf(settled, 'held'),
      rss: growthOf(settled, 'rss'),
      heldFirst: most(settled[0]!, 'held'),
      heldLast: most(last, 'held'),
      rssFirst: most(settled[0]!, 'rss'),
      rssLast: most(last, 'rss'),
      heads: last.head,
      points: settled.length,
      transactions,
    }
    process.stdout.write(JSON.stringify(report))
  } finally {
    await world.close()
  }
}
