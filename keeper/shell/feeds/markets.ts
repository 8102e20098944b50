// What have the venues said last? The newest trade of each, the newest quote of each option, and how much of it was noise.
import { dialectOf, TRADE_DIALECTS } from '../../core/feeds/dialects.ts'
import type { TradeVenue } from '../../core/feeds/dialects.ts'
import type { FeedMessage, OptionQuote, Trade, VenueIndex } from '../../core/feeds/message.ts'
import { withIndex } from '../../core/forward.ts'
import type { Sample } from '../../core/observe.ts'
import type { Config, FeedConfig } from '../config.ts'
import { askOnchain } from './onchain.ts'
import { listen } from './socket.ts'
import type { FeedEvents } from './socket.ts'

/** One feed as a stranger would ask after it. Times in unix milliseconds of the venue. */
export type FeedState = {
  readonly symbol: string
  readonly venue: string
  /** Empty for a venue of options. */
  readonly quote: string
  readonly isOpen: boolean
  readonly trade: Trade | undefined
  readonly messages: number
  readonly malformed: number
  readonly gaps: number
}

export type Markets = {
  readonly samplesOf: (underlying: number) => readonly Sample[]
  readonly currencies: () => ReadonlyMap<string, readonly Sample[]>
  readonly quotesOf: (underlying: number) => readonly OptionQuote[]
  readonly feeds: () => readonly FeedState[]
  readonly close: () => void
}

export type FeedFault = { readonly symbol: string; readonly venue: string; readonly reason: string }

type Feed = {
  readonly symbol: string
  readonly venue: string
  readonly quote: string
  readonly maxAgeSeconds: number | undefined
  trade: Trade | undefined
  isOpen: boolean
  messages: number
  malformed: number
  gaps: number
  sequence: number | undefined
  readonly quotes: Map<string, OptionQuote>
  index: VenueIndex | undefined
  stop: () => void
}

/** Options quoted at once by one venue: more is no market but a mistake. */
const QUOTES_MOST = 10_000

/** Opens every configured feed. `onFault` is told of what was dropped. */
export function openMarkets(config: Config, onFault: (fault: FeedFault) => void): Markets {
  const trades = new Map(
    config.underlyings.map((one) => [one.underlying, one.feeds.map((feed) => openFeed(one.symbol, feed, onFault))]),
  )
  const currencies = new Map(
    config.currencies.map((one) => [one.currency, one.feeds.map((feed) => openFeed(one.currency, feed, onFault))]),
  )
  const options = new Map(
    config.underlyings.flatMap((one) => {
      if (one.optionQuotes === undefined) return []
      const { url, venue, pair } = one.optionQuotes
      return [[one.underlying, start(feedOf(one.symbol, venue, ''), dialectOf('deribit'), url, pair, onFault)]] as const
    }),
  )
  const all = [...trades.values(), ...currencies.values()].flat().concat([...options.values()])
  const samples = (feeds: readonly Feed[]): Sample[] =>
    feeds.map(({ venue, quote, trade, maxAgeSeconds }) => ({
      venue,
      quote,
      trade,
      ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    }))
  return {
    samplesOf: (underlying) => samples(trades.get(underlying) ?? []),
    currencies: () => new Map([...currencies].map(([currency, feeds]) => [currency, samples(feeds)])),
    quotesOf: (underlying) => [...(options.get(underlying)?.quotes.values() ?? [])],
    feeds: () => all,
    close: () => {
      for (const feed of all) feed.stop()
    },
  }
}

function openFeed(symbol: string, config: FeedConfig, onFault: (fault: FeedFault) => void): Feed {
  const feed = feedOf(symbol, config.venue, config.quote, config.maxAgeSeconds)
  if ('onchain' in config) {
    feed.stop = askOnchain(config.onchain, eventsOf(feed, onFault))
    return feed
  }
  const dialect = dialectOf(config.dialect ?? (isKnown(config.venue) ? config.venue : 'plain'))
  return start(feed, dialect, config.url, config.pair, onFault)
}

function isKnown(venue: string): venue is TradeVenue {
  return Object.hasOwn(TRADE_DIALECTS, venue)
}

function feedOf(symbol: string, venue: string, quote: string, maxAgeSeconds?: number): Feed {
  return {
    symbol,
    venue,
    quote,
    maxAgeSeconds,
    trade: undefined,
    isOpen: false,
    messages: 0,
    malformed: 0,
    gaps: 0,
    sequence: undefined,
    quotes: new Map(),
    index: undefined,
    stop: () => undefined,
  }
}

function start(
  feed: Feed,
  dialect: ReturnType<typeof dialectOf>,
  url: string,
  pair: string,
  onFault: (fault: FeedFault) => void,
): Feed {
  feed.stop = listen(dialect, url, pair, eventsOf(feed, onFault))
  return feed
}

function eventsOf(feed: Feed, onFault: (fault: FeedFault) => void): FeedEvents {
  return {
    onMessage: (message) => {
      take(feed, message)
      if (message.kind === 'malformed' || message.kind === 'refused') {
        onFault({ symbol: feed.symbol, venue: feed.venue, reason: message.reason })
      }
    },
    onState: (isOpen, reason) => {
      feed.isOpen = isOpen
      feed.sequence = undefined
      if (!isOpen) onFault({ symbol: feed.symbol, venue: feed.venue, reason })
    },
  }
}

/** The newest trade by the venue's own time stands; at the same time the one told later. */
function take(feed: Feed, message: FeedMessage): void {
  feed.messages += 1
  if (message.kind === 'malformed') feed.malformed += 1
  if (message.kind === 'trades' || message.kind === 'control') count(feed, message)
  if (message.kind === 'trades') {
    for (const trade of message.trades) if (trade.time >= (feed.trade?.time ?? 0)) feed.trade = trade
  }
  if (message.kind === 'index' && message.index.time >= (feed.index?.time ?? 0)) feed.index = message.index
  if (message.kind === 'quotes') for (const quote of message.quotes) takeQuote(feed, withIndex(quote, feed.index))
}

function takeQuote({ quotes }: Feed, quote: OptionQuote): void {
  const key = `${quote.expiry}:${quote.strike}:${quote.isCall}`
  const last = quotes.get(key)
  if (last !== undefined && last.time > quote.time) return
  if (quotes.size >= QUOTES_MOST) dropOldest(quotes)
  quotes.delete(key)
  quotes.set(key, quote)
}

function dropOldest(quotes: Map<string, OptionQuote>): void {
  const [oldest] = quotes.keys()
  if (oldest !== undefined) quotes.delete(oldest)
}

/** What is older than the last number says nothing. */
function count(feed: Feed, message: Extract<FeedMessage, { readonly kind: 'trades' | 'control' }>): void {
  const last = feed.sequence
  const told = message.kind === 'control' ? message.lastTrade : undefined
  const sequence = told ?? message.sequence
  if (sequence === undefined || (last !== undefined && sequence < last)) return
  if (last !== undefined && sequence > (told === undefined ? last + 1 : last)) feed.gaps += 1
  feed.sequence = message.kind === 'trades' ? (message.through ?? sequence) : sequence
}
