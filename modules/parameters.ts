// What must be decided before a universe is deployed? Its cash, its underlyings, its keepers, its governance.
import type { Address } from '../units/account.ts'
import type { MarginParameters, Scenario } from '../units/portfolio.ts'

/** One market. Its number is its place in the list, from one. */
export type UnderlyingParameters = {
  readonly token: Address
  /** Chainlink aggregator. */
  readonly aggregator: Address
  /** [s] */
  readonly heartbeat: number
  /** [1e-6] Step at which the feed updates early. */
  readonly deviation: number
  /** Uniswap v3 pool of the token and the cash token, which remembers half an hour: it may only tighten INITIAL. */
  readonly pool?: Address | undefined
  readonly margin: MarginParameters
  readonly grid: readonly Scenario[]
  /** [1e18 contracts] */
  readonly minimumSize: bigint
  /** [1e18 contracts] Most that may be short in one expiry. */
  readonly shortCap: bigint
}

/** See contracts/keepers/KeeperRegistry.sol. `operators` may join. */
export type KeeperParameters = {
  readonly slotSeconds: number
  readonly guardSeconds: number
  readonly epochSeconds: number
  readonly bondDelaySeconds: number
  readonly faultTolerance: number
  readonly quorum: number
  readonly bond: bigint
  readonly operators: readonly Address[]
}

/** Governance acts `delaySeconds` after it has said what it will do; the guardian at once. */
export type GovernanceParameters = {
  readonly governor: Address
  readonly guardian: Address
  readonly delaySeconds: number
}

/** All in 1e-6; the bounds are those of contracts/types/Fees.sol. */
export type FeeParameters = {
  /** Of the index, a contract: whose order rests, and whose order takes. */
  readonly makerShare: number
  readonly takerShare: number
  /** Of the premium: a trade’s fee is never more. */
  readonly premiumShare: number
  /** Of the settlement price, a contract that pays, for ever. */
  readonly settlementShare: number
  /** Of what an account is paid at expiry: the settlement fee is never more. */
  readonly payoffShare: number
}

export type ProtocolParameters = {
  readonly cashToken: Address
  readonly underlyings: readonly UnderlyingParameters[]
  readonly keepers: KeeperParameters
  readonly governance: GovernanceParameters
  readonly fees: FeeParameters
  /** Chainlink's uptime feed on a rollup; the zero address elsewhere. */
  readonly sequencerFeed: Address
  /** [s] After the sequencer's restart, before its prices count. */
  readonly sequencerGraceSeconds: number
  /** Number of the underlying that is the chain's own token, in which gas is paid; zero where it is none. */
  readonly nativeUnderlying: number
}
