// Who tells the keepers what trades? All venue servers of a scenario, and the options venue, moved from step to step together.
import type { MarketPath } from '../market/path.ts'
import { levelsOf, quotedSlice, type ShapeRow } from '../market/surface.ts'
import { dialectOf } from './dialects.ts'
import { chainMessage, indexMessage, indexName, optionsRules } from './options.ts'
import { startBroadcaster, type Broadcaster } from './server.ts'

/** Everything a keeper's configuration says about one feed. */
export type FeedAddress = {
  readonly venue: string
  readonly dialect: string
  readonly pair: string
  readonly url: string
}

export type Venues = {
  readonly feeds: readonly FeedAddress[]
  readonly options: FeedAddress
  /** Sends what became known in (from, to], and resolves once every listener has it. */
  readonly advance: (from: number, to: number, withOptions: boolean) => Promise<void>
  /** Listeners of the server that has fewest. */
  readonly listeners: () => number
  readonly close: () => Promise<void>
}

export async function startVenues(path: MarketPath, shape: readonly ShapeRow[]): Promise<Venues> {
  const { underlying } = path.scenario
  const servers = new Map<string, Broadcaster>()
  for (const { venue } of path.scenario.venues) servers.set(venue, await startBroadcaster(dialectOf(venue)))
  const options = await startBroadcaster(optionsRules)
  const levelAt = levelsOf(path)
  const everyone = [...servers.values(), options]
  const tradeIds = new Map<string, number>()

  function sendTrades(from: number, to: number): void {
    for (const [venue, server] of servers) {
      const dialect = dialectOf(venue)
      for (const trade of path.tradesBetween(venue, from, to)) {
        const id = (tradeIds.get(venue) ?? 0) + 1
        tradeIds.set(venue, id)
        server.send(dialect.trade(trade, id, dialect.pair(underlying)))
      }
    }
  }

  /** Its index is that of many exchanges, like ours, and comes before the marks that stand against it. */
  function sendQuotes(time: number): void {
    const spot = path.trueMedianAt(time)
    if (spot === undefined) return
    options.send(indexMessage({ underlying, time, spot }))
    const level = levelAt(time)
    const sliceFor = (secondsLeft: number) => quotedSlice(shape, level, secondsLeft)
    options.send(chainMessage({ underlying, time, spot, sliceFor }))
  }

  return {
    feeds: [...servers].map(([venue, server]) => feedAddress(venue, server.url, underlying)),
    options: { venue: 'options', dialect: 'deribit', pair: indexName(underlying), url: `${options.url}/ws/api/v2` },
    advance: async (from, to, withOptions) => {
      sendTrades(from, to)
      if (withOptions) sendQuotes(to)
      await Promise.all(everyone.map((server) => server.heard()))
    },
    listeners: () => Math.min(...everyone.map((server) => server.subscribers())),
    close: async () => {
      await Promise.all(everyone.map((server) => server.close()))
    },
  }
}

function feedAddress(venue: string, url: string, underlying: string): FeedAddress {
  const dialect = dialectOf(venue)
  const pair = dialect.pair(underlying)
  return { venue, dialect: dialect.name, pair, url: url + dialect.path(pair) }
}
