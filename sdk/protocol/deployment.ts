// Where is a universe deployed? The record that `npm run deploy` writes and every client reads.
import type { Address } from '../../units/account.ts'
import { CONTRACT_NAMES, type Addresses } from './addresses.ts'

/** `deployments/<chainId>.json`. `blockNumber`: nothing of the universe happened before it. */
export type Deployment = {
  readonly chainId: number
  readonly blockNumber: number
  readonly addresses: Addresses
}

/** Checks a parsed record; throws naming the field that is wrong. */
export function parseDeployment(record: unknown): Deployment {
  const fields = objectOf(record, 'deployment')
  const listed = objectOf(fields['addresses'], 'addresses')
  const names = ['accessManager', ...CONTRACT_NAMES] as const
  const addresses = Object.fromEntries(names.map((name) => [name, addressOf(listed[name], `addresses.${name}`)]))
  return {
    chainId: wholeNumberOf(fields['chainId'], 'chainId'),
    blockNumber: wholeNumberOf(fields['blockNumber'], 'blockNumber'),
    addresses: addresses as Addresses,
  }
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${field} is not an object`)
  return value as Record<string, unknown>
}

function wholeNumberOf(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new TypeError(`${field} is not a whole number: ${String(value)}`)
  }
  return value
}

function addressOf(value: unknown, field: string): Address {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(value)) {
    throw new TypeError(`${field} is not an address: ${String(value)}`)
  }
  return value as Address
}
