// What are the options of one expiry worth, here and elsewhere? Twin of contracts/risk/ValueLib.sol and GapLib.sol.
import type { ExpiryMark, MarginParameters, Scenario } from '../../units/portfolio.ts'
import { outOfTheMoney } from './black.ts'
import type { Strip } from './book.ts'
import { lnRatioQ96 } from './ln.ts'
import { forwardAt, marketAt, type Horizon, type Point } from './points.ts'
import { MILLION, toWadDown, toWadUp } from './rounding.ts'
import { totalVolatilityQ96 } from './surface.ts'

const WAD = 10n ** 18n
const Q96 = 1n << 96n

/** Fills in logarithm and smile, once for all points. */
export function prepare(strips: readonly Strip[], h: Horizon, mark: ExpiryMark): void {
  for (const strip of strips) {
    strip.logMoneyness = lnRatioQ96(h.present, strip.strike)
    strip.volatility = totalVolatilityQ96(h.theta, mark.rho, mark.phi, -strip.logMoneyness)
  }
}

/** Least total volatility, 5e-20. */
const LEAST_VOLATILITY = 1n << 32n

/** [1e36] One value for each point, prices rounded down. */
export function valuesAt(
  strips: readonly Strip[],
  points: readonly Point[],
  rootTheta: bigint,
  p: MarginParameters,
): bigint[] {
  return points.map((point) =>
    strips.reduce((sum, strip) => {
      const multiplier = multiplierAt(point, strip.logMoneyness, rootTheta, p)
      const volatility = ((strip.volatility * multiplier) >> 96n) | LEAST_VOLATILITY
      return sum + intrinsic(strip, point.forward) + timeValue(strip, point, volatility)
    }, 0n),
  )
}

/** [1e36] What the present value is to be lowered by, since prices are rounded down and shorts are owed. */
export function roundingOf(strips: readonly Strip[]): bigint {
  return strips.reduce((sum, { strike, calls, puts }) => {
    const options = calls + puts
    return options < 0n ? sum - options * (1n + (strike >> 55n)) : sum
  }, 0n)
}

/** [1e36] What the expiry pays at `price`. */
export function payoff(strips: readonly Strip[], price: bigint): bigint {
  return strips.reduce((sum, strip) => sum + intrinsic(strip, price), 0n)
}

/** [1e36] Largest amount by which `payoffAt` lies below the chord between neighbouring nodes, at one of `own` prices. */
export function gapCharge(
  own: readonly bigint[],
  payoffAt: (price: bigint) => bigint,
  h: Horizon,
  grid: readonly Scenario[],
): bigint {
  const full = grid.filter((scenario) => scenario.weight === Number(MILLION) && scenario.skew === 0)
  const nodes = [...new Set(full.map((scenario) => forwardAt(h, marketAt(h, scenario))))]
  let gap = 0n
  for (let i = 1; i < nodes.length; i++) {
    const [left, right] = [nodes[i - 1]!, nodes[i]!]
    for (const price of own.filter((it) => it > left && it < right)) {
      const chord = toWadUp(payoffAt(left)) * (right - price) + toWadUp(payoffAt(right)) * (price - left)
      const width = right - left
      const short = chord - toWadDown(payoffAt(price)) * width
      const charge = short > 0n ? ((short + width - 1n) / width) * WAD : 0n
      if (charge > gap) gap = charge
    }
  }
  return gap
}

function intrinsic(strip: Strip, price: bigint): bigint {
  const distance = price - strip.strike
  return distance > 0n ? strip.calls * distance : -strip.puts * distance
}

function timeValue(strip: Strip, point: Point, volatility: bigint): bigint {
  const options = strip.calls + strip.puts
  if (options === 0n) return 0n
  return options * outOfTheMoney(point.forward, strip.strike, strip.logMoneyness + point.logShift, volatility)
}

/** Multiplier of total volatility, under a rotated smile too. */
export function multiplierAt(point: Point, logMoneyness: bigint, rootTheta: bigint, p: MarginParameters): bigint {
  if (point.skew === 0n) return point.volatility
  let distance = (-logMoneyness * Q96) / rootTheta
  if (distance > 2n * Q96) distance = 2n * Q96
  if (distance < -2n * Q96) distance = -2n * Q96
  const turn = (distance * BigInt(p.skewShift)) / MILLION
  return (point.volatility * (Q96 + point.skew * turn)) >> 96n
}
