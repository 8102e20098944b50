// What do five keeper processes ask, how soon do they act, and what do kills and lies do to them? Run by scripts/bench/keeper.ts.
// Parameters: points at which one is killed, and a seed. The chain is the chaos harness's, in memory; every endpoint counts.
import { putting } from '../../chaos/chain.ts'
import { verdictOf } from '../../chaos/judge.ts'
import { withHealth } from '../../chaos/universe.ts'
import type { Account } from '../../chaos/universe.ts'
import { openWorld } from '../../chaos/world.ts'
import type { Keeper, World } from '../../chaos/world.ts'
import { randomFrom } from './random.ts'

const KEEPERS = 5
const BLOCKS = 20
const DUE_PER_BLOCK = 10
const TICKS = 6
/** Blocks within which everybody must have been called, with one keeper of five dead at a time. */
const DRAIN = 12
/** [ms] */
const WALL_BLOCK = 1_000
const WALL_BLOCKS = 40
/** [ms] A kill falls anywhere in so much of a block: before, while and after the head is decided on. */
const KILL_WITHIN = 250

/** Cash units above MAINTENANCE of accounts that nobody looks at twice, and of those that have fallen due. */
const SAFE = 200
const DUE = -5
/** As the rig of decisions has it: one account in a hundred falls due a step. */
const ACCOUNTS = 10_000
const STEPS = 30
const BLOCKS_PER_STEP = 5
const MAX_GAS = 15_000_000

/** A fleet that has come up, each keeper by itself, with `accounts` that are in no danger. */
export async function openFleet(seed: number, accounts = 0): Promise<World> {
  const world = await openWorld(seed, KEEPERS, { maxGasPerTransaction: MAX_GAS })
  world.makeDue(accounts, SAFE)
  await world.step()
  await Promise.all(world.keepers.map((keeper) => world.start(keeper)))
  await pass(world, 4)
  return world
}

export async function pass(world: World, blocks: number): Promise<void> {
  for (let block = 0; block < blocks; block++) await world.step()
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const newest = (world: World): number => world.chain.newest().number
const since = (world: World, first: number) => world.chain.blocks().filter(({ number }) => number >= first)

export type Asked = { readonly perBlock: number; readonly pollsPerBlock: number }

/** Calls per block and keeper over all three endpoints; questions for the newest head go by the clock, and are told apart. */
export async function askedOver(world: World, blocks: number, duePerBlock: number): Promise<Asked> {
  let [calls, polls] = [0, 0]
  world.everywhere(async (method, [block]) => {
    if (method === 'eth_getBlockByNumber' && block === 'latest') polls += 1
    else calls += 1
    return undefined
  })
  for (let block = 0; block < blocks; block++) {
    if (duePerBlock > 0) world.makeDue(duePerBlock)
    await world.step()
  }
  world.everywhere(undefined)
  return { perBlock: calls / blocks / KEEPERS, pollsPerBlock: polls / blocks / KEEPERS }
}

/** Blocks from the newest one when the venues tell a price to the one in which who falls below by it is called or auctioned. */
export async function ticksOver(world: World, ticks: number): Promise<readonly number[]> {
  const waits: number[] = []
  for (let tick = 0; tick < ticks; tick++) {
    const [account] = world.makeDue(1, 2)
    await pass(world, 4)
    const first = newest(world)
    world.venues.prices.fill('220.00')
    for (let block = 0; block < DRAIN && !isCalled(world, account!); block++) await world.step()
    waits.push(isCalled(world, account!) ? newest(world) - first : Infinity)
    // The next account is made to stand just above at the old price: it must be the chain's again.
    world.venues.prices.fill('200.00')
    await pass(world, 5)
  }
  return waits
}

function isCalled(world: World, { id }: Account): boolean {
  return (world.chain.newest().state.accounts.get(id)?.status ?? 'HEALTHY') !== 'HEALTHY'
}

export type Killed = {
  /** Blocks from the start of the new process to its first decision on a head, worst. */
  readonly resumed: number
  readonly lost: number
  readonly healthyTouched: number
  readonly worstWait: number
}

/** SIGKILL at `points` random moments of a block while there is work; each time another process begins with nothing. */
export async function killedAt(world: World, points: number, seed: number): Promise<Killed> {
  const random = randomFrom(seed)
  const first = newest(world)
  const due: Account[] = []
  let resumed = 0
  for (let point = 0; point < points; point++) {
    const victim = world.keepers[random(KEEPERS)]!
    due.push(...world.makeDue(2))
    const stepping = world.step()
    await sleep(random(KILL_WITHIN))
    await world.kill(victim, 'SIGKILL')
    await stepping
    await world.start(victim)
    resumed = Math.max(resumed, await blocksToDecide(world, victim))
  }
  await pass(world, DRAIN)
  const { missing, healthyTouched, waits } = verdictOf(since(world, first), due)
  return { resumed, lost: missing.length, healthyTouched, worstWait: waits.at(-1) ?? 0 }
}

async function blocksToDecide(world: World, keeper: Keeper): Promise<number> {
  const begun = newest(world)
  for (let blocks = 1; blocks <= DRAIN; blocks++) {
    await world.step()
    const decidedBlock = await world.decidedBy(keeper)
    if (decidedBlock > begun) return blocks
  }
  return Infinity
}

export type Lied = { readonly wrong: number; readonly lost: number; readonly done: number; readonly lies: number }

/** One endpoint of each keeper's three answers every read with something else. Wrong: what failed, and whom it touched unduly. */
export async function liedTo(world: World, blocks: number): Promise<Lied> {
  let lies = 0
  const first = newest(world)
  world.everywhere(
    async (method, _params, truly) => {
      if (method !== 'eth_call') return undefined
      const result = (await truly()) as string
      lies += 1
      return { kind: 'result', result: `${result.slice(0, -20)}${'7'.repeat(20)}` }
    },
    [0],
  )
  const due: Account[] = []
  for (let block = 0; block < blocks; block++) {
    due.push(...world.makeDue(2))
    await world.step()
  }
  await pass(world, DRAIN)
  world.everywhere(undefined)
  const { missing, healthyTouched, failed, waits } = verdictOf(since(world, first), due)
  return { wrong: healthyTouched + failed, lost: missing.length, done: waits.length, lies }
}

/** A block every second of the wall clock, whether or not anybody has decided: waits of those due, in blocks. */
export async function onTheWall(
  world: World,
  blocks: number,
): Promise<{ readonly waits: readonly number[]; readonly lost: number }> {
  const first = newest(world)
  const due: Account[] = []
  for (let block = 0; block < blocks + DRAIN; block++) {
    if (block < blocks) due.push(...world.makeDue(2))
    const next = performance.now() + WALL_BLOCK
    void world.venues.tell(world.chain.newest().time + 1)
    await world.chain.mine(1)
    await sleep(Math.max(0, next - performance.now()))
  }
  const { waits, missing } = verdictOf(since(world, first), due)
  return { waits, lost: missing.length }
}

/** One in a hundred of the safe accounts falls due in each of `steps`, some blocks apart: waits in blocks, sorted. */
export async function fallenOver(
  world: World,
  steps: number,
): Promise<{ readonly waits: readonly number[]; readonly lost: number }> {
  const safe = [...world.chain.newest().state.accounts.values()].slice(1)
  const perStep = Math.ceil(safe.length / 100)
  const dueAt = new Map<Account['id'], number>()
  for (let step = 0; step < steps; step++) {
    const fallen = safe.slice(step * perStep, (step + 1) * perStep)
    world.chain.change((state, time) => {
      const before = fallen.map(({ id }) => state.accounts.get(id)!)
      return putting(before.map((account) => withHealth(state, account, time, DUE)))(state, time)
    })
    for (const { id } of fallen) dueAt.set(id, newest(world) + 1)
    await pass(world, BLOCKS_PER_STEP)
  }
  await pass(world, DRAIN)
  const blocks = world.chain.blocks()
  const waits = [...dueAt].flatMap(([id, due]) => {
    const done = blocks.find(({ state }) => (state.accounts.get(id)?.status ?? 'HEALTHY') !== 'HEALTHY')
    return done === undefined ? [] : [done.number - due]
  })
  return { waits: waits.toSorted((a, b) => a - b), lost: dueAt.size - waits.length }
}

/** On a fleet of its own. */
async function fallenAmong(accounts: number, seed: number): ReturnType<typeof fallenOver> {
  const world = await openFleet(seed, accounts)
  try {
    return await fallenOver(world, STEPS)
  } finally {
    await world.close()
  }
}

if (import.meta.main) {
  const [points, seed] = process.argv.slice(2).map(Number) as [number, number]
  const fallen = await fallenAmong(ACCOUNTS, seed)
  const world = await openFleet(seed)
  try {
    const idle = await askedOver(world, BLOCKS, 0)
    const busy = await askedOver(world, BLOCKS, DUE_PER_BLOCK)
    await pass(world, DRAIN)
    const ticks = (await ticksOver(world, TICKS)).toSorted((a, b) => a - b)
    const wall = await onTheWall(world, WALL_BLOCKS)
    const killed = await killedAt(world, points, seed)
    const lied = await liedTo(world, BLOCKS)
    const report = {
      rpcIdle: idle.perBlock,
      rpcIdlePolls: idle.pollsPerBlock,
      rpcBusy: busy.perBlock,
      rpcBusyPolls: busy.pollsPerBlock,
      e2e50: ticks[Math.floor(ticks.length / 2)],
      e2eWorst: ticks.at(-1),
      wall50: wall.waits[Math.floor(wall.waits.length / 2)],
      wall99: wall.waits[Math.floor(wall.waits.length * 0.99)],
      wallLost: wall.lost,
      killedResumed: killed.resumed,
      killedLost: killed.lost,
      killedWait: killed.worstWait,
      killedTouched: killed.healthyTouched,
      liedWrong: lied.wrong,
      liedLost: lied.lost,
      liedDone: lied.done,
      lies: lied.lies,
      due: fallen.waits.length,
      due50: fallen.waits[Math.floor(fallen.waits.length * 0.5)],
      due99: fallen.waits[Math.floor(fallen.waits.length * 0.99)],
      dueWorst: fallen.waits.at(-1),
      dueLost: fallen.lost,
    }
    process.stdout.write(JSON.stringify(report))
  } finally {
    await world.close()
  }
}
