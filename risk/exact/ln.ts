// What is the natural logarithm? Bit for bit contracts/math/LnLib.sol.
import {
  LN2_Q192,
  LN2_WAD_Q184,
  LN_A1,
  LN_A2,
  LN_A3,
  LN_B1,
  LN_B2,
  LN_B3,
  LN_P,
  LN_RATIO_OFFSET_Q192,
  LN_WAD_A1,
  LN_WAD_OFFSET_Q184,
  LN_WAD_P,
  SQRT2_Q96,
} from './kernelConstants.ts'

/** ln(numerator/denominator) in Q96; both positive and below 2^128. */
export function lnRatioQ96(numerator: bigint, denominator: bigint): bigint {
  return lnQ128(denominator === 0n ? 0n : (numerator << 128n) / denominator)
}

/** ln of a word in Q128, in Q96. */
export function lnQ128(ratio: bigint): bigint {
  const zeros = leadingZeros(ratio)
  const { s, z } = folded(ratio, zeros)
  const g = LN_P + LN_A1 / (z + LN_B1 + inner(z))
  return (s * g + LN_RATIO_OFFSET_Q192 - zeros * LN2_Q192) >> 96n
}

/** 18 decimals to 18 decimals. Throws RangeError at zero. */
export function lnWad(x: bigint): bigint {
  if (x === 0n) throw new RangeError('LnOfZero()')
  const zeros = leadingZeros(x)
  const { s, z } = folded(x, zeros)
  const g = LN_WAD_P + LN_WAD_A1 / (z + LN_B1 + inner(z))
  return (s * g + LN_WAD_OFFSET_Q184 - zeros * LN2_WAD_Q184) >> 184n
}

/** Zero bits before the first one in 256; 256 for zero. */
export function leadingZeros(word: bigint): bigint {
  if (word === 0n) return 256n
  const digits = word.toString(16)
  return BigInt(256 - 4 * digits.length + Math.clz32(parseInt(digits[0]!, 16)) - 28)
}

function folded(word: bigint, zeros: bigint): { readonly s: bigint; readonly z: bigint } {
  const m = (word << zeros) >> 159n
  const s = ((m - SQRT2_Q96) << 96n) / (m + SQRT2_Q96)
  return { s, z: (s * s) >> 96n }
}

function inner(z: bigint): bigint {
  return LN_A2 / (z + LN_B2 + LN_A3 / (z + LN_B3))
}
