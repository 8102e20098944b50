// What does the chain say happened in a block? Transactions, who sent them, what they cost, and the events they raised.
import { getAddress, type Hash, type PublicClient } from 'viem'
import { describeRefusal, refusalOf } from '../../sdk/protocol/errors.ts'
import type { EventDecoder } from '../../sdk/protocol/events.ts'
import type { BlockFacts, TransactionFacts } from './tell.ts'

export async function factsOf(client: PublicClient, decode: EventDecoder, number: number): Promise<BlockFacts> {
  const block = await client.getBlock({ blockNumber: BigInt(number), includeTransactions: true })
  const transactions = await Promise.all(
    block.transactions.map((transaction) => transactionFacts(client, decode, transaction)),
  )
  return { number, time: Number(block.timestamp), baseFeeWei: block.baseFeePerGas ?? 0n, transactions }
}

type Sent = {
  readonly hash: Hash
  readonly from: `0x${string}`
  readonly to: `0x${string}` | null
  readonly input: Hash
}

async function transactionFacts(client: PublicClient, decode: EventDecoder, sent: Sent): Promise<TransactionFacts> {
  const receipt = await client.getTransactionReceipt({ hash: sent.hash })
  const isRefused = receipt.status !== 'success'
  return {
    from: getAddress(sent.from),
    gasUsed: receipt.gasUsed,
    error: isRefused ? await reasonOf(client, sent, receipt.blockNumber) : undefined,
    events: receipt.logs.flatMap((log) => decode(log) ?? []),
  }
}

/** Undefined where it succeeded; it must be in a block. */
export async function refusalIn(client: PublicClient, hash: Hash): Promise<string | undefined> {
  const [{ status, blockNumber }, sent] = await Promise.all([
    client.getTransactionReceipt({ hash }),
    client.getTransaction({ hash }),
  ])
  return status === 'success' ? undefined : reasonOf(client, sent, blockNumber)
}

/** The transaction again, on the state that it met at the earliest: a receipt does not say why. */
async function reasonOf(client: PublicClient, { from, to, input }: Sent, blockNumber: bigint): Promise<string> {
  try {
    await client.call({ account: from, ...(to === null ? {} : { to }), data: input, blockNumber: blockNumber - 1n })
    return 'refused by what came before it in the block'
  } catch (error) {
    const refusal = refusalOf(error)
    return refusal === undefined ? 'unknown' : describeRefusal(refusal)
  }
}
