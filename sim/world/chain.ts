// On which chain does the run happen, and who moves its clock? An embedded one, or an embedded fork of another node; a block is
// mined when the driver says so, at the time and base fee it says.
import { network } from 'hardhat'
import { BaseError, createPublicClient, custom, http, type PublicClient } from 'viem'
import { ReplayRefused } from '../refused.ts'
import { rememberReads, serveRpc, type Provider, type RpcServer } from './rpc.ts'

/** Gas of a block on the main network, then and now within a factor of two or three. */
const BLOCK_GAS_LIMIT = 30_000_000n

type Connection = Awaited<ReturnType<typeof network.create<'l1'>>>

export type MinedBlock = { readonly number: number; readonly time: number; readonly hash: `0x${string}` }

export type Chain = {
  readonly connection: Connection
  readonly client: PublicClient
  readonly rpc: RpcServer
  /** Mines one block with what is waiting, stamped `time` [unix s], at `baseFeeWei`. */
  readonly mine: (time: number, baseFeeWei: bigint) => Promise<MinedBlock>
  /** From here on nothing is mined but by `mine`; before, every transaction is its own block. */
  readonly takeClock: () => Promise<void>
  /** Transactions that wait for a block. */
  readonly pendingCount: () => Promise<number>
  readonly giveEther: (address: string, wei: bigint) => Promise<void>
  readonly close: () => Promise<void>
}

export type ChainOptions = {
  /** [unix s] Of the first block; a fork keeps its own past and is refused a time before it. */
  readonly startTime: number
  /** JSON-RPC of the node to fork. */
  readonly forkUrl: string | undefined
}

/** A fork's node that does not answer is refused. */
export async function openChain({ startTime, forkUrl }: ChainOptions): Promise<Chain> {
  if (forkUrl !== undefined) await requireNode(forkUrl)
  const connection = await network.create({
    network: 'default',
    chainType: 'l1',
    override: {
      blockGasLimit: BLOCK_GAS_LIMIT,
      loggingEnabled: false,
      ...(forkUrl === undefined
        ? { initialDate: new Date(startTime * 1000), initialBaseFeePerGas: 1_000_000_000n }
        : { forking: { url: forkUrl, enabled: true } }),
    },
  })
  const node = connection.provider as unknown as Provider
  const memory = rememberReads(node)
  const rpc = await serveRpc(memory, node)
  const request = (method: string, ...params: unknown[]) => memory.request({ method, params })
  const client = createPublicClient({ transport: custom({ request: memory.request as never }), cacheTime: 0 })

  return {
    connection,
    client,
    rpc,
    mine: async (time, baseFeeWei) => {
      await request('evm_setNextBlockTimestamp', `0x${time.toString(16)}`)
      await request('hardhat_setNextBlockBaseFeePerGas', `0x${baseFeeWei.toString(16)}`)
      await request('evm_mine')
      const block = (await request('eth_getBlockByNumber', 'latest', false)) as Record<string, `0x${string}`>
      return { number: Number(block['number']), time: Number(block['timestamp']), hash: block['hash'] ?? '0x' }
    },
    takeClock: async () => {
      await request('evm_setAutomine', false)
      await request('evm_setIntervalMining', 0)
    },
    pendingCount: async () => ((await request('eth_pendingTransactions')) as unknown[]).length,
    giveEther: async (address, wei) => {
      await request('hardhat_setBalance', address, `0x${wei.toString(16)}`)
    },
    close: async () => {
      await rpc.close()
      await connection.close()
    },
  }
}

async function requireNode(url: string): Promise<void> {
  try {
    await createPublicClient({ transport: http(url, { retryCount: 2 }) }).getChainId()
  } catch (error) {
    const why = error instanceof BaseError ? error.details || error.shortMessage : String(error)
    throw new ReplayRefused(`--fork ${url}: no node answers there (${why})`)
  }
}
