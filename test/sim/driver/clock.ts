// The driver jumps from event to event, and walks where something may happen any minute.
import { expect } from 'chai'
import { nextEventAfter, type Schedule } from '../../../sim/driver/clock.ts'

const QUIET: Schedule = {
  ticks: [900, 1800, 2700],
  expiries: [],
  windowSeconds: 1800,
  hasAuctions: false,
  deadlines: [],
}

describe('sim/driver/clock', () => {
  it('jumps from tick to tick while nothing else is due, and knows the end', () => {
    expect(nextEventAfter(0, QUIET)).to.equal(900)
    expect(nextEventAfter(900, QUIET)).to.equal(1800)
    expect(nextEventAfter(1000, QUIET)).to.equal(1800)
    expect(nextEventAfter(2700, QUIET)).to.equal(undefined)
  })

  it('walks by minutes while an auction lives', () => {
    expect(nextEventAfter(900, { ...QUIET, hasAuctions: true })).to.equal(960)
    expect(nextEventAfter(932, { ...QUIET, hasAuctions: true })).to.equal(960)
    expect(nextEventAfter(2700, { ...QUIET, hasAuctions: true })).to.equal(2760)
  })

  it('walks through the end of a grace, and stops at its very end', () => {
    const schedule = { ...QUIET, deadlines: [1750] }
    expect(nextEventAfter(900, schedule)).to.equal(1390)
    expect(nextEventAfter(1390, schedule)).to.equal(1440)
    expect(nextEventAfter(1740, schedule)).to.equal(1750)
    expect(nextEventAfter(1750, schedule)).to.equal(1800)
  })

  it('walks through settlement windows, and returns for an expiry that has no price', () => {
    const schedule = { ...QUIET, ticks: [900], expiries: [7200] }
    expect(nextEventAfter(900, schedule)).to.equal(5400)
    expect(nextEventAfter(5400, schedule)).to.equal(5460)
    expect(nextEventAfter(7140, schedule)).to.equal(7200)
    expect(nextEventAfter(7200, schedule)).to.equal(7200 + 3600)
    expect(nextEventAfter(7200 + 3600, schedule)).to.equal(7200 + 86400)
  })
})
