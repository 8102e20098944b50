import { expect } from 'chai'
import type { Head } from '../../../keeper/core/view.ts'
import { chainAt } from '../../../keeper/shell/chain.ts'
import { waiting } from '../../../keeper/shell/waiting.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'
import { openChain } from '../../../sim/world/chain.ts'
import type { Chain as World } from '../../../sim/world/chain.ts'

const START = 1_584_000_000
const GWEI = 10n ** 9n
const addresses = Object.fromEntries(
  ['accessManager', ...CONTRACT_NAMES].map((name) => [name, `0x${'1'.repeat(40)}`]),
) as Addresses

describe('hearing the chain', function () {
  this.timeout(30_000)
  let world: World
  let time = START

  before(async () => {
    world = await openChain({ startTime: START, forkUrl: undefined })
    await world.takeClock()
  })
  after(() => world.close())

  /** Heads heard of over `url` while three blocks are mined. */
  async function heard(url: string): Promise<{ heads: Head[]; mined: string[]; requests: number }> {
    const chain = chainAt([url], addresses, 10)
    const { until, wake } = waiting()
    const heads: Head[] = []
    const stop = chain.watch(
      (head) => {
        heads.push(head)
        wake()
      },
      () => undefined,
    )
    await until(() => heads.length > 0, 5_000)
    const before = chain.requests()
    const mined: string[] = []
    for (let block = 0; block < 3; block++) {
      const { hash } = await world.mine((time += 12), GWEI * BigInt(block + 1))
      mined.push(hash)
      await until(() => heads.at(-1)?.hash === hash, 5_000)
    }
    stop()
    chain.close()
    return { heads, mined, requests: chain.requests() - before }
  }

  it('over a socket each head is told as it comes, whole and without a question', async () => {
    const { heads, mined, requests } = await heard(world.rpc.wsUrl)
    expect(heads.slice(-3).map(({ hash }) => hash)).to.deep.equal(mined)
    expect(heads.at(-1)).to.deep.include({ time, baseFee: 3n * GWEI, parentHash: mined[1] })
    expect(requests).to.be.at.most(1)
  })

  it('over plain HTTP it asks, and sees the same heads', async () => {
    const { heads, mined } = await heard(world.rpc.httpUrl)
    expect([...new Set(heads.map(({ hash }) => hash))].slice(-3)).to.deep.equal(mined)
  })
})
