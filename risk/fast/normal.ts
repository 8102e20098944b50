// How likely is a standard normal variable to stay below x? The float64 form of contracts/math/NormalLib.sol.
import {
  MILLS_A1,
  MILLS_A2,
  MILLS_A3,
  MILLS_A4,
  MILLS_A5,
  MILLS_A6,
  MILLS_A7,
  MILLS_A8,
  MILLS_B1,
  MILLS_B2,
  MILLS_B3,
  MILLS_B4,
  MILLS_B5,
  MILLS_B6,
  MILLS_B7,
  MILLS_B8,
} from './kernelConstants.ts'

/** (1 - Phi(x)) e^(x^2/2) for x >= 0. */
export function scaledTail(x: number): number {
  let y = MILLS_A8 / (x + MILLS_B8)
  y = MILLS_A7 / (x + MILLS_B7 + y)
  y = MILLS_A6 / (x + MILLS_B6 + y)
  y = MILLS_A5 / (x + MILLS_B5 + y)
  y = MILLS_A4 / (x + MILLS_B4 + y)
  y = MILLS_A3 / (x + MILLS_B3 + y)
  y = MILLS_A2 / (x + MILLS_B2 + y)
  return MILLS_A1 / (x + MILLS_B1 + y)
}

export function cdf(x: number): number {
  const tail = scaledTail(Math.abs(x)) * Math.exp(-0.5 * x * x)
  return x > 0 ? 1 - tail : tail
}
