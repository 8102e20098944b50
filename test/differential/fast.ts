// Does the float64 kernel give the exact twin's answer to a billionth?
import { expect } from 'chai'
import * as exact from '../../risk/exact/black.ts'
import { impliedTotalVolatility } from '../../risk/exact/implied.ts'
import { lnRatioQ96 } from '../../risk/exact/ln.ts'
import { cdfWad } from '../../risk/exact/normal.ts'
import { totalVolatilityQ96 } from '../../risk/exact/surface.ts'
import * as fast from '../../risk/fast/black.ts'
import * as fastImplied from '../../risk/fast/implied.ts'
import { cdf } from '../../risk/fast/normal.ts'
import { totalVolatility } from '../../risk/fast/surface.ts'
import { ONE, ROWS, uniform } from './rows.ts'

const Q96 = 2 ** 96
const wad = (x: number): bigint => BigInt(Math.round(x * 1e6)) * 10n ** 12n
const float = (x: bigint): number => Number(x) / 1e18

describe('the float64 kernel', () => {
  it('prices to a billionth: of the value, or of 1e-6 of the forward where the value is smaller', () => {
    for (let i = 0; i < 5 * ROWS; i += 1) {
      const forward = wad(Math.exp(uniform(0, 11)))
      const strike = wad(float(forward) * Math.exp(uniform(-1.6, 1.6)))
      const volatility = BigInt(Math.round(Math.exp(uniform(-7, 1.6)) * 2 ** 52)) << 44n
      const log = lnRatioQ96(forward, strike)
      const value = float(exact.outOfTheMoney(forward, strike, log, volatility))
      const again = fast.outOfTheMoney(float(forward), float(strike), Number(log) / Q96, Number(volatility) / Q96)
      expect(Math.abs(again - value) / Math.max(value, 1e-6 * float(forward))).to.be.below(1e-9)
    }
  })

  it('implies volatilities, reads smiles and knows the normal distribution to a billionth', () => {
    for (let i = 0; i < ROWS; i += 1) {
      const forward = wad(Math.exp(uniform(0, 11)))
      const strike = wad(float(forward) * Math.exp(uniform(-0.8, 0.8)))
      const volatility = BigInt(Math.round(Math.exp(uniform(-2, 0.7)) * 2 ** 52)) << 44n
      const value = exact.outOfTheMoney(forward, strike, lnRatioQ96(forward, strike), volatility)
      if (float(value) > 1e-6 * float(forward)) {
        const implied = Number(impliedTotalVolatility(forward, strike, value)) / Q96
        const again = fastImplied.impliedTotalVolatility(float(forward), float(strike), float(value))
        expect(Math.abs(again / implied - 1)).to.be.below(1e-9)
      }
      const [theta, rho, phi] = [wad(uniform(0.0001, 4)), wad(uniform(-0.99, 0.99)), wad(uniform(0, 10))]
      const k = BigInt(Math.round(uniform(-2, 2) * 2 ** 52)) << 44n
      const total = Number(totalVolatilityQ96(theta, rho, phi, k)) / Q96
      expect(Math.abs(totalVolatility(float(theta), float(rho), float(phi), Number(k) / Q96) / total - 1)).to.be.below(
        1e-9,
      )
      const x = wad(uniform(-6, 6))
      expect(Math.abs(cdf(float(x)) / float(cdfWad(x)) - 1)).to.be.below(1e-8)
    }
    expect(float(cdfWad(0n))).to.equal(float(ONE) / 2)
  })
})
