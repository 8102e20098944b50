import { expect } from 'chai'
import { changeOf, placeOf, slideOf } from '../../../keeper/core/certificate.ts'
import { fastMarketOf } from '../../../risk/fast/margin.ts'
import { totalVolatility } from '../../../risk/fast/surface.ts'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { viewAt } from '../../../scripts/bench/keeper/scene.ts'
import type { Scene } from '../../../scripts/bench/keeper/scene.ts'
import { randomFrom } from '../../../scripts/bench/keeper/random.ts'

const random = randomFrom(1)
const between = (low: number, high: number): number => low + ((high - low) * random(1e6)) / 1e6
const START = 1_584_000_003
const SCENE: Scene = {
  time: START,
  spots: [200],
  expiries: [START + 864_000, START + 8_640_000],
  level: 1,
  tilt: 0,
  carry: 0,
}

const placed = (scene: Scene, last: ReturnType<typeof placeOf> | undefined, version = 1) => {
  const view = viewAt(scene, accountsOf([]), 1)
  const { below } = view.markets.get(1)!
  return placeOf(last, fastMarketOf([below], view.rules).get(1)!, below.expiries, version)
}

describe('the bounds of certificates', () => {
  it('no strike’s volatility slides faster along the smile than its bound', () => {
    let nearest = 0
    for (let i = 0; i < 20_000; i++) {
      const [theta, rho, phi] = [between(1e-4, 1), between(-0.95, 0.95), between(0.01, 30)]
      const bound = slideOf(theta, rho, phi)
      const k = between(-2, 2)
      const step = 1e-5
      const slope = Math.abs(totalVolatility(theta, rho, phi, k + step) - totalVolatility(theta, rho, phi, k)) / step
      expect(slope).to.be.at.most(bound * 1.001)
      nearest = Math.max(nearest, slope / bound)
    }
    // A bound that nothing comes near would prove nothing about its being needed.
    expect(nearest).to.be.above(0.9)
  })

  it('no strike’s volatility changes by more between two smiles than the path says', () => {
    for (let i = 0; i < 20_000; i++) {
      const a = { level: between(0.1, 1), rho: between(-0.9, 0.9), phi: between(0.1, 20), hasGap: false }
      const b = {
        level: a.level * between(0.9, 1.1),
        rho: between(a.rho - 0.05, a.rho + 0.05),
        phi: a.phi * between(0.9, 1.1),
        hasGap: false,
      }
      const k = between(-2, 2)
      const at = ({ level, rho, phi }: typeof a) => Math.log(totalVolatility(level, rho, phi, k))
      expect(Math.abs(at(a) - at(b))).to.be.at.most(changeOf(a, b) + 1e-12)
    }
  })

  it('time alone uses up nothing of the volatility’s budget; a surface uses what it moves', () => {
    const first = placed(SCENE, undefined)
    const later = placed({ ...SCENE, time: START + 600 }, first)
    expect(later.volatility).to.be.below(1e-3)
    const higher = placed({ ...SCENE, time: START + 612, level: 1.03 }, later)
    expect(higher.volatility - later.volatility).to.be.within(2 * Math.log(1.03) - 1e-3, 0.1)
    expect(higher.regime).to.equal(first.regime)
  })

  it('new parameters, a jump of the smile and forwards far apart end every certificate', () => {
    const first = placed(SCENE, undefined)
    expect(placed(SCENE, first, 2).regime).to.equal(1)
    expect(placed({ ...SCENE, level: 1.3 }, first).regime).to.equal(1)
    expect(placed({ ...SCENE, carry: 0.3 }, first).regime).to.equal(1)
    expect(placed({ ...SCENE, spots: [180] }, first).regime).to.equal(0)
  })

  it('a move of spot moves the place by its logarithm', () => {
    const { low, high } = placed({ ...SCENE, spots: [180] }, placed(SCENE, undefined))
    expect(low).to.be.closeTo(Math.log(0.9), 1e-9)
    expect(high).to.be.closeTo(Math.log(0.9), 1e-9)
  })
})
