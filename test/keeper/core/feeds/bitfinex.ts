import { expect } from 'chai'
import { bitfinex } from '../../../../keeper/core/feeds/bitfinex.ts'

describe('Bitfinex messages', () => {
  it('an executed trade is a trade, whether bought or sold', () => {
    const sold = '[17470,"te",[401597395,1584000000123,-0.005,194.85]]'
    expect(bitfinex.parse(sold, 'ETHUSD')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1584000000123, price: 194_85000000n }],
      sequence: undefined,
    })
  })

  it('the snapshot holds several trades', () => {
    const snapshot = '[17470,[[401597393,1584000000000,0.005,194.9],[401597392,1583999999000,0.1,194.7]]]'
    const message = bitfinex.parse(snapshot, 'ETHUSD')
    expect(message.kind === 'trades' && message.trades.map((trade) => trade.price)).to.deep.equal([
      194_90000000n,
      194_70000000n,
    ])
  })

  it('the update of a trade already told, heartbeats and events are control', () => {
    for (const text of [
      '[17470,"tu",[401597395,1584000000123,0.005,194.85]]',
      '[17470,"hb"]',
      '{"event":"info","version":2}',
      '{"event":"subscribed","channel":"trades","chanId":17470,"symbol":"tETHUSD","pair":"ETHUSD"}',
    ]) {
      expect(bitfinex.parse(text, 'ETHUSD').kind, text).to.equal('control')
    }
  })

  it('an error is a refusal; a row cut short, a time in seconds and an unknown shape are malformed', () => {
    expect(bitfinex.parse('{"event":"error","msg":"symbol: invalid","code":10300}', 'ETHUSD').kind).to.equal('refused')
    for (const text of ['[17470,"te",[1,1584000000123]]', '[17470,"te",[1,1584000000,1,194]]', '[17470,7]', '7']) {
      expect(bitfinex.parse(text, 'ETHUSD').kind, text).to.equal('malformed')
    }
  })

  it('it subscribes to the trades channel', () => {
    expect(bitfinex.subscribe('ETHUSD')).to.deep.equal(['{"event":"subscribe","channel":"trades","symbol":"tETHUSD"}'])
  })
})
