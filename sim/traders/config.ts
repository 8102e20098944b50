// By which settings does a trader run? A file that the world writes, one for each process.
import { readFileSync } from 'node:fs'
import type { Hex } from 'viem'
import type { Address } from '../../units/account.ts'
import type { Addresses } from '../../sdk/protocol/addresses.ts'
import type { Persona } from '../world/book.ts'

/** `account` as decimal digits, since JSON has no integers of that size. */
export type OwnedAccount = {
  readonly account: string
  readonly key: Hex
  readonly persona: Persona
}

export type TraderConfig = {
  readonly role: 'owner' | 'bidder'
  readonly wsUrl: string
  readonly statusPort: number
  readonly addresses: Addresses
  readonly cashToken: Address
  /** Decimals of the cash token. */
  readonly cashDecimals: number
  readonly accounts: readonly OwnedAccount[]
  /** Distinct for each process, so that the order in a block does not hang on who was quicker. */
  readonly priorityFeeWei: string
}

export function readTraderConfig(file: string): TraderConfig {
  return JSON.parse(readFileSync(file, 'utf8')) as TraderConfig
}
