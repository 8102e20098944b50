import { expect } from 'chai'
import { okx } from '../../../../keeper/core/feeds/okx.ts'

const PUSH =
  '{"arg":{"channel":"trades","instId":"ETH-USDT"},"data":[{"instId":"ETH-USDT","tradeId":"130639474","px":"4219.9",' +
  '"sz":"0.12","side":"buy","ts":"1630048897897","count":"3"}]}'

describe('OKX messages', () => {
  it('a push is its trades', () => {
    expect(okx.parse(PUSH, 'eth-usdt')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1_630_048_897_897, price: 4219_90000000n }],
      sequence: undefined,
    })
  })

  it('a pong and confirmations are control; an error and the notice of an upgrade are refusals', () => {
    expect(okx.parse('pong', 'ETH-USDT').kind).to.equal('control')
    expect(okx.parse('{"event":"subscribe","arg":{"channel":"trades"},"connId":"a4d3ae55"}', 'ETH-USDT').kind).to.equal(
      'control',
    )
    expect(okx.parse('{"event":"error","code":"60012","msg":"Illegal request"}', 'ETH-USDT')).to.deep.equal({
      kind: 'refused',
      reason: '60012 Illegal request',
    })
    const notice = '{"event":"notice","code":"64008","msg":"The connection will soon be closed","connId":"a4d3ae55"}'
    expect(okx.parse(notice, 'ETH-USDT').kind).to.equal('refused')
  })

  it('another instrument, a price or a time that is none, and anything else are malformed', () => {
    expect(okx.parse(PUSH, 'BTC-USDT').kind).to.equal('malformed')
    expect(okx.parse(PUSH.replace('4219.9', 'NaN'), 'ETH-USDT').kind).to.equal('malformed')
    expect(okx.parse(PUSH.replace('1630048897897', '16'), 'ETH-USDT').kind).to.equal('malformed')
    expect(okx.parse('ping?', 'ETH-USDT').kind).to.equal('malformed')
  })

  it('it subscribes to trades, and says ping to be kept', () => {
    expect(okx.subscribe('eth-usdt')).to.deep.equal([
      '{"op":"subscribe","args":[{"channel":"trades","instId":"ETH-USDT"}]}',
    ])
    expect(okx.keepAlive).to.equal('ping')
  })
})
