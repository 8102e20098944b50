// How likely is a standard normal variable to stay below x? Bit for bit contracts/math/NormalLib.sol.
import { reduce } from './exp.ts'
import {
  HALF_LOG2E_Q96,
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

const ONE = 10n ** 18n
const FAR = 9n * ONE

/** (1 - Phi(x)) e^(x^2/2) in Q96 for x >= 0. */
export function scaledTailQ96(x: bigint): bigint {
  let y = MILLS_A8 / (x + MILLS_B8)
  y = MILLS_A7 / (x + MILLS_B7 + y)
  y = MILLS_A6 / (x + MILLS_B6 + y)
  y = MILLS_A5 / (x + MILLS_B5 + y)
  y = MILLS_A4 / (x + MILLS_B4 + y)
  y = MILLS_A3 / (x + MILLS_B3 + y)
  y = MILLS_A2 / (x + MILLS_B2 + y)
  return MILLS_A1 / (x + MILLS_B1 + y)
}

/** Phi(x), 18 decimals to 18 decimals. */
export function cdfWad(x: bigint): bigint {
  if (x < -FAR) return 0n
  if (x > FAR) return ONE
  const distance = ((x < 0n ? -x : x) << 96n) / ONE
  const { k, f, c } = reduce(((distance * distance) >> 64n) * HALF_LOG2E_Q96)
  const tail = ((scaledTailQ96(distance) * ONE * (c - f)) / (c + f)) >> (96n + k)
  return x > 0n ? ONE - tail : tail
}
