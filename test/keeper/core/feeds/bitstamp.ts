import { expect } from 'chai'
import { bitstamp } from '../../../../keeper/core/feeds/bitstamp.ts'

const TRADE =
  '{"data":{"id":109033312,"timestamp":"1584000000","amount":0.5,"amount_str":"0.50000000","price":194.86,"price_str":"194.86",' +
  '"type":0,"microtimestamp":"1584000000123456","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_ethusd","event":"trade"}'

describe('Bitstamp messages', () => {
  it('a trade is taken at its microsecond time, to the millisecond', () => {
    expect(bitstamp.parse(TRADE, 'ETHUSD')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1584000000123, price: 194_86000000n }],
      sequence: undefined,
    })
  })

  it('confirmations and heartbeats are control; a request to reconnect is a refusal', () => {
    const confirmed = '{"event":"bts:subscription_succeeded","channel":"live_trades_ethusd","data":{}}'
    expect(bitstamp.parse(confirmed, 'ETHUSD').kind).to.equal('control')
    expect(bitstamp.parse('{"event":"bts:heartbeat","channel":"","data":{}}', 'ETHUSD').kind).to.equal('control')
    expect(bitstamp.parse('{"event":"bts:request_reconnect","channel":"","data":""}', 'ETHUSD').kind).to.equal(
      'refused',
    )
  })

  it('a trade of another channel, or without its time, is malformed', () => {
    expect(bitstamp.parse(TRADE, 'BTCUSD').kind).to.equal('malformed')
    expect(bitstamp.parse(TRADE.replace('microtimestamp', 'time'), 'ETHUSD').kind).to.equal('malformed')
    expect(bitstamp.parse('{}', 'ETHUSD').kind).to.equal('malformed')
  })

  it('it subscribes to the live trades of the pair', () => {
    expect(bitstamp.subscribe('ETHUSD')).to.deep.equal([
      '{"event":"bts:subscribe","data":{"channel":"live_trades_ethusd"}}',
    ])
  })
})
