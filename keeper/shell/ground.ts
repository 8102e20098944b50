// What does the state under one block hold, by proof? Accounts, words and code, each against the state root (EIP-1186).
import { verifyMerkleProof } from '@ethereumjs/mpt'
import {
  bytesToHex,
  createAccountFromRLP,
  equalsBytes,
  hexToBytes,
  setLengthLeft,
  KECCAK256_NULL,
  KECCAK256_RLP,
} from '@ethereumjs/util'
import type { Account } from '@ethereumjs/util'
import { keccak256 } from 'viem'
import type { Hex } from 'viem'
import { hashOfHeader } from '../core/header.ts'
import type { Fields } from '../core/header.ts'

/** What several endpoints may be asked, one after the other, until the answer of one holds. */
export type Witnesses = {
  /** Places in the order to ask. */
  readonly order: () => readonly number[]
  readonly ask: (place: number, method: string, params: readonly unknown[]) => Promise<unknown>
  /** What it said of this does not hold, and what another said does. */
  readonly onDisproven: (place: number, about: string) => void
}

/** The state under one block; whatever it answers is proven. Rejects where no endpoint's proof holds. */
export type Ground = {
  readonly header: Fields
  /** Undefined where there is none. */
  readonly account: (address: Hex) => Promise<Account | undefined>
  readonly word: (address: Hex, slot: Hex) => Promise<Uint8Array>
  readonly code: (address: Hex) => Promise<Uint8Array>
  /** Asks for many words at once, that they need not be asked for one by one. */
  readonly expect: (address: Hex, slots: readonly Hex[]) => Promise<void>
}

/** By hash: the same under every block. */
export type Codes = Map<Hex, Uint8Array>

const SLOTS_A_QUESTION = 128
/** Words proven under one block: a page of the lens has some thousands. */
const WORDS_MOST = 20_000
const CODES_KEPT = 256
const EMPTY = new Uint8Array()

/** The first answer that holds; who said what does not is told of, once somebody has said what does. */
async function firstThatHolds<Value>(
  { order, ask, onDisproven }: Witnesses,
  method: string,
  params: readonly unknown[],
  holds: (answer: unknown) => Promise<Value>,
): Promise<Value> {
  const wrong: number[] = []
  const failures: string[] = []
  for (const place of order()) {
    let answer: unknown
    try {
      answer = await ask(place, method, params)
    } catch (cause) {
      failures.push(`endpoint ${place}: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`)
      continue
    }
    try {
      const value = await holds(answer)
      for (const liar of wrong) onDisproven(liar, method)
      return value
    } catch (cause) {
      wrong.push(place)
      failures.push(`endpoint ${place}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }
  throw new Error(`no endpoint proves ${method}: ${failures.join('; ')}`)
}

/** The state under block `hash`, of which nothing is believed that does not follow from that hash. */
export async function groundAt(hash: Hex, witnesses: Witnesses, codes: Codes): Promise<Ground> {
  const header = await firstThatHolds(witnesses, 'eth_getBlockByHash', [hash, false], async (answer) => {
    const told = (answer ?? {}) as Fields
    const found = hashOfHeader(told)
    if (found !== hash) throw new Error(`its header hashes to ${found}, asked was ${hash}`)
    return told
  })
  const root = hexToBytes(header['stateRoot'] as Hex)
  const accounts = new Map<Hex, Promise<Account | undefined>>()
  const words = new Map<string, Promise<Uint8Array>>()
  const keyOf = (address: Hex, slot: Hex): string => `${address}:${slot}`

  /** One question for the account and some of its words. */
  function prove(address: Hex, slots: readonly Hex[]): Promise<Proven> {
    if (words.size + slots.length > WORDS_MOST) throw new Error(`more than ${WORDS_MOST} words to prove`)
    const params = [address, slots, { blockHash: hash }]
    const proven = firstThatHolds(witnesses, 'eth_getProof', params, (answer) => provenBy(answer, root, address, slots))
    // What failed is asked again by whoever needs it next.
    const kept = <Value>(key: string, map: Map<string, Promise<Value>>, value: Promise<Value>): void => {
      map.set(key, value)
      value.catch(() => map.delete(key))
    }
    if (!accounts.has(address)) {
      const account = proven.then((it) => it.account)
      kept(address, accounts as Map<string, Promise<Account | undefined>>, account)
    }
    slots.forEach((slot, at) =>
      kept(
        keyOf(address, slot),
        words,
        proven.then((it) => it.words[at] ?? EMPTY),
      ),
    )
    return proven
  }

  async function account(address: Hex): Promise<Account | undefined> {
    return accounts.get(address) ?? (await prove(address, [])).account
  }

  async function code(address: Hex): Promise<Uint8Array> {
    const codeHash = (await account(address))?.codeHash ?? KECCAK256_NULL
    if (equalsBytes(codeHash, KECCAK256_NULL)) return EMPTY
    const wanted = bytesToHex(codeHash)
    const known = codes.get(wanted)
    if (known !== undefined) return known
    const params = [address, { blockHash: hash }]
    const found = await firstThatHolds(witnesses, 'eth_getCode', params, async (answer) => {
      if (keccak256(answer as Hex) !== wanted) throw new Error(`code of ${address} hashes to another than is proven`)
      return hexToBytes(answer as Hex)
    })
    codes.set(wanted, found)
    for (const oldest of codes.keys()) if (codes.size > CODES_KEPT) codes.delete(oldest)
    return found
  }

  return {
    header,
    account,
    word: async (address, slot) => words.get(keyOf(address, slot)) ?? (await prove(address, [slot])).words[0] ?? EMPTY,
    code,
    expect: async (address, slots) => {
      const fresh = slots.filter((slot) => !words.has(keyOf(address, slot)))
      const pages = Array.from({ length: Math.max(1, Math.ceil(fresh.length / SLOTS_A_QUESTION)) }, (_, page) =>
        fresh.slice(page * SLOTS_A_QUESTION, (page + 1) * SLOTS_A_QUESTION),
      )
      await Promise.all(pages.map((page) => prove(address, page)))
      await code(address)
    },
  }
}

type Proven = { readonly account: Account | undefined; readonly words: readonly Uint8Array[] }

/** What the answer to eth_getProof proves; rejects where it does not prove what was asked. */
async function provenBy(answer: unknown, root: Uint8Array, address: Hex, slots: readonly Hex[]): Promise<Proven> {
  const { accountProof, storageProof } = answer as {
    readonly accountProof: readonly Hex[]
    readonly storageProof: readonly { readonly key: Hex; readonly proof: readonly Hex[] }[]
  }
  const leaf = await proven(root, hexToBytes(address), accountProof, `account ${address}`)
  const account = leaf === null ? undefined : createAccountFromRLP(leaf)
  const storageRoot = account?.storageRoot ?? KECCAK256_RLP
  const words = slots.map(async (slot, at) => {
    if (equalsBytes(storageRoot, KECCAK256_RLP)) return EMPTY
    const told = storageProof.find(({ key }) => BigInt(key) === BigInt(slot)) ?? storageProof[at]
    return wordIn(await proven(storageRoot, hexToBytes(slot), told?.proof ?? [], `slot ${slot} of ${address}`))
  })
  return { account, words: await Promise.all(words) }
}

/** Null where the proof shows that there is nothing. */
async function proven(
  root: Uint8Array,
  key: Uint8Array,
  proof: readonly Hex[],
  what: string,
): Promise<Uint8Array | null> {
  try {
    return await verifyMerkleProof(
      key,
      proof.map((node) => hexToBytes(node)),
      { root, useKeyHashing: true },
    )
  } catch {
    throw new Error(`no proof of ${what}`)
  }
}

/** A word as the EVM reads it, from its leaf: a string of at most 32 bytes, led by its length where it is no single small byte. */
function wordIn(leaf: Uint8Array | null): Uint8Array {
  if (leaf === null || leaf.length === 0) return EMPTY
  const bytes = leaf.length === 1 && leaf[0]! < 0x80 ? leaf : leaf.subarray(1)
  return setLengthLeft(bytes, 32)
}
