// What is the total volatility of a strike on its expiry's smile? Bit for bit contracts/math/SurfaceLib.sol.
import { root } from './sqrt.ts'

const ONE = 10n ** 18n
const ONE_Q96 = 1n << 96n
const ONE_Q192 = 1n << 192n

/** w in Q96 at k = ln(strike/forward) in Q96; theta, rho, phi in 18 decimals. */
export function totalVarianceQ96(theta: bigint, rho: bigint, phi: bigint, k: bigint): bigint {
  return (theta * shape(rho, phi, k)) / (2n * ONE)
}

/** The root of w in Q96. */
export function totalVolatilityQ96(theta: bigint, rho: bigint, phi: bigint, k: bigint): bigint {
  return root(((theta * shape(rho, phi, k)) / (2n * ONE)) << 96n)
}

function shape(rho: bigint, phi: bigint, k: bigint): bigint {
  const slope = (phi * k) / ONE
  const r = (rho << 96n) / ONE
  const shifted = slope + r
  return ONE_Q96 + ((r * slope) >> 96n) + root(shifted * shifted + ONE_Q192 - r * r)
}
