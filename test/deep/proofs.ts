// Two endpoints of three lie alike to every keeper of a fleet on the protocol as deployed: do proofs make up for it, and are the lies ones
// that would do harm without?
import { expect } from 'chai'
import { feigned, hidden } from '../../scripts/chaos/cases/proofs.ts'
import { openNodeWorld, type NodeWorld } from '../../scripts/chaos/node.ts'
import type { Findings } from '../../scripts/chaos/work.ts'

describe('five keepers to whom two endpoints of three lie alike', function () {
  this.timeout(600_000)

  async function found(run: (world: NodeWorld) => Promise<Findings>, isProven: boolean): Promise<string> {
    const world = await openNodeWorld(3, isProven)
    try {
      return (await run(world)).join('; ')
    } finally {
      await world.close()
    }
  }

  it('with proofs they do every duty that a fall brings, though it is kept from them, and name the liars', async () => {
    expect(await found(hidden, true)).to.equal('')
  })

  it('with proofs they send nothing wrong for a fall that never was, do what is truly due, and name the liars', async () => {
    expect(await found(feigned, true)).to.equal('')
  })

  it('without proofs they believe the two: duties are missed, and transactions wasted', async () => {
    expect(await found(hidden, false)).to.match(/5 of 5 duties not done/)
    expect(await found(feigned, false)).to.match(/[1-9]\d* wrong transactions/)
  })
})
