// What if venues are wrong, late or silent, or the market falls?
import { blocksOf, judged, unless, WAIT_MOST, work } from '../work.ts'
import type { Case } from '../work.ts'

/** What short calls would be hurt by, were it true. */
const COLLUDED = '240.00'
const TRUE_PRICE = 200n * 10n ** 18n

export const FEED_CASES: readonly Case[] = [
  ...['300.00', '100.00', '0', '-5', 'NaN', '1e30'].map((price): Case => ({
    name: `a venue says ${price}`,
    faults: [32],
    isQuick: price === '300.00',
    run: async (world) => {
      world.venues.prices[0] = price
      await blocksOf(world, 4)
      const own = Number(world.chain.newest().state.price) / 1e18
      const bad = await work(world, 3, { within: 8, wait: WAIT_MOST + 1 })
      world.heal()
      return [...bad, ...unless(Math.abs(own - 200) < 0.2, `the price is ${own}`)]
    },
  })),
  {
    name: 'a venue has stopped, another is a minute and a half late',
    faults: [33],
    run: async (world) => {
      world.venues.prices[0] = undefined
      world.venues.skews[1] = -90
      await blocksOf(world, 8)
      const { newest, price } = world.chain.newest().state
      const age = world.chain.newest().time - newest
      world.heal()
      return [
        ...unless(age <= 60, `the newest round is ${age} s old`),
        ...unless(price === 200n * 10n ** 18n, 'the price moved'),
      ]
    },
  },
  {
    name: 'the market falls in one step: the price follows, and whoever it makes due is called',
    faults: [32, 39],
    isQuick: true,
    run: async (world) => {
      const first = world.chain.newest().number
      const rich = world.makeDue(10, 25)
      await blocksOf(world, 2)
      // Short calls are hurt by a rise.
      world.venues.prices.fill('240.00')
      await blocksOf(world, 8)
      const price = Number(world.chain.newest().state.price) / 1e18
      const bad = judged(world, first, rich)
      world.heal()
      await blocksOf(world, 5)
      return [...bad, ...unless(price === 240, `the price is ${price}`)]
    },
  },
  {
    name: 'two venues of five collude: the price does not follow them',
    faults: [36],
    run: async (world) => {
      const first = world.chain.newest().number
      world.makeDue(6, 25)
      await blocksOf(world, 2)
      world.venues.prices.splice(0, 2, COLLUDED, COLLUDED)
      await blocksOf(world, 8)
      const { price, doubt } = world.chain.newest().state
      const bad = judged(world, first, [])
      world.heal()
      return [...bad, ...unless(price === TRUE_PRICE && doubt === undefined, `the price is ${price}`)]
    },
  },
  {
    name: 'two venues collude while another is silent: nobody decides by their price, and it goes on when they part',
    faults: [36],
    isQuick: true,
    run: async (world) => {
      const first = world.chain.newest().number
      world.makeDue(6, 25)
      await blocksOf(world, 2)
      world.venues.prices.splice(0, 2, COLLUDED, COLLUDED)
      world.venues.prices[4] = undefined
      // A minute for the silent one to count no more, and half of one for the next round.
      await blocksOf(world, 10)
      const halted = world.chain.newest().state
      const bad = judged(world, first, [])
      world.heal()
      await blocksOf(world, 4)
      const after = world.chain.newest()
      return [
        ...bad,
        ...unless(halted.doubt !== undefined, 'four venues of two opinions counted as agreed'),
        ...unless(halted.price === TRUE_PRICE, `the price was ${halted.price}`),
        ...unless(after.state.doubt === undefined && after.time - after.state.newest <= 60, 'it did not go on'),
        ...(await work(world, 4, { within: 8, wait: WAIT_MOST + 1 })),
      ]
    },
  },
]
