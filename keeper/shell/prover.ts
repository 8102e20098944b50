// What does a contract answer on the state that a block's hash proves? The call is run here, on proven accounts, words and code alone.
import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { bytesToHex, createAddressFromString, hexToBytes, setLengthLeft } from '@ethereumjs/util'
import type { Account, Address } from '@ethereumjs/util'
import { RpcRequestError } from 'viem'
import type { Hex } from 'viem'
import { groundAt } from './ground.ts'
import type { Codes, Ground, Witnesses } from './ground.ts'

/** As `eth_call` takes it. */
export type CallRequest = { readonly from?: Hex; readonly to: Hex; readonly data: Hex; readonly gas?: Hex }

/** The answer of `call` under block `hash`: rejects with a revert as a node would, or where it cannot be proven. */
export type Prover = (call: CallRequest, hash: Hex) => Promise<Hex>

/** Blocks whose proven state is kept: the head, and the one before it for what is still being asked. */
const GROUNDS_KEPT = 2
/** Calls whose touched words are remembered, so that the next time they are asked for in one question a contract. */
const CALLS_KEPT = 256
/** As much as nodes give a question. */
const GAS = 50_000_000n
const NOBODY: Hex = `0x${'00'.repeat(20)}`
const REVERTED = 3

type Touched = ReadonlyMap<Hex, ReadonlySet<Hex>>

export function proverOf(chainId: number, witnesses: Witnesses): Prover {
  const common = createCustomCommon({ chainId }, Mainnet, { hardfork: 'osaka' })
  const codes: Codes = new Map()
  const grounds = new Map<Hex, Promise<Ground>>()
  const touchedBy = new Map<string, Touched>()

  function groundOf(hash: Hex): Promise<Ground> {
    const known = grounds.get(hash)
    if (known !== undefined) return known
    const ground = groundAt(hash, witnesses, codes)
    grounds.set(hash, ground)
    ground.catch(() => grounds.delete(hash))
    for (const oldest of grounds.keys()) if (grounds.size > GROUNDS_KEPT) grounds.delete(oldest)
    return ground
  }

  /** Which words the call will ask for: as last time, else as a node says. A wrong list costs time and nothing else. */
  async function expected(call: CallRequest, hash: Hex): Promise<Touched> {
    const known = touchedBy.get(`${call.to}${call.data}`)
    if (known !== undefined) return known
    for (const place of witnesses.order()) {
      const answer = await witnesses
        .ask(place, 'eth_createAccessList', [call, { blockHash: hash }])
        .catch(() => undefined)
      const list = (answer as { accessList?: readonly { address: Hex; storageKeys: readonly Hex[] }[] } | undefined)
        ?.accessList
      if (list !== undefined)
        return new Map(list.map((it) => [it.address.toLowerCase() as Hex, new Set(it.storageKeys)]))
    }
    return new Map()
  }

  function remember(call: CallRequest, touched: Touched): void {
    touchedBy.set(`${call.to}${call.data}`, touched)
    for (const oldest of touchedBy.keys()) if (touchedBy.size > CALLS_KEPT) touchedBy.delete(oldest)
  }

  return async (call, hash) => {
    const ground = await groundOf(hash)
    await Promise.all([...(await expected(call, hash))].map(([address, slots]) => ground.expect(address, [...slots])))
    const state = new ProvenState(ground)
    const { header } = ground
    const evm = await createEVM({ common, stateManager: state, blockchain: parentOf(header['parentHash'] as Hex) })
    const { execResult } = await evm.runCall({
      caller: createAddressFromString(call.from ?? NOBODY),
      to: createAddressFromString(call.to),
      data: hexToBytes(call.data),
      gasLimit: call.gas === undefined ? GAS : BigInt(call.gas),
      block: { header: blockOf(header) },
    })
    if (state.failure !== undefined) throw state.failure
    remember(call, state.touched)
    const data = bytesToHex(execResult.returnValue)
    if (execResult.exceptionError === undefined) return data
    throw revertOf(call, execResult.exceptionError.error, data)
  }
}

/** What a block lets a contract see of it. */
function blockOf(header: Ground['header']) {
  const number = (name: string): bigint => BigInt((header[name] as Hex | undefined) ?? '0x0')
  return {
    number: number('number'),
    coinbase: createAddressFromString(header['miner'] as Hex),
    timestamp: number('timestamp'),
    difficulty: number('difficulty'),
    prevRandao: setLengthLeft(hexToBytes(header['mixHash'] as Hex), 32),
    gasLimit: number('gasLimit'),
    baseFeePerGas: number('baseFeePerGas'),
    getBlobGasPrice: () => undefined,
  }
}

/** Of earlier blocks only the parent's hash is in the header, and no contract of ours asks for another. */
function parentOf(parentHash: Hex) {
  const blocks = {
    getBlock: async () => ({ hash: () => hexToBytes(parentHash) }),
    putBlock: async () => undefined,
    shallowCopy: () => blocks,
  }
  return blocks
}

/** In the form in which a node says it. */
function revertOf(call: CallRequest, reason: string, data: Hex): Error {
  const message = reason === 'revert' ? 'execution reverted' : reason
  const error = data === '0x' ? { code: REVERTED, message } : { code: REVERTED, message, data }
  return new RpcRequestError({ body: { method: 'eth_call', params: [call] }, error, url: 'proven' })
}

/** What the call writes lies over what is proven, and is thrown away with it. */
class ProvenState extends SimpleStateManager {
  readonly touched = new Map<Hex, Set<Hex>>()
  /** Within the call what could not be proven would look like a revert of the contract's. */
  failure: Error | undefined
  readonly #ground: Ground

  constructor(ground: Ground) {
    super()
    this.#ground = ground
  }

  override async getAccount(address: Address): Promise<Account | undefined> {
    const key = address.toString()
    if (!this.topAccountStack().has(key)) {
      if (!this.touched.has(key)) this.touched.set(key, new Set())
      const account = await this.#proven(this.#ground.account(key))
      return account && Object.assign(Object.create(Object.getPrototypeOf(account) as object), account)
    }
    return super.getAccount(address)
  }

  override async getCode(address: Address): Promise<Uint8Array> {
    const key = address.toString()
    return this.topCodeStack().has(key) ? super.getCode(address) : this.#proven(this.#ground.code(key))
  }

  override async getStorage(address: Address, slot: Uint8Array): Promise<Uint8Array> {
    const [key, at] = [address.toString(), bytesToHex(slot)]
    if (this.topStorageStack().has(`${key}_${at}`)) return super.getStorage(address, slot)
    this.touched.set(key, (this.touched.get(key) ?? new Set()).add(at))
    return this.#proven(this.#ground.word(key, at))
  }

  async #proven<Value>(asked: Promise<Value>): Promise<Value> {
    try {
      return await asked
    } catch (cause) {
      this.failure ??= cause instanceof Error ? cause : new Error(String(cause))
      throw cause
    }
  }
}
