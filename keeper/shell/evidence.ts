// Did a keeper tell its peers one thing and the chain another? Compares what peers gave with what was submitted, head by head.
import { decodeFunctionData } from 'viem'
import type { Hex } from 'viem'
import type { Logger } from 'pino'
import { heard, keyOfWord, proofsAt, wordKey, wordsAt } from '../core/evidence.ts'
import type { Doubled, Word, Words } from '../core/evidence.ts'
import type { Head } from '../core/view.ts'
import { ABIS } from '../../sdk/protocol/addresses.ts'
import { eventDecoder } from '../../sdk/protocol/events.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { Chain } from './chain.ts'
import type { Peers } from './peers.ts'

export type Evidence = {
  /** The same peers; what they give is remembered for a minute. */
  readonly around: (peers: Peers) => Peers
  /** Looks at what the chain has taken since the last look; asks nothing where nothing is remembered. */
  readonly look: (head: Head) => Promise<void>
  readonly doubled: () => readonly Doubled[]
}

const CARRIERS = [
  ...ABIS.priceBook.filter(({ name }) => name === 'report'),
  ...ABIS.reporterOracle.filter((item) => 'name' in item && item.name === 'submit'),
  ...ABIS.volatilityBook.filter((item) => 'name' in item && item.name === 'submit'),
]

export function evidenceOf(chain: Chain, log: Logger): Evidence {
  const decode = eventDecoder(chain.addresses)
  let words: Words = new Map()
  let doubled: readonly Doubled[] = []
  let looked: bigint | undefined

  function note(signed: readonly Word[]): void {
    const after = heard(words, signed)
    words = after.words
    for (const { first, second } of after.doubled) log.warn({ first, second }, 'two values signed for one round')
    doubled = [...doubled, ...after.doubled]
  }

  async function look(head: Head): Promise<void> {
    words = wordsAt(words, head.time)
    doubled = proofsAt(doubled, head.time)
    const fromBlock = (looked ?? head.number - 1n) + 1n
    looked = head.number
    if (words.size === 0 || fromBlock > head.number) return
    try {
      const address = [chain.addresses.reporterOracle, chain.addresses.volatilityBook]
      const logs = await chain.client.getLogs({ address, fromBlock, toBlock: head.number })
      const carriers = logs.filter((raw) => isInQuestion(decode(raw))).map(({ transactionHash }) => transactionHash)
      for (const hash of new Set(carriers)) note(await carriedIn(hash))
    } catch (cause) {
      looked = fromBlock - 1n // again with the next head
      log.debug({ cause: String(cause) }, 'what was submitted could not be read')
    }
  }

  /** A price other than the one remembered; any surface of a round of which one is, since its event does not say who said what. */
  function isInQuestion(event: ProtocolEvent | undefined): boolean {
    if (event?.eventName === 'Observed') {
      const { reporter, underlying, time, price, halfWidth } = event.args
      const word = words.get(wordKey('price', reporter, underlying, time))
      if (word === undefined || !('observation' in word)) return false
      return word.observation.price !== price || word.observation.halfWidth !== halfWidth
    }
    if (event?.eventName !== 'SurfaceChanged') return false
    return [...words.values()].some((word) => 'surface' in word && word.surface.time === event.args.time)
  }

  /** Of the words in a transaction's own calldata those that were remembered; none where another contract carried them. */
  async function carriedIn(hash: Hex): Promise<readonly Word[]> {
    const { input } = await chain.client.getTransaction({ hash })
    return wordsIn(input).filter((word) => words.has(keyOfWord(word)))
  }

  return {
    around: (peers) => ({
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
    }),
    look,
    doubled: () => doubled,
  }
}

function wordsIn(input: Hex): readonly Word[] {
  try {
    const { args } = decodeFunctionData({ abi: CARRIERS, data: input })
    const [signed] = args as unknown as readonly [readonly Word[]]
    return signed
  } catch {
    return []
  }
}
