// A listener that subscribes as the venue's documentation says hears every trade of a step before the step ends.
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { loadShape } from '../../../sim/market/load.ts'
import { parseScenario } from '../../../sim/market/parse.ts'
import { createPath } from '../../../sim/market/path.ts'
import { startVenues, type FeedAddress, type Venues } from '../../../sim/venues/venues.ts'

const START = Date.parse('2020-03-12T10:00:00Z') / 1000
const ROW = '170,172,160,165,5'
const NAMES = ['binance', 'bitfinex', 'bitstamp', 'coinbase', 'gemini', 'moon']
const HOURS = [
  `ts,${NAMES.flatMap((name) => ['open', 'high', 'low', 'close', 'vol'].map((what) => `${name}_${what}`)).join(',')}`,
  `${START},${NAMES.map(() => ROW).join(',')}`,
].join('\n')

/** What a client of each venue says first, by the venue's documentation. */
const SUBSCRIPTIONS: Readonly<Record<string, unknown>> = {
  binance: { method: 'SUBSCRIBE', params: ['ethusdt@trade'], id: 1 },
  bitfinex: { event: 'subscribe', channel: 'trades', symbol: 'tETHUSD' },
  bitstamp: { event: 'bts:subscribe', data: { channel: 'live_trades_ethusd' } },
  coinbase: { type: 'subscribe', product_ids: ['ETH-USD'], channels: ['matches'] },
  moon: { type: 'subscribe', pair: 'ETHUSD' },
  options: { jsonrpc: '2.0', id: 1, method: 'public/subscribe', params: { channels: ['markprice.options.eth_usd'] } },
}

async function listen(feed: FeedAddress): Promise<{ heard: unknown[]; socket: WebSocket }> {
  const heard: unknown[] = []
  const socket = new WebSocket(feed.url)
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  await new Promise((done) => socket.once('open', done))
  const first = SUBSCRIPTIONS[feed.venue]
  if (first === undefined) return { heard, socket }
  socket.send(JSON.stringify(first))
  await new Promise((done) => socket.once('message', done))
  heard.length = 0
  return { heard, socket }
}

describe('sim/venues', () => {
  let venues: Venues
  before(async () => {
    venues = await startVenues(createPath(parseScenario(HOURS, { name: 'eth_x', asset: undefined })), loadShape())
  })
  after(() => venues.close())

  it('tells every subscriber a step’s trades in the venue’s own words before the step ends', async () => {
    const listeners = await Promise.all(venues.feeds.map(listen))
    await venues.advance(START + 870, START + 900, false)
    const last = Object.fromEntries(venues.feeds.map(({ venue }, index) => [venue, listeners[index]?.heard.at(-1)]))
    const time = (START + 900) * 1000
    expect(last['binance']).to.include({ e: 'trade', s: 'ETHUSDT', p: '172', T: time, t: 3 })
    expect(last['bitfinex']).to.deep.equal([17, 'te', [3, time, 1, 172]])
    expect(last['bitstamp']).to.deep.include({ event: 'trade', channel: 'live_trades_ethusd' })
    expect(last['coinbase']).to.include({ type: 'match', product_id: 'ETH-USD', price: '172', trade_id: 3 })
    expect(last['gemini']).to.include({ type: 'update', timestampms: time, socket_sequence: 3 })
    expect(last['moon']).to.deep.equal({ type: 'trade', pair: 'ETHUSD', time, price: '172', sequence: 3 })
    for (const { heard } of listeners) expect(heard).to.have.length(3)
    listeners.forEach(({ socket }) => socket.terminate())
  })

  it('says nothing to who has not subscribed, and nothing of the chain until asked', async () => {
    const [bitstamp] = venues.feeds.filter(({ venue }) => venue === 'bitstamp')
    const socket = new WebSocket(bitstamp?.url ?? '')
    const heard: unknown[] = []
    socket.on('message', (data) => heard.push(data))
    await new Promise((done) => socket.once('open', done))
    socket.send('{"event":"bts:heartbeat"}')
    socket.send('not json')
    await venues.advance(START + 900, START + 930, true)
    expect(heard).to.deep.equal([])
    socket.terminate()
  })

  it('quotes a whole chain as one message of marks', async () => {
    const { heard, socket } = await listen(venues.options)
    await venues.advance(START + 930, START + 960, true)
    const { params } = heard[0] as { params: { channel: string; data: { instrument_name: string; iv: number }[] } }
    expect(params.channel).to.equal('markprice.options.eth_usd')
    expect(params.data[0]?.instrument_name).to.match(/^ETH-13MAR20-\d+(d\d+)?-[CP]$/)
    params.data.forEach(({ iv }) => expect(iv).to.be.within(0.3, 6))
    expect(new Set(params.data.map((row) => row.instrument_name)).size).to.equal(params.data.length)
    socket.terminate()
  })

  it('does not wait for a listener that has died', async () => {
    const feed = venues.feeds[0]
    if (feed === undefined) throw new Error('no feed')
    const { socket } = await listen(feed)
    socket.terminate()
    const before = performance.now()
    await venues.advance(START + 960, START + 990, false)
    expect(performance.now() - before).to.be.below(900)
  })
})
