// What would a chain do? Blocks, a mempool by geth's rules, receipts, logs and reorganisations, over the universe in memory.
import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  toHex,
} from 'viem'
import type { Hex } from 'viem'
import { ABIS, CONTRACT_NAMES } from '../../sdk/protocol/addresses.ts'
import type { ContractName } from '../../sdk/protocol/addresses.ts'
import type { AccountId } from '../../units/values.ts'
import type { Node } from './endpoint.ts'
import { RpcError } from './rpcError.ts'
import { ADDRESSES, CHAIN_ID, effectOf, Refused, START, viewOf } from './universe.ts'
import type { Account, Asked, Log, State } from './universe.ts'

export type Tx = {
  readonly hash: Hex
  readonly from: Hex
  readonly nonce: number
  readonly to: Hex
  readonly data: Hex
  readonly gas: bigint
  readonly maxFee: bigint
  readonly tip: bigint
}
export type Receipt = {
  readonly tx: Tx
  readonly isDone: boolean
  readonly gasUsed: bigint
  readonly worked: number
  readonly idle: number
  readonly paid: bigint
}
type Written = {
  readonly address: Hex
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly by: Hex | undefined
}
export type Block = {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly time: number
  readonly baseFee: bigint
  readonly state: State
  readonly nonces: ReadonlyMap<string, number>
  readonly receipts: readonly Receipt[]
  readonly logs: readonly Written[]
}

export type Chain = Node & {
  readonly newest: () => Block
  readonly blocks: () => readonly Block[]
  readonly pool: () => readonly Tx[]
  /** Changes the state from outside, in the next block: a trade, a withdrawal, a new registry. */
  readonly change: (
    by: (state: State, time: number) => { readonly state: State; readonly logs?: readonly Log[] },
  ) => void
  readonly mine: (seconds?: number) => Promise<Block>
  /** Drops `depth` blocks and mines one more than that on the other branch; what they held is lost, or waits again. */
  readonly reorganise: (depth: number, isPooledAgain: boolean) => Promise<void>
  readonly evict: () => void
  /** Another chain of the same past, mempool and accounts, which goes its own way from now on. */
  readonly forked: () => Chain
  baseFee: bigint
  /** Of an account called. */
  itemGas: bigint
  readonly balances: Map<string, bigint>
  readonly request: (method: string, params: readonly unknown[], head: Block) => Promise<unknown>
}

/** Of an account called or auctioned where nothing else is said, and of a value reported. */
export const ITEM_GAS = 350_000n
const VALUE_GAS = 150_000n
const IDLE_GAS = 12_000n
const BASE_GAS = 60_000n
const BLOCK_GAS = 36_000_000n
export const BLOCK_SECONDS = 12
const REVERTED = '0x'

type Past = {
  readonly blocks: readonly Block[]
  readonly pool: readonly Tx[]
  readonly changes: readonly Change[]
  readonly balances: ReadonlyMap<string, bigint>
  readonly txs: ReadonlyMap<Hex, Tx>
  readonly salt: number
}
type Change = Parameters<Chain['change']>[0]

export function chainOf(first: State): Chain {
  const genesis = blockOf(undefined, START, 10n ** 9n, first, new Map(), [], [], 0)
  return grownFrom({ blocks: [genesis], pool: [], changes: [], balances: new Map(), txs: new Map(), salt: 0 })
}

/** Reorganisations of one chain and blocks of its forks never share a salt. */
const FORK_SALT = 1_000

function grownFrom(past: Past): Chain {
  let { salt } = past
  let blocks = [...past.blocks]
  let pool = [...past.pool]
  const changes = [...past.changes]
  const balances = new Map(past.balances)
  const txs = new Map(past.txs)
  const listeners: ((header: unknown) => void)[] = []
  const newest = (): Block => blocks.at(-1)!

  async function mine(seconds = BLOCK_SECONDS): Promise<Block> {
    const parent = newest()
    const time = parent.time + seconds
    let { state } = parent
    const logs: Written[] = []
    for (const change of changes.splice(0)) {
      const changed = change(state, time)
      state = changed.state
      logs.push(...(changed.logs ?? []).map((log) => written(log, undefined)))
    }
    const nonces = new Map(parent.nonces)
    const receipts: Receipt[] = []
    let gas = 0n
    for (let isMore = true; isMore;) {
      isMore = false
      const ready = pool
        .filter(
          (tx) =>
            tx.nonce === (nonces.get(tx.from) ?? 0) && tx.maxFee >= chain.baseFee && gas + tx.gas / 2n <= BLOCK_GAS,
        )
        .toSorted((a, b) => Number(b.tip - a.tip))
      for (const tx of ready) {
        const used = await executed(state, tx, time)
        if (gas + used.gasUsed > BLOCK_GAS) continue
        isMore = true
        gas += used.gasUsed
        state = used.state
        logs.push(...used.logs.map((log) => written(log, tx.hash)))
        receipts.push({
          tx,
          isDone: used.isDone,
          gasUsed: used.gasUsed,
          worked: used.worked,
          idle: used.idle,
          paid: used.gasUsed * (chain.baseFee + tx.tip),
        })
        nonces.set(tx.from, tx.nonce + 1)
        balances.set(tx.from, (balances.get(tx.from) ?? 0n) - used.gasUsed * (chain.baseFee + tx.tip))
        pool = pool.filter(({ hash, from, nonce }) => hash !== tx.hash && !(from === tx.from && nonce === tx.nonce))
      }
    }
    const block = blockOf(parent, time, chain.baseFee, state, nonces, receipts, logs, salt)
    blocks.push(block)
    for (const listener of listeners) listener(headerOf(block))
    return block
  }

  async function executed(state: State, tx: Tx, time: number) {
    const nothing = { state, logs: [] as readonly Log[], worked: 0, idle: 0 }
    const contract = CONTRACT_NAMES.find((name) => ADDRESSES[name] === tx.to)
    if (contract === undefined) return { ...nothing, isDone: true, gasUsed: 21_000n }
    try {
      const effect = await effectOf(state, contract, askedOf(contract, tx.data), time, roomFor(tx.gas))
      const gasUsed = BASE_GAS + gasOfItem(contract) * BigInt(effect.worked) + IDLE_GAS * BigInt(effect.idle)
      if (gasUsed > tx.gas) return { ...nothing, isDone: false, gasUsed: tx.gas }
      return { ...effect, isDone: true, gasUsed }
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause
      return { ...nothing, isDone: false, gasUsed: BASE_GAS + IDLE_GAS }
    }
  }

  function gasOfItem(contract: ContractName): bigint {
    if (contract === 'priceBook' || contract === 'reporterOracle') return VALUE_GAS
    return contract === 'marginCalls' ? chain.itemGas : ITEM_GAS
  }

  /** Items that `gas` suffices for: with less left the contract begins none. */
  function roomFor(gas: bigint): number {
    return gas < BASE_GAS ? 0 : Number((gas - BASE_GAS) / chain.itemGas)
  }

  async function take(raw: Hex): Promise<Hex> {
    const parsed = parseTransaction(raw) as {
      nonce?: number
      to?: Hex
      data?: Hex
      gas?: bigint
      maxFeePerGas?: bigint
      maxPriorityFeePerGas?: bigint
      chainId: number
    }
    if (parsed.chainId !== CHAIN_ID) throw new RpcError(-32000, 'invalid chain id for signer')
    const from = (await recoverTransactionAddress({ serializedTransaction: raw as never })).toLowerCase() as Hex
    const tx: Tx = {
      hash: keccak256(raw),
      from,
      nonce: parsed.nonce ?? 0,
      to: (parsed.to ?? '0x').toLowerCase() as Hex,
      data: parsed.data ?? '0x',
      gas: parsed.gas ?? 0n,
      maxFee: parsed.maxFeePerGas ?? 0n,
      tip: parsed.maxPriorityFeePerGas ?? 0n,
    }
    if (tx.nonce < (newest().nonces.get(from) ?? 0)) throw new RpcError(-32000, 'nonce too low')
    if ((balances.get(from) ?? 0n) < tx.gas * tx.maxFee)
      throw new RpcError(-32000, 'insufficient funds for gas * price + value')
    const before = pool.find((one) => one.from === from && one.nonce === tx.nonce)
    if (before?.hash === tx.hash) throw new RpcError(-32000, 'already known')
    const isTooLow = before !== undefined && (tx.maxFee * 10n < before.maxFee * 11n || tx.tip * 10n < before.tip * 11n)
    if (isTooLow) throw new RpcError(-32000, 'replacement transaction underpriced')
    pool = [...pool.filter((one) => one !== before), tx]
    txs.set(tx.hash, tx)
    return tx.hash
  }

  async function call(params: readonly unknown[], head: Block): Promise<Hex> {
    const [{ to, data, gas }, at] = params as readonly [
      { readonly to: Hex; readonly data: Hex; readonly gas?: Hex },
      unknown,
    ]
    const block = blockAt(at, head)
    const contract = CONTRACT_NAMES.find((name) => ADDRESSES[name] === to.toLowerCase())
    if (contract === undefined) return '0x'
    const asked = askedOf(contract, data)
    const { functionName } = asked
    const seen = viewOf(block.state, contract, asked, block.time)
    if (seen !== undefined) return encodeFunctionResult({ abi: ABIS[contract], functionName, result: seen } as never)
    try {
      const { result } = await effectOf(
        block.state,
        contract,
        asked,
        block.time,
        gas === undefined ? Infinity : roomFor(BigInt(gas)),
      )
      return result === undefined ? '0x' : encodeFunctionResult({ abi: ABIS[contract], functionName, result } as never)
    } catch (cause) {
      if (cause instanceof Refused) throw new RpcError(3, 'execution reverted', REVERTED)
      throw cause
    }
  }

  function blockAt(at: unknown, head: Block): Block {
    if (typeof at === 'object' && at !== null && 'blockHash' in at) {
      const found = blocks.find(({ hash }) => hash === at.blockHash)
      if (found === undefined || found.number > head.number) throw new RpcError(-32000, 'header not found')
      return found
    }
    if (typeof at !== 'string' || !at.startsWith('0x')) return head
    const found = blocks.find(({ number }) => number === Number(at))
    if (found === undefined || found.number > head.number) throw new RpcError(-32000, 'header not found')
    return found
  }

  /** As a node whose newest block is `head` answers. */
  async function request(method: string, params: readonly unknown[], head: Block): Promise<unknown> {
    switch (method) {
      case 'eth_chainId':
        return toHex(CHAIN_ID)
      case 'eth_blockNumber':
        return toHex(head.number)
      case 'eth_getBlockByNumber': {
        const block = params[0] === 'latest' ? head : blocks.find(({ number }) => number === Number(params[0]))
        return block === undefined || block.number > head.number ? null : headerOf(block)
      }
      case 'eth_getBalance':
        return toHex(balances.get(String(params[0]).toLowerCase()) ?? 0n)
      case 'eth_getTransactionCount':
        return toHex(blockAt(params[1], head).nonces.get(String(params[0]).toLowerCase()) ?? 0)
      case 'eth_getTransactionReceipt':
        return receiptOf(params[0] as Hex, head)
      case 'eth_getTransactionByHash':
        return transactionOf(params[0] as Hex)
      case 'eth_getLogs': {
        const [{ address, fromBlock, toBlock }] = params as readonly [
          { readonly address?: Hex | readonly Hex[]; readonly fromBlock: Hex; readonly toBlock: Hex },
        ]
        const wanted = new Set([address ?? []].flat().map((one) => one.toLowerCase()))
        const range = blocks.filter(
          ({ number }) => number >= Number(fromBlock) && number <= Math.min(Number(toBlock), head.number),
        )
        return range.flatMap((block) =>
          logsOf(block).filter((log) => wanted.size === 0 || wanted.has(log.address.toLowerCase())),
        )
      }
      case 'eth_call':
        return call(params, head)
      case 'eth_sendRawTransaction':
        return take(params[0] as Hex)
      default:
        throw new RpcError(-32601, `the method ${method} does not exist`)
    }
  }

  function transactionOf(hash: Hex): unknown {
    const tx = txs.get(hash)
    if (tx === undefined) return null
    const { from, to, nonce, gas, maxFee, tip, data } = tx
    const fees = { maxFeePerGas: toHex(maxFee), maxPriorityFeePerGas: toHex(tip) }
    return { hash, from, to, nonce: toHex(nonce), gas: toHex(gas), input: data, value: '0x0', type: '0x2', ...fees }
  }

  function receiptOf(hash: Hex, head: Block): unknown {
    for (const block of blocks) {
      const at = block.receipts.findIndex(({ tx }) => tx.hash === hash)
      if (at < 0 || block.number > head.number) continue
      const { tx, isDone, gasUsed } = block.receipts[at]!
      return {
        transactionHash: hash,
        transactionIndex: toHex(at),
        blockHash: block.hash,
        blockNumber: toHex(block.number),
        from: tx.from,
        to: tx.to,
        status: isDone ? '0x1' : '0x0',
        gasUsed: toHex(gasUsed),
        cumulativeGasUsed: toHex(gasUsed),
        effectiveGasPrice: toHex(block.baseFee + tx.tip),
        logs: [],
        logsBloom: `0x${'0'.repeat(512)}`,
        type: '0x2',
        contractAddress: null,
      }
    }
    return null
  }

  const chain: Chain = {
    newest,
    blocks: () => blocks,
    pool: () => pool,
    change: (by) => void changes.push(by),
    mine,
    reorganise: async (depth, isPooledAgain) => {
      const orphans = blocks.slice(-depth)
      blocks = blocks.slice(0, -depth)
      salt += 1
      if (isPooledAgain) pool = [...orphans.flatMap(({ receipts }) => receipts.map(({ tx }) => tx)), ...pool]
      for (let i = 0; i <= depth; i++) await mine()
    },
    evict: () => (pool = []),
    forked: () => grownFrom({ blocks, pool, changes, balances, txs, salt: salt + FORK_SALT }),
    onHeader: (listener) => void listeners.push(listener),
    answer: (method, params, lag) => request(method, params, blocks[Math.max(0, blocks.length - 1 - lag)]!),
    baseFee: 10n ** 9n,
    itemGas: ITEM_GAS,
    balances,
    request,
  }
  return chain
}

function askedOf(contract: ContractName, data: Hex): Asked {
  const { functionName, args } = decodeFunctionData({ abi: ABIS[contract], data })
  return { functionName, args: (args ?? []) as readonly unknown[] }
}

function blockOf(
  parent: Block | undefined,
  time: number,
  baseFee: bigint,
  state: State,
  nonces: ReadonlyMap<string, number>,
  receipts: readonly Receipt[],
  logs: readonly Written[],
  salt: number,
): Block {
  const number = (parent?.number ?? 99) + 1
  const hash = keccak256(toHex(`${number} ${parent?.hash} ${time} ${salt} ${receipts.map(({ tx }) => tx.hash).join()}`))
  return {
    number,
    hash,
    parentHash: parent?.hash ?? `0x${'0'.repeat(64)}`,
    time,
    baseFee,
    state,
    nonces,
    receipts,
    logs,
  }
}

function headerOf({ number, hash, parentHash, time, baseFee }: Block): unknown {
  const zero = `0x${'0'.repeat(64)}`
  return {
    number: toHex(number),
    hash,
    parentHash,
    timestamp: toHex(time),
    baseFeePerGas: toHex(baseFee),
    difficulty: '0x0',
    gasLimit: toHex(BLOCK_GAS),
    gasUsed: '0x0',
    size: '0x0',
    totalDifficulty: '0x0',
    transactions: [],
    uncles: [],
    stateRoot: zero,
  }
}

function logsOf({ number, hash, logs }: Block) {
  return logs.map(({ address, topics, data, by }, index) => ({
    address,
    topics,
    data,
    blockNumber: toHex(number),
    blockHash: hash,
    logIndex: toHex(index),
    transactionHash: by ?? hash,
    transactionIndex: '0x0',
    removed: false,
  }))
}

/** `by`: the transaction that wrote it; undefined for what came from outside. */
function written({ contract, event, args }: Log, by: Hex | undefined): Written {
  const abi = ABIS[contract]
  const item = abi.find((one) => one.type === 'event' && one.name === event) as {
    inputs: readonly { name: string; indexed?: boolean }[]
  }
  const topics = encodeEventTopics({ abi, eventName: event, args } as never) as Hex[]
  const plain = item.inputs.filter(({ indexed }) => indexed !== true)
  const data = encodeAbiParameters(
    plain as never,
    plain.map(({ name }) => (args as Record<string, unknown>)[name]) as never,
  )
  return { address: ADDRESSES[contract], topics, data, by }
}

/** A change that puts accounts as they are said to be, with the events of their cash. */
export function putting(accounts: readonly Account[]): Parameters<Chain['change']>[0] {
  return (state) => {
    const next = accounts.map((account) => ({
      ...account,
      version: (state.accounts.get(account.id)?.version ?? account.version - 1) + 1,
    }))
    const logs = next.map(({ id, cash, version }): Log => ({
      contract: 'ledger',
      event: 'CashChanged',
      args: { account: id, cash, version: BigInt(version) },
    }))
    return {
      state: {
        ...state,
        accounts: new Map([...state.accounts, ...next.map((it) => [it.id as AccountId, it] as const)]),
      },
      logs,
    }
  }
}
