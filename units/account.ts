// Whose account is it? Twin of contracts/types/AccountId.sol.
import type { AccountId } from './values.ts'

export type Address = `0x${string}`

const INDEX_BITS = 96n

/** `owner << 96 | index`. */
export function accountIdOf(owner: Address, index: bigint): AccountId {
  if (index < 0n || index >> INDEX_BITS !== 0n) throw new RangeError(`account index ${index} does not fit 96 bits`)
  return ((BigInt(owner) << INDEX_BITS) | index) as AccountId
}

/** Lower-case address of the owner. */
export function ownerOf(account: AccountId): Address {
  return `0x${(account >> INDEX_BITS).toString(16).padStart(40, '0')}`
}

export function indexOf(account: AccountId): bigint {
  return account & ((1n << INDEX_BITS) - 1n)
}
