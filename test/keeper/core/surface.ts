import { expect } from 'chai'
import type { OptionQuote } from '../../../keeper/core/feeds/message.ts'
import { surfaceOf } from '../../../keeper/core/surface.ts'
import { totalVariance } from '../../../risk/surface/slice.ts'
import { EXPIRY, NOW } from './example.ts'

const YEAR = 365 * 86_400
const ROUND = NOW - 3
const RULES = { maxQuoteAgeSeconds: 600 }
const LATER = EXPIRY + 28 * 86_400

function quotesAt(expiry: number, theta: number, rho: number, phi: number, age = 5): OptionQuote[] {
  const years = (expiry - ROUND) / YEAR
  return [120, 150, 170, 190, 200, 210, 230, 260, 300].map((strike) => ({
    time: (ROUND - age) * 1000,
    expiry,
    strike,
    isCall: strike > 200,
    volatility: Math.sqrt(totalVariance({ theta, rho, phi }, Math.log(strike / 200)) / years),
    forward: 200,
    mark: undefined,
    index: undefined,
  }))
}

describe('a keeper’s own surface', () => {
  it('gives back the slices that quotes lie on, ascending by expiry', () => {
    const quotes = [...quotesAt(LATER, 0.12, -0.3, 2.5), ...quotesAt(EXPIRY, 0.05, -0.2, 4)]
    const surface = surfaceOf(1, ROUND, quotes, undefined, RULES)
    expect(surface?.slices.map(({ expiry }) => expiry)).to.deep.equal([EXPIRY, LATER])
    expect(Number(surface?.slices[0]?.theta) / 1e18).to.be.within(0.05 - 1e-6, 0.05 + 1e-6)
    expect(Number(surface?.slices[1]?.phi) / 1e18).to.be.within(2.5 - 1e-3, 2.5 + 1e-3)
    expect(surface?.time).to.equal(BigInt(ROUND))
  })

  it('old quotes, an expiry quoted too little, and one about to expire make no slice', () => {
    expect(surfaceOf(1, ROUND, quotesAt(EXPIRY, 0.05, -0.2, 4, 601), undefined, RULES)).to.equal(undefined)
    expect(surfaceOf(1, ROUND, quotesAt(EXPIRY, 0.05, -0.2, 4).slice(0, 4), undefined, RULES)).to.equal(undefined)
    expect(surfaceOf(1, EXPIRY - 1_799, quotesAt(EXPIRY, 0.05, -0.2, 4), undefined, RULES)).to.equal(undefined)
  })

  it('takes the spot for a forward that is not told, and needs one of them', () => {
    const bare = quotesAt(EXPIRY, 0.05, -0.2, 4).map((quote) => ({ ...quote, forward: undefined }))
    expect(Number(surfaceOf(1, ROUND, bare, 200, RULES)?.slices[0]?.theta) / 1e18).to.be.within(
      0.05 - 1e-6,
      0.05 + 1e-6,
    )
    expect(surfaceOf(1, ROUND, bare, undefined, RULES)).to.equal(undefined)
  })

  it('tells where each forward stands against spot, and nothing where spot is not known', () => {
    const basis = (spot: number | undefined) =>
      surfaceOf(1, ROUND, quotesAt(EXPIRY, 0.05, -0.2, 4), spot, RULES)?.slices[0]?.basis
    expect(basis(199)).to.equal(Math.round((200 / 199 - 1) * 1e9))
    expect(basis(undefined)).to.equal(0)
  })

  it('measures a forward against the index of the venue that quotes it, whatever a keeper sees elsewhere', () => {
    const quotes = quotesAt(EXPIRY, 0.05, -0.2, 4).map((quote) => ({ ...quote, index: 198 }))
    const basis = surfaceOf(1, ROUND, quotes, 190, RULES)?.slices[0]?.basis
    expect(basis).to.equal(Math.round((200 / 198 - 1) * 1e9))
  })

  it('without a forward the strikes stand against the index of the venue that quotes them', () => {
    const bare = quotesAt(EXPIRY, 0.05, -0.2, 4).map((quote) => ({ ...quote, forward: undefined }))
    const indexed = bare.map((quote) => ({ ...quote, index: 200 }))
    const told = surfaceOf(1, ROUND, indexed, 150, RULES)?.slices[0]
    expect(told).to.deep.equal(surfaceOf(1, ROUND, bare, 200, RULES)?.slices[0])
    expect(told).not.to.deep.equal(surfaceOf(1, ROUND, bare, 150, RULES)?.slices[0])
    expect(told?.basis, 'and no forward is made up').to.equal(0)
  })

  it('slices that cross are moved apart', () => {
    const quotes = [...quotesAt(EXPIRY, 0.05, -0.2, 4), ...quotesAt(LATER, 0.03, -0.2, 4)]
    const [near, far] = surfaceOf(1, ROUND, quotes, undefined, RULES)?.slices ?? []
    expect(far!.theta > near!.theta).to.equal(true)
  })
})
