// What is e to the power x? Bit for bit contracts/math/ExpLib.sol.
import { EXP_A1, EXP_A2, EXP_B1, EXP_B2, EXP_P, LOG2E_Q128, LOG2E_WAD } from './kernelConstants.ts'

const HALF_Q224 = 1n << 223n
const MAX_Q96 = 110n << 96n
const MIN_Q96 = -(68n << 96n)
const MAX_WAD = 135n * 10n ** 18n
const MIN_WAD = -42n * 10n ** 18n
const WAD_Q97 = (10n ** 18n) << 97n

/** Q96 to Q96. Throws RangeError where the contract reverts. */
export function expQ96(x: bigint): bigint {
  if (x < MIN_Q96) return 0n
  if (x > MAX_Q96) throw new RangeError(`ExpOverflow(${x}, ${MAX_Q96})`)
  const { k, f, c } = reduce(x * LOG2E_Q128)
  return shifted(((c + f) << 157n) / (c - f), 61n - k)
}

/** 18 decimals to 18 decimals. Throws RangeError where the contract reverts. */
export function expWad(x: bigint): bigint {
  if (x < MIN_WAD) return 0n
  if (x > MAX_WAD) throw new RangeError(`ExpOverflow(${x}, ${MAX_WAD})`)
  const { k, f, c } = reduce(x * LOG2E_WAD)
  return shifted(((c + f) * WAD_Q97) / (c - f), 97n - k)
}

/** Splits an exponent of 2 in Q224: 2^(k + f) = 2^k (c + f)/(c - f). */
export function reduce(t: bigint): { readonly k: bigint; readonly f: bigint; readonly c: bigint } {
  const k = (t + HALF_Q224) >> 224n
  const f = (t - (k << 224n)) >> 128n
  const z = (f * f) >> 96n
  return { k, f, c: EXP_P + EXP_A1 / (z + EXP_B1 + EXP_A2 / (z + EXP_B2)) }
}

function shifted(power: bigint, right: bigint): bigint {
  return right >= 0n ? power >> right : power << -right
}
