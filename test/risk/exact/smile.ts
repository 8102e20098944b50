import { expect } from 'chai'
import { isCalendarFree, phiMax } from '../../../risk/exact/smile.ts'

const WAD = 10n ** 18n
const slice = (theta: number, rho: number, phi: number) => ({
  theta: BigInt(Math.round(theta * 1e6)) * 10n ** 12n,
  rho: BigInt(Math.round(rho * 1e6)) * 10n ** 12n,
  phi: BigInt(Math.round(phi * 1e6)) * 10n ** 12n,
})

describe('the conditions that the chain checks', () => {
  it('the largest curvature is the one that the two butterfly conditions allow', () => {
    const { theta, rho } = slice(0.04, -0.3, 0)
    const bound = phiMax(theta, rho)
    expect(Number(bound) / 1e18).to.be.closeTo(2 / Math.sqrt(0.04 * 1.3), 1e-9)
    expect(bound * bound * theta * (WAD - rho) <= 4n * WAD ** 4n).to.equal(true)
    expect((bound + 1n) ** 2n * theta * (WAD - rho) > 4n * WAD ** 4n).to.equal(true)
    const wide = slice(9, 0, 0)
    expect(Number(phiMax(wide.theta, 0n)) / 1e18).to.be.closeTo(4 / 9, 1e-9)
  })

  it('slices are apart where variance and both wings do not fall and curvature does not rise', () => {
    const near = slice(0.04, -0.5, 4)
    expect(isCalendarFree(near, slice(0.05, -0.5, 4))).to.equal(true)
    expect(isCalendarFree(near, slice(0.039, -0.5, 4))).to.equal(false)
    expect(isCalendarFree(near, slice(0.041, 0.5, 3.9))).to.equal(false)
    expect(isCalendarFree(near, slice(0.05, -0.5, 4.1))).to.equal(false)
  })
})
