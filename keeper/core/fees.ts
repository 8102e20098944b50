// What may a transaction cost? EIP-1559 fees from the base fee, never from the mempool, up to the operator's cap.

/** Wei per gas. */
export type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
export type FeeLimits = { readonly cap: bigint; readonly tip: bigint }

/** Three raises by an eighth below the cap, each rounded up by one: what is sent first can be replaced so often. */
const RAISES = 3n
const RAISES_NUMERATOR = 512n
const RAISES_DENOMINATOR = 729n

/**
 * Room for the base fee to double, and under the cap for three raises, as far as the base fee leaves it; the tip never exceeds the
 * whole. Undefined where the cap is below the base fee.
 */
export function firstFees(baseFee: bigint, { cap, tip }: FeeLimits): Fees | undefined {
  const wanted = baseFee * 2n + tip
  const needed = smaller(baseFee + tip, cap)
  const maxFeePerGas = smaller(wanted, larger((cap * RAISES_NUMERATOR) / RAISES_DENOMINATOR - RAISES, needed))
  if (maxFeePerGas < baseFee) return undefined
  return { maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas }
}

/** Fees that replace `last`: both fields higher by an eighth at least, as nodes ask. Undefined where the cap forbids it. */
export function raisedFees(last: Fees, baseFee: bigint, limits: FeeLimits): Fees | undefined {
  const fresh = smaller(baseFee * 2n + limits.tip, limits.cap)
  const maxFeePerGas = larger(byEighth(last.maxFeePerGas), fresh)
  const maxPriorityFeePerGas = larger(byEighth(last.maxPriorityFeePerGas), smaller(limits.tip, fresh))
  if (maxFeePerGas > limits.cap || maxFeePerGas < baseFee) return undefined
  return { maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas), maxPriorityFeePerGas }
}

const byEighth = (fee: bigint): bigint => (fee * 9n) / 8n + 1n
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
