// How is a contract's price heard? Asked every so often over a node of its own; what it says is checked like any venue's word.
import { createPublicClient, http, parseAbi } from 'viem'
import type { PublicClient } from 'viem'
import { chainlinkTrade, poolTrade } from '../../core/feeds/onchain.ts'
import { malformed } from '../../core/feeds/message.ts'
import type { Trade } from '../../core/feeds/message.ts'
import type { OnchainConfig } from '../config.ts'
import type { FeedEvents } from './socket.ts'

const ABI = parseAbi([
  'function decimals() view returns (uint8)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
  'function token0() view returns (address)',
  'function token1() view returns (address)',
  'function observe(uint32[] secondsAgos) view returns (int56[], uint160[])',
])

/** [ms] */
const TIMEOUT = 5_000
const BACKOFF_MOST = 60_000

type Ask = () => Promise<Trade | undefined>

/** Asks until the answer is called. */
export function askOnchain(config: OnchainConfig, { onMessage, onState }: FeedEvents): () => void {
  const client = createPublicClient({ transport: http(config.rpcUrl, { timeout: TIMEOUT, retryCount: 0 }) })
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  let failures = 0
  let ask: Ask | undefined

  const look = async (): Promise<void> => {
    try {
      ask ??= await askerOf(client, config)
      const trade = await ask()
      if (failures > 0 || !isHeard) onState((isHeard = true), 'open')
      failures = 0
      onMessage(trade === undefined ? malformed('no price') : { kind: 'trades', trades: [trade], sequence: undefined })
    } catch (cause) {
      failures += 1
      onState((isHeard = false), String(cause).slice(0, 200))
    }
    if (!isStopped) timer = setTimeout(() => void look(), Math.min(BACKOFF_MOST, config.pollMs * 2 ** failures))
  }
  let isHeard = false
  void look()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}

/** Decimals and tokens are asked once: they are constants of the contracts. */
async function askerOf(client: PublicClient, config: OnchainConfig): Promise<Ask> {
  const read = <Name extends 'decimals' | 'token0' | 'token1'>(address: `0x${string}`, functionName: Name) =>
    client.readContract({ address, abi: ABI, functionName })
  if (config.kind === 'chainlink') {
    const address = config.address as `0x${string}`
    const decimals = await read(address, 'decimals')
    return async () => {
      const [, answer, , updatedAt] = await client.readContract({ address, abi: ABI, functionName: 'latestRoundData' })
      return chainlinkTrade(answer, decimals, updatedAt)
    }
  }
  const address = config.address as `0x${string}`
  const tokens = [await read(address, 'token0'), await read(address, 'token1')] as const
  const [decimals0, decimals1] = [await read(tokens[0], 'decimals'), await read(tokens[1], 'decimals')]
  const { windowSeconds, isInverse } = config
  return async () => {
    const block = await client.getBlock()
    const [cumulatives] = await client.readContract({
      address,
      abi: ABI,
      functionName: 'observe',
      args: [[windowSeconds, 0]],
      blockNumber: block.number,
    })
    const [before, now] = [cumulatives[0] ?? 0n, cumulatives[1] ?? 0n]
    return poolTrade([before, now], windowSeconds, { decimals0, decimals1, isInverse }, Number(block.timestamp))
  }
}
