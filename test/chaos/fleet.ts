import { expect } from 'chai'
import { CASES } from '../../scripts/chaos/cases.ts'
import { openWorld } from '../../scripts/chaos/world.ts'
import type { World } from '../../scripts/chaos/world.ts'

/** The others, and many more seeds, are for `npm run chaos`. */
const CHOSEN = [
  'nothing is broken',
  'all but one are dead',
  'an endpoint takes transactions and keeps them to itself',
  'a reorganisation of 2 blocks',
  'a venue says 300.00',
  'two venues collude while another is silent',
  'a batch gets 30 %',
]

describe('a fleet of five processes', function () {
  this.timeout(180_000)
  let world: World

  before(async () => {
    world = await openWorld(7, 5)
    await world.step()
    await Promise.all(world.keepers.map((keeper) => world.start(keeper)))
    for (let block = 0; block < 4; block++) await world.step()
  })
  after(() => world.close())

  for (const wanted of CHOSEN) {
    const found = CASES.find(({ name }) => name.startsWith(wanted))
    it(`does its work once, and touches nobody healthy: ${wanted}`, async () => {
      expect(found).to.not.equal(undefined)
      expect(await found?.run(world)).to.deep.equal([])
    })
  }
})
