// How does each venue say "a trade happened"? Its own published message format, and what it answers to a subscription.
import type { VenueTrade } from '../market/path.ts'

/**
 * `name`: what a keeper calls the dialect. `pair`: what the venue calls an asset against the dollar. `path`: where its stream is served.
 * `isStreamPath`: a connection to this path is subscribed already. `reply`: the answer to a client's message, undefined where it
 * subscribes to nothing. `trade`: one trade, `id` rising by one with each of the venue.
 */
export type Dialect = {
  readonly name: string
  readonly pair: (underlying: string) => string
  readonly path: (pair: string) => string
  readonly isStreamPath: (path: string) => boolean
  readonly reply: (message: ClientMessage) => unknown
  readonly trade: (trade: VenueTrade, id: number, pair: string) => unknown
}

export type ClientMessage = Readonly<Record<string, unknown>>

/** Not recorded, and used by nobody: every trade is told with this size. */
const SIZE = 1
const BITFINEX_CHANNEL = 17

const iso = (timeMs: number) => new Date(timeMs).toISOString()
const never = () => false

/** Prices as venues print them: decimals, no exponent. */
const decimal = (price: number) => String(Number(price.toFixed(8)))

/** https://developers.binance.com: `<symbol>@trade` of the spot market, coin-margined perpetuals as `@aggTrade`. */
const binance: Dialect = {
  name: 'binance',
  pair: (underlying) => `${underlying}USDT`,
  path: () => '/ws',
  isStreamPath: (path) => path.includes('@'),
  reply: ({ method, id }) => (method === 'SUBSCRIBE' ? { result: null, id } : undefined),
  trade: ({ price, timeMs }, id, pair) => ({
    e: 'trade',
    E: timeMs,
    s: pair,
    t: id,
    p: decimal(price),
    q: String(SIZE),
    T: timeMs,
    m: false,
    M: true,
  }),
}

const binancePerpetual: Dialect = {
  ...binance,
  pair: (underlying) => `${underlying}USD_PERP`,
  trade: ({ price, timeMs }, id, pair) => ({
    e: 'aggTrade',
    E: timeMs,
    a: id,
    s: pair,
    p: decimal(price),
    q: String(SIZE),
    f: id,
    l: id,
    T: timeMs,
    m: false,
  }),
}

/** https://docs.bitfinex.com/reference/ws-public-trades */
const bitfinex: Dialect = {
  name: 'bitfinex',
  pair: (underlying) => `${underlying}USD`,
  path: () => '/ws/2',
  isStreamPath: never,
  reply: ({ event, channel, symbol }) =>
    event === 'subscribe' && channel === 'trades'
      ? { event: 'subscribed', channel, chanId: BITFINEX_CHANNEL, symbol, pair: String(symbol).slice(1) }
      : undefined,
  trade: ({ price, timeMs }, id) => [BITFINEX_CHANNEL, 'te', [id, timeMs, SIZE, Number(price.toFixed(8))]],
}

/** https://www.bitstamp.net/websocket/v2/ */
const bitstamp: Dialect = {
  name: 'bitstamp',
  pair: (underlying) => `${underlying.toLowerCase()}usd`,
  path: () => '/',
  isStreamPath: never,
  reply: ({ event, data }) =>
    event === 'bts:subscribe'
      ? { event: 'bts:subscription_succeeded', channel: (data as ClientMessage | undefined)?.['channel'], data: {} }
      : undefined,
  trade: ({ price, timeMs }, id, pair) => ({
    event: 'trade',
    channel: `live_trades_${pair}`,
    data: {
      id,
      timestamp: String(Math.floor(timeMs / 1000)),
      microtimestamp: String(timeMs * 1000),
      amount: SIZE,
      amount_str: String(SIZE),
      price: Number(price.toFixed(8)),
      price_str: decimal(price),
      type: 0,
      buy_order_id: id,
      sell_order_id: id,
    },
  }),
}

/** https://docs.gemini.com/websocket-api/#market-data-version-1 */
const gemini: Dialect = {
  name: 'gemini',
  pair: (underlying) => `${underlying}USD`,
  path: (pair) => `/v1/marketdata/${pair}?trades=true&heartbeat=true`,
  isStreamPath: (path) => path.startsWith('/v1/marketdata/'),
  reply: () => undefined,
  trade: ({ price, timeMs }, id) => ({
    type: 'update',
    eventId: id,
    timestamp: Math.floor(timeMs / 1000),
    timestampms: timeMs,
    socket_sequence: id,
    events: [{ type: 'trade', tid: id, price: decimal(price), amount: String(SIZE), makerSide: 'bid' }],
  }),
}

/** https://docs.cdp.coinbase.com/exchange/docs/websocket-channels: `matches` */
const coinbase: Dialect = {
  name: 'coinbase',
  pair: (underlying) => `${underlying}-USD`,
  path: () => '/',
  isStreamPath: never,
  reply: ({ type, channels, product_ids: products }) =>
    type === 'subscribe' ? { type: 'subscriptions', channels: [{ name: channels, product_ids: products }] } : undefined,
  trade: ({ price, timeMs }, id, pair) => ({
    type: 'match',
    trade_id: id,
    sequence: id,
    maker_order_id: '00000000-0000-0000-0000-000000000000',
    taker_order_id: '00000000-0000-0000-0000-000000000000',
    time: iso(timeMs),
    product_id: pair,
    size: String(SIZE),
    price: decimal(price),
    side: 'sell',
  }),
}

/** For venues of no published format: the plainest messages that carry a trade, as keeper/core/feeds/plain.ts documents them. */
const plain: Dialect = {
  name: 'plain',
  pair: (underlying) => `${underlying}USD`,
  path: () => '/',
  isStreamPath: never,
  reply: ({ type, pair }) => (type === 'subscribe' ? { type: 'subscribed', pair } : undefined),
  trade: ({ price, timeMs }, id, pair) => ({ type: 'trade', pair, time: timeMs, price: decimal(price), sequence: id }),
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  binance,
  bnperp: binancePerpetual,
  bitfinex,
  bitstamp,
  gemini,
  coinbase,
}

/** Dialect of a venue by its name in the scenario; `plain` where the name is unknown. */
export function dialectOf(venue: string): Dialect {
  return DIALECTS[venue] ?? plain
}
