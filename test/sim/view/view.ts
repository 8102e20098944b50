// Does the view show the run in a terminal, and say it in lines where there is none?
import { expect } from 'chai'
import { stripVTControlCharacters } from 'node:util'
import { createView } from '../../../sim/view/view.ts'
import { syntheticRun } from '../syntheticRun.ts'

function viewOf({ isTerminal = true, columns = 100, rows = 30, millisecondsPerEvent = 200, steps = 288 }) {
  const written: string[] = []
  let now = 0
  const view = createView({
    write: (text) => written.push(text),
    isTerminal,
    size: () => ({ columns, rows }),
    nowMilliseconds: () => (now += millisecondsPerEvent),
  })
  for (const event of syntheticRun(steps)) view(event)
  return written
}

const linesOf = (frame: string) => stripVTControlCharacters(frame).split('\r\n')

describe('the live view', () => {
  it('shows sources, market, accounts, keepers and what happened in 100 by 30', () => {
    const last = linesOf(viewOf({}).at(-1) ?? '')
    expect(last.length).to.be.at.most(30)
    for (const line of last) expect(line.length).to.be.at.most(99)
    const text = last.join('\n')
    for (const word of [
      'bitfinex',
      'reporters',
      'anchor',
      'AGREED',
      'healthy',
      'closed 1',
      '✗ 5',
      'fund used',
      'settled',
    ]) {
      expect(text).to.contain(word)
    }
  })

  it('never writes beyond a terminal smaller than it wants', () => {
    for (const frame of viewOf({ columns: 60, rows: 12, steps: 60 })) {
      const lines = linesOf(frame)
      expect(lines.length).to.be.at.most(12)
      for (const line of lines) expect(line.length).to.be.at.most(59)
    }
  })

  it('redraws ten times a second at most, and always at the end', () => {
    const written = viewOf({ millisecondsPerEvent: 1 })
    expect(written.length).to.be.below(60)
    expect(linesOf(written.at(-1) ?? '').join('\n')).to.contain('100 %')
  })

  it('says violations in red words', () => {
    const written: string[] = []
    const options = { isTerminal: true, size: () => ({ columns: 100, rows: 30 }), nowMilliseconds: () => 0 }
    const view = createView({ write: (text) => written.push(text), ...options })
    for (const event of syntheticRun(3)) {
      if (event.kind === 'finished') view({ kind: 'violation', time: 0, guarantee: 'G1', detail: 'tokens are missing' })
      view(event)
    }
    expect(written.at(-1)).to.contain('1 violated').and.contain('tokens are missing')
  })

  it('writes one plain line for each happening where there is no terminal', () => {
    const text = viewOf({ isTerminal: false }).join('')
    expect(text).to.equal(stripVTControlCharacters(text))
    expect(text).to.contain('margin call to short strangle 2, by keeper 3').and.contain('finished in 42 seconds')
    expect(text.match(/the market is DISPUTED/g)).to.have.length(1)
  })

  it('tells a market state in lines only where it held for a minute', () => {
    const written: string[] = []
    const options = { isTerminal: false, size: () => ({ columns: 100, rows: 30 }), nowMilliseconds: () => 0 }
    const view = createView({ write: (text) => written.push(text), ...options })
    const at = (time: number, state: 'AGREED' | 'SINGLE') =>
      view({ kind: 'market', time, state, price: 100, reporters: 100, anchor: 100 })
    for (const time of [0, 900, 1_800]) {
      at(time, 'SINGLE')
      at(time + 12, 'AGREED')
    }
    at(2_700, 'SINGLE')
    at(2_760, 'SINGLE')
    const told = written.filter((line) => line.includes('the market is'))
    expect(told).to.have.length(2)
    expect(told[0]).to.contain('AGREED').and.contain('00:00')
    expect(told[1]).to.contain('SINGLE').and.contain('00:45')
  })
})
