// How likely is a standard normal variable to stay below x? Bit for bit contracts/math/NormalLib.sol.
import { powerFraction } from './exp.ts'
import {
  CDF_SHIFT_Q96,
  HALF_LOG2E_Q96,
  INVERSE_WAD_Q192,
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
const FAR_Q96 = 9n << 96n

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
  return cdf(((x < 0n ? -x : x) * INVERSE_WAD_Q192) >> 96n, x >= 0n)
}

/** Phi(x), Q96 to 18 decimals. */
export function cdfQ96(x: bigint): bigint {
  if (x < -FAR_Q96) return 0n
  if (x > FAR_Q96) return ONE
  return cdf(x < 0n ? -x : x, x >= 0n)
}

function cdf(distance: bigint, isAbove: boolean): bigint {
  const tail = scaledTailQ96(distance)
  const t = (((distance * distance) >> 64n) * HALF_LOG2E_Q96) >> 128n
  const f = BigInt.asIntN(96, t)
  const c = powerFraction(f)
  const signed = (((isAbove ? ~tail : tail) * ONE * (c - f)) / (c + f)) >> ((t + CDF_SHIFT_Q96) >> 96n)
  return isAbove ? signed + ONE : signed
}
