// What does this keeper see at each head? Its views, fixed once a round, and its signature under them when somebody asks.
import type { Logger } from 'pino'
import type { SignedObservation, SignedSurface } from '../core/calls.ts'
import type { Self } from '../core/decide.ts'
import { EMPTY_BOOK, observationIn, seen, surfaceIn, viewIn } from '../core/observations.ts'
import { observe } from '../core/observe.ts'
import type { OwnView } from '../core/observe.ts'
import { surfaceOf } from '../core/surface.ts'
import type { Head } from '../core/view.ts'
import type { Config } from './config.ts'
import type { Evidence } from './evidence.ts'
import type { Markets } from './feeds/markets.ts'
import type { Metrics } from './metrics.ts'
import type { Peers } from './peers.ts'
import type { Signer } from './signer.ts'
import { waiting } from './waiting.ts'

export type Lookout = {
  /** As soon as a head is heard of, before anything is read: peers may ask for its round at once. */
  readonly see: (head: Head) => void
  readonly self: () => Self
  /** Own and signed, for a round; undefined where there is none. */
  readonly observation: (underlying: number, round: number) => Promise<SignedObservation | undefined>
  readonly surface: (underlying: number, round: number) => Promise<SignedSurface | undefined>
  /** Resolves when a head of `round` or later has been seen, or after a third of a second. */
  readonly untilRound: (round: number) => Promise<void>
  /** Rounds seen without a cluster of a majority of venues, and without any view. */
  readonly missed: () => { readonly noCluster: number; readonly noView: number }
}

export type LookoutParts = {
  readonly config: Config
  readonly markets: Markets
  readonly signer: Signer
  readonly peers: Peers
  readonly evidence: Evidence
  readonly metrics: Metrics
  readonly log: Logger
}

/** [ms] */
const ROUND_WAIT = 300
export const PRICE_UNIT = 1e8

export function lookoutOf({ config, markets, signer, peers, evidence, metrics, log }: LookoutParts): Lookout {
  const underlyings = config.underlyings.map(({ underlying }) => underlying)
  const heads = waiting()
  let book = EMPTY_BOOK
  let newest: Head | undefined
  let noCluster = 0
  let noView = 0

  const id = (): number => peers.idOf(signer.address)

  function look(underlying: number, round: number) {
    const rules = { ...config.limits, unit: config.unit }
    const view = observe(markets.samplesOf(underlying), markets.currencies(), rules, round)
    const spot = view.kind === 'none' ? undefined : Number(view.price) / PRICE_UNIT
    return { view, surface: surfaceOf(underlying, round, markets.quotesOf(underlying), spot, config.limits) }
  }

  function tell(underlying: number, round: number, own: OwnView): void {
    const labels = { underlying: String(underlying) }
    metrics.roundsSeen.inc(labels)
    if (own.kind === 'none') {
      noView += 1
      metrics.noView.inc(labels)
    } else metrics.ownPrice.set(labels, Number(own.price) / PRICE_UNIT)
    if (own.kind === 'wide') {
      noCluster += 1
      metrics.noCluster.inc(labels)
    }
    // All that the view was made from, so that it can be made again.
    const line = { underlying, round, own, samples: markets.samplesOf(underlying) }
    if (own.kind === 'narrow') log.debug(line, 'observed')
    else log.info(line, own.kind === 'wide' ? 'no cluster of a majority of venues' : 'no view')
  }

  return {
    see: (head) => {
      newest = head
      void evidence.look(head)
      const before = book
      book = seen(book, head.time, underlyings, look)
      heads.wake()
      const round = book.rounds.at(-1)
      if (book.rounds === before.rounds || round === undefined) return
      for (const underlying of underlyings) {
        const own = viewIn(book, underlying, round)
        if (own !== undefined) tell(underlying, round, own)
      }
    },
    self: () => ({
      id: id(),
      price: (underlying, round) => observationIn(book, underlying, round)?.price,
      surface: (underlying, round) => surfaceIn(book, underlying, round),
      doubled: evidence.doubled(),
    }),
    observation: async (underlying, round) => {
      const observation = observationIn(book, underlying, round)
      return observation === undefined || id() === 0 ? undefined : signer.signObservation(id(), observation)
    },
    surface: async (underlying, round) => {
      const surface = surfaceIn(book, underlying, round)
      return surface === undefined || id() === 0 ? undefined : signer.signSurface(id(), surface)
    },
    untilRound: (round) => heads.until(() => (newest?.time ?? 0) >= round, ROUND_WAIT),
    missed: () => ({ noCluster, noView }),
  }
}
