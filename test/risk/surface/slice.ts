import { expect } from 'chai'
import { curvatureBound, totalVariance, withoutButterfly, withoutCalendar } from '../../../risk/surface/slice.ts'
import type { SmileSlice } from '../../../risk/surface/slice.ts'

const near: SmileSlice = { theta: 0.01, rho: -0.2, phi: 8 }
const STRIKES = Array.from({ length: 81 }, (_, index) => (index - 40) / 20)
const crosses = (earlier: SmileSlice, later: SmileSlice): boolean =>
  STRIKES.some((k) => totalVariance(later, k) < totalVariance(earlier, k) * (1 - 1e-12))

describe('an eSSVI slice', () => {
  it('is θ at the money', () => {
    expect(totalVariance(near, 0)).to.be.within(0.01 - 1e-15, 0.01 + 1e-15)
  })

  it('is left alone inside the butterfly bound and lowered to it outside', () => {
    expect(withoutButterfly(near)).to.deep.equal(near)
    const bound = curvatureBound(0.01, -0.2)
    expect(withoutButterfly({ ...near, phi: 100 }).phi).to.be.within(bound * 0.999, bound)
    expect(0.01 * bound ** 2 * 1.2).to.be.within(4 - 1e-9, 4 + 1e-9)
  })

  it('a later slice that nowhere lies below the earlier one is left alone', () => {
    const later: SmileSlice = { theta: 0.02, rho: -0.2, phi: 6 }
    const kept = withoutCalendar(near, later)
    expect(kept.theta).to.equal(later.theta)
    expect(kept.rho).to.equal(later.rho)
    expect(kept.phi).to.be.within(6 - 1e-6, 6 + 1e-6)
  })

  it('a later slice that crosses the earlier one is moved until it does not', () => {
    const bad: SmileSlice[] = [
      { theta: 0.009, rho: -0.2, phi: 8 }, // lower at the money
      { theta: 0.011, rho: -0.2, phi: 3 }, // flatter wings
      { theta: 0.0105, rho: 0.6, phi: 8 }, // leans the other way
      { theta: 0.03, rho: -0.9, phi: 12 }, // steeper than allowed
    ]
    for (const later of bad) expect(crosses(near, withoutCalendar(near, later)), JSON.stringify(later)).to.equal(false)
    expect(bad.slice(0, 3).every((later) => crosses(near, later))).to.equal(true)
  })
})
