// A local node mines by itself and tells the time of this machine, and its anchor says what our Chainlink nodes report.
import { expect } from 'chai'
import { accountKeyOf, localNodeAt, mineEvery, speakForAnchor, type LocalNode } from '../../../sim/world/local.ts'
import { protocolAt } from '../../../sdk/protocol/client.ts'
import { openChain, type Chain } from '../../../sim/world/chain.ts'
import { deployUniverse } from '../../../sim/world/deploy.ts'
import { privateKeyToAddress } from 'viem/accounts'

const secondsNow = (): number => Math.floor(Date.now() / 1_000)

describe('sim/world/local', function () {
  this.timeout(60_000)
  let chain: Chain
  let node: LocalNode

  before(async () => {
    chain = await openChain({ startTime: secondsNow() - 300, forkUrl: undefined })
    const operators = [privateKeyToAddress(accountKeyOf(1))]
    const { deployment } = await deployUniverse(chain, { seed: 0, symbol: 'ETH', spot: 200, operators })
    node = await localNodeAt(chain.rpc.httpUrl, deployment)
  })
  after(() => chain.close())

  it('the anchor says what our nodes report', async () => {
    const { chainlink, terms } = await speakForAnchor(node, 1)
    expect(terms).to.deep.equal({ heartbeatSeconds: 3_600, deviationPpm: 5_000 })
    const { timestamp } = await node.client.getBlock()
    await chainlink.transmit([{ price: 237n * 10n ** 8n, time: Number(timestamp) + 1 }])
    const { priceBook } = protocolAt(node.client, node.deployment.addresses)
    expect((await priceBook.read.index([1])).anchor).to.equal(237n * 10n ** 18n)
  })

  it('blocks come by themselves, at the time of this machine, though the node was ahead of it', async () => {
    const { number } = await chain.mine(secondsNow() + 5, 1_000_000_000n)
    await mineEvery(node, 1_000)
    await new Promise((done) => setTimeout(done, 3_500))
    const later = await node.client.getBlock()
    expect(Number(later.number) - number).to.be.at.least(3)
    expect(Math.abs(Number(later.timestamp) - secondsNow())).to.be.at.most(2)
  })
})
