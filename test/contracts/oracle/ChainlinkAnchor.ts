// Does the anchor read Chainlink's own contracts as they are? Its feed cache behind a proxy, fed by reports that f + 1 nodes signed.
import { expect } from 'chai'
import { network } from 'hardhat'
import { keccak256, parseAbi, stringToHex, zeroAddress, type Hex } from 'viem'
import { CHAINLINK_NODES, deployChainlink } from '../../../sim/chainlink.ts'
import { anchorAbi } from '../../../sdk/protocol/abi.ts'

const ETH = 1
const HEARTBEAT = 3_600
const DEVIATION = 5_000
const E18 = 10n ** 18n
const CACHE_ABI = parseAbi(['function removeDataIdMappingsForProxies(address[] proxies)'])
const PROXY_ABI = parseAbi(['function aggregator() view returns (address)'])

describe('the anchor on Chainlink’s own contracts', () => {
  it('reads their newest answer, their history by round, and nothing where there is no round', async () => {
    const world = await deployed()
    await world.transmit(2_000, 0)
    await world.list()
    const listed = await world.read()
    expect(listed).to.deep.include({ isLive: true, price: 2_000n * E18, deviation: DEVIATION })

    await world.transmit(1_900, 60)
    const newest = await world.read()
    expect(newest.price).to.equal(1_900n * E18)
    expect(newest.liveUntil - newest.updatedAt).to.equal(BigInt(HEARTBEAT + 120))
    expect(await world.newestRound()).to.equal(newest.roundId)
    expect((await world.readRound(newest.roundId)).price).to.equal(1_900n * E18)
    expect((await world.readRound(newest.roundId - 1n)).price).to.equal(2_000n * E18)
    expect((await world.readRound(newest.roundId + 1n)).updatedAt).to.equal(0n)
  })

  it('is dead a heartbeat and two minutes after their last answer, and lives again with the next', async () => {
    const world = await deployed()
    await world.transmit(2_000, 0)
    await world.list()
    await world.pass(HEARTBEAT + 100)
    expect((await world.read()).isLive).to.equal(true)
    await world.pass(60)
    expect((await world.read()).isLive).to.equal(false)
    await world.transmit(2_010, 0)
    expect((await world.read()).isLive).to.equal(true)
  })

  it('is dead where the cache no longer knows the feed, and a probe of it changes nothing else', async () => {
    const world = await deployed()
    await world.transmit(2_000, 0)
    await world.list()
    await world.probe()
    expect((await world.read()).isLive).to.equal(true)
    await world.forget()
    expect((await world.read()).isLive).to.equal(false)
  })

  it('lists no feed that has not answered yet', async () => {
    const world = await deployed()
    expect(await world.list().catch((cause: unknown) => String(cause))).to.contain('AnchorUnfit')
  })
})

async function deployed() {
  const { viem, networkHelpers } = await network.create()
  const client = await viem.getPublicClient()
  const [wallet] = await viem.getWalletClients()
  if (wallet === undefined) throw new Error('no wallet')
  const nodeKeys = Array.from({ length: CHAINLINK_NODES }, (_, i): Hex => keccak256(stringToHex(`node ${i}`)))
  const chainlink = await deployChainlink({ client, wallet: wallet as never, nodeKeys, feeds: ['ETH / USD'] })
  const proxy = chainlink.proxies[0] ?? '0x'
  const manager = await viem.deployContract('AccessManager', [wallet.account.address])
  // No reporters: none is asked until a candidate is on trial.
  const { address } = await viem.deployContract('ChainlinkAnchor', [zeroAddress, 0, zeroAddress, manager.address])

  const anchor = { address, abi: anchorAbi } as const
  const settled = async (sent: Promise<Hex>) => client.waitForTransactionReceipt({ hash: await sent })
  const asOf = BigInt(await networkHelpers.time.latest())
  return {
    list: () =>
      settled(wallet.writeContract({ ...anchor, functionName: 'list', args: [ETH, proxy, HEARTBEAT, DEVIATION] })),
    probe: () => settled(wallet.writeContract({ ...anchor, functionName: 'probe', args: [ETH] })),
    read: () => client.readContract({ ...anchor, functionName: 'read', args: [ETH] }),
    readRound: (round: bigint) =>
      client.readContract({ ...anchor, functionName: 'readRound', args: [ETH, asOf, round] }),
    newestRound: () => client.readContract({ ...anchor, functionName: 'newestRound', args: [ETH, asOf] }),
    /** `after` seconds from now, for now. */
    transmit: async (dollars: number, after: number) => {
      await networkHelpers.time.increase(after + 1)
      const time = await networkHelpers.time.latest()
      await settled(chainlink.transmit([{ price: BigInt(dollars) * 10n ** 8n, time }]))
    },
    pass: (seconds: number) => networkHelpers.time.increase(seconds),
    forget: async () => {
      const cache = await client.readContract({ address: proxy, abi: PROXY_ABI, functionName: 'aggregator' })
      const removal = { functionName: 'removeDataIdMappingsForProxies', args: [[proxy]] } as const
      await settled(wallet.writeContract({ address: cache, abi: CACHE_ABI, ...removal }))
    },
  }
}
