import { expect } from 'chai'
import { gemini } from '../../../../keeper/core/feeds/gemini.ts'

const UPDATE =
  '{"type":"update","eventId":5375547515,"timestamp":1584000000,"timestampms":1584000000123,"socket_sequence":15,' +
  '"events":[{"type":"trade","tid":5375547515,"price":"194.54","amount":"0.1362819142","makerSide":"ask"}]}'

describe('Gemini messages', () => {
  it('a trade in an update is a trade, with the sequence of its socket', () => {
    expect(gemini.parse(UPDATE, 'ETHUSD')).to.deep.equal({
      kind: 'trades',
      trades: [{ time: 1584000000123, price: 194_54000000n }],
      sequence: 15,
    })
  })

  it('the first message, changes of the book and heartbeats are control and count in the sequence', () => {
    const initial =
      '{"type":"update","eventId":1,"socket_sequence":0,"events":[{"type":"change","reason":"initial","price":"194","delta":"1","remaining":"1","side":"bid"}]}'
    expect(gemini.parse(initial, 'ETHUSD')).to.deep.equal({ kind: 'control', name: 'change', sequence: 0 })
    expect(gemini.parse('{"type":"heartbeat","socket_sequence":30}', 'ETHUSD')).to.deep.equal({
      kind: 'control',
      name: 'heartbeat',
      sequence: 30,
    })
  })

  it('an error is a refusal; a trade without time or price is malformed', () => {
    expect(gemini.parse('{"result":"error","reason":"RateLimit"}', 'ETHUSD').kind).to.equal('refused')
    expect(gemini.parse(UPDATE.replace('timestampms', 'when'), 'ETHUSD').kind).to.equal('malformed')
    expect(gemini.parse(UPDATE.replace('"194.54"', '"?"'), 'ETHUSD').kind).to.equal('malformed')
  })

  it('it has nothing to subscribe to: the URL says it all', () => {
    expect(gemini.subscribe('ETHUSD')).to.deep.equal([])
  })
})
