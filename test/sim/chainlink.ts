// Is the anchor of a local network fed as a real one is? Reports signed by f + 1 nodes, through Chainlink's own contracts.
import { expect } from 'chai'
import { network } from 'hardhat'
import { keccak256, parseAbi, stringToHex, type Hex } from 'viem'
import {
  CHAINLINK_DECIMALS,
  CHAINLINK_NODES,
  deployChainlink,
  isReportDue,
  type ChainlinkAnswer,
} from '../../sim/chainlink.ts'

const FEED_ABI = parseAbi([
  'function decimals() view returns (uint8)',
  'function description() view returns (string)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
  'function getRoundData(uint80) view returns (uint80, int256, uint256, uint256, uint80)',
])
const keysOf = (name: string): Hex[] =>
  Array.from({ length: CHAINLINK_NODES }, (_, i) => keccak256(stringToHex(`${name} ${i}`)))

describe('the local Chainlink feed', () => {
  async function deployed(configured = keysOf('node')) {
    const { viem } = await network.create()
    const client = await viem.getPublicClient()
    const [wallet] = await viem.getWalletClients()
    if (wallet === undefined) throw new Error('no wallet')
    const feeds = ['ETH / USD', 'AVAX / USD']
    const chainlink = await deployChainlink({ client, wallet: wallet as never, nodeKeys: configured, feeds })
    const read = async (feed: number, round?: bigint) => {
      const address = chainlink.proxies[feed] ?? '0x'
      const data =
        round === undefined
          ? await client.readContract({ address, abi: FEED_ABI, functionName: 'latestRoundData' })
          : await client.readContract({ address, abi: FEED_ABI, functionName: 'getRoundData', args: [round] })
      return { round: data[0], price: data[1], time: Number(data[3]) }
    }
    return { client, wallet, chainlink, read }
  }

  it('serves what was reported, by feed, with its history', async () => {
    const { client, chainlink, read } = await deployed()
    const report = async (...answers: (ChainlinkAnswer | undefined)[]) => {
      const hash = await chainlink.transmit(answers)
      return client.waitForTransactionReceipt({ hash })
    }
    await report({ price: 2_000_0000_0000n, time: 1_000 }, { price: 30_0000_0000n, time: 1_000 })
    const { gasUsed } = await report({ price: 1_900_0000_0000n, time: 1_060 }, undefined)
    expect(Number(gasUsed)).to.be.lessThan(250_000)

    expect(await read(0)).to.deep.equal({ round: 2n, price: 1_900_0000_0000n, time: 1_060 })
    expect(await read(0, 1n)).to.deep.equal({ round: 1n, price: 2_000_0000_0000n, time: 1_000 })
    expect(await read(0, 3n)).to.deep.equal({ round: 3n, price: 0n, time: 0 })
    expect(await read(1)).to.deep.equal({ round: 1n, price: 30_0000_0000n, time: 1_000 })
    const address = chainlink.proxies[1] ?? '0x'
    expect(await client.readContract({ address, abi: FEED_ABI, functionName: 'decimals' })).to.equal(CHAINLINK_DECIMALS)
    expect(await client.readContract({ address, abi: FEED_ABI, functionName: 'description' })).to.equal('AVAX / USD')
  })

  it('takes no report that other keys signed, and none that is not newer', async () => {
    const { client, chainlink, read, wallet } = await deployed()
    await client.waitForTransactionReceipt({ hash: await chainlink.transmit([{ price: 5n, time: 1_000 }, undefined]) })
    await client.waitForTransactionReceipt({ hash: await chainlink.transmit([{ price: 6n, time: 1_000 }, undefined]) })
    expect((await read(0)).price).to.equal(5n)

    const other = keysOf('stranger')
    const forged = await deployChainlink({ client, wallet: wallet as never, nodeKeys: other, feeds: ['ETH / USD'] })
    expect(forged.proxies[0]).to.not.equal(chainlink.proxies[0])
    // The stranger's report, sent to the first forwarder.
    const sent = await client.getTransaction({ hash: await forged.transmit([{ price: 7n, time: 2_000 }]) })
    const first = await client.getTransaction({
      hash: await chainlink.transmit([{ price: 8n, time: 1_500 }, undefined]),
    })
    const outcome = await wallet
      .sendTransaction({ to: first.to, data: sent.input, gas: 600_000n })
      .then(() => 'taken')
      .catch(() => 'refused')
    expect(outcome).to.equal('refused')
    expect((await read(0)).price).to.equal(8n)
  })

  it('speaks at its deviation or at its heartbeat, not between', () => {
    const terms = { heartbeatSeconds: 3_600, deviationPpm: 5_000 }
    const last = { price: 200_000n, time: 1_000 }
    expect(isReportDue(undefined, last, terms)).to.equal(true)
    expect(isReportDue(last, { price: 200_999n, time: 4_599 }, terms)).to.equal(false)
    expect(isReportDue(last, { price: 201_000n, time: 1_001 }, terms)).to.equal(true)
    expect(isReportDue(last, { price: 199_000n, time: 1_001 }, terms)).to.equal(true)
    expect(isReportDue(last, { price: 200_000n, time: 4_600 }, terms)).to.equal(true)
  })
})
