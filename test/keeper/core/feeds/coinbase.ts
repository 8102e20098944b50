import { expect } from 'chai'
import { coinbase } from '../../../../keeper/core/feeds/coinbase.ts'

const MATCH =
  '{"type":"match","trade_id":10,"sequence":50,"maker_order_id":"ac928c66","taker_order_id":"132fb6ae",' +
  '"time":"2025-10-10T21:20:07.028459Z","product_id":"AVAX-USD","size":"5.23512","price":"17.64","side":"sell"}'

describe('Coinbase messages', () => {
  it('a match is a trade, numbered by its trade id', () => {
    expect(coinbase.parse(MATCH, 'AVAX-USD')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: Date.UTC(2025, 9, 10, 21, 20, 7, 28), price: 17_64000000n }],
      sequence: 10,
    })
  })

  it('the last match before the subscription is a trade at its own, older time', () => {
    expect(coinbase.parse(MATCH.replace('"match"', '"last_match"'), 'AVAX-USD').kind).to.equal('trades')
  })

  it('confirmations and heartbeats are control; an error is a refusal', () => {
    expect(coinbase.parse('{"type":"subscriptions","channels":[]}', 'AVAX-USD').kind).to.equal('control')
    const heartbeat =
      '{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"AVAX-USD","time":"2025-10-10T21:20:08Z"}'
    expect(coinbase.parse(heartbeat, 'AVAX-USD')).to.deep.include({ kind: 'control', lastTrade: 20 })
    expect(coinbase.parse('{"type":"error","message":"Failed to subscribe"}', 'AVAX-USD').kind).to.equal('refused')
  })

  it('another product, and a time that is none, are malformed', () => {
    expect(coinbase.parse(MATCH, 'BTC-USD').kind).to.equal('malformed')
    expect(coinbase.parse(MATCH.replace('2025-10-10T21', 'yesterday'), 'AVAX-USD').kind).to.equal('malformed')
  })

  it('it subscribes to matches and heartbeats', () => {
    expect(coinbase.subscribe('avax-usd')).to.deep.equal([
      '{"type":"subscribe","product_ids":["AVAX-USD"],"channels":["matches","heartbeat"]}',
    ])
  })
})
