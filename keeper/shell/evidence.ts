// Did a keeper tell its peers one price and the chain another? Compares what peers gave with what was submitted, head by head.
import { decodeFunctionData, getAbiItem } from 'viem'
import type { Hex } from 'viem'
import type { Logger } from 'pino'
import type { SignedObservation } from '../core/calls.ts'
import { heard, isContradicted, proofsAt, toldBy, wordKey, wordsAt } from '../core/evidence.ts'
import type { Doubled, Told, Words } from '../core/evidence.ts'
import type { Head } from '../core/view.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import type { Chain } from './chain.ts'
import type { Peers } from './peers.ts'

export type Evidence = {
  /** The same peers; what they give is remembered for a minute. */
  readonly around: (peers: Peers) => Peers
  /** Looks at what the chain has taken since the last look; asks nothing where nothing is remembered. */
  readonly look: (head: Head) => Promise<void>
  readonly doubled: () => readonly Doubled[]
}

const OBSERVED = getAbiItem({ abi: ABIS.reporterOracle, name: 'Observed' })
const CARRIERS = [...ABIS.priceBook, ...ABIS.reporterOracle] as const

export function evidenceOf(chain: Chain, log: Logger): Evidence {
  let words: Words = new Map()
  let doubled: readonly Doubled[] = []
  let looked: bigint | undefined

  function note(signed: readonly SignedObservation[]): void {
    const after = heard(words, signed)
    words = after.words
    for (const { first, second } of after.doubled) {
      log.warn({ first: toldBy(first), second: toldBy(second) }, 'two values signed for one round')
    }
    doubled = [...doubled, ...after.doubled]
  }

  async function look(head: Head): Promise<void> {
    words = wordsAt(words, head.time)
    doubled = proofsAt(doubled, head.time)
    const fromBlock = (looked ?? head.number - 1n) + 1n
    looked = head.number
    if (words.size === 0 || fromBlock > head.number) return
    try {
      const logs = await chain.client.getLogs({
        address: chain.addresses.reporterOracle,
        event: OBSERVED,
        strict: true,
        fromBlock,
        toBlock: head.number,
      })
      for (const { args, transactionHash } of logs) {
        const word = words.get(wordKey(args))
        if (word !== undefined && isContradicted(word, args)) note(await carriedIn(transactionHash, args))
      }
    } catch (cause) {
      looked = fromBlock - 1n // again with the next head
      log.debug({ cause: String(cause) }, 'what was submitted could not be read')
    }
  }

  /** The signed word behind an event, from its transaction's own calldata; none where another contract carried it. */
  async function carriedIn(hash: Hex, told: Told): Promise<readonly SignedObservation[]> {
    const { input } = await chain.client.getTransaction({ hash })
    return observationsIn(input).filter((signed) => wordKey(toldBy(signed)) === wordKey(told))
  }

  return {
    around: (peers) => ({
      ...peers,
      observations: async (underlying, round, except) => {
        const signed = await peers.observations(underlying, round, except)
        note(signed)
        return signed
      },
    }),
    look,
    doubled: () => doubled,
  }
}

function observationsIn(input: Hex): readonly SignedObservation[] {
  try {
    const { functionName, args } = decodeFunctionData({ abi: CARRIERS, data: input })
    if (functionName !== 'report' && functionName !== 'submit') return []
    const [signed] = args as unknown as readonly [readonly SignedObservation[]]
    return signed
  } catch {
    return []
  }
}
