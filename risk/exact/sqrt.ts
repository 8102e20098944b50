// What is the square root? Bit for bit contracts/math/SqrtLib.sol.
import { leadingZeros } from './ln.ts'

/** Q96 to Q96, below 2^160. */
export function sqrtQ96(x: bigint): bigint {
  return root(x << 96n)
}

/** 18 decimals to 18 decimals, below 2^128. */
export function sqrtWad(x: bigint): bigint {
  return root(x * 10n ** 18n)
}

/** Root of a whole number that is zero or at least 2^16. */
export function root(n: bigint): bigint {
  if (n === 0n) return 0n
  const e = (256n - leadingZeros(n)) >> 1n
  let result = (n >> e) + (1n << e)
  result = n / result + (result >> 2n)
  result = (n / result + result) >> 1n
  result = (n / result + result) >> 1n
  return (n / result + result) >> 1n
}
