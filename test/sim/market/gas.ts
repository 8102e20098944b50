// Gas comes from the finest record of a moment, inside bounds.
import { expect } from 'chai'
import { gasAt, parseGas } from '../../../sim/market/gas.ts'
import { loadGas } from '../../../sim/market/load.ts'

const at = (iso: string) => Date.parse(iso) / 1000

describe('sim/market/gas', () => {
  it('believes the ten-minute record of Black Thursday before the daily average', () => {
    const tables = loadGas()
    expect(gasAt(tables, at('2020-03-12T17:55:00Z'))).to.be.closeTo(225.162, 0.001)
    expect(gasAt(tables, at('2020-03-13T12:00:00Z'))).to.equal(84.76)
    expect(gasAt(tables, at('2025-10-10T21:00:00Z'))).to.equal(18.2)
  })

  it('answers outside every record, and never beyond its bounds', () => {
    expect(gasAt([], 0)).to.equal(20)
    const wild = parseGas('plimsoll gas 1\nstart 1970-01-01T00:00:00Z\nstepSeconds 10\n\n0 90000')
    expect([gasAt([wild], 0), gasAt([wild], 10)]).to.deep.equal([0.1, 2000])
  })

  it('refuses a table with a figure that is none', () => {
    expect(() => parseGas('plimsoll gas 1\nstart 1970-01-01T00:00:00Z\nstepSeconds 10\n\n1 x')).to.throw(SyntaxError)
    expect(() => parseGas('plimsoll gas 1\nstart 1970-01-01T00:00:00Z\n\n1')).to.throw(SyntaxError, 'stepSeconds')
  })
})
