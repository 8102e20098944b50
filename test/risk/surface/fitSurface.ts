import { expect } from 'chai'
import { fitSurface } from '../../../risk/surface/fitSurface.ts'
import { totalVariance, type SmileSlice } from '../../../risk/surface/slice.ts'

const MONEYNESS = [-2, -1.2, -0.6, -0.2, 0, 0.2, 0.6, 1.2, 2]
const quotesOf = (expiry: number, slice: SmileSlice) => ({
  expiry,
  points: MONEYNESS.map((d) => ({
    k: d * Math.sqrt(slice.theta),
    variance: totalVariance(slice, d * Math.sqrt(slice.theta)),
  })),
})
const NEAR = { theta: 0.02, rho: -0.25, phi: 5 }
const FAR = { theta: 0.05, rho: -0.2, phi: 3.5 }

describe('fitting a surface', () => {
  it('quotes that lie on slices which do not cross give those slices back', () => {
    const fitted = fitSurface([quotesOf(1, NEAR), quotesOf(2, FAR)], 16)
    expect(fitted.map(({ expiry }) => expiry)).to.deep.equal([1, 2])
    expect(fitted[1]?.slice.theta).to.be.within(FAR.theta * (1 - 1e-6), FAR.theta * (1 + 1e-6))
    expect(fitted[1]?.slice).to.deep.equal(fitted[1]?.alone)
  })

  it('a later expiry below an earlier one is moved up, and what its own quotes say is kept beside it', () => {
    const [near, far] = fitSurface([quotesOf(1, FAR), quotesOf(2, NEAR)], 16)
    expect(far!.slice.theta).to.be.greaterThan(near!.slice.theta)
    expect(far!.alone.theta).to.be.within(NEAR.theta * (1 - 1e-6), NEAR.theta * (1 + 1e-6))
  })

  it('an expiry quoted too little is left out, and so is what is beyond the most', () => {
    const few = { expiry: 2, points: quotesOf(2, FAR).points.slice(0, 4) }
    expect(fitSurface([quotesOf(1, NEAR), few, quotesOf(3, FAR)], 16).map(({ expiry }) => expiry)).to.deep.equal([1, 3])
    expect(fitSurface([quotesOf(1, NEAR), quotesOf(3, FAR)], 1).map(({ expiry }) => expiry)).to.deep.equal([1])
  })
})
