// What is e to the power x? Bit for bit contracts/math/ExpLib.sol.
import { EXP_A1, EXP_A2, EXP_B1, EXP_B2, EXP_P, EXP_WAD_SCALE, LOG2E_Q128, LOG2E_WAD } from './kernelConstants.ts'

const MAX_Q96 = 110n << 96n
const MIN_Q96 = -(68n << 96n)
const MAX_WAD = 135n * 10n ** 18n
const MIN_WAD = -42n * 10n ** 18n

/** Q96 to Q96. Throws RangeError where the contract reverts. */
export function expQ96(x: bigint): bigint {
  if (x < MIN_Q96) return 0n
  if (x > MAX_Q96) throw new RangeError(`ExpOverflow(${x}, ${MAX_Q96})`)
  const t = (x * LOG2E_Q128) >> 128n
  const f = BigInt.asIntN(96, t)
  const c = powerFraction(f)
  return shiftedRight(((c + f) << 157n) / (c - f), 61n - ((t - f) >> 96n))
}

/** 18 decimals to 18 decimals. Throws RangeError where the contract reverts. */
export function expWad(x: bigint): bigint {
  if (x < MIN_WAD) return 0n
  if (x > MAX_WAD) throw new RangeError(`ExpOverflow(${x}, ${MAX_WAD})`)
  const t = (x * LOG2E_WAD) >> 128n
  const f = BigInt.asIntN(96, t)
  const c = powerFraction(f)
  return ((((c + f) << 96n) / (c - f)) * EXP_WAD_SCALE) >> (195n - ((t - f) >> 96n))
}

/** c of 2^f = (c + f)/(c - f), for f in Q96 within one half of zero. */
export function powerFraction(f: bigint): bigint {
  const z = (f * f) >> 96n
  return EXP_A1 / (EXP_A2 / (z + EXP_B2) + z + EXP_B1) + EXP_P
}

function shiftedRight(word: bigint, bits: bigint): bigint {
  return bits >= 0n ? word >> bits : word << -bits
}
