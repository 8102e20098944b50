// Who may do what? The table that the deployment grants and that a test compares with the contracts. Ids as in
// contracts/access/Roles.sol. What is not named here belongs to the administrator, which is governance.
import { toFunctionSelector, type AbiFunction, type Hex } from 'viem'
import { ABIS, type ContractName } from '../sdk/protocol/addresses.ts'

export const ROLES = {
  ADMIN: 0n,
  POSTER: 1n,
  CUSTODIAN: 2n,
  EXCHANGE: 3n,
  AUCTIONEER: 4n,
  GUARDIAN: 5n,
  ORACLE: 6n,
  COLLECTOR: 7n,
} as const
export type Role = keyof typeof ROLES

/** [s] What could make a healthy account liquidatable waits at least this long (RULES B9). */
export const LEAST_GOVERNANCE_DELAY_SECONDS = 48 * 3600

type Permission = { readonly role: Role; readonly contract: ContractName; readonly functions: readonly string[] }

export const PERMISSIONS: readonly Permission[] = [
  { role: 'POSTER', contract: 'ledger', functions: ['postCash', 'postCollateral', 'postPosition'] },
  { role: 'AUCTIONEER', contract: 'ledger', functions: ['realiseLoss'] },
  { role: 'CUSTODIAN', contract: 'custody', functions: ['pull', 'push'] },
  { role: 'CUSTODIAN', contract: 'withdrawalQueue', functions: ['enqueue'] },
  { role: 'EXCHANGE', contract: 'clearinghouse', functions: ['trade'] },
  { role: 'AUCTIONEER', contract: 'marginCalls', functions: ['enterAuction', 'leaveAuction'] },
  { role: 'AUCTIONEER', contract: 'defaultFund', functions: ['cover'] },
  { role: 'ORACLE', contract: 'keeperRegistry', functions: ['punish'] },
  { role: 'COLLECTOR', contract: 'ledger', functions: ['shareGain', 'takeInterest'] },
  { role: 'GUARDIAN', contract: 'clearinghouse', functions: ['stopNewRisk', 'lowerShortCap'] },
  { role: 'GUARDIAN', contract: 'parameters', functions: ['lowerLongCredit'] },
]

/** Roles that contracts of the universe hold; the administrator is people. */
export const HOLDERS: Readonly<Record<Exclude<Role, 'ADMIN'>, readonly ContractName[]>> = {
  POSTER: ['clearinghouse', 'withdrawalQueue', 'defaultFund', 'auctions', 'tearUps', 'debts', 'rewards', 'settlement'],
  CUSTODIAN: ['clearinghouse', 'withdrawalQueue', 'defaultFund', 'auctions'],
  EXCHANGE: ['exchange'],
  AUCTIONEER: ['auctions'],
  ORACLE: ['reporterOracle', 'volatilityBook'],
  GUARDIAN: ['guardian'],
  COLLECTOR: ['debts'],
}

/** Selector of a function by its name, which no other function of the contract has. */
export function selectorOf(contract: ContractName, name: string): Hex {
  const found = (ABIS[contract] as readonly { type: string; name?: string }[]).filter(
    (item) => item.type === 'function' && item.name === name,
  )
  if (found.length !== 1) throw new Error(`${contract} has ${found.length} functions named ${name}`)
  return toFunctionSelector(found[0] as AbiFunction)
}
