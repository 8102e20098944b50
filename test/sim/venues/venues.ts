// A listener that subscribes as the venue's documentation says hears every trade of a step before the step ends.
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { dialectOf } from '../../../keeper/core/feeds/dialects.ts'
import type { FeedMessage } from '../../../keeper/core/feeds/message.ts'
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

type Listener = { readonly heard: FeedMessage[]; readonly raw: unknown[]; readonly socket: WebSocket }

/** Listens as a keeper does: with its own subscription and its own parser. */
async function listen(feed: FeedAddress): Promise<Listener> {
  const dialect = dialectOf(feed.dialect as Parameters<typeof dialectOf>[0])
  const heard: FeedMessage[] = []
  const raw: unknown[] = []
  const socket = new WebSocket(feed.url)
  socket.on('message', (data) => {
    raw.push(JSON.parse(String(data)))
    heard.push(dialect.parse(String(data), feed.pair))
  })
  await new Promise((done) => socket.once('open', done))
  const subscriptions = dialect.subscribe(feed.pair)
  for (const text of subscriptions) socket.send(text)
  while (subscriptions.length > 0 && !heard.some((message) => message.kind === 'control')) await pause(1)
  heard.length = raw.length = 0
  return { heard, raw, socket }
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms))

describe('sim/venues', () => {
  let venues: Venues
  before(async () => {
    venues = await startVenues(createPath(parseScenario(HOURS, { name: 'eth_x', asset: undefined })), loadShape())
  })
  after(() => venues.close())

  it('tells every subscriber a step’s trades, in words its keeper understands, before the step ends', async () => {
    const listeners = await Promise.all(venues.feeds.map(listen))
    await venues.advance(START + 870, START + 900, false)
    const trade = { time: (START + 900) * 1000, price: 172n * 10n ** 8n }
    venues.feeds.forEach(({ venue }, index) => {
      const heard = listeners[index]?.heard ?? []
      expect(heard, venue).to.have.length(3)
      expect(heard.at(-1), venue).to.deep.include({ kind: 'trades', trades: [trade] })
    })
    listeners.forEach(({ socket }) => socket.terminate())
  })

  it('speaks each venue’s own format', async () => {
    const listeners = await Promise.all(venues.feeds.map(listen))
    await venues.advance(START + 890, START + 900, false)
    const last = Object.fromEntries(venues.feeds.map(({ venue }, index) => [venue, listeners[index]?.raw.at(-1)]))
    const time = (START + 900) * 1000
    expect(last['binance']).to.include({ e: 'trade', s: 'ETHUSDT', p: '172', T: time })
    expect(last['bitfinex']).to.deep.equal([17, 'te', [4, time, 1, 172]])
    expect(last['bitstamp']).to.deep.include({ event: 'trade', channel: 'live_trades_ethusd' })
    expect(last['coinbase']).to.include({ type: 'match', product_id: 'ETH-USD', price: '172' })
    expect(last['gemini']).to.include({ type: 'update', timestampms: time, socket_sequence: 4 })
    expect(last['moon']).to.deep.equal({ type: 'trade', pair: 'ETHUSD', time, price: '172', sequence: 4 })
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

  it('quotes a whole chain as one message of marks, after the index that it stands against', async () => {
    const { heard, raw, socket } = await listen(venues.options)
    await venues.advance(START + 930, START + 960, true)
    expect(raw).to.have.length(2)
    const [index, message] = heard
    const time = (START + 960) * 1000
    expect(index?.kind === 'index' && index.index.time, 'of the same moment').to.equal(time)
    expect(index?.kind === 'index' && index.index.price).to.be.within(160, 172)
    if (message?.kind !== 'quotes') throw new Error(`not quotes but ${message?.kind}`)
    expect(new Date((message.quotes[0]?.expiry ?? 0) * 1000).toISOString()).to.equal('2020-03-13T08:00:00.000Z')
    message.quotes.forEach(({ volatility }) => expect(volatility).to.be.within(0.3, 6))
    const names = message.quotes.map(({ expiry, strike }) => `${expiry} ${strike}`)
    expect(new Set(names).size, 'strikes are distinct').to.equal(names.length)
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
