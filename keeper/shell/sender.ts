// How does a call become a transaction? Simulated, signed, sent; one batch in flight, nonces of our own, receipts at later heads.
import { encodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Chain } from './chain.ts'
import type { Call } from '../core/calls.ts'
import { keyOf } from '../core/duties/duty.ts'
import { firstFees, raisedFees } from '../core/fees.ts'
import type { FeeLimits, Fees } from '../core/fees.ts'
import type { Head } from '../core/view.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { describeRefusal, refusalOf } from '../../sdk/protocol/errors.ts'
import type { Failure } from '../../units/failure.ts'

export type Outcome =
  | { readonly kind: 'done'; readonly call: Call; readonly hash: Hex; readonly gasUsed: bigint }
  | { readonly kind: 'failed'; readonly call: Call; readonly hash: Hex; readonly gasUsed: bigint }
  /** It was stuck, and the duty no longer ours. */
  | { readonly kind: 'cancelled'; readonly call: Call; readonly hash: Hex; readonly gasUsed: bigint }
  /** Its nonce was used by a transaction that none of ours is. */
  | { readonly kind: 'lost'; readonly call: Call }

export type Sender = {
  readonly address: Hex
  /** Keys of the duties in flight. */
  readonly inFlight: () => ReadonlySet<string>
  /** What became of the transactions sent before `head`; those stuck are replaced while `isStillMine`, else cancelled. */
  readonly settle: (head: Head, isStillMine: (key: string) => boolean) => Promise<readonly Outcome[]>
  /** Simulates at `head` and, unless it is a dry run, sends; undefined when that went well. */
  readonly send: (call: Call, head: Head, isDryRun: boolean) => Promise<Failure | undefined>
}

type Pending = {
  readonly nonce: number
  readonly call: Call
  readonly to: Hex
  readonly data: Hex
  readonly gas: bigint
  readonly sent: readonly { readonly hash: Hex; readonly isCancel: boolean }[]
  readonly fees: Fees
  readonly sentAt: bigint
}

/** Blocks after which a transaction counts as stuck; most transactions in flight. */
const STUCK_BLOCKS = 2n
const IN_FLIGHT_MOST = 8
/** Functions that skip what they cannot do and answer with how much they did: nothing is not worth a transaction. */
const COUNTING = new Set<Call['functionName']>(['report', 'openMarginCalls', 'settle'])

export function senderFor(
  chain: Chain,
  key: Hex,
  chainId: number,
  limits: FeeLimits & { readonly gas: bigint },
): Sender {
  const account = privateKeyToAccount(key)
  let pending: readonly Pending[] = []
  let nextNonce: number | undefined

  const raw = async (nonce: number, to: Hex, data: Hex, gas: bigint, fees: Fees): Promise<Hex> => {
    const signed = await account.signTransaction({ chainId, type: 'eip1559', nonce, to, data, gas, value: 0n, ...fees })
    return chain.client.sendRawTransaction({ serializedTransaction: signed })
  }

  const consumed = (head: Head): Promise<number> =>
    chain.client.getTransactionCount({ address: account.address, blockNumber: head.number })

  async function settle(head: Head, isStillMine: (key: string) => boolean): Promise<readonly Outcome[]> {
    if (pending.length === 0) return []
    const count = await consumed(head)
    const mined = pending.filter(({ nonce }) => nonce < count)
    const outcomes = await Promise.all(mined.map((one) => outcomeOf(chain, one)))
    pending = pending.filter(({ nonce }) => nonce >= count)
    if (pending.length === 0) nextNonce = undefined
    const waiting: Pending[] = []
    for (const one of pending) waiting.push(await renewed(one, head, isStillMine))
    pending = waiting
    return outcomes
  }

  /** The same nonce again, dearer: with the call while the duty is ours, else with nothing at all. */
  async function renewed(one: Pending, head: Head, isStillMine: (key: string) => boolean): Promise<Pending> {
    const fees = raisedFees(one.fees, head.baseFee, limits)
    if (head.number - one.sentAt < STUCK_BLOCKS || fees === undefined) return one
    const isMine = one.call.duties.some((duty) => isStillMine(keyOf(duty)))
    const [to, data, gas] = isMine ? [one.to, one.data, one.gas] : [account.address, '0x' as Hex, 21_000n]
    const hash = await raw(one.nonce, to, data, gas, fees).catch(() => undefined)
    if (hash === undefined) return one
    return { ...one, fees, sentAt: head.number, sent: [...one.sent, { hash, isCancel: !isMine }] }
  }

  async function send(call: Call, head: Head, isDryRun: boolean): Promise<Failure | undefined> {
    if (pending.length >= IN_FLIGHT_MOST)
      return { kind: 'transient', reason: `${pending.length} transactions in flight` }
    const fees = firstFees(head.baseFee, limits)
    if (fees === undefined) return { kind: 'transient', reason: `base fee ${head.baseFee} above the cap ${limits.cap}` }
    const to = chain.addresses[call.contract]
    const data = encodeFunctionData({
      abi: ABIS[call.contract],
      functionName: call.functionName,
      args: call.args,
    } as never)
    const gas = call.gas < limits.gas ? call.gas : limits.gas
    const refusal = await simulate(call, to, data, gas)
    if (refusal !== undefined || isDryRun) return refusal
    try {
      nextNonce ??= await consumed(head)
      const nonce = nextNonce
      const hash = await raw(nonce, to, data, gas, fees)
      nextNonce = nonce + 1
      pending = [
        ...pending,
        { nonce, call, to, data, gas, sent: [{ hash, isCancel: false }], fees, sentAt: head.number },
      ]
      return undefined
    } catch (cause) {
      // Whether it arrived is not known: the next look at the chain's own count decides which nonce is next.
      if (pending.length === 0) nextNonce = undefined
      return { kind: 'transient', reason: messageOf(cause) }
    }
  }

  async function simulate(call: Call, to: Hex, data: Hex, gas: bigint): Promise<Failure | undefined> {
    try {
      const answer = await chain.client.call({ account: account.address, to, data, gas })
      const isIdle = COUNTING.has(call.functionName) && answer.data !== undefined && BigInt(answer.data) === 0n
      return isIdle ? { kind: 'refused', error: 'NothingWouldChange()' } : undefined
    } catch (cause) {
      const refusal = refusalOf(cause)
      if (refusal !== undefined) return { kind: 'refused', error: describeRefusal(refusal) }
      const message = messageOf(cause)
      return /revert|out of gas/i.test(message)
        ? { kind: 'refused', error: message }
        : { kind: 'transient', reason: message }
    }
  }

  return {
    address: account.address,
    inFlight: () => new Set(pending.flatMap(({ call }) => call.duties.map(keyOf))),
    settle,
    send,
  }
}

async function outcomeOf(chain: Chain, { call, sent }: Pending): Promise<Outcome> {
  for (const { hash, isCancel } of sent) {
    const receipt = await chain.client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt === undefined) continue
    const kind = isCancel ? 'cancelled' : receipt.status === 'success' ? 'done' : 'failed'
    return { kind, call, hash, gasUsed: receipt.gasUsed }
  }
  return { kind: 'lost', call }
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'shortMessage' in cause && 'details' in cause
    ? `${String(cause.shortMessage)} ${String(cause.details)}`.slice(0, 300)
    : cause.message.slice(0, 300)
}
