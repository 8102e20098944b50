// What is the total volatility of a strike on its expiry's smile? Bit for bit contracts/math/SurfaceLib.sol.
import { root } from './sqrt.ts'

const ONE = 10n ** 18n
const ONE_Q96 = 1n << 96n
const ONE_Q192 = 1n << 192n
const MOST_SLOPE_Q96 = 16n << 96n
const LEAST_VOLATILITY_Q96 = 1n << 32n
const LEAST_SQUARE = 1n << 16n

/** w in Q96 at k = ln(strike/forward) in Q96; theta, rho, phi in 18 decimals. */
export function totalVarianceQ96(theta: bigint, rho: bigint, phi: bigint, k: bigint): bigint {
  return (theta * shape(rho, phi, k)) / (2n * ONE)
}

/** The root of w in Q96. */
export function totalVolatilityQ96(theta: bigint, rho: bigint, phi: bigint, k: bigint): bigint {
  return root(((theta * shape(rho, phi, k)) / (2n * ONE)) << 96n)
}

/** d√w/dk in Q96, from -16 to 16; `volatility` is that of `totalVolatilityQ96` there. */
export function volatilitySlopeQ96(theta: bigint, rho: bigint, phi: bigint, k: bigint, volatility: bigint): bigint {
  const r = (rho << 96n) / ONE
  const shifted = (phi * k) / ONE + r
  const square = shifted * shifted + ONE_Q192 - r * r
  const rise = r + (shifted << 96n) / root(square | LEAST_SQUARE)
  const variance = (theta * phi * rise) / (2n * ONE * ONE)
  return boundedSlope((variance << 95n) / (volatility | LEAST_VOLATILITY_Q96))
}

export function boundedSlope(slope: bigint): bigint {
  if (slope > MOST_SLOPE_Q96) return MOST_SLOPE_Q96
  return slope < -MOST_SLOPE_Q96 ? -MOST_SLOPE_Q96 : slope
}

function shape(rho: bigint, phi: bigint, k: bigint): bigint {
  const slope = (phi * k) / ONE
  const r = (rho << 96n) / ONE
  const shifted = slope + r
  return ONE_Q96 + ((r * slope) >> 96n) + root(shifted * shifted + ONE_Q192 - r * r)
}
