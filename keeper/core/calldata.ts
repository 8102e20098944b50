// Which signed surfaces does a transaction carry, whichever contracts pass them on? Looks for the list itself in the calldata.
import { bytesToHex, concat, decodeAbiParameters, hexToBytes, numberToHex } from 'viem'
import type { Hex } from 'viem'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import type { SignedSurface } from './calls.ts'

/** [bytes] No transaction of ours is larger, and most nodes take none. */
const LARGEST = 131_072
/** Keepers at a time, as the registry has it: no list is longer. */
const MOST_REPORTERS = 16
/** Places tried: each is decoded, in up to three milliseconds. More would have to stand before the true one to hide it. */
const TRIES = 256
const WORD = 32
/** [bytes] Reporter, place of the surface, place of the signature. */
const ITEM_HEAD = 3 * WORD

const [SUBMIT] = ABIS.volatilityBook.filter((item) => item.type === 'function' && item.name === 'submit')

/** What was encoded as a list of signed surfaces, wherever in `input` it stands. Whose they are is not looked at. */
export function surfacesIn(input: Hex): readonly SignedSurface[] {
  if (input.length > 2 + 2 * LARGEST || SUBMIT?.type !== 'function') return []
  const bytes = hexToBytes(input)
  const found: SignedSurface[] = []
  for (let at = 0, tries = 0; at + 2 * WORD <= bytes.length && tries < TRIES; at++) {
    if (!isList(bytes, at)) continue
    tries += 1
    found.push(...listAt(bytes, at, SUBMIT.inputs))
  }
  return found
}

/** How every encoder begins one: its length, where the first item lies, right after as many places, and where its surface lies. */
function isList(bytes: Uint8Array, at: number): boolean {
  const count = bytes[at + WORD - 1] ?? 0
  if (count === 0 || count > MOST_REPORTERS || wordAt(bytes, at) !== count) return false
  const first = at + WORD + WORD * count
  return wordAt(bytes, at + WORD) === WORD * count && wordAt(bytes, first + WORD) === ITEM_HEAD
}

/** Undefined where it is too large to be a count or a place. */
function wordAt(bytes: Uint8Array, at: number): number | undefined {
  for (let i = at; i < at + WORD - 2; i++) if (bytes[i] !== 0) return undefined
  return (bytes[at + WORD - 2] ?? 0) * 256 + (bytes[at + WORD - 1] ?? 0)
}

function listAt(bytes: Uint8Array, at: number, inputs: Parameters<typeof decodeAbiParameters>[0]): SignedSurface[] {
  // As if it stood alone: what follows it is not read.
  const alone = concat([numberToHex(WORD, { size: WORD }), bytesToHex(bytes.subarray(at))])
  try {
    const [signed] = decodeAbiParameters(inputs, alone) as unknown as readonly [readonly SignedSurface[]]
    return [...signed]
  } catch {
    return []
  }
}
