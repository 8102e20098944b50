import { expect } from 'chai'
import { kraken } from '../../../../keeper/core/feeds/kraken.ts'

const row = (id: number, price: string | number = 2000.25): string =>
  `{"symbol":"ETH/USD","side":"sell","qty":0.5,"price":${price},"ord_type":"limit","trade_id":${id},"timestamp":"2025-10-10T21:20:07.028459Z"}`
const update = (...rows: string[]): string => `{"channel":"trade","type":"update","data":[${rows.join()}]}`
const TIME = Date.UTC(2025, 9, 10, 21, 20, 7, 28)

describe('Kraken messages', () => {
  it('an update is its trades, numbered from the first to the last', () => {
    expect(kraken.parse(update(row(7), row(8)), 'eth/usd')).to.deep.equal({
      kind: 'trades',
      trades: [
        { time: TIME, price: 2000_25000000n },
        { time: TIME, price: 2000_25000000n },
      ],
      sequence: 7,
      through: 8,
    })
  })

  it('a snapshot ends the past: what comes after its last trade is next', () => {
    const snapshot = update(row(3), row(4)).replace('"update"', '"snapshot"')
    expect(kraken.parse(snapshot, 'ETH/USD')).to.deep.include({ kind: 'trades', sequence: 4, through: 4 })
  })

  it('heartbeats, status and confirmations are control; an error frame is a refusal', () => {
    expect(kraken.parse('{"channel":"heartbeat"}', 'ETH/USD')).to.deep.include({ kind: 'control', name: 'heartbeat' })
    const status =
      '{"channel":"status","type":"update","data":[{"api_version":"v2","system":"online","version":"2.0.0"}]}'
    expect(kraken.parse(status, 'ETH/USD')).to.deep.include({ kind: 'control', name: 'status online' })
    const taken = '{"method":"subscribe","result":{"channel":"trade","symbol":"ETH/USD"},"success":true}'
    expect(kraken.parse(taken, 'ETH/USD').kind).to.equal('control')
    const error = '{"error":"Currency pair not supported ETH/XYZ","method":"subscribe","success":false}'
    expect(kraken.parse(error, 'ETH/XYZ').kind).to.equal('refused')
  })

  it('another symbol, a price or a time that is none, and anything else are malformed', () => {
    for (const text of [update(row(1)), '{"channel":"trade","data":7}', '{}', '[]', 'no']) {
      expect(kraken.parse(text, 'BTC/USD').kind, text).to.equal('malformed')
    }
    expect(kraken.parse(update(row(1, -5)), 'ETH/USD').kind).to.equal('malformed')
    expect(kraken.parse(update(row(1)).replace('2025-10-10T21', 'yesterday'), 'ETH/USD').kind).to.equal('malformed')
  })

  it('it subscribes to trades', () => {
    expect(JSON.parse(kraken.subscribe('eth/usd')[0]!)).to.deep.equal({
      method: 'subscribe',
      params: { channel: 'trade', symbol: ['ETH/USD'], snapshot: true },
    })
  })
})
