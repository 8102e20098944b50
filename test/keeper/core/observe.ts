import { expect } from 'chai'
import { medianOf, observe } from '../../../keeper/core/observe.ts'
import type { Sample } from '../../../keeper/core/observe.ts'

const NOW = 1_584_000_000
const RULES = { unit: 'USD', maxSampleAgeSeconds: 60, minVenues: 3, clusterWidthBps: 150, pegWidthBps: 100 }
const VENUES = ['binance', 'bitfinex', 'bitstamp', 'gemini', 'coinbase']

const at = (dollars: number, age = 1, quote = 'USD') => ({ quote, trade: tradeOf(dollars, age) })
const tradeOf = (dollars: number, age: number) => ({
  time: (NOW - age) * 1000,
  price: BigInt(Math.round(dollars * 1e8)),
})
const samplesOf = (...said: readonly (ReturnType<typeof at> | undefined)[]): Sample[] =>
  said.map((one, index) => ({ venue: VENUES[index] ?? '', quote: one?.quote ?? 'USD', trade: one?.trade }))
const view = (samples: readonly Sample[], currencies = new Map<string, readonly Sample[]>()) =>
  observe(samples, currencies, RULES, NOW)

describe('a keeper’s own observation', () => {
  it('is the median of a cluster of more than half of the configured venues', () => {
    const own = view(samplesOf(at(200), at(201), at(200.5), at(199.9)))
    expect(own).to.deep.include({ kind: 'narrow', price: 200_25000000n, halfWidth: 0n })
  })

  it('leaves an outlier out, and goes on while a majority of the configured clusters', () => {
    const own = view(samplesOf(at(200), at(200.2), at(200.1), at(230)))
    expect(own).to.deep.equal({
      kind: 'narrow',
      price: 200_10000000n,
      halfWidth: 0n,
      venues: ['binance', 'bitfinex', 'bitstamp'],
    })
  })

  it('counts a silent venue as configured: two of three, or two of four, are no majority', () => {
    expect(view(samplesOf(at(200), at(200), at(200), undefined, undefined, undefined)).kind).to.equal('wide')
    expect(view(samplesOf(at(200), at(200), undefined)).kind).to.equal('wide')
    expect(view(samplesOf(at(200), at(200), undefined, undefined)).kind).to.equal('wide')
    expect(view(samplesOf(at(200), at(200), at(200), undefined)).kind).to.equal('narrow')
    expect(view(samplesOf(at(200), at(200), at(200), undefined, undefined)).kind).to.equal('narrow')
  })

  it('judges freshness on the venue’s own trade time', () => {
    expect(view(samplesOf(at(200), at(200), at(200, 60), at(90, 61))).kind).to.equal('narrow')
    expect(view(samplesOf(at(200), at(200), at(200, 61))).kind).to.equal('wide')
    expect(view(samplesOf(at(200), at(200), at(200, -61))).kind).to.equal('wide')
    expect(view(samplesOf(at(200, 61), at(200, 3600), undefined)).kind).to.equal('none')
  })

  it('is wide where the venues part company: median, and the distance of the farthest', () => {
    const own = view(samplesOf(at(14.61), at(17.64), at(21)))
    expect(own).to.deep.include({ kind: 'wide', price: 17_64000000n, halfWidth: 3_36000000n })
  })

  it('is none from a single venue, and none where the interval is wider than its price', () => {
    // AVAX, 2025-10-10 21:20 UTC
    expect(view(samplesOf(at(6.61), at(17.64), at(21))).kind).to.equal('none')
    expect(view(samplesOf(at(200), undefined, undefined)).kind).to.equal('none')
    expect(view(samplesOf(at(1), at(2), at(100))).kind).to.equal('none')
  })

  it('a cluster is within 1.5 % of the median, not beyond', () => {
    expect(view(samplesOf(at(200), at(203), at(197))).kind).to.equal('narrow')
    expect(view(samplesOf(at(200), at(203.01), at(197))).kind).to.equal('wide')
  })

  it('converts a quote currency by its own median, and drops the venues of one off its peg or unknown', () => {
    const dollars = (price: number) => new Map([['USDT', [{ venue: 'a', ...at(price) }]]])
    const samples = samplesOf(at(200), at(200), at(201, 1, 'USDT'))
    expect(view(samples, dollars(0.995))).to.deep.include({ kind: 'narrow', price: 200_00000000n })
    expect(view(samples, dollars(0.98)).kind).to.equal('wide')
    expect(view(samples).kind).to.equal('wide')
  })

  it('the median of an even number is the mean of the middle two', () => {
    expect(medianOf([4n, 1n, 2n, 9n])).to.equal(3n)
    expect(medianOf([7n])).to.equal(7n)
  })
})
