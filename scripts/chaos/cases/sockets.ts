// What if nodes are heard over sockets, and sockets lose, repeat, shuffle or break?
import type { Endpoint, Telling } from '../endpoint.ts'
import type { Account } from '../universe.ts'
import { blocksOf, judged, unless, WAIT_MOST, work } from '../work.ts'
import type { Case, Findings } from '../work.ts'
import type { World } from '../world.ts'

/** [blocks] Two seconds pass before a head that no socket told is asked for. */
const ASKED_FOR = 2
/** [ms] A head that came late has been looked at by then. */
const SETTLED = 500

const endpointsOf = (world: World): readonly Endpoint[] => world.keepers.flatMap(({ endpoints }) => endpoints)
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The fleet starts anew over sockets, and each has subscribed at each of its endpoints. */
async function overSockets(world: World): Promise<Findings> {
  await Promise.all(world.keepers.map((keeper) => world.kill(keeper, 'SIGKILL')))
  await Promise.all(world.keepers.map((keeper) => world.start(keeper, { isOverSockets: true })))
  await blocksOf(world, 3)
  return isHeard(world)
}

function isHeard(world: World): Findings {
  const deaf = endpointsOf(world).filter((endpoint) => endpoint.subscribers() === 0).length
  return unless(deaf === 0, `nobody has subscribed at ${deaf} endpoints`)
}

function withHeads(telling: Telling, name: string, isQuick = false): Case {
  return {
    name,
    faults: [17],
    isQuick,
    isApart: true,
    run: async (world) => {
      const deaf = await overSockets(world)
      for (const endpoint of endpointsOf(world)) endpoint.telling = telling
      const bad = await work(world, 6, { within: 12, wait: WAIT_MOST + ASKED_FOR })
      for (const endpoint of endpointsOf(world)) endpoint.telling = 'each'
      return [...deaf, ...bad, ...(await work(world, 4, { within: 8, wait: WAIT_MOST + 1 }))]
    },
  }
}

export const SOCKET_CASES: readonly Case[] = [
  withHeads('none', 'sockets stay open and tell of no head any more', true),
  withHeads('twice', 'sockets tell of every head twice'),
  {
    name: 'sockets tell of heads in the wrong order: nobody goes back to an older one',
    faults: [17],
    isApart: true,
    run: async (world) => {
      const findings = [...(await overSockets(world))]
      const first = world.chain.newest().number
      const due: Account[] = []
      for (const endpoint of endpointsOf(world)) endpoint.telling = 'shuffled'
      for (let pair = 0; pair < 4; pair++) {
        due.push(...world.makeDue(2))
        await world.chain.mine()
        const { number } = await world.step()
        for (const endpoint of endpointsOf(world)) endpoint.release()
        await sleep(SETTLED)
        const decided = await Promise.all(world.keepers.map(world.decidedBy))
        findings.push(...unless(Math.min(...decided) >= number, `at ${number} some have gone back: ${decided.join()}`))
      }
      for (const endpoint of endpointsOf(world)) endpoint.telling = 'each'
      await blocksOf(world, WAIT_MOST)
      findings.push(...judged(world, first, due))
      return [...findings, ...(await work(world, 4, { within: 8, wait: WAIT_MOST + 1 }))]
    },
  },
  {
    name: 'sockets break again and again: each is opened and subscribed to anew',
    faults: [6, 17],
    isApart: true,
    run: async (world) => {
      const deaf = await overSockets(world)
      const bad = await work(world, 6, {
        within: 14,
        wait: WAIT_MOST + 2 * ASKED_FOR,
        during: async (block) => {
          if (block < 3) for (const endpoint of endpointsOf(world)) endpoint.cut()
        },
      })
      // Until they have come again: half a second to connect, five to subscribe where that failed.
      await sleep(7_000)
      await blocksOf(world, 2)
      return [...deaf, ...bad, ...isHeard(world), ...(await work(world, 4, { within: 8, wait: WAIT_MOST + 1 }))]
    },
  },
]
