import { expect } from 'chai'
import { fixAverageDuties, observeHourDuties, recordTouchDuties } from '../../../../keeper/core/duties/paths.ts'
import { NO_PAGES } from '../../../../keeper/core/pages.ts'
import type { Hour } from '../../../../keeper/core/pages.ts'
import type { Observed } from '../../../../units/portfolio.ts'
import { ONE } from '../../../../units/values.ts'
import type { Price } from '../../../../units/values.ts'
import { EXPIRY, head, observed, pathSeries, view } from '../example.ts'

const HOUR = 3_600
const TEN = EXPIRY - 22 * HOUR
const seen = (price: bigint, hour = TEN): Hour => ({ hour, price: price * ONE, isObservable: price === 0n })
const at = (hours: readonly Hour[], series: readonly Observed[], time = TEN + 60) =>
  view({ head: { ...head, time }, pages: { ...NO_PAGES, paths: new Map([[1, { hours, observed: series }]]) } })
const down = pathSeries('DOWN_OUT_CALL', 9_000)
const up = pathSeries('UP_IN_PUT', 11_000)

describe('full hours', () => {
  it('are observed where the contract would and a barrier held needs them', () => {
    const due = [{ kind: 'observeHour', underlying: 1, hour: TEN }]
    expect(observeHourDuties(at([seen(0n)], [observed(down)]))).to.deep.equal(due)
    expect(observeHourDuties(at([{ ...seen(0n), isObservable: false }], [observed(down)]))).to.deep.equal([])
    expect(observeHourDuties(at([seen(200n)], [observed(down)]))).to.deep.equal([])
  })

  it('not for barriers touched already, or that expired before, or are settled without a touch', () => {
    expect(observeHourDuties(at([seen(0n)], [observed(down, { isTouched: true })]))).to.deep.equal([])
    const before = observed(pathSeries('DOWN_IN_PUT', 9_000, TEN - HOUR))
    expect(observeHourDuties(at([seen(0n)], [before]))).to.deep.equal([])
    expect(observeHourDuties(at([seen(0n)], [observed(down, { settlementPrice: 1n as Price })]))).to.deep.equal([])
    expect(observeHourDuties(at([seen(0n)], [observed(pathSeries('ASIAN_CALL', 24))]))).to.deep.equal([])
  })
})

describe('touches', () => {
  it('are recorded at and beyond the barrier, from its own side', () => {
    const hourOf = (price: bigint) =>
      recordTouchDuties(at([seen(price)], [observed(down), observed(up)])).map((duty) =>
        duty.kind === 'recordTouch' ? duty.series : 0n,
      )
    expect([181n, 180n, 200n, 219n, 220n].map(hourOf)).to.deep.equal([[], [down], [], [], [up]])
  })

  it('once for all series with the same barrier and side, at the first hour that touched', () => {
    const put = pathSeries('DOWN_IN_PUT', 9_000)
    const hours = [seen(190n, TEN - HOUR), seen(170n), seen(160n, TEN + HOUR)]
    expect(recordTouchDuties(at(hours, [observed(down), observed(put)]))).to.deep.equal([
      { kind: 'recordTouch', series: down, hour: TEN },
    ])
  })

  it('neither again, nor at an hour that was not observed, nor at one after expiry', () => {
    expect(recordTouchDuties(at([seen(170n)], [observed(down, { isTouched: true })]))).to.deep.equal([])
    expect(recordTouchDuties(at([seen(0n)], [observed(down)]))).to.deep.equal([])
    const expired = observed(pathSeries('DOWN_OUT_PUT', 9_000, TEN - HOUR))
    expect(recordTouchDuties(at([seen(170n)], [expired]))).to.deep.equal([])
  })
})

describe('averages', () => {
  const day = observed(pathSeries('ASIAN_CALL', 24))

  it('are fixed from expiry on, once for each window', () => {
    const series = [day, observed(pathSeries('ASIAN_PUT', 24)), observed(pathSeries('ASIAN_PUT', 12))]
    expect(fixAverageDuties(at([], series, EXPIRY - 1))).to.deep.equal([])
    expect(fixAverageDuties(at([], series, EXPIRY))).to.deep.equal([
      { kind: 'fixAverage', underlying: 1, expiry: EXPIRY, windowHours: 24 },
      { kind: 'fixAverage', underlying: 1, expiry: EXPIRY, windowHours: 12 },
    ])
  })

  it('not again, and not over a window that is none', () => {
    expect(fixAverageDuties(at([], [{ ...day, settlementPrice: 1n as Price }], EXPIRY))).to.deep.equal([])
    const none = [0, 169].map((hours) => observed(pathSeries('ASIAN_CALL', hours)))
    expect(fixAverageDuties(at([], none, EXPIRY))).to.deep.equal([])
  })
})
