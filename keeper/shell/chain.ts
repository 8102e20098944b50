// How is the chain heard and asked? One client over the configured endpoints; every read of a head is pinned to its hash.
import { createPublicClient } from 'viem'
import type { ContractFunctionArgs, ContractFunctionName, ContractFunctionReturnType, Hex, PublicClient } from 'viem'
import type { Head } from '../core/view.ts'
import { endpointsAt } from './endpoints.ts'
import type { EndpointOptions, EndpointState } from './endpoints.ts'
import type { CallRequest } from './prover.ts'
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
  /** Of every endpoint that answers. */
  readonly chainIds: () => Promise<readonly number[]>
  readonly endpoints: () => readonly EndpointState[]
  readonly newest: () => Promise<Head>
  /** The newest head that was told to who watches; undefined before the first. */
  readonly latest: () => Head | undefined
  readonly headAt: (number: bigint) => Promise<Head>
  /** Tells of new heads until the answer is called; of a head known already it may tell again. */
  readonly watch: (onHead: (head: Head) => void, onError: (cause: unknown) => void) => () => void
  readonly read: <Name extends ContractName, Function extends ViewName<Name>>(
    contract: Name,
    functionName: Function,
    args: ViewArgs<Name, Function>,
    at: Hex,
  ) => Promise<ViewResult<Name, Function>>
  /** What a call would answer under block `hash`; rejects where the chain refuses it. */
  readonly simulate: (call: CallRequest, hash: Hex) => Promise<Hex>
  /** Events of the universe in blocks `from` to `to`, in their order. */
  readonly events: (from: bigint, to: bigint) => Promise<readonly ProtocolEvent[]>
  readonly close: () => void
}

export function chainAt(
  rpcUrls: readonly string[],
  addresses: Addresses,
  pollMs: number,
  more: Omit<EndpointOptions, 'pollMs'> = {},
): Chain {
  const endpoints = endpointsAt(rpcUrls, { pollMs, ...more })
  const client = createPublicClient({ transport: endpoints.transport, cacheTime: 0 })
  const decode = eventDecoder(addresses)
  return {
    client,
    addresses,
    requests: endpoints.requests,
    chainIds: endpoints.chainIds,
    endpoints: endpoints.states,
    latest: endpoints.latest,
    newest: async () => headOf(await client.getBlock({ blockTag: 'latest' })),
    headAt: async (blockNumber) => headOf(await client.getBlock({ blockNumber })),
    simulate: endpoints.simulate,
    watch: endpoints.watch,
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
    close: endpoints.close,
  }
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
