// What if the chain itself turns back, stands still, or comes in bursts?
import { keccak256, toHex } from 'viem'
import { blocksOf, judged, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'

export const CHAIN_CASES: readonly Case[] = [
  ...[1, 2, 5, 10].map((depth): Case => ({
    name: `a reorganisation of ${depth} ${depth === 1 ? 'block' : 'blocks'} undoes what was done, and it is done again`,
    faults: [21],
    isQuick: depth === 2,
    run: async (world) => {
      await blocksOf(world, depth)
      const first = world.chain.newest().number
      const due = world.makeDue(5)
      await blocksOf(world, depth < 3 ? depth + 1 : depth)
      await world.chain.reorganise(depth, false)
      const { state } = world.chain.newest()
      const lost = due.filter(({ id }) => !state.accounts.has(id))
      // What was never there again cannot be due: it is put there anew.
      const again = lost.length > 0 ? world.makeDue(5) : due
      await blocksOf(world, 8)
      return judged(world, first, again, { wasted: 0.05 })
    },
  })),
  {
    name: 'the registry changes, and the change is undone by a reorganisation',
    faults: [22, 42],
    run: async (world) => {
      const { state } = world.chain.newest()
      const seed = keccak256(toHex('another seed'))
      const ids = state.keepers.map(({ id }) => id)
      world.chain.change((before) => ({
        state: { ...before, epoch: before.epoch + 1, seed },
        logs: [
          { contract: 'keeperRegistry', event: 'EpochStarted', args: { epoch: BigInt(before.epoch + 1), seed, ids } },
        ],
      }))
      const bad = await work(world, 5, { within: 8, wait: WAIT_MOST + 1 })
      await world.chain.reorganise(2, false)
      return [...bad, ...(await work(world, 5, { within: 10, wait: WAIT_MOST + 1, wasted: 0.05 }))]
    },
  },
  {
    name: 'the head stands still: nobody is ready, nothing is sent, and it goes on',
    faults: [23],
    isQuick: true,
    run: async (world) => {
      await world.step()
      const before = world.chain.pool().length
      await new Promise((resolve) => setTimeout(resolve, 2_200))
      const ready = await Promise.all(world.keepers.map((keeper) => world.ask(keeper, '/ready')))
      const { length } = world.chain.pool()
      return [
        ...unless(
          ready.every(({ status }) => status === 503),
          'a keeper says that it is ready',
        ),
        ...unless(length === before, `${length - before} transactions sent without a head`),
        ...(await work(world, 5, { within: 8, wait: WAIT_MOST + 1 })),
      ]
    },
  },
  {
    name: 'blocks come late, early and in bursts',
    faults: [24],
    run: async (world) => {
      const first = world.chain.newest().number
      const due = world.makeDue(8)
      for (const seconds of [36, 12, 1, 1, 1, 24, 48, 12, 12, 12, 12]) await world.step(seconds)
      return judged(world, first, due, { wait: 9 })
    },
  },
  {
    name: 'two nodes part and the fleet with them; when one chain wins, every duty is done once on it',
    faults: [20],
    isQuick: true,
    isApart: true,
    run: async (world) => {
      await blocksOf(world, 2)
      const first = world.chain.newest().number
      const due = world.makeDue(6)
      const other = world.chain.forked()
      const apart = world.keepers.slice(3)
      for (const { endpoints } of apart) for (const endpoint of endpoints) endpoint.node = other
      for (let block = 0; block < 6; block++) {
        await other.mine()
        await world.step()
      }
      // One block more than the other has: it wins.
      await world.chain.mine()
      world.heal()
      await blocksOf(world, 2)
      const senders = apart.map(({ sender }) => sender)
      const isUsed = other.blocks().some(({ receipts }) => receipts.some(({ tx }) => senders.includes(tx.from)))
      const bad = judged(world, first, due, { wait: 2 * 2 + 2 })
      // Those that were on the losing chain do everything now: their nonces and views are those of the other.
      for (const keeper of world.keepers.slice(0, 3)) await world.kill(keeper, 'SIGKILL')
      const alone = await work(world, 4, { within: 14, wait: 2 * 3 + 2 })
      return [...unless(isUsed, 'nothing was sent on the other chain'), ...bad, ...alone]
    },
  },
]
