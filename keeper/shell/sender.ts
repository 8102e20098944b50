// How does a call become a transaction? Simulated, signed, sent; nonces of our own, and what is stuck is decided anew before it is replaced.
import { encodeFunctionData, keccak256, numberToHex } from 'viem'
import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Chain } from './chain.ts'
import type { Purse } from './purse.ts'
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
  /** It was stuck, and there was nothing to do in its place. */
  | { readonly kind: 'cancelled'; readonly call: Call; readonly hash: Hex; readonly gasUsed: bigint }
  /** Its nonce was used by a transaction that none of ours is. */
  | { readonly kind: 'lost'; readonly call: Call }

/** Of a call that is stuck: what to send at its nonce now, the call itself made anew or another; undefined cancels it. */
export type Again = (call: Call) => Promise<Call | undefined>

export type Sender = {
  readonly address: Hex
  /** Of every lane. */
  readonly addresses: readonly Hex[]
  /** Keys of the duties in flight. */
  readonly inFlight: () => ReadonlySet<string>
  /** Transactions sent and not yet seen in a block. */
  readonly backlog: () => number
  /** Replacements so far. */
  readonly raises: () => number
  /** What became of the transactions sent before `head`; those stuck are replaced by what `again` says. */
  readonly settle: (head: Head, again: Again) => Promise<readonly Outcome[]>
  /** Simulates at `head` and, unless it is a dry run, sends; undefined when that went well. */
  readonly send: (call: Call, head: Head, isDryRun: boolean) => Promise<Failure | undefined>
}

type Encoded = { readonly to: Hex; readonly data: Hex; readonly gas: bigint }
/** `call` undefined: it cancels. */
type Sent = { readonly hash: Hex; readonly raw: Hex; readonly call: Call | undefined }
type Pending = {
  readonly nonce: number
  readonly call: Call
  readonly sent: readonly Sent[]
  readonly fees: Fees
  readonly sentAt: bigint
}

export type SenderLimits = FeeLimits & { readonly gas: bigint }

/** Blocks after which a transaction counts as stuck; most transactions in flight; raises tried at once against one unknown. */
const STUCK_BLOCKS = 2n
const IN_FLIGHT_MOST = 8
const RAISES_AT_ONCE = 4
const FEES_KEPT = 64
const CANCEL_GAS = 21_000n
/** Functions that skip what they cannot do and answer with how much they did: nothing is not worth a transaction. */
const COUNTING = new Set<Call['functionName']>(['report', 'openMarginCalls', 'settle', 'sweepDust'])

/** One lane: one key and its nonces. */
export function senderFor(chain: Chain, key: Hex, chainId: number, limits: SenderLimits, purse: Purse): Sender {
  const account = privateKeyToAccount(key)
  let pending: readonly Pending[] = []
  let nextNonce: number | undefined
  let raises = 0
  /** What was last offered for a nonce: whatever takes its place, even after a reorganisation, must offer more. */
  const offered = new Map<number, Fees>()
  const purseKey = (nonce: number): string => `${account.address}:${nonce}`

  const consumed = (head: Head): Promise<number> =>
    chain.client.getTransactionCount({ address: account.address, blockNumber: head.number })

  async function sign(nonce: number, { to, data, gas }: Encoded, fees: Fees): Promise<Hex> {
    return account.signTransaction({ chainId, type: 'eip1559', nonce, to, data, gas, value: 0n, ...fees })
  }

  /** `isOpen`: to everybody, even where there is a private endpoint. */
  function broadcast(raw: Hex, isOpen: boolean): Promise<Hex> {
    return chain.client.request({ method: 'eth_sendRawTransaction', params: [raw, isOpen] } as never)
  }

  // ---- what was sent -------------------------------------------------------------------------------------------

  async function settle(head: Head, again: Again): Promise<readonly Outcome[]> {
    if (pending.length === 0) return []
    const count = await consumed(head)
    // A reorganisation has taken back what stood before them: nothing of it can be mined, so everything is decided anew.
    if (pending.every(({ nonce }) => nonce > count)) return forgotten(head)
    const mined = pending.filter(({ nonce }) => nonce < count)
    const outcomes = await Promise.all(mined.map((one) => outcomeOf(one, head)))
    pending = pending.filter(({ nonce }) => nonce >= count)
    if (pending.length === 0) nextNonce = undefined
    else if (nextNonce !== undefined) nextNonce = Math.max(nextNonce, count)
    for (const one of pending) {
      if (head.number - one.sentAt < STUCK_BLOCKS) continue
      const next = await renewed(one, head, again)
      pending = pending.map((it) => (it.nonce === one.nonce ? next : it))
    }
    return outcomes
  }

  /** What is sent next takes their nonces, at a higher fee than was offered for each. */
  function forgotten(head: Head): readonly Outcome[] {
    for (const { nonce } of pending) purse.pay(purseKey(nonce), 0n, head.time)
    pending = []
    nextNonce = undefined
    return []
  }

  async function outcomeOf({ nonce, call, sent }: Pending, head: Head): Promise<Outcome> {
    for (const { hash, call: carried } of sent.toReversed()) {
      const receipt = await chain.client.getTransactionReceipt({ hash }).catch(() => undefined)
      if (receipt === undefined) continue
      purse.pay(purseKey(nonce), receipt.gasUsed * receipt.effectiveGasPrice, head.time)
      const kind = carried === undefined ? 'cancelled' : receipt.status === 'success' ? 'done' : 'failed'
      return { kind, call: carried ?? call, hash, gasUsed: receipt.gasUsed }
    }
    purse.pay(purseKey(nonce), 0n, head.time)
    return { kind: 'lost', call }
  }

  /** The same nonce again, dearer, with what is to be done now; where it cannot be dearer, the same bytes to everybody. */
  async function renewed(one: Pending, head: Head, again: Again): Promise<Pending> {
    const fees = raisedFees(one.fees, head.baseFee, limits)
    if (fees === undefined) return repeated(one, head)
    const wanted = await again(one.call)
    const found = wanted === undefined ? undefined : encoded(wanted)
    const call = found !== undefined && (await simulate(wanted!, found, head)) === undefined ? wanted : undefined
    const content = call === undefined ? { to: account.address, data: '0x' as Hex, gas: CANCEL_GAS } : found!
    if (!purse.promise(purseKey(one.nonce), content.gas * fees.maxFeePerGas, head.time)) return repeated(one, head)
    const raw = await sign(one.nonce, content, fees)
    raises += 1
    offer(one.nonce, fees)
    await broadcast(raw, true).catch(() => undefined)
    const sent = [...one.sent, { hash: keccak256(raw), raw, call }]
    return { ...one, call: call ?? one.call, fees, sentAt: head.number, sent }
  }

  async function repeated(one: Pending, head: Head): Promise<Pending> {
    const last = one.sent.at(-1)
    if (last !== undefined) await broadcast(last.raw, true).catch(() => undefined)
    return { ...one, sentAt: head.number }
  }

  // ---- what is sent --------------------------------------------------------------------------------------------

  async function send(call: Call, head: Head, isDryRun: boolean): Promise<Failure | undefined> {
    if (pending.length >= IN_FLIGHT_MOST) return later(`${pending.length} transactions in flight`)
    const first = firstFees(head.baseFee, limits)
    if (first === undefined) return later(`base fee ${head.baseFee} above the cap ${limits.cap}`)
    if (call.gas > limits.gas) return { kind: 'refused', error: `needs ${call.gas} gas, the limit is ${limits.gas}` }
    const content = encoded(call)
    const refusal = await simulate(call, content, head)
    if (refusal !== undefined || isDryRun) return refusal
    try {
      nextNonce ??= await consumed(head)
    } catch (cause) {
      return later(messageOf(cause))
    }
    return offerAt(nextNonce, call, content, first, head)
  }

  /** Raised for as long as the node says that something else stands at the nonce and pays more. */
  async function offerAt(nonce: number, call: Call, content: Encoded, first: Fees, head: Head) {
    const before = offered.get(nonce)
    let fees: Fees | undefined = before === undefined ? first : raisedFees(before, head.baseFee, limits)
    for (let raised = 0; fees !== undefined && raised < RAISES_AT_ONCE; raised++) {
      if (!purse.promise(purseKey(nonce), content.gas * fees.maxFeePerGas, head.time)) {
        return later(`${purse.spent()} wei spent today, the cap is ${purse.cap}`)
      }
      const raw = await sign(nonce, content, fees)
      offer(nonce, fees)
      const problem = await broadcast(raw, false).then(
        () => undefined,
        (cause: unknown) => messageOf(cause),
      )
      if (problem === undefined || !/underpriced|nonce|insufficient funds|intrinsic|exceeds|replace/i.test(problem)) {
        // Where nobody says no it may have arrived: it is ours until its nonce is seen in a block.
        nextNonce = nonce + 1
        const sent = [{ hash: keccak256(raw), raw, call }]
        pending = [...pending, { nonce, call, sent, fees, sentAt: head.number }]
        return undefined
      }
      if (!/underpriced|replace/i.test(problem)) return refusedAt(nonce, problem, head)
      fees = raisedFees(fees, head.baseFee, limits)
    }
    return refusedAt(nonce, 'what stands at the nonce cannot be outbid under the cap', head)
  }

  /** Which nonce is next is asked of the chain again. */
  function refusedAt(nonce: number, problem: string, head: Head): Failure {
    purse.pay(purseKey(nonce), 0n, head.time)
    if (pending.length === 0) nextNonce = undefined
    return later(problem)
  }

  function offer(nonce: number, fees: Fees): void {
    offered.delete(nonce)
    offered.set(nonce, fees)
    for (const oldest of offered.keys()) if (offered.size > FEES_KEPT) offered.delete(oldest)
  }

  function encoded(call: Call): Encoded {
    const { contract, functionName, args, gas } = call
    const data = encodeFunctionData({ abi: ABIS[contract], functionName, args } as never)
    return { to: chain.addresses[contract], data, gas }
  }

  /** At the newest head that is agreed on, so that two endpoints can be asked the same. */
  async function simulate(call: Call, { to, data, gas }: Encoded, head: Head): Promise<Failure | undefined> {
    const at = chain.latest() ?? head
    try {
      const answer = await chain.simulate({ from: account.address, to, data, gas: numberToHex(gas) }, at.hash)
      const isIdle = COUNTING.has(call.functionName) && answer !== '0x' && BigInt(answer) === 0n
      return isIdle ? { kind: 'refused', error: 'NothingWouldChange()' } : undefined
    } catch (cause) {
      const refusal = refusalOf(cause)
      if (refusal !== undefined) return { kind: 'refused', error: describeRefusal(refusal) }
      const message = messageOf(cause)
      return /revert|out of gas/i.test(message) ? { kind: 'refused', error: message } : later(message)
    }
  }

  return {
    address: account.address,
    addresses: [account.address],
    inFlight: () => new Set(pending.flatMap(({ call }) => call.duties.map(keyOf))),
    backlog: () => pending.length,
    raises: () => raises,
    settle,
    send,
  }
}

function later(reason: string): Failure {
  return { kind: 'transient', reason }
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'shortMessage' in cause && 'details' in cause
    ? `${String(cause.shortMessage)} ${String(cause.details)}`.slice(0, 300)
    : cause.message.slice(0, 300)
}
