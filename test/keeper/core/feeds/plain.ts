import { expect } from 'chai'
import { plain } from '../../../../keeper/core/feeds/plain.ts'

const TRADE = '{"type":"trade","pair":"AVAXUSD","time":1760131200123,"price":"21.00","sequence":7}'

describe('plain messages', () => {
  it('a trade is a trade, its sequence optional', () => {
    expect(plain.parse(TRADE, 'AVAXUSD')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1760131200123, price: 21_00000000n }],
      sequence: 7,
    })
    const unnumbered = plain.parse(TRADE.replace(',"sequence":7', ''), 'AVAXUSD')
    expect(unnumbered.kind === 'trades' && unnumbered.sequence).to.equal(undefined)
  })

  it('heartbeats are control, errors refusals, another pair malformed', () => {
    expect(plain.parse('{"type":"heartbeat"}', 'AVAXUSD').kind).to.equal('control')
    expect(plain.parse('{"type":"error","reason":"no such pair"}', 'AVAXUSD').kind).to.equal('refused')
    expect(plain.parse(TRADE, 'ETHUSD').kind).to.equal('malformed')
  })
})
