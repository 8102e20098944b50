// Which way does a division round? Twins of Solidity's divisions.

export const MILLION = 1_000_000n
const WAD = 10n ** 18n

/** Of values that are not negative. */
export function ceilDiv(value: bigint, divisor: bigint): bigint {
  return value === 0n ? 0n : (value - 1n) / divisor + 1n
}

/** From 36 decimals to 18, towards minus infinity. */
export function toWadDown(value: bigint): bigint {
  return value / WAD - (value % WAD < 0n ? 1n : 0n)
}

/** From 36 decimals to 18, towards plus infinity. */
export function toWadUp(value: bigint): bigint {
  return value / WAD + (value % WAD > 0n ? 1n : 0n)
}
