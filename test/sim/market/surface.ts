// The quoted surface has the chain's shape and follows what the prices really did, one hour behind at most.
import { expect } from 'chai'
import { loadScenario, loadShape } from '../../../sim/market/load.ts'
import { createPath } from '../../../sim/market/path.ts'
import { levelsOf, quotedSlice, volatilityAt } from '../../../sim/market/surface.ts'

const DAY = 86_400
const at = (iso: string) => Date.parse(iso) / 1000

describe('sim/market/surface', () => {
  const shape = loadShape()

  it('rises with the realised volatility of the crash and stays inside its bounds', () => {
    const path = createPath(loadScenario('black-thursday', undefined))
    const level = levelsOf(path)
    expect(level(at('2020-03-13T04:00:00Z'))).to.be.above(2 * level(at('2020-03-11T12:00:00Z')))
    for (let time = path.scenario.start; time < at('2020-03-16T00:00:00Z'); time += 3600) {
      expect(level(time)).to.be.within(0.4, 3)
    }
  })

  it('is free of butterfly arbitrage at every expiry and level it can quote', () => {
    for (const days of [0.01, 1, 2.5, 7, 30, 100, 400]) {
      for (const level of [0.4, 1, 3]) {
        const { theta, rho, phi } = quotedSlice(shape, level, days * DAY)
        expect(theta * phi * (1 + Math.abs(rho))).to.be.below(4)
        expect(theta * phi ** 2 * (1 + Math.abs(rho))).to.be.at.most(4)
      }
    }
  })

  it('never quotes less total variance for a later expiry at the money', () => {
    const thetas = Array.from({ length: 120 }, (_, day) => quotedSlice(shape, 1, (day + 0.5) * DAY).theta)
    thetas.slice(1).forEach((theta, index) => expect(theta).to.be.above(thetas[index] ?? 0))
  })

  it('smiles: both wings are dearer than the money', () => {
    const slice = quotedSlice(shape, 1, 7 * DAY)
    const atTheMoney = volatilityAt(slice, 0, 7 * DAY)
    expect(volatilityAt(slice, -0.4, 7 * DAY)).to.be.above(atTheMoney)
    expect(volatilityAt(slice, 0.4, 7 * DAY)).to.be.above(atTheMoney)
    expect(atTheMoney).to.be.closeTo(Math.sqrt(slice.theta / (7 / 365)), 1e-12)
  })
})
