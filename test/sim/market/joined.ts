// Files of one venue each are one market, over the time that all of them cover.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { joined } from '../../../sim/market/joined.ts'
import { loadScenarios } from '../../../sim/market/load.ts'
import { parseScenario } from '../../../sim/market/parse.ts'

const HEAD = 'ts,open,high,low,close,volume'
const fileOf = (...hours: readonly number[]): string =>
  [HEAD, ...hours.map((hour) => `${hour * 3600},${hour},${hour},${hour},${hour},1`)].join('\n')
const alone = (name: string, ...hours: readonly number[]) => parseScenario(fileOf(...hours), { name, asset: undefined })

describe('sim/market/joined', () => {
  it('tells venues side by side, hour by hour, where all have begun and none has ended', () => {
    const market = joined([alone('moon', 1, 2, 3, 4), alone('sun', 2, 4, 5)])
    expect(market).to.include({ name: 'moon+sun', start: 7200, barCount: 3, barSeconds: 3600 })
    const opens = market.venues.map(({ venue, bars }) => [venue, bars.map((bar) => bar?.open)])
    expect(opens).to.deep.equal([
      ['moon', [2, 3, 4]],
      ['sun', [2, undefined, 4]],
    ])
  })

  it('refuses one venue twice, other bars, and files that share no time', () => {
    expect(() => joined([alone('moon', 1, 2), alone('moon', 1, 2)])).to.throw(RangeError, 'twice')
    expect(() => joined([alone('moon', 1, 2), alone('sun', 1, 3)])).to.throw(RangeError, 'other bars')
    expect(() => joined([alone('moon', 1, 2), alone('sun', 5, 6)])).to.throw(RangeError, 'share no time')
  })

  it('is made of a folder or of files that are named, and one file alone stays alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))
    try {
      for (const venue of ['moon', 'sun']) writeFileSync(join(folder, `eth_1h_${venue}.csv`), fileOf(1, 2, 3))
      const files = ['moon', 'sun'].map((venue) => join(folder, `eth_1h_${venue}.csv`))
      expect(loadScenarios([folder], undefined)).to.deep.equal(loadScenarios(files, undefined))
      expect(loadScenarios(files, undefined).map(({ name }) => name)).to.deep.equal(['moon+sun'])
      expect(loadScenarios([...files, 'black-thursday'], undefined)).to.have.length(2)
      expect(loadScenarios(files.slice(0, 1), undefined)[0]?.venues).to.have.length(1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
