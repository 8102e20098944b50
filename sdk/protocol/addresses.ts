// Which contracts make up one universe, and by which ABI is each spoken to?
import type { Address } from '../../units/account.ts'
import {
  anchorAbi,
  auctionsAbi,
  clearinghouseAbi,
  custodyAbi,
  debtsAbi,
  defaultFundAbi,
  exchangeAbi,
  guardianAbi,
  keeperRegistryAbi,
  ledgerAbi,
  lensAbi,
  marginAbi,
  marginCallsAbi,
  parametersAbi,
  poolMeanAbi,
  priceBookAbi,
  reporterOracleAbi,
  rewardsAbi,
  settlementAbi,
  tearUpsAbi,
  volatilityBookAbi,
  windDownAbi,
  withdrawalQueueAbi,
} from './abi.ts'

export const ABIS = {
  clearinghouse: clearinghouseAbi,
  guardian: guardianAbi,
  parameters: parametersAbi,
  ledger: ledgerAbi,
  custody: custodyAbi,
  withdrawalQueue: withdrawalQueueAbi,
  keeperRegistry: keeperRegistryAbi,
  reporterOracle: reporterOracleAbi,
  anchor: anchorAbi,
  poolMean: poolMeanAbi,
  priceBook: priceBookAbi,
  volatilityBook: volatilityBookAbi,
  windDown: windDownAbi,
  margin: marginAbi,
  marginCalls: marginCallsAbi,
  auctions: auctionsAbi,
  tearUps: tearUpsAbi,
  debts: debtsAbi,
  rewards: rewardsAbi,
  defaultFund: defaultFundAbi,
  settlement: settlementAbi,
  exchange: exchangeAbi,
  lens: lensAbi,
} as const

export type ContractName = keyof typeof ABIS
export const CONTRACT_NAMES = Object.keys(ABIS) as readonly ContractName[]

/** Every contract of one universe, and the AccessManager that governs them. */
export type Addresses = Readonly<Record<ContractName | 'accessManager', Address>>
