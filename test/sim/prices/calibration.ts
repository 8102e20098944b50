// Does a surface of three numbers an expiry say what a real exchange quoted?
import { expect } from 'chai'
import { loadChain } from '../../../sim/market/load.ts'
import { calibrate } from '../../../sim/prices/calibration.ts'

const chain = loadChain()
const fits = calibrate(chain)

describe('the surface fitted to a Deribit chain of ETH', () => {
  it('has a slice for every expiry quoted', () => {
    expect(fits.map(({ expiry }) => expiry)).to.deep.equal(chain.expiries.map(({ expiry }) => expiry))
    expect(fits.reduce((sum, { quotes }) => sum + quotes, 0)).to.be.greaterThan(300)
  })

  it('is within a volatility point and a half of the marks near the money, in every expiry', () => {
    for (const { days, nearError } of fits) expect(nearError, `${days} days`).to.be.below(1.5)
  })

  it('is within three volatility points of all marks on average', () => {
    const all = fits.reduce((sum, { quotes }) => sum + quotes, 0)
    expect(fits.reduce((sum, { meanError, quotes }) => sum + meanError * quotes, 0) / all).to.be.below(3)
  })

  it('passes the conditions that the chain checks', () => {
    expect(fits.every((fit) => fit.isButterflyFree && fit.isCalendarFree)).to.equal(true)
  })

  it('finds forwards above spot, further out the more', () => {
    const basis = fits.map(({ forwardBasisBps }) => forwardBasisBps)
    expect(basis[0]).to.be.within(1, 20)
    expect(basis.at(-1)).to.be.within(1_000, 1_100)
    expect(basis).to.deep.equal(basis.toSorted((a, b) => a - b))
  })
})
