// How much more must be held because the surface is old? Twin of contracts/margin/AgeLib.sol.
import { ceilDiv, MILLION } from './rounding.ts'

/** [1e-6], [s] as in the contract. */
const MOST = 200_000n
const FRESH = 7_200n
const OLD = 86_400n

/** [1e-6] Of INITIAL. */
export function initialFactor(age: bigint): bigint {
  return MILLION + growth(age, FRESH, OLD)
}

/** [1e-6] Of MAINTENANCE and CLOSEOUT, whose own factor is `factor`. */
export function lowerFactor(factor: bigint, age: bigint): bigint {
  return factor + ceilDiv(factor * growth(age, OLD, 2n * OLD), MILLION)
}

function growth(age: bigint, from: bigint, to: bigint): bigint {
  if (age <= from) return 0n
  return age >= to ? MOST : ceilDiv(MOST * (age - from), to - from)
}
