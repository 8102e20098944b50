// What may a transaction cost? EIP-1559 fees from the base fee, never from the mempool, up to the operator's cap.

/** Wei per gas. */
export type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
export type FeeLimits = { readonly cap: bigint; readonly tip: bigint }

/** Room for the base fee to double; the tip never exceeds the whole. Undefined where the cap is below the base fee. */
export function firstFees(baseFee: bigint, { cap, tip }: FeeLimits): Fees | undefined {
  const wanted = baseFee * 2n + tip
  const maxFeePerGas = wanted < cap ? wanted : cap
  if (maxFeePerGas < baseFee) return undefined
  return { maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas }
}

/** Fees that replace `last`: both fields higher by an eighth at least, as nodes ask. Undefined where the cap forbids it. */
export function raisedFees(last: Fees, baseFee: bigint, limits: FeeLimits): Fees | undefined {
  const fresh = firstFees(baseFee, limits)
  const maxFeePerGas = larger(byEighth(last.maxFeePerGas), fresh?.maxFeePerGas ?? 0n)
  const maxPriorityFeePerGas = larger(byEighth(last.maxPriorityFeePerGas), fresh?.maxPriorityFeePerGas ?? 0n)
  if (maxFeePerGas > limits.cap || maxFeePerGas < baseFee) return undefined
  return { maxFeePerGas: larger(maxFeePerGas, maxPriorityFeePerGas), maxPriorityFeePerGas }
}

const byEighth = (fee: bigint): bigint => (fee * 9n) / 8n + 1n
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
