import { expect } from 'chai'
import { askedOver, killedAt, liedTo, openFleet, pass, ticksOver } from '../../scripts/bench/keeper/processes.ts'
import type { World } from '../../scripts/chaos/world.ts'

/** The fifty points and the figures are for `npm run bench -- keeper --processes`. */
describe('what the bench asks of five processes', function () {
  this.timeout(240_000)
  let world: World

  before(async () => {
    world = await openFleet(11)
  })
  after(() => world.close())

  it('a keeper that has little to do asks at most 20 questions a block, one that has much 40', async () => {
    const idle = await askedOver(world, 6, 0)
    const busy = await askedOver(world, 6, 10)
    expect(idle.perBlock).to.be.greaterThan(1).and.at.most(20)
    expect(busy.perBlock).to.be.greaterThan(idle.perBlock).and.at.most(40)
    await pass(world, 6)
  })

  it('a tick of the venues becomes a price, and the price a margin call', async () => {
    expect((await ticksOver(world, 2)).every((wait) => wait < Infinity)).to.equal(true)
  })

  it('killed at five random points with nothing on disk, a keeper decides within two blocks, and no duty is lost', async () => {
    const { resumed, lost, healthyTouched } = await killedAt(world, 5, 11)
    expect(resumed).to.be.at.most(2)
    expect({ lost, healthyTouched }).to.deep.equal({ lost: 0, healthyTouched: 0 })
  })

  it('one endpoint of three that lies brings about no wrong transaction, and loses no duty', async () => {
    const { wrong, lost, done, lies } = await liedTo(world, 5)
    expect({ wrong, lost, done }).to.deep.equal({ wrong: 0, lost: 0, done: 10 })
    expect(lies).to.be.greaterThan(0)
  })
})
