// What is an option worth under Black's formula? The float64 form of contracts/math/BlackLib.sol.
import { scaledTail } from './normal.ts'

/** Undiscounted value of the out-of-the-money option of the strike. `logMoneyness` is ln(forward/strike). */
export function outOfTheMoney(forward: number, strike: number, logMoneyness: number, totalVolatility: number): number {
  if (totalVolatility <= 0) return 0
  const smaller = Math.min(forward, strike)
  const h = Math.abs(logMoneyness) / totalVolatility
  const half = 0.5 * totalVolatility
  const low = h - half
  if (low >= 13) return 0
  if (low <= -13) return smaller
  const density = smaller * Math.exp(-0.5 * low * low)
  const farTail = scaledTail(h + half)
  return low < 0 ? smaller - density * (scaledTail(-low) + farTail) : density * (scaledTail(low) - farTail)
}

/** Undiscounted call and put. */
export function callAndPut(
  forward: number,
  strike: number,
  logMoneyness: number,
  totalVolatility: number,
): { readonly call: number; readonly put: number } {
  const value = outOfTheMoney(forward, strike, logMoneyness, totalVolatility)
  return forward > strike
    ? { call: value + forward - strike, put: value }
    : { call: value, put: value + strike - forward }
}
