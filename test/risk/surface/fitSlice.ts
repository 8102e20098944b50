import { expect } from 'chai'
import { fitSlice } from '../../../risk/surface/fitSlice.ts'
import { curvatureBound, totalVariance } from '../../../risk/surface/slice.ts'
import type { SmileSlice } from '../../../risk/surface/slice.ts'

const MONEYNESS = [-0.6, -0.4, -0.25, -0.1, 0, 0.1, 0.25, 0.4, 0.6]
const pointsOf = (slice: SmileSlice, scale = 1) =>
  MONEYNESS.map((k) => ({ k: k * scale, variance: totalVariance(slice, k * scale) }))

describe('fitting a slice', () => {
  it('quotes that lie on a slice give that slice back', () => {
    for (const slice of [
      { theta: 0.02, rho: -0.25, phi: 5 },
      { theta: 0.0008, rho: 0.1, phi: 30 },
      { theta: 0.6, rho: -0.6, phi: 1.1 },
      { theta: 0.05, rho: 0.55, phi: 3 },
    ]) {
      const fitted = fitSlice(pointsOf(slice, Math.sqrt(slice.theta) * 5))
      expect(fitted?.theta).to.be.within(slice.theta - slice.theta * 1e-6, slice.theta + slice.theta * 1e-6)
      expect(fitted?.rho).to.be.within(slice.rho - 1e-5, slice.rho + 1e-5)
      expect(fitted?.phi).to.be.within(slice.phi - slice.phi * 1e-5, slice.phi + slice.phi * 1e-5)
    }
  })

  it('noise of a volatility point moves the level by less than a point', () => {
    const slice = { theta: 0.04, rho: -0.3, phi: 4 }
    const noisy = pointsOf(slice).map(({ k, variance }, index) => ({
      k,
      variance: (Math.sqrt(variance) + (index % 2 === 0 ? 0.002 : -0.002)) ** 2,
    }))
    expect(Math.sqrt(fitSlice(noisy)?.theta ?? 0)).to.be.within(0.2 - 0.002, 0.2 + 0.002)
  })

  it('quotes with butterfly arbitrage give a slice at its bound', () => {
    const fitted = fitSlice(pointsOf({ theta: 0.04, rho: -0.3, phi: 15 }))
    if (fitted === undefined) throw new Error('no fit')
    expect(fitted.phi).to.be.at.most(curvatureBound(fitted.theta, fitted.rho))
  })

  it('four quotes are too few', () => {
    expect(fitSlice(pointsOf({ theta: 0.04, rho: -0.3, phi: 4 }).slice(0, 4))).to.equal(undefined)
  })
})
