import { expect } from 'chai'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { basisOf } from '../../../../keeper/core/forward.ts'
import { surfaceOf } from '../../../../keeper/core/surface.ts'
import { openMarkets } from '../../../../keeper/shell/feeds/markets.ts'
import type { Markets } from '../../../../keeper/shell/feeds/markets.ts'
import type { Config } from '../../../../keeper/shell/config.ts'

const trade = (time: number, price: string, sequence?: number): string =>
  JSON.stringify({ type: 'trade', pair: 'ETHUSD', time, price, sequence })

const match = (id: number): string =>
  JSON.stringify({ type: 'match', trade_id: id, time: '2025-10-10T21:20:07.028Z', product_id: 'ETHUSD', price: '200' })
const heartbeat = (id: number): string => JSON.stringify({ type: 'heartbeat', last_trade_id: id, product_id: 'ETHUSD' })

describe('the markets', () => {
  let server: WebSocketServer
  let markets: Markets
  let venue: WebSocket
  let dialect: 'coinbase' | undefined

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const feeds = [{ venue: 'bazaar', url, pair: 'ETHUSD', quote: 'USD', dialect }]
    const connected = once(server, 'connection')
    markets = openMarkets(
      { underlyings: [{ underlying: 1, symbol: 'ETH', feeds }], currencies: [] } as unknown as Config,
      () => undefined,
    )
    ;[venue] = (await connected) as [WebSocket]
  })
  afterEach(() => {
    markets.close()
    for (const client of server.clients) client.terminate()
    server.close()
  })

  async function say(...texts: string[]): Promise<void> {
    for (const text of texts) venue.send(text)
    venue.ping()
    await once(venue, 'pong')
  }

  it('a venue without a dialect of its own is heard in the plain one', async () => {
    await say(trade(1_584_000_000_000, '200'))
    expect(markets.samplesOf(1)).to.deep.equal([
      { venue: 'bazaar', quote: 'USD', trade: { time: 1_584_000_000_000, price: 200_00000000n } },
    ])
  })

  it('a venue that has said nothing is a sample without a trade, and counts as configured', () => {
    expect(markets.samplesOf(1)).to.deep.equal([{ venue: 'bazaar', quote: 'USD', trade: undefined }])
    expect(markets.samplesOf(2)).to.deep.equal([])
  })

  it('the newest trade by the venue’s own time stands, not the one told last', async () => {
    await say(trade(1_584_000_002_000, '201'), trade(1_584_000_001_000, '150'))
    expect(markets.samplesOf(1)[0]?.trade?.price).to.equal(201_00000000n)
  })

  describe('of a venue with heartbeats', () => {
    before(() => (dialect = 'coinbase'))
    after(() => (dialect = undefined))

    it('a heartbeat that names a trade we have not heard is a gap; one that names the last is none', async () => {
      await say(match(7), heartbeat(7), heartbeat(7), match(8), heartbeat(8))
      expect(markets.feeds()[0]?.gaps).to.equal(0)
      await say(heartbeat(9), match(10), match(12))
      expect(markets.feeds()[0]?.gaps).to.equal(2)
    })
  })

  it('malformed messages and gaps in the numbering are counted', async () => {
    await say(trade(1_584_000_000_000, '200', 1), trade(1_584_000_001_000, '200', 2), 'noise')
    await say(trade(1_584_000_002_000, '200', 5))
    expect(markets.feeds()[0]).to.deep.include({ messages: 4, malformed: 1, gaps: 1, isOpen: true })
  })
})

const T = 1_584_000_000
/** One expiry, a month of 31 days and some hours away, quoted as Deribit does; the forward as the venue tells it. */
const chainAt = (seconds: number): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: {
      channel: 'markprice.options.eth_usd',
      data: [150, 170, 190, 200, 210, 230, 260].map((strike) => ({
        timestamp: (T + seconds) * 1000,
        instrument_name: `ETH-12APR20-${strike}-C`,
        iv: 0.8,
        underlying_price: 202,
      })),
    },
  })
const indexAt = (seconds: number, price: number): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'subscription',
    params: {
      channel: 'deribit_price_index.eth_usd',
      data: { timestamp: (T + seconds) * 1000, price, index_name: 'eth_usd' },
    },
  })

describe('the index of an options venue beside the venues of trades', () => {
  let server: WebSocketServer
  let markets: Markets
  let options: WebSocket
  let bazaar: WebSocket

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sockets = new Map<string, WebSocket>()
    const connected = new Promise<void>((done) => {
      server.on('connection', (socket, { url: path }) => {
        sockets.set(path ?? '', socket)
        if (sockets.size === 2) done()
      })
    })
    const feeds = [{ venue: 'bazaar', url: `${url}/trades`, pair: 'ETHUSD', quote: 'USD' }]
    const optionQuotes = { venue: 'deribit', url: `${url}/options`, pair: 'eth_usd' }
    const underlyings = [{ underlying: 1, symbol: 'ETH', feeds, optionQuotes }]
    markets = openMarkets({ underlyings, currencies: [] } as unknown as Config, () => undefined)
    await connected
    ;[options, bazaar] = [sockets.get('/options')!, sockets.get('/trades')!]
    await say(bazaar, trade(T * 1000, '200'))
  })
  afterEach(() => {
    markets.close()
    for (const client of server.clients) client.terminate()
    server.close()
  })

  async function say(venue: WebSocket, ...texts: string[]): Promise<void> {
    for (const text of texts) venue.send(text)
    venue.ping()
    await once(venue, 'pong')
  }
  const indices = () => [...new Set(markets.quotesOf(1).map(({ index }) => index))]
  /** [1e-9] Of the forward that the venue tells, 202, with our own spot at 200. */
  const basis = () =>
    surfaceOf(1, T + 5, markets.quotesOf(1), 200, { maxQuoteAgeSeconds: 60 })?.slices.map((slice) => slice.basis)
  const against = (index: number): number[] => [Math.round((202 / index - 1) * 1e9)]

  it('forwards stand against it where it is of the same moment', async () => {
    await say(options, indexAt(0, 201), chainAt(1))
    expect(indices()).to.deep.equal([201])
    expect(basis()).to.deep.equal(against(201))
  })

  it('where it is not told, they stand against our own spot', async () => {
    await say(options, chainAt(1))
    expect(indices()).to.deep.equal([undefined])
    expect(basis()).to.deep.equal(against(200))
  })

  it('where it is late, it is not that of the quotes told before it, and is that of the next', async () => {
    await say(options, indexAt(0, 150), chainAt(5))
    expect(indices(), 'five seconds old').to.deep.equal([undefined])
    await say(options, indexAt(6, 201))
    expect(indices(), 'what was told stays as it was told').to.deep.equal([undefined])
    await say(options, chainAt(7))
    expect(indices()).to.deep.equal([201])
    await say(options, indexAt(3, 150), chainAt(8))
    expect(indices(), 'an older one that comes later is none').to.deep.equal([201])
  })

  it('where it differs from what trades print, those are what is signed, and a basis ends at the bound of the chain', async () => {
    await say(options, indexAt(0, 100), chainAt(1))
    expect(markets.samplesOf(1).map(({ venue, trade: last }) => [venue, last?.price])).to.deep.equal([
      ['bazaar', 200_00000000n],
    ])
    expect(indices()).to.deep.equal([100])
    // A venue that is at odds with itself: the basis ends where the chain's bound does.
    expect(basis()).to.deep.equal([basisOf(202, 100, markets.quotesOf(1)[0]!.expiry - (T + 5))])
  })

  it('one that is no number is no index, and counts as malformed', async () => {
    await say(options, indexAt(0, -3), indexAt(0, Number.NaN), chainAt(1))
    expect(indices()).to.deep.equal([undefined])
    expect(markets.feeds().find(({ venue }) => venue === 'deribit')).to.deep.include({ messages: 3, malformed: 2 })
  })
})
