// Venues are heard before a block is mined, everyone decides before the next, and follow-up blocks end when nothing waits.
import { expect } from 'chai'
import type { Worker } from '../../../sim/processes.ts'
import { createLoop, type LoopParts } from '../../../sim/driver/loop.ts'

function worker(said: string[], dues: number[]): Worker {
  return {
    name: 'keeper',
    statusUrl: '',
    isAlive: () => true,
    lastWords: () => '',
    kill: () => undefined,
    decided: (block) => {
      said.push(`decided ${block}`)
      return Promise.resolve({ decidedBlock: block, due: dues.shift() ?? 0 })
    },
  }
}

function world(dues: number[]): { said: string[]; parts: LoopParts } {
  const said: string[] = []
  let height = 0
  const say = (text: string) => {
    said.push(text)
    return Promise.resolve()
  }
  const keeper = worker(said, dues)
  const parts: LoopParts = {
    advanceVenues: (from, to, withOptions) => say(`venues ${from}-${to}${withOptions ? ' with options' : ''}`),
    transmit: (time) => say(`anchor ${time}`),
    mine: (time) => {
      height += 1
      said.push(`block ${height} at ${time}`)
      return Promise.resolve({ number: height, time, hash: '0x' })
    },
    workers: () => [keeper],
    onBlock: (_block, statuses) => Promise.resolve(statuses.some(({ due }) => due > 0)),
    schedule: () =>
      Promise.resolve({ ticks: [100, 200, 300], expiries: [], windowSeconds: 0, hasAuctions: false, deadlines: [] }),
    pace: () => Promise.resolve(),
  }
  return { said, parts }
}

describe('sim/driver/loop', () => {
  it('lets venues and anchor speak, mines, and waits for the decisions on that block', async () => {
    const { said, parts } = world([])
    await createLoop(parts, 0).event(100)
    expect(said).to.deep.equal(['venues 0-100 with options', 'anchor 100', 'block 1 at 100', 'decided 1'])
  })

  it('mines on every twelve seconds while somebody has more to do, and not for ever', async () => {
    const some = world([2, 1, 0])
    await createLoop(some.parts, 0).event(100)
    expect(some.said.filter((text) => text.startsWith('block'))).to.deep.equal([
      'block 1 at 100',
      'block 2 at 112',
      'block 3 at 124',
    ])
    const endless = world(new Array<number>(100).fill(1))
    await createLoop(endless.parts, 0).event(100)
    expect(endless.said.filter((text) => text.startsWith('block'))).to.have.length(15)
  })

  it('runs event by event to the end', async () => {
    const { said, parts } = world([])
    const loop = createLoop(parts, 0)
    await loop.runUntil(250)
    expect(loop.now()).to.equal(200)
    await loop.runUntil(1000)
    expect(said.filter((text) => text.startsWith('block'))).to.have.length(3)
  })
})
