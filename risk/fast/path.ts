// What are path-dependent claims worth that no series has: touches, two barriers, extremes? For risk reports only.
import { weighted } from './exotic.ts'
import { cdf } from './normal.ts'

/** Images on either side in the double barrier's series: the next is below e^(-40) for any total volatility up to ten times ln(upper/lower). */
const IMAGES = 8

/** A path from spot with carry ln(forward/spot) and total volatility sigma times the root of time. */
export type Path = { readonly spot: number; readonly forward: number; readonly volatility: number }

/** Probability of touching the barrier (Reiner and Rubinstein 1991b), watched always. */
export function touchProbability({ spot, forward, volatility: v }: Path, barrier: number): number {
  const toBarrier = Math.log(barrier / spot)
  const side = Math.sign(toBarrier)
  const drift = Math.log(forward / spot) - (v * v) / 2
  if (side === 0) return 1
  const direct = cdf((side * (drift - toBarrier)) / v)
  return direct + weighted((2 * drift * toBarrier) / (v * v), (-side * (drift + toBarrier)) / v)
}

/** Undiscounted call or put that dies at either barrier (Ikeda and Kunitomo 1992, flat boundaries). */
export function doubleKnockOut(
  { spot, forward, volatility: v }: Path,
  strike: number,
  lower: number,
  upper: number,
  isCall: boolean,
): number {
  if (spot <= lower || spot >= upper) return 0
  const [from, to] = isCall ? [Math.max(strike, lower), upper] : [lower, Math.min(strike, upper)]
  if (from >= to) return 0
  const carry = Math.log(forward / spot)
  const power = (2 * carry) / (v * v)
  /** Mass of e^(k·x), k = 1 or 0, of the images between `from` and `to`. */
  const mass = (isForward: boolean): number => {
    const exponent = isForward ? power + 1 : power - 1
    const drift = carry + (isForward ? 0.5 : -0.5) * v * v
    const between = (start: number, shift: number) =>
      weighted(shift, (Math.log(start / from) + drift) / v) - weighted(shift, (Math.log(start / to) + drift) / v)
    let sum = 0
    for (let n = -IMAGES; n <= IMAGES; n += 1) {
      const turns = n * Math.log(upper / lower)
      sum += between(spot * Math.exp(2 * turns), exponent * turns)
      const mirrored = Math.log(lower / spot) - turns
      sum -= between((lower * lower * Math.exp(-2 * turns)) / spot, exponent * mirrored)
    }
    return sum
  }
  const value = forward * mass(true) - strike * mass(false)
  return Math.max(0, isCall ? value : -value)
}

/** Undiscounted floating-strike lookback (Goldman, Sosin and Gatto 1979): final less least so far, or most so far less final. */
export function lookback({ spot, forward, volatility: v }: Path, extreme: number, isCall: boolean): number {
  const side = isCall ? 1 : -1
  const carry = Math.log(forward / spot)
  const d1 = (Math.log(spot / extreme) + carry) / v + v / 2
  const plain = side * (forward * cdf(side * d1) - extreme * cdf(side * (d1 - v)))
  if (Math.abs(carry) < 1e-7) {
    const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI)
    return plain + spot * v * (density - side * d1 * cdf(-side * d1))
  }
  const image = weighted((-2 * carry * Math.log(spot / extreme)) / (v * v), side * ((2 * carry) / v - d1))
  return plain + ((side * spot * v * v) / (2 * carry)) * (image - (forward / spot) * cdf(-side * d1))
}
