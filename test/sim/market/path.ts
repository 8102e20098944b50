// A venue's price runs through its bar's four points, and late trades arrive late with their own time.
import { expect } from 'chai'
import { parseScenario } from '../../../sim/market/parse.ts'
import { createPath, medianOf, ticksOf } from '../../../sim/market/path.ts'

const HOURS = [
  'ts,moon_open,moon_high,moon_low,moon_close,moon_vol,sun_open,sun_high,sun_low,sun_close,sun_vol',
  '3600,100,104,80,90,5,200,202,150,190,5',
  '7200,90,90,90,90,0,190,230,185,200,5',
].join('\n')
const MINUTES = [
  'ts,asset,venue,open,high,low,close,volume,trades,lat_p50_ms,lat_max_ms',
  '0,AVAX,sun,10,10,10,10,5,3,2000,15000',
  '60,AVAX,sun,10,10,10,10,5,3,2000,15000',
  '120,AVAX,sun,10,12,10,12,5,3,2000,15000',
  '180,AVAX,sun,12,12,12,12,5,3,2000,15000',
].join('\n')

describe('sim/market/path', () => {
  const hours = createPath(parseScenario(HOURS, { name: 'eth_hours', asset: undefined }))

  it('runs from the open to the nearer extreme, to the other, to the close, and on to the next open', () => {
    expect([0, 900, 1800, 2700].map((offset) => hours.priceAt('moon', 3600 + offset))).to.deep.equal([100, 104, 80, 90])
    expect(hours.priceAt('moon', 3600 + 450)).to.equal(102)
    expect(hours.priceAt('sun', 3600 + 2700 + 450)).to.equal(190)
  })

  it('has one order of extremes for all venues of an hour', () => {
    expect([900, 1800].map((offset) => hours.priceAt('sun', 7200 + offset))).to.deep.equal([185, 230])
    expect([900, 1800].map((offset) => hours.priceAt('sun', 3600 + offset))).to.deep.equal([202, 150])
  })

  it('prints nothing in a bar without volume, and then counts the other venues alone', () => {
    expect(hours.priceAt('moon', 7300)).to.equal(undefined)
    expect(hours.tradesBetween('moon', 7300, 8000)).to.deep.equal([])
    expect(hours.trueMedianAt(7200)).to.equal(190)
    expect(hours.trueMedianAt(3600)).to.equal(150)
  })

  it('ticks four times an hour', () => {
    expect(ticksOf(hours)).to.deep.equal([3600, 4500, 5400, 6300, 7200, 8100, 9000, 9900])
  })

  it('delivers a trade after its latency, once, with the venue’s own time', () => {
    const minutes = createPath(parseScenario(MINUTES, { name: 'minutes', asset: undefined }))
    const timesUntil = (from: number, to: number) => minutes.tradesBetween('sun', from, to).map((trade) => trade.timeMs)
    expect(timesUntil(0, 101), 'the trade of second 100 is two seconds late').to.deep.equal([70_000, 80_000, 90_000])
    expect(timesUntil(101, 102)).to.deep.equal([100_000])
    expect(timesUntil(102, 134), 'one trade a minute is as late as the latest').to.deep.equal([110_000, 130_000])
    expect(timesUntil(134, 135)).to.deep.equal([120_000])
  })

  it('ticks every five minutes while a minute market is quiet and at once when it moves', () => {
    expect(ticksOf(createPath(parseScenario(MINUTES, { name: 'minutes', asset: undefined })))).to.deep.equal([45, 165])
  })

  it('takes the mean of the middle two as the median of an even number', () => {
    expect(medianOf([3, 1])).to.equal(2)
    expect(medianOf([9, 1, 2])).to.equal(2)
    expect(medianOf([])).to.equal(undefined)
  })
})
