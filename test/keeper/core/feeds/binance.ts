import { expect } from 'chai'
import { binance } from '../../../../keeper/core/feeds/binance.ts'

const AGGREGATE =
  '{"e":"aggTrade","E":1584000000200,"s":"ETHUSDT","a":12345,"p":"194.86000000","q":"1.20000000","f":100,"l":105,"T":1584000000123,"m":true,"M":true}'
const TRADE = AGGREGATE.replace('aggTrade', 'trade')

describe('Binance messages', () => {
  it('an aggregate trade is a trade at its own trade time', () => {
    expect(binance.parse(AGGREGATE, 'ETHUSDT')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1584000000123, price: 194_86000000n }],
      sequence: 12_345,
    })
  })

  it('a trade is read raw and inside a combined stream alike', () => {
    const combined = `{"stream":"ethusdt@trade","data":${TRADE}}`
    expect(binance.parse(combined, 'ethusdt')).to.deep.equal(binance.parse(TRADE, 'ethusdt'))
    expect(binance.parse(TRADE, 'ethusdt').kind).to.equal('trades')
  })

  it('the answer to a subscription is control, an error is a refusal', () => {
    expect(binance.parse('{"result":null,"id":1}', 'ETHUSDT').kind).to.equal('control')
    expect(binance.parse('{"error":{"code":2,"msg":"Invalid request"},"id":1}', 'ETHUSDT').kind).to.equal('refused')
  })

  it('another symbol, a price that is none, and half a message are malformed', () => {
    const priced = (price: string): string => AGGREGATE.replace('"194.86000000"', price)
    expect(binance.parse(AGGREGATE, 'BTCUSDT').kind).to.equal('malformed')
    for (const price of ['"NaN"', '"-1"', '"0"', '"1e3"', '1e30', 'null', '"1000000000000000000"']) {
      expect(binance.parse(priced(price), 'ETHUSDT').kind, price).to.equal('malformed')
    }
    expect(binance.parse(AGGREGATE.slice(0, 60), 'ETHUSDT').kind).to.equal('malformed')
    expect(binance.parse('<html>502</html>', 'ETHUSDT').kind).to.equal('malformed')
  })

  it('it subscribes to the aggregate trades of the pair', () => {
    expect(binance.subscribe('ETHUSDT')).to.deep.equal(['{"method":"SUBSCRIBE","params":["ethusdt@aggTrade"],"id":1}'])
  })
})
