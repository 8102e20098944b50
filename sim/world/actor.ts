// Who sends a transaction? Any key of the run, through the embedded chain directly.
import {
  createWalletClient,
  custom,
  encodeFunctionData,
  type Abi,
  type Account,
  type Address,
  type Chain as ViemChain,
  type Hex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describeRefusal, refusalOf } from '../../sdk/protocol/errors.ts'
import type { Chain } from './chain.ts'
import { viemChainOf } from './deploy.ts'

export type Call = {
  readonly to: Address
  readonly abi: Abi | readonly unknown[]
  readonly functionName: string
  readonly args: readonly unknown[]
}

export type Actors = {
  /** Sends and does not wait. Throws with the protocol's own words where the call would revert. */
  readonly send: (key: Hex, call: Call, gas?: bigint) => Promise<Hex>
  /** Sends while every transaction is its own block, and throws where it failed. */
  readonly sendNow: (key: Hex, call: Call) => Promise<void>
}

/** Whatever gas does until the block, the sender's limit is above it. */
const FEE_WEI = 5_000_000_000_000n
const GAS_PERCENT = 130n

export async function createActors(chain: Chain): Promise<Actors> {
  const viemChain = await viemChainOf(chain)
  const transport = custom({ request: chain.client.request as never })
  const wallets = new Map<Hex, ReturnType<typeof walletOf>>()
  const walletFor = (key: Hex) => {
    const known = wallets.get(key) ?? walletOf(privateKeyToAccount(key), viemChain, transport)
    wallets.set(key, known)
    return known
  }

  async function send(key: Hex, { to, abi, functionName, args }: Call, gas?: bigint): Promise<Hex> {
    const wallet = walletFor(key)
    const data = encodeFunctionData({ abi: abi as Abi, functionName, args: args as unknown[] })
    const account = wallet.account
    const limit = gas ?? ((await estimate(chain, account.address, to, data, functionName)) * GAS_PERCENT) / 100n
    return wallet.sendTransaction({ to, data, gas: limit, maxFeePerGas: FEE_WEI, maxPriorityFeePerGas: 0n })
  }

  return {
    send,
    sendNow: async (key, call) => {
      const hash = await send(key, call)
      const { status } = await chain.client.getTransactionReceipt({ hash })
      if (status !== 'success') throw new Error(`${call.functionName} failed in ${hash}`)
    },
  }
}

function walletOf(account: Account, chain: ViemChain, transport: ReturnType<typeof custom>) {
  return createWalletClient({ account, chain, transport })
}

async function estimate(chain: Chain, from: Address, to: Address, data: Hex, name: string): Promise<bigint> {
  try {
    return await chain.client.estimateGas({ account: from, to, data })
  } catch (error) {
    const refusal = refusalOf(error)
    const reason = refusal === undefined ? String(error) : describeRefusal(refusal)
    throw new Error(`${name} would be refused: ${reason}`, { cause: error })
  }
}
