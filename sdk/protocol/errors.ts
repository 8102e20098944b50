// Why was it refused? Reads the protocol's custom errors out of revert data and of viem's errors.
import { BaseError, decodeErrorResult, type Hex } from 'viem'
import { errorsAbi } from './abi.ts'

/** A custom error by name, with the values it compared. */
export type Refusal = { readonly name: string; readonly args: readonly unknown[] }

/** The custom error in revert data; undefined where it is none of the protocol's, nor a standard one. */
export function decodeRefusal(data: Hex): Refusal | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorsAbi, data })
    return { name: errorName, args: (args ?? []) as readonly unknown[] }
  } catch {
    return undefined
  }
}

/** The custom error behind a failed call or simulation of viem; undefined where the node gave no revert data. */
export function refusalOf(error: unknown): Refusal | undefined {
  const data = revertDataOf(error)
  return data === undefined ? undefined : decodeRefusal(data)
}

/** `StalePrice(61, 60)`, as people read it. */
export function describeRefusal(refusal: Refusal): string {
  return `${refusal.name}(${refusal.args.map(String).join(', ')})`
}

/** Revert data wherever in the chain of causes a node put it. */
function revertDataOf(error: unknown): Hex | undefined {
  if (!(error instanceof BaseError)) return undefined
  let found: Hex | undefined
  error.walk((cause) => {
    found ??= hexIn(cause)
    return false
  })
  return found
}

/** viem keeps it in `raw` or `data`, where `data` may be the hex itself or an object that holds it. */
function hexIn(cause: unknown): Hex | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  const { raw, data } = cause as { raw?: unknown; data?: unknown }
  if (isRevertData(raw)) return raw
  if (isRevertData(data)) return data
  const nested = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : undefined
  return isRevertData(nested) ? nested : undefined
}

/** At least a selector. */
function isRevertData(value: unknown): value is Hex {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{8,}$/.test(value)
}
