// Do the closed forms of path-dependent options agree with simulated paths, with published tables and with each other?
import { expect } from 'chai'
import {
  averageValue,
  averageVolatility,
  barrierValue,
  digital,
  digitalValue,
  monitoredAt,
} from '../../../risk/fast/exotic.ts'
import { callAndPut } from '../../../risk/fast/black.ts'
import { totalVolatility, volatilitySlope } from '../../../risk/fast/surface.ts'
import { doubleKnockOut, lookback, touchProbability } from '../../../risk/fast/path.ts'
import { KINDS, type OptionKind } from '../../../units/series.ts'

const BARRIERS = KINDS.filter((kind) => /^(UP|DOWN)_/.test(kind))

/** Normal numbers, the same on every run: multiply-with-carry and Box-Muller. */
function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    let word = Math.imul(state ^ (state >>> 12), 0x297a2d39)
    word ^= word >>> 15
    return ((word >>> 0) + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

type Market = { readonly spot: number; readonly forward: number; readonly volatility: number }

/** Mean and standard error of `payoff` over paths of `steps` equal steps, each with its mirror image. */
function simulate(market: Market, steps: number, paths: number, payoff: (path: Float64Array) => number) {
  const next = normals(20_261_125)
  const drift = (Math.log(market.forward / market.spot) - market.volatility ** 2 / 2) / steps
  const scale = market.volatility / Math.sqrt(steps)
  const [path, mirror] = [new Float64Array(steps + 1), new Float64Array(steps + 1)]
  let [sum, squares] = [0, 0]
  for (let i = 0; i < paths; i += 1) {
    let walk = 0
    path[0] = mirror[0] = market.spot
    for (let k = 1; k <= steps; k += 1) {
      walk += scale * next()
      path[k] = market.spot * Math.exp(drift * k + walk)
      mirror[k] = market.spot * Math.exp(drift * k - walk)
    }
    const value = (payoff(path) + payoff(mirror)) / 2
    sum += value
    squares += value * value
  }
  const mean = sum / paths
  return { mean, error: Math.sqrt((squares / paths - mean * mean) / paths) }
}

/** Probability that the path stays off the barrier between its points too (Brownian bridge). */
function survival(path: Float64Array, barrier: number, volatility: number): number {
  const isUp = barrier > path[0]!
  const variance = volatility ** 2 / (path.length - 1)
  let alive = 1
  for (let k = 1; k < path.length; k += 1) {
    const [a, b] = [Math.log(path[k - 1]! / barrier), Math.log(path[k]! / barrier)]
    if (isUp ? b >= 0 : b <= 0) return 0
    alive *= 1 - Math.exp((-2 * a * b) / variance)
  }
  return alive
}

const paid = (kind: OptionKind, strike: number, final: number) =>
  Math.max(0, kind.endsWith('CALL') ? final - strike : strike - final)

describe('closed forms of path-dependent options', () => {
  const market: Market = { spot: 100, forward: 102, volatility: 0.25 }

  for (const kind of BARRIERS) {
    it(`${kind} agrees with simulated paths that are watched always`, () => {
      const barrier = kind.startsWith('UP') ? 112 : 90
      for (const strike of [85, 100, 118]) {
        const { mean, error } = simulate(market, 8, 6000, (path) => {
          const alive = survival(path, barrier, market.volatility)
          return (kind.includes('_OUT_') ? alive : 1 - alive) * paid(kind, strike, path.at(-1)!)
        })
        const value = barrierValue(kind, { ...market, strike, barrier })
        expect(Math.abs(value - mean), `strike ${strike}: ${value} against ${mean}`).to.be.below(4 * error + 1e-9)
      }
    })
  }

  it('a barrier watched 48 times is as good as one shifted and watched always', () => {
    for (const [kind, barrier] of [
      ['DOWN_OUT_CALL', 92],
      ['UP_OUT_PUT', 110],
    ] as const) {
      const { mean, error } = simulate(market, 48, 6000, (path) => {
        const isTouched = path.some((price) => (barrier > market.spot ? price >= barrier : price <= barrier))
        return isTouched ? 0 : paid(kind, 100, path.at(-1)!)
      })
      const shifted = monitoredAt(barrier, barrier > market.spot, market.volatility, 1, 48)
      const value = barrierValue(kind, { ...market, strike: 100, barrier: shifted })
      expect(Math.abs(value - mean)).to.be.below(4 * error + 0.01)
    }
  })

  it('an average matches simulated averages to a thousandth of the forward', () => {
    const steps = 64
    for (const strike of [80, 100, 120]) {
      const flat = { spot: 100, forward: 100, volatility: 0.4 }
      const { mean, error } = simulate(flat, steps, 6000, (path) => {
        const average = (path.reduce((sum, price) => sum + price, 0) - (path[0]! + path.at(-1)!) / 2) / steps
        return Math.max(0, average - strike)
      })
      const value = averageValue(true, 100, strike, 0, 0, averageVolatility(0, 0.16))
      expect(Math.abs(value - mean)).to.be.below(4 * error + 0.1)
    }
  })

  it('a known share of an average counts as it is', () => {
    expect(averageValue(true, 100, 90, 0.5, 200, 0.2)).to.equal(60)
    expect(averageValue(true, 100, 90, 1, 95, 0)).to.equal(5)
    expect(averageValue(false, 100, 90, 1, 95, 0)).to.equal(0)
    expect(averageValue(true, 100, 100, 0.5, 100, 0.2)).to.be.closeTo(callAndPut(100, 100, 0, 0.2).call / 2, 1e-9)
  })

  it('a digital is the slope of the call in its strike', () => {
    const call = (strike: number) => callAndPut(102, strike, Math.log(102 / strike), 0.25).call
    expect(digital(Math.log(102 / 100), 0.25)).to.be.closeTo((call(99.999) - call(100.001)) / 0.002, 1e-7)
  })

  it('a digital on a smile is the slope of the call along it', () => {
    const [theta, rho, phi, forward] = [0.04, -0.6, 1.5, 102] as const
    const call = (strike: number) => {
      const log = Math.log(forward / strike)
      return callAndPut(forward, strike, log, totalVolatility(theta, rho, phi, -log)).call
    }
    for (const strike of [70, 95, 102, 120, 150]) {
      const log = Math.log(forward / strike)
      const value = digitalValue(log, totalVolatility(theta, rho, phi, -log), volatilitySlope(theta, rho, phi, -log))
      expect(value).to.be.closeTo((call(strike - 1e-3) - call(strike + 1e-3)) / 2e-3, 1e-7)
    }
  })

  it('touching agrees with simulated paths', () => {
    for (const barrier of [85, 95, 105, 125]) {
      const { mean, error } = simulate(market, 8, 6000, (path) => 1 - survival(path, barrier, market.volatility))
      expect(Math.abs(touchProbability(market, barrier) - mean)).to.be.below(4 * error + 1e-9)
    }
  })

  it('two barriers agree with one where the other is out of reach, and with paths watched often', () => {
    const one = barrierValue('UP_OUT_CALL', { ...market, strike: 95, barrier: 130 })
    expect(doubleKnockOut(market, 95, 20, 130, true)).to.be.closeTo(one, 1e-9)
    const other = barrierValue('DOWN_OUT_PUT', { ...market, strike: 105, barrier: 80 })
    expect(doubleKnockOut(market, 105, 80, 900, false)).to.be.closeTo(other, 1e-9)
    const [lower, upper] = [84, 124]
    const { mean, error } = simulate(market, 48, 6000, (path) => {
      const isAlive = path.every((price) => price > lower && price < upper)
      return isAlive ? Math.max(0, path.at(-1)! - 98) : 0
    })
    const shift = (barrier: number, isUp: boolean) => monitoredAt(barrier, isUp, market.volatility, 1, 48)
    const value = doubleKnockOut(market, 98, shift(lower, false), shift(upper, true), true)
    expect(Math.abs(value - mean)).to.be.below(4 * error + 0.02)
  })

  it('lookbacks agree with the extremes of simulated paths', () => {
    const next = normals(7)
    const uniform = () => Math.exp((-(next() ** 2) - next() ** 2) / 2) // of two normals: uniform in (0, 1)
    for (const flat of [market, { ...market, forward: 100 }]) {
      const variance = flat.volatility ** 2 / 8
      for (const isCall of [true, false]) {
        const side = isCall ? -1 : 1
        const { mean, error } = simulate(flat, 8, 8000, (path) => {
          let extreme = 0
          for (let k = 1; k < path.length; k += 1) {
            const [a, b] = [Math.log(path[k - 1]! / 100), Math.log(path[k]! / 100)]
            const reach = Math.sqrt((b - a) ** 2 - 2 * variance * Math.log(uniform()))
            extreme = side * Math.max(side * extreme, side * ((a + b + side * reach) / 2))
          }
          return side * (100 * Math.exp(extreme) - path.at(-1)!)
        })
        expect(Math.abs(lookback(flat, 100, isCall) - mean)).to.be.below(4 * error)
      }
    }
  })

  it('gives the values of Haug, The Complete Guide to Option Pricing Formulas (2007), table 4-13', () => {
    // Rebate 3 there; here less its part. S = 100, T = 0.5, r = 0.08, b = 0.04, σ = 0.25; rebate terms by touchProbability.
    const spot = 100
    const forward = spot * Math.exp(0.04 * 0.5)
    const volatility = 0.25 * Math.sqrt(0.5)
    const discount = Math.exp(-0.08 * 0.5)
    const path = { spot, forward, volatility }
    // Knock-ins pay the rebate at expiry when never touched, so their part is 3·D·(1 − P(touch)).
    for (const [kind, strike, barrier, published] of [
      ['DOWN_IN_CALL', 90, 95, 7.7627],
      ['DOWN_IN_CALL', 100, 95, 4.0109],
      ['DOWN_IN_CALL', 110, 95, 2.0576],
      ['UP_IN_CALL', 90, 105, 14.1112],
      ['UP_IN_CALL', 100, 105, 8.4482],
      ['UP_IN_CALL', 110, 105, 4.591],
      ['DOWN_IN_PUT', 90, 95, 2.9586],
      ['DOWN_IN_PUT', 100, 95, 6.5677],
      ['DOWN_IN_PUT', 110, 95, 11.9752],
      ['UP_IN_PUT', 90, 105, 1.4653],
      ['UP_IN_PUT', 100, 105, 3.3721],
      ['UP_IN_PUT', 110, 105, 7.0846],
    ] as const) {
      const rebate = 3 * (1 - touchProbability(path, barrier))
      const value = discount * (barrierValue(kind, { ...path, strike, barrier }) + rebate)
      expect(value, `${kind} ${strike}`).to.be.closeTo(published, 5.1e-5)
    }
  })
})
