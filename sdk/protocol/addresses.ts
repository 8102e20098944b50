// Which contracts make up one universe, and by which ABI is each spoken to?
import type { Address } from '../../units/account.ts'
import {
  anchorAbi,
  auctionsAbi,
  clearinghouseAbi,
  custodyAbi,
  defaultFundAbi,
  exchangeAbi,
  keeperRegistryAbi,
  ledgerAbi,
  lensAbi,
  marginAbi,
  marginCallsAbi,
  parametersAbi,
  poolMeanAbi,
  priceBookAbi,
  reporterOracleAbi,
  settlementAbi,
  volatilityBookAbi,
} from './abi.ts'

export const ABIS = {
  clearinghouse: clearinghouseAbi,
  parameters: parametersAbi,
  ledger: ledgerAbi,
  custody: custodyAbi,
  keeperRegistry: keeperRegistryAbi,
  reporterOracle: reporterOracleAbi,
  anchor: anchorAbi,
  poolMean: poolMeanAbi,
  priceBook: priceBookAbi,
  volatilityBook: volatilityBookAbi,
  margin: marginAbi,
  marginCalls: marginCallsAbi,
  auctions: auctionsAbi,
  defaultFund: defaultFundAbi,
  settlement: settlementAbi,
  exchange: exchangeAbi,
  lens: lensAbi,
} as const

export type ContractName = keyof typeof ABIS
export const CONTRACT_NAMES = Object.keys(ABIS) as readonly ContractName[]

/** Every contract of one universe, and the AccessManager that governs them. */
export type Addresses = Readonly<Record<ContractName | 'accessManager', Address>>
