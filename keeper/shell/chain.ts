// How is the chain heard and asked? One client over the configured endpoints; every read of a head is pinned to its hash.
import { createPublicClient, fallback, http, webSocket } from 'viem'
import type {
  ContractFunctionArgs,
  ContractFunctionName,
  ContractFunctionReturnType,
  Hex,
  PublicClient,
  Transport,
} from 'viem'
import type { Head } from '../core/view.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import type { Addresses, ContractName } from '../../sdk/protocol/addresses.ts'
import { eventDecoder, loggingAddresses } from '../../sdk/protocol/events.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'

type Abis = typeof ABIS
type ViewName<Name extends ContractName> = ContractFunctionName<Abis[Name], 'view' | 'pure'>
type ViewArgs<Name extends ContractName, Function extends ViewName<Name>> = ContractFunctionArgs<
  Abis[Name],
  'view' | 'pure',
  Function
>
type ViewResult<Name extends ContractName, Function extends ViewName<Name>> = ContractFunctionReturnType<
  Abis[Name],
  'view' | 'pure',
  Function
>

export type Chain = {
  readonly client: PublicClient
  readonly addresses: Addresses
  /** Requests sent so far. */
  readonly requests: () => number
  readonly chainId: () => Promise<number>
  readonly newest: () => Promise<Head>
  readonly headAt: (number: bigint) => Promise<Head>
  /** Tells of new heads until the answer is called; of a head known already it may tell again. */
  readonly watch: (onHead: (head: Head) => void, onError: (cause: unknown) => void) => () => void
  readonly read: <Name extends ContractName, Function extends ViewName<Name>>(
    contract: Name,
    functionName: Function,
    args: ViewArgs<Name, Function>,
    at: Hex,
  ) => Promise<ViewResult<Name, Function>>
  /** Events of the universe in blocks `from` to `to`, in their order. */
  readonly events: (from: bigint, to: bigint) => Promise<readonly ProtocolEvent[]>
  readonly close: () => void
}

/** [ms] */
const REQUEST_TIMEOUT = 5_000
const RECONNECT = { attempts: 1_000_000, delay: 500 }
/** [ms] Should a notification be lost, the next look at the head is not later than this. */
const LOOK_AGAIN = 2_000

export function chainAt(rpcUrls: readonly string[], addresses: Addresses, pollMs: number): Chain {
  let requests = 0
  const transports = rpcUrls.map((url) =>
    url.startsWith('ws')
      ? webSocket(url, { reconnect: RECONNECT, timeout: REQUEST_TIMEOUT, retryCount: 1 })
      : http(url, { timeout: REQUEST_TIMEOUT, retryCount: 1 }),
  )
  const [first] = transports
  if (first === undefined) throw new RangeError('no endpoint')
  const base = transports.length === 1 ? first : fallback(transports)
  const client = createPublicClient({ transport: counted(base, () => (requests += 1)), cacheTime: 0 })

  const decode = eventDecoder(addresses)
  const newest = async () => headOf(await client.getBlock({ blockTag: 'latest' }))
  return {
    client,
    addresses,
    requests: () => requests,
    chainId: () => client.getChainId(),
    newest,
    headAt: async (blockNumber) => headOf(await client.getBlock({ blockNumber })),
    watch: (onHead, onError) => {
      const subscription = rpcUrls[0]?.startsWith('ws') ? subscribe(client, onHead, onError) : undefined
      const stop = poll(newest, subscription === undefined ? pollMs : LOOK_AGAIN, onHead, onError)
      return () => {
        stop()
        subscription?.()
      }
    },
    read: (contract, functionName, args, at) =>
      client.readContract({
        address: addresses[contract],
        abi: ABIS[contract],
        functionName,
        args,
        blockHash: at,
        requireCanonical: true,
      } as never) as never,
    events: async (fromBlock, toBlock) => {
      const logs = await client.getLogs({ address: loggingAddresses(addresses), fromBlock, toBlock })
      return logs.flatMap((log) => decode(log) ?? [])
    },
    close: () => void closeSocket(client),
  }
}

function counted(transport: Transport, count: () => void): Transport {
  return (parameters) => {
    const made = transport(parameters)
    const request = (...sent: Parameters<typeof made.request>) => {
      count()
      return made.request(...sent)
    }
    return { ...made, request: request as typeof made.request }
  }
}

async function closeSocket(client: PublicClient): Promise<void> {
  const transport = client.transport as { getRpcClient?: () => Promise<{ close: () => void }> }
  const socket = await transport.getRpcClient?.().catch(() => undefined)
  socket?.close()
}

type Block = {
  readonly number: bigint | null
  readonly hash: Hex | null
  readonly parentHash: Hex
  readonly timestamp: bigint
  readonly baseFeePerGas: bigint | null
}

function headOf({ number, hash, parentHash, timestamp, baseFeePerGas }: Block): Head {
  if (number === null || hash === null) throw new TypeError('a head has a number and a hash')
  return { number, hash, parentHash, time: Number(timestamp), baseFee: baseFeePerGas ?? 0n }
}

type Header = { readonly [field: string]: Hex }

/** Over a socket the node tells of each new head, header and all: no request is needed. */
function subscribe(client: PublicClient, onHead: (head: Head) => void, onError: (cause: unknown) => void): () => void {
  const transport = client.transport as unknown as {
    subscribe: (of: object) => Promise<{ unsubscribe: () => Promise<unknown> }>
  }
  const subscription = transport.subscribe({
    params: ['newHeads'],
    onData: ({ result }: { result: Header }) => {
      onHead({
        number: BigInt(result['number'] ?? '0x0'),
        hash: result['hash'] ?? '0x',
        parentHash: result['parentHash'] ?? '0x',
        time: Number(result['timestamp']),
        baseFee: BigInt(result['baseFeePerGas'] ?? '0x0'),
      })
    },
    onError,
  })
  subscription.catch(onError)
  return () => void subscription.then(({ unsubscribe }) => unsubscribe()).catch(() => undefined)
}

/** One question at a time, `everyMs` apart. */
function poll(
  newest: () => Promise<Head>,
  everyMs: number,
  onHead: (head: Head) => void,
  onError: (cause: unknown) => void,
): () => void {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  const ask = (): void => {
    newest()
      .then(onHead, onError)
      .finally(() => {
        if (!isStopped) timer = setTimeout(ask, everyMs)
      })
  }
  ask()
  return () => {
    isStopped = true
    clearTimeout(timer)
  }
}
