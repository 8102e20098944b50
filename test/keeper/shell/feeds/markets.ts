import { expect } from 'chai'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
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
