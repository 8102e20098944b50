// What is the square root? Bit for bit contracts/math/SqrtLib.sol.
import { SQRT_SEED_Q128 } from './kernelConstants.ts'
import { leadingZeros } from './ln.ts'

/** Q96 to Q96. Throws RangeError where the contract reverts. */
export function sqrtQ96(x: bigint): bigint {
  if (x >> 160n !== 0n) throw new RangeError(`SqrtOverflow(${x})`)
  return root(x << 96n)
}

/** 18 decimals to 18 decimals. Throws RangeError where the contract reverts. */
export function sqrtWad(x: bigint): bigint {
  if (x >> 196n !== 0n) throw new RangeError(`SqrtOverflow(${x})`)
  return root(x * 10n ** 18n)
}

/** Root of a whole number that is zero or at least 2^16. */
export function root(n: bigint): bigint {
  if (n === 0n) return 0n
  const h = (leadingZeros(n) + 1n) >> 1n
  let result = (n >> (129n - h)) + (SQRT_SEED_Q128 >> h)
  result = (result + n / result) >> 1n
  result = (result + n / result) >> 1n
  result = (result + n / result) >> 1n
  return (result + n / result) >> 1n
}
