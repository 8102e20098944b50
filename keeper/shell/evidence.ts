// Did a keeper tell its peers one thing and the chain another? Compares what peers gave with what was submitted, head by head.
import { compactSignatureToSignature, serializeSignature } from 'viem'
import type { Hex } from 'viem'
import type { Logger } from 'pino'
import { surfacesIn } from '../core/calldata.ts'
import type { SignedObservation } from '../core/calls.ts'
import { heard, keyOfWord, proofsAt, wordsAt } from '../core/evidence.ts'
import type { Doubled, Word, Words } from '../core/evidence.ts'
import type { Head } from '../core/view.ts'
import { eventDecoder } from '../../sdk/protocol/events.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { Chain } from './chain.ts'
import type { Peers } from './peers.ts'
import type { Signer } from './signer.ts'

export type Evidence = {
  /** The same peers; what they give is remembered for a minute. */
  readonly around: (peers: Peers) => Peers
  /** Looks at what the chain has taken since the last look; asks nothing where nothing is remembered. */
  readonly look: (head: Head) => Promise<void>
  readonly doubled: () => readonly Doubled[]
}

/** Blocks looked back at: what a peer says of a round may come after the chain has taken another word of it. */
const BLOCKS_BACK = 16n
/** Transactions read for one look: surfaces come every few minutes. */
const READS = 4

export function evidenceOf(chain: Chain, signer: Pick<Signer, 'signerOfSurface'>, log: Logger): Evidence {
  const decode = eventDecoder(chain.addresses)
  let words: Words = new Map()
  let doubled: readonly Doubled[] = []
  let looked: bigint | undefined
  let idOf: Peers['idOf'] = () => 0

  function note(signed: readonly Word[]): void {
    const after = heard(words, signed)
    words = after.words
    const known = new Set(doubled.map(({ first }) => keyOfWord(first)))
    const found = after.doubled.filter(({ first }) => !known.has(keyOfWord(first)))
    for (const { first, second } of found) log.warn({ first, second }, 'two values signed for one round')
    doubled = [...doubled, ...found]
  }

  async function look(head: Head): Promise<void> {
    words = wordsAt(words, head.time)
    doubled = proofsAt(doubled, head.time)
    if (words.size === 0) return
    const earliest = head.number - BLOCKS_BACK + 1n
    const fromBlock = looked === undefined || looked < earliest ? earliest : looked + 1n
    if (fromBlock > head.number) return
    const before = looked
    looked = head.number
    try {
      const address = [chain.addresses.reporterOracle, chain.addresses.volatilityBook]
      const logs = await chain.client.getLogs({ address, fromBlock, toBlock: head.number })
      const events = logs.map((raw) => ({ event: decode(raw), hash: raw.transactionHash }))
      note(events.flatMap(({ event }) => observedIn(event)))
      const hashes = events.filter(({ event }) => event?.eventName === 'SurfaceChanged').map(({ hash }) => hash)
      for (const hash of [...new Set(hashes)].slice(-READS)) note(await surfacesOf(hash))
    } catch (cause) {
      looked = before // again with the next head
      log.debug({ cause: String(cause) }, 'what was submitted could not be read')
    }
  }

  /** Surfaces in a transaction's calldata, whichever contract carried them, that their reporters' keys have signed. */
  async function surfacesOf(hash: Hex): Promise<readonly Word[]> {
    const { input } = await chain.client.getTransaction({ hash })
    const found = surfacesIn(input)
    const signers = await Promise.all(found.map((signed) => signer.signerOfSurface(signed)))
    return found.filter(({ reporter }, i) => signers[i] !== undefined && idOf(signers[i]) === reporter)
  }

  return {
    around: (peers) => {
      idOf = peers.idOf
      return {
        ...peers,
        observations: async (underlying, round, except) => {
          const signed = await peers.observations(underlying, round, except)
          note(signed)
          return signed
        },
        surfaces: async (underlying, round, except) => {
          const signed = await peers.surfaces(underlying, round, except)
          note(signed)
          return signed
        },
      }
    },
    look,
    doubled: () => doubled,
  }
}

/** The word that the oracle took, as its reporter signed it. */
function observedIn(event: ProtocolEvent | undefined): readonly SignedObservation[] {
  if (event?.eventName !== 'Observed') return []
  const { reporter, underlying, time, price, halfWidth, r, vs } = event.args
  const signature = serializeSignature(compactSignatureToSignature({ r, yParityAndS: vs }))
  return [{ reporter, observation: { underlying, time, price, halfWidth }, signature }]
}
