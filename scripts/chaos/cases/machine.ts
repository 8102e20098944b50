// What if the machine fails: its clock, its disks, its descriptors, its processor, its settings?
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ADDRESSES, CHAIN_ID } from '../universe.ts'
import { blocksOf, said, unless, WAIT_MOST, work } from '../work.ts'
import type { Case, Findings } from '../work.ts'
import type { Keeper, Manner, World } from '../world.ts'

/** [bytes] Of collections late and early; an answer without end brings hundreds of millions. */
const TAKEN_MOST = 96 * 2 ** 20
/** Whoever wakes late sends what others have sent meanwhile. */
const LATE_WASTED = 0.1
/** [s] Ten minutes and a slot and a half: a whole number of rounds of the fleet would leave every turn where it was. */
const SKEW = 636
/** The process's own clock is off by so much; at SIGUSR2 it jumps as far to the other side. */
const SKEWED = (seconds: number): string => `
  let by = ${seconds * 1_000}
  const True = Date
  globalThis.Date = class extends True {
    constructor(...given) { given.length === 0 ? super(True.now() + by) : super(...given) }
    static now() { return True.now() + by }
  }
  process.on('SIGUSR2', () => { by = -by })`

/** From SIGUSR2 on the process has `free` of every `every` [ms] for itself; another SIGUSR2 gives it back. */
const HOGGED = (free: number, every: number): string => `
  let timer
  const hog = () => {
    const until = performance.now() + ${every - free}
    while (performance.now() < until);
    timer = setTimeout(hog, ${free})
  }
  process.on('SIGUSR2', () => { if (timer === undefined) hog(); else { clearTimeout(timer); timer = undefined } })`

/** [ms] */
const STUCK_MS = 7_000
/** At SIGUSR2 the process does nothing for so long. */
const STUCK = `
  process.on('SIGUSR2', () => {
    const until = performance.now() + ${STUCK_MS}
    while (performance.now() < until);
  })`

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Logged times [unix ms] of a keeper, the newest last. */
const timesOf = ({ log }: Keeper): readonly number[] =>
  log.flatMap(({ time }) => (typeof time === 'number' ? [time] : []))

/** `survivor` runs in `manner`, and everybody else is dead: what is done, it has done. */
async function alone(
  world: World,
  survivor: Keeper,
  manner: Manner,
  bounds: { pauseMs?: number } = {},
): Promise<Findings> {
  for (const keeper of world.keepers) await world.kill(keeper, 'SIGKILL')
  await world.start(survivor, manner)
  await blocksOf(world, 2)
  return work(world, 6, { within: 16, wait: 2 * 4 + 2, during: () => sleep(bounds.pauseMs ?? 0) })
}

/** [bytes] The most memory that the process ever had. */
function peakOf({ process: child }: Keeper): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child!.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1_024
}

/** Strangers hold `count` connections, and come again when they are turned away until they are told to `rest`. */
async function flooded(
  port: number,
  count: number,
): Promise<{ readonly rest: () => void; readonly leave: () => void }> {
  const sockets = new Set<Socket>()
  let isResting = false
  const come = (): void => {
    const socket = connect(port, '127.0.0.1')
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      if (!isResting) setTimeout(come, 5)
    })
  }
  for (let at = 0; at < count; at++) come()
  await sleep(500)
  const rest = (): void => void (isResting = true)
  return {
    rest,
    leave: () => {
      rest()
      for (const socket of sockets) socket.destroy()
    },
  }
}

export const MACHINE_CASES: readonly Case[] = [
  {
    name: 'wrong settings are refused by their field, and no secret is told',
    faults: [45],
    isQuick: true,
    run: async (world) => {
      const directory = mkdtempSync(join(tmpdir(), 'plimsoll-chaos-'))
      const key = `0x${'5'.repeat(64)}`
      writeFileSync(join(directory, 'key'), key, { mode: 0o600 })
      writeFileSync(join(directory, 'open'), key, { mode: 0o644 })
      const whole = {
        rpcUrls: [world.keepers[0]!.endpoints[0]!.url],
        chainId: CHAIN_ID,
        deployment: { blockNumber: 0, addresses: ADDRESSES },
        senderKey: { file: 'key' },
        signingKey: { file: 'key' },
        underlyings: [
          { underlying: 1, symbol: 'ETH', feeds: [{ venue: 'a', url: world.venues.urls[0], pair: 'ETHUSD' }] },
        ],
      }
      const wrong: readonly (readonly [object, string])[] = [
        [{ colour: 'red' }, 'colour'],
        [{ rpcUrls: [] }, 'rpcUrls'],
        [{ senderKey: key }, 'senderKey'],
        [{ senderKey: { file: 'open' } }, 'senderKey'],
        [{ limits: { maxFeePerGasGwei: -1 } }, 'limits.maxFeePerGasGwei'],
        [{ chainId: 'one' }, 'chainId'],
      ]
      const findings = wrong.flatMap(([changed, field]) => {
        const file = join(directory, 'keeper.json')
        writeFileSync(file, JSON.stringify({ ...whole, ...changed }))
        const parameters = [join(import.meta.dirname, '../../../keeper/main.ts'), '--config', file, '--check']
        const { status, stderr } = spawnSync(process.execPath, parameters, { encoding: 'utf8' })
        return [
          ...unless(status === 2 && stderr.includes(field), `${field}: ${status} ${stderr}`),
          ...unless(!stderr.includes('5'.repeat(64)), `${field}: a secret was told`),
        ]
      })
      rmSync(directory, { recursive: true })
      return findings
    },
  },
  {
    name: 'clocks are ten minutes off, and jump: whose turn it is does not hang on them',
    faults: [31],
    isQuick: true,
    isApart: true,
    run: async (world) => {
      const [fast, slow, late] = world.keepers as [Keeper, Keeper, Keeper]
      const skews = new Map([
        [fast, SKEW],
        [slow, -SKEW],
        [late, SKEW],
      ])
      for (const [keeper, seconds] of skews) {
        await world.kill(keeper, 'SIGKILL')
        keeper.log.splice(0)
        await world.start(keeper, { preload: SKEWED(seconds) })
      }
      await blocksOf(world, 3)
      const bad = await work(world, 8, { within: 8, wait: WAIT_MOST })
      late.process!.kill('SIGUSR2')
      const more = await work(world, 8, { within: 8, wait: WAIT_MOST })
      await blocksOf(world, 6)
      const { time, state } = world.chain.newest()
      // That the clocks were bent at all is seen from what they stamp.
      const isBent = [...skews].every(([keeper, seconds]) =>
        timesOf(keeper).some((at) => Math.abs(at - Date.now() - seconds * 1_000) < 60_000),
      )
      return [
        ...bad,
        ...more,
        ...unless(isBent, 'the clocks were right'),
        ...unless(time - state.newest <= 60, `the newest round is ${time - state.newest} s old`),
      ]
    },
  },
  {
    name: 'no home, no place for scratch, and no file may be written: it runs, and logs to standard error',
    faults: [43],
    isApart: true,
    run: async (world) => {
      const [survivor] = world.keepers as [Keeper]
      const env = { HOME: '/nonexistent', TMPDIR: '/nonexistent', XDG_CACHE_HOME: '/nonexistent' }
      const bad = await alone(world, survivor, { env, shell: 'ulimit -f 0' })
      return [...bad, ...unless(said(survivor, '"msg":"sent"'), 'its log does not say so')]
    },
  },
  {
    name: 'the disk that its log goes to is full: it runs on without one',
    faults: [43],
    isQuick: true,
    isApart: true,
    run: async (world) => alone(world, world.keepers[0]!, { isDiskFull: true }),
  },
  {
    name: 'its descriptors are few, and strangers take all they can: what it needs itself is left, and it answers again',
    faults: [44],
    isQuick: true,
    isApart: true,
    run: async (world) => {
      const [survivor] = world.keepers as [Keeper]
      for (const keeper of world.keepers) await world.kill(keeper, 'SIGKILL')
      await world.start(survivor, { shell: 'ulimit -n 160' })
      await blocksOf(world, 2)
      const { rest, leave } = await flooded(world.portOf(survivor), 400)
      const bad = await work(world, 6, {
        within: 16,
        wait: 2 * 4 + 2,
        // It cannot be asked whether it has decided: it gets its time, and every connection of its own anew.
        during: async () => {
          for (const endpoint of survivor.endpoints) endpoint.cut()
          await sleep(400)
        },
      })
      rest()
      await sleep(7_000)
      const answer = await world.ask(survivor, '/live').catch(() => undefined)
      leave()
      return [...bad, ...unless(answer?.status === 200, 'whoever says nothing keeps others from asking')]
    },
  },
  {
    name: 'three are starved of the processor: the rest does what they are too late for',
    faults: [44],
    isApart: true,
    run: async (world) => {
      const starved = world.keepers.slice(0, 3)
      for (const keeper of starved) {
        await world.kill(keeper, 'SIGKILL')
        await world.start(keeper, { preload: HOGGED(60, 600) })
      }
      await blocksOf(world, 3)
      for (const { process: child } of starved) child!.kill('SIGUSR2')
      const bad = await work(world, 8, { within: 14, wait: 2 * 3 + 2, wasted: LATE_WASTED })
      for (const { process: child } of starved) child!.kill('SIGUSR2')
      await blocksOf(world, 4)
      return [...bad, ...(await work(world, 6, { within: 8, wait: WAIT_MOST + 1 }))]
    },
  },
  {
    name: 'one stands still inside: it does not say that it lives, others act, and it goes on',
    faults: [44],
    isApart: true,
    run: async (world) => {
      const [stuck] = world.keepers as [Keeper]
      await world.kill(stuck, 'SIGKILL')
      await world.start(stuck, { preload: STUCK })
      await blocksOf(world, 3)
      stuck.process!.kill('SIGUSR2')
      await sleep(200)
      const live = await world.ask(stuck, '/live').catch(() => undefined)
      const bad = await work(world, 6, { within: 8, wait: 2 * 1 + 2, wasted: LATE_WASTED })
      await sleep(STUCK_MS)
      await blocksOf(world, 2)
      const decidedBlock = await world.decidedBy(stuck)
      const { number } = world.chain.newest()
      return [
        ...bad,
        ...unless(live === undefined, 'it said that it lives'),
        ...unless(decidedBlock >= number - 1, `decided ${decidedBlock} of ${number}`),
      ]
    },
  },
  {
    name: 'a peer answers without end: nobody takes in more than an answer can be',
    faults: [37, 44],
    isApart: true,
    run: async (world) => {
      const endless = world.keepers.at(-1)!
      const others = world.keepers.slice(0, -1)
      await blocksOf(world, 6)
      const before = others.map(peakOf)
      await world.kill(endless, 'SIGKILL')
      const server = createServer((_request, response) => {
        const chunk = 'x'.repeat(1_048_576)
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', more)
        more()
      }).listen(world.portOf(endless), '127.0.0.1')
      const bad = await work(world, 6, { within: 14, wait: 2 * 1 + 2 })
      await blocksOf(world, 8)
      server.close()
      server.closeAllConnections()
      const grown = Math.max(...others.map((keeper, at) => peakOf(keeper) - before[at]!))
      return [...bad, ...unless(grown < TAKEN_MOST, `one has grown by ${Math.round(grown / 2 ** 20)} MB`)]
    },
  },
]
