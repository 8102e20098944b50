// What is the total volatility of a strike on its expiry's smile? The float64 form of contracts/math/SurfaceLib.sol.

/** w at k = ln(strike/forward). */
export function totalVariance(theta: number, rho: number, phi: number, k: number): number {
  const slope = phi * k
  const shifted = slope + rho
  return 0.5 * theta * (1 + rho * slope + Math.sqrt(shifted * shifted + 1 - rho * rho))
}

/** d√w/dk, from -16 to 16. */
export function volatilitySlope(theta: number, rho: number, phi: number, k: number): number {
  const shifted = phi * k + rho
  const variance = 0.5 * theta * phi * (rho + shifted / Math.sqrt(shifted * shifted + 1 - rho * rho))
  return Math.max(-16, Math.min(16, variance / (2 * totalVolatility(theta, rho, phi, k))))
}

export function totalVolatility(theta: number, rho: number, phi: number, k: number): number {
  return Math.sqrt(totalVariance(theta, rho, phi, k))
}
