import { expect } from 'chai'
import { encodeFunctionResult, parseAbi, toFunctionSelector } from 'viem'
import type { FeedMessage } from '../../../../keeper/core/feeds/message.ts'
import { askOnchain } from '../../../../keeper/shell/feeds/onchain.ts'
import { openNode } from '../node.ts'
import type { Node } from '../node.ts'

const AGGREGATOR = `0x${'a'.repeat(40)}`
const POOL = `0x${'b'.repeat(40)}`
const [WETH, USDC] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`] as const
const TIME = 1_584_000_000n
const abi = parseAbi([
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
  'function decimals() view returns (uint8)',
  'function token0() view returns (address)',
  'function token1() view returns (address)',
  'function observe(uint32[]) view returns (int56[], uint160[])',
])

function answer(to: string, data: string): string {
  const isCall = (name: string): boolean => data.startsWith(toFunctionSelector(`function ${name}`))
  const of = (functionName: string, result: unknown): string =>
    encodeFunctionResult({ abi, functionName, result } as never)
  if (isCall('decimals()')) return of('decimals', to === USDC ? 6 : to === WETH ? 18 : 8)
  if (isCall('token0()')) return of('token0', WETH)
  if (isCall('token1()')) return of('token1', USDC)
  if (isCall('latestRoundData()')) return of('latestRoundData', [1n, 194_86000000n, TIME, TIME, 1n])
  // ETH at 2,000: token 0 has twelve decimals more.
  const tick = BigInt(Math.round((Math.log(2_000e-12) / Math.log(1.0001)) * 600))
  return of('observe', [
    [0n, tick],
    [0n, 0n],
  ])
}

describe('asking contracts', () => {
  let node: Node
  let stop: () => void = () => undefined
  const messages: FeedMessage[] = []
  const states: boolean[] = []

  beforeEach(async () => {
    messages.length = 0
    states.length = 0
    node = await openNode({
      eth_call: ([{ to, data }]: [{ to: string; data: string }]) => answer(to, data),
      eth_getBlockByNumber: { number: '0x9', timestamp: `0x${TIME.toString(16)}`, transactions: [], difficulty: '0x0' },
    })
  })
  afterEach(() => {
    stop()
    node.close()
  })
  const events = {
    onMessage: (message: FeedMessage) => messages.push(message),
    onState: (isOpen: boolean) => states.push(isOpen),
  }
  const until = async (isTrue: () => boolean): Promise<void> => {
    for (let i = 0; i < 200 && !isTrue(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('an aggregator’s answer is heard as a trade at its own time', async () => {
    stop = askOnchain({ kind: 'chainlink', rpcUrl: node.url, address: AGGREGATOR, pollMs: 5 }, events)
    await until(() => messages.length > 1)
    expect(messages[0]).to.deep.include({
      kind: 'trades',
      trades: [{ time: Number(TIME) * 1_000, price: 194_86000000n }],
    })
    expect(states).to.deep.equal([true])
  })

  it('a pool’s mean is heard as a trade at its block’s time', async () => {
    const pool = {
      kind: 'uniswap',
      rpcUrl: node.url,
      address: POOL,
      pollMs: 5,
      windowSeconds: 600,
      isInverse: false,
    } as const
    stop = askOnchain(pool, events)
    await until(() => messages.length > 0)
    const [message] = messages
    const trade = message?.kind === 'trades' ? message.trades[0] : undefined
    expect(Number(trade?.price) / 1e8).to.be.closeTo(2_000, 0.2)
    expect(trade?.time).to.equal(Number(TIME) * 1_000)
  })

  it('a node that is away is told, asked again, and told when it is back', async () => {
    node.broken = { status: 500, body: '' }
    stop = askOnchain({ kind: 'chainlink', rpcUrl: node.url, address: AGGREGATOR, pollMs: 5 }, events)
    await until(() => states.length > 0)
    node.broken = undefined
    await until(() => messages.length > 0)
    expect([states[0], states.at(-1)]).to.deep.equal([false, true])
  })
})
