// What is an option worth under Black's formula? Bit for bit contracts/math/BlackLib.sol.
import { reduce } from './exp.ts'
import { HALF_LOG2E_Q96 } from './kernelConstants.ts'
import { scaledTailQ96 } from './normal.ts'

const FAR_Q96 = 13n << 96n
const LEAST_VOLATILITY_Q96 = 1n << 32n

/** Undiscounted value of the out-of-the-money option of the strike, in the units of forward and strike. */
export function outOfTheMoney(
  forward: bigint,
  strike: bigint,
  logMoneynessQ96: bigint,
  totalVolatilityQ96: bigint,
): bigint {
  if (totalVolatilityQ96 < LEAST_VOLATILITY_Q96) return 0n
  const smaller = forward < strike ? forward : strike
  const h = ((logMoneynessQ96 < 0n ? -logMoneynessQ96 : logMoneynessQ96) << 96n) / totalVolatilityQ96
  const half = totalVolatilityQ96 >> 1n
  const low = h - half
  const isBelow = low < 0n
  const near = isBelow ? -low : low
  if (near >= FAR_Q96) return isBelow ? smaller : 0n
  const nearTail = scaledTailQ96(near)
  const farTail = scaledTailQ96(h + half)
  const { k, f, c } = reduce(((near * near) >> 64n) * HALF_LOG2E_Q96)
  const tails = (((isBelow ? ~nearTail : nearTail) - farTail) * (c - f)) >> 68n
  return (isBelow ? smaller : 0n) + (((smaller * tails) / (c + f)) >> (28n + k))
}

/** Undiscounted call and put; call - put = forward - strike exactly. */
export function callAndPut(
  forward: bigint,
  strike: bigint,
  logMoneynessQ96: bigint,
  totalVolatilityQ96: bigint,
): { readonly call: bigint; readonly put: bigint } {
  const value = outOfTheMoney(forward, strike, logMoneynessQ96, totalVolatilityQ96)
  return forward > strike
    ? { call: value + forward - strike, put: value }
    : { call: value, put: value + strike - forward }
}
