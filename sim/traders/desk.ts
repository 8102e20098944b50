// How does a trader speak to the chain? Reads at the newest head, and transactions from keys it holds.
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  erc20Abi,
  webSocket,
  type Abi,
  type Hex,
  type PublicClient,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Address } from '../../units/account.ts'
import { protocolAt, type Protocol } from '../../sdk/protocol/client.ts'
import { describeRefusal, refusalOf } from '../../sdk/protocol/errors.ts'
import type { TraderConfig } from './config.ts'

export type Head = { readonly number: number; readonly time: number; readonly baseFeeWei: bigint }

export type Desk = {
  readonly config: TraderConfig
  readonly client: PublicClient
  readonly protocol: Protocol<PublicClient>
  /** Cash tokens of `owner`, in 1e18. */
  readonly walletOf: (owner: Address) => Promise<bigint>
  /** Sends one call; resolves with true where the node took it, false where it would revert. */
  readonly send: (key: Hex, head: Head, call: Call) => Promise<boolean>
}

export type Call = {
  readonly to: Address
  readonly abi: Abi | readonly unknown[]
  readonly functionName: string
  readonly args: readonly unknown[]
}

/** Bids and deposits are worth being in the next block, whatever gas does until then. */
const FEE_MULTIPLE = 3n
/** Gas beyond the estimate, in percent: prices move between the estimate and the block. */
const GAS_PERCENT = 130n

export async function openDesk(config: TraderConfig): Promise<Desk> {
  const transport = webSocket(config.wsUrl, { keepAlive: false, reconnect: false })
  const client = createPublicClient({ transport, cacheTime: 0 })
  const chain = defineChain({
    id: await client.getChainId(),
    name: 'replay',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  const toInner = 10n ** BigInt(18 - config.cashDecimals)

  return {
    config,
    client,
    protocol: protocolAt(client, config.addresses),
    walletOf: async (owner) =>
      toInner *
      (await client.readContract({
        address: config.cashToken,
        abi: erc20Abi,
        functionName: 'balanceOf',
        args: [owner],
      })),
    send: async (key, head, { to, abi, functionName, args }) => {
      const account = privateKeyToAccount(key)
      const wallet = createWalletClient({ account, chain, transport })
      const data = encodeFunctionData({ abi: abi as Abi, functionName, args: args as unknown[] })
      const gas = await client.estimateGas({ account, to, data }).catch((error: unknown) => {
        const refusal = refusalOf(error)
        const reason = refusal === undefined ? String(error) : describeRefusal(refusal)
        console.error(`block ${head.number}: ${functionName} would be refused: ${reason}`)
        return undefined
      })
      if (gas === undefined) return false
      await wallet.sendTransaction({
        to,
        data,
        gas: (gas * GAS_PERCENT) / 100n,
        maxFeePerGas: head.baseFeeWei * FEE_MULTIPLE + BigInt(config.priorityFeeWei),
        maxPriorityFeePerGas: BigInt(config.priorityFeeWei),
      })
      return true
    },
  }
}
