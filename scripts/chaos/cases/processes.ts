// What if keepers die, stand still, or choke on one account?
import { verdictOf } from '../judge.ts'
import type { Account } from '../universe.ts'
import { blocksOf, judged, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'
import type { Keeper } from '../world.ts'

export const PROCESS_CASES: readonly Case[] = [
  {
    name: 'nothing is broken',
    faults: [],
    isQuick: true,
    run: async (world) => work(world, 20, { within: 8, wait: WAIT_MOST, wasted: 0.005 }),
  },
  {
    name: 'a keeper is killed at any point, and starts again with nothing',
    faults: [1],
    isQuick: true,
    run: async (world) => {
      const [victim] = world.keepers as [Keeper]
      const bad = await work(world, 10, {
        within: 14,
        during: async (block) => {
          if (block === 0) await world.kill(victim, 'SIGKILL')
        },
      })
      await world.start(victim)
      const { number } = world.chain.newest()
      await blocksOf(world, 2)
      const decidedBlock = await world.decidedBy(victim)
      return [...bad, ...unless(decidedBlock > number, `decided only ${decidedBlock} two blocks after ${number}`)]
    },
  },
  {
    name: 'two keepers stand still and go on: they look again and send no old bytes',
    faults: [2],
    run: async (world) => {
      const frozen = world.keepers.slice(0, 2)
      for (const keeper of frozen) await world.kill(keeper, 'SIGSTOP')
      const bad = await work(world, 8, { within: 12, wait: 2 * 2 + 2 })
      for (const keeper of frozen) await world.kill(keeper, 'SIGCONT')
      return [...bad, ...(await work(world, 6, { within: 8 }))]
    },
  },
  {
    name: 'all but one are dead: the survivor does everything',
    faults: [3],
    isQuick: true,
    run: async (world) => {
      const dead = world.keepers.slice(1)
      for (const keeper of dead) await world.kill(keeper, 'SIGKILL')
      const bad = await work(world, 8, { within: 16, wait: 2 * 4 + 2 })
      for (const keeper of dead) await world.start(keeper)
      return bad
    },
  },
  {
    name: 'one after the other is stopped in order and started again',
    faults: [4],
    run: async (world) => {
      const findings: string[] = []
      const first = world.chain.newest().number
      const due: Account[] = []
      for (const keeper of world.keepers) {
        due.push(...world.makeDue(2))
        await world.step()
        const begun = performance.now()
        const stopping = world.kill(keeper, 'SIGTERM')
        await world.step()
        const code = await stopping
        findings.push(...unless(code === 0, `ended with ${code}`))
        findings.push(...unless(performance.now() - begun < 9_000, 'took longer than nine seconds to end'))
        await world.start(keeper)
      }
      await blocksOf(world, 8)
      return [...findings, ...judged(world, first, due)]
    },
  },
  {
    name: 'an account on which every call fails stays alone',
    faults: [5, 41],
    isQuick: true,
    run: async (world) => {
      world.makeDue(1, -50, { isPoison: true })
      const bad = await work(world, 8, { within: 8, wait: WAIT_MOST + 1, wasted: 0.25 })
      const { number } = world.chain.newest()
      await blocksOf(world, 4)
      const later = verdictOf(
        world.chain.blocks().filter((block) => block.number >= number),
        [],
      )
      return [...bad, ...unless(later.idleItems <= 1, `${later.idleItems} more attempts on it in four blocks`)]
    },
  },
]
