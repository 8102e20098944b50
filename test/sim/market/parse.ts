// Every scenario format is read to the same bars, and a wrong file is refused by the line.
import { expect } from 'chai'
import { loadScenario } from '../../../sim/market/load.ts'
import { parseScenario } from '../../../sim/market/parse.ts'
import { cut, endOf, notBefore } from '../../../sim/market/scenario.ts'

const NAMED = { name: 'eth_test', asset: undefined }
const HOURS = [
  'ts,moon_open,moon_high,moon_low,moon_close,moon_vol,sun_open,sun_high,sun_low,sun_close,sun_vol',
  '3600,10,12,9,11,5,10,12,9,11,5',
  '7200,11,11,11,11,0,11,13,10,12,5',
  '10800,11,12,10,11,1,,,,,',
  '',
].join('\n')
const MINUTES = [
  'ts,asset,venue,open,high,low,close,volume,trades,lat_p50_ms,lat_max_ms',
  '60,AVAX,sun,10,12,9,11,5,3,40,900',
  '60,DOT,sun,1,1,1,1,5,3,40,900',
  '180,AVAX,moon,10,12,9,11,5,3,,',
].join('\n')
const OWN = [
  'plimsoll bars 1',
  'underlying ETH',
  'start 1970-01-01T01:00:00Z',
  'barSeconds 3600',
  'step 0.5',
  'venues moon sun',
  '',
  '20 4 2 2;20 4 2 2 40 900',
  ';22 4 2 2',
].join('\n')

const BAR = { open: 10, high: 12, low: 9, close: 11, latency: undefined }

describe('sim/market/parse', () => {
  it('reads hours by venue, and takes an hour without volume for one without trades', () => {
    const scenario = parseScenario(HOURS, NAMED)
    expect(scenario).to.include({ underlying: 'ETH', start: 3600, barSeconds: 3600, barCount: 3 })
    expect(scenario.venues.map(({ venue }) => venue)).to.deep.equal(['moon', 'sun'])
    expect(scenario.venues[0]?.bars[0]).to.deep.equal(BAR)
    expect(scenario.venues[0]?.bars[1], 'no volume').to.equal(undefined)
    expect(scenario.venues[1]?.bars[2], 'empty cells').to.equal(undefined)
  })

  it('reads one asset of a minute file, with latencies, and leaves the minutes without a row empty', () => {
    const scenario = parseScenario(MINUTES, { name: 'minutes', asset: undefined })
    expect(scenario).to.include({ underlying: 'AVAX', start: 60, barSeconds: 60, barCount: 3 })
    const [moon, sun] = scenario.venues
    expect(sun?.bars).to.deep.equal([{ ...BAR, latency: { median: 40, max: 900 } }, undefined, undefined])
    expect(moon?.bars).to.deep.equal([undefined, undefined, BAR])
    expect(() => parseScenario(MINUTES, { name: 'minutes', asset: 'BTC' })).to.throw(SyntaxError, 'BTC')
  })

  it('reads one venue alone, named for its file, in bars as long as the shortest step', () => {
    const text = 'ts,open,high,low,close,volume_base\n3600,10,12,9,11,5\n7200,11,11,11,11,0\n14400,10,12,9,11,1\n'
    const scenario = parseScenario(text, { name: 'eth_1h_moon_2018-2020', asset: undefined })
    expect(scenario).to.include({ underlying: 'ETH', start: 3600, barSeconds: 3600, barCount: 4 })
    expect(scenario.venues).to.deep.equal([{ venue: 'moon', bars: [BAR, undefined, undefined, BAR] }])
    expect(parseScenario(text, { name: 'moon', asset: 'AVAX' }).venues[0]?.venue).to.equal('moon')
  })

  it('reads its own compact bars', () => {
    const scenario = parseScenario(OWN, NAMED)
    expect(scenario).to.include({ underlying: 'ETH', start: 3600, barSeconds: 3600, barCount: 2 })
    expect(scenario.venues[0]?.bars).to.deep.equal([BAR, undefined])
    expect(scenario.venues[1]?.bars[0]).to.deep.equal({ ...BAR, latency: { median: 40, max: 900 } })
  })

  it('refuses a file of no format, a figure that is none, and a bar whose low lies above its open', () => {
    expect(() => parseScenario('hello', NAMED)).to.throw(SyntaxError, 'line 1')
    expect(() => parseScenario(HOURS.replace('3600,10,', '3600,ten,'), NAMED)).to.throw(SyntaxError, 'line 2: "ten"')
    expect(() => parseScenario(HOURS.replace('3600,10,12,9', '3600,10,12,11'), NAMED)).to.throw(SyntaxError, 'line 2')
    expect(() => parseScenario(HOURS.replace('7200', '3600'), NAMED)).to.throw(SyntaxError, 'not after')
    expect(() => parseScenario(OWN.replace(';22', '22'), NAMED)).to.throw(SyntaxError, 'eth_test:9')
  })

  it('knows Black Thursday: Gemini stops on 13 March at 04:00 and Binance falls to 86 dollars', () => {
    const scenario = loadScenario('black-thursday', undefined)
    const index = (Date.parse('2020-03-13T04:00:00Z') / 1000 - scenario.start) / 3600
    const bars = new Map(scenario.venues.map(({ venue, bars }) => [venue, bars]))
    expect(bars.get('gemini')?.[index]).to.equal(undefined)
    expect(bars.get('gemini')?.[index - 1]?.close).to.equal(135.47)
    expect(Math.min(...(bars.get('binance') ?? []).map((bar) => bar?.low ?? Infinity))).to.equal(86)
  })

  it('cuts by time, and refuses a cut that leaves nothing', () => {
    const scenario = parseScenario(HOURS, NAMED)
    const part = cut(scenario, 7200, 10800)
    expect(part).to.include({ start: 7200, barCount: 1 })
    expect(endOf(part)).to.equal(10800)
    expect(part.venues[1]?.bars[0]?.open).to.equal(11)
    expect(() => cut(scenario, 99_999, 100_000)).to.throw(RangeError)
  })

  it('can be told later, by whole weeks, so that hours and weekdays keep their meaning', () => {
    const scenario = parseScenario(HOURS, NAMED)
    expect(notBefore(scenario, 3600)).to.deep.equal(scenario)
    const later = notBefore(scenario, 3601)
    expect(later).to.include({ start: 3600 + 7 * 86_400, shift: 7 * 86_400, barCount: 3 })
  })
})
