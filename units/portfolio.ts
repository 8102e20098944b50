// What does an account hold, under which prices, by which numbers? The shapes are those the contracts' ABI decodes to,
// so that a view can be handed to the margin function as it was read.
import type { Cash, Price, SeriesId, Size } from './values.ts'

export type Position = { readonly series: SeriesId; readonly size: Size }

/** `amount` in 1e18 units of the underlying. */
export type Collateral = { readonly underlying: number; readonly amount: bigint }

export type Portfolio = {
  readonly cash: Cash
  readonly positions: readonly Position[]
  readonly collateral: readonly Collateral[]
}

/** In the order of contracts/types/Marks.sol. */
export const MARKET_STATES = [
  'DEAD',
  'PRICED',
  'REDUCING',
  'SINGLE',
  'LIQUIDATING',
  'WIDE',
  'DISPUTED',
  'AGREED',
] as const
export type MarketState = (typeof MARKET_STATES)[number]

/** Which statement marks are for, in the order of contracts/types/Marks.sol. */
export const SIDES = ['BELOW', 'ABOVE'] as const
export type Side = (typeof SIDES)[number]

/** See contracts/types/Marks.sol; 64-bit fields are bigint. */
export type ExpiryMark = {
  readonly expiry: number
  readonly secondsLeft: number
  readonly windowSeconds: number
  readonly forwardRatio: bigint
  readonly theta: bigint
  readonly rho: bigint
  readonly phi: bigint
  readonly elapsedShare: bigint
  readonly averageSoFar: Price
  readonly settlementPrice: Price
}

/** `state` is an index into MARKET_STATES. `older`: the same expiries by the other surface, or none. `surfaceAge` in seconds. */
export type UnderlyingMarks = {
  readonly underlying: number
  readonly state: number
  readonly candidates: readonly Price[]
  readonly expiries: readonly ExpiryMark[]
  readonly older: readonly ExpiryMark[]
  readonly surfaceAge: number
}

/** What was seen of a path-dependent series so far; see contracts/types/Marks.sol. */
export type Observed = {
  readonly series: SeriesId
  readonly isTouched: boolean
  readonly elapsedShare: bigint
  readonly averageSoFar: Price
  readonly settlementPrice: Price
}

/** See contracts/types/Margin.sol. Shares in millionths. */
export type Scenario = {
  readonly spotMove: number
  readonly weight: number
  readonly volatilityMove: number
  readonly skew: number
}

/** See contracts/types/Margin.sol. Shares in millionths, amounts 1e18. */
export type MarginParameters = {
  readonly closeoutFactor: number
  readonly maintenanceFactor: number
  readonly volatilityUp: number
  readonly volatilityDown: number
  readonly volatilityFloor: number
  readonly shortPower: number
  readonly longPower: number
  readonly skewShift: number
  readonly basisShock: number
  readonly gapVolatility: number
  readonly longCredit: number
  readonly concentrationSlope: number
  readonly concentrationLoss: bigint
  readonly nakedContingency: number
  readonly collateralHaircut: number
  readonly keeperReserve: bigint
}

export const MAX_CANDIDATES = 4
/** Candidates under either surface: number `MAX_CANDIDATES * surface + candidate`. */
export const MAX_PAIRS = 8
export const NO_SCENARIO = 255

/** Charges named beside a scenario: none, the basis shock down, up, or all; see contracts/types/Margin.sol. */
export const NO_CHARGES = 0
export const BASIS_DOWN = 1
export const BASIS_UP = 2
export const ALL_CHARGES = 3
export const SCENARIO_MASK = 63
export const CHARGES_SHIFT = 6

/** One scenario, and its charges in the two bits above it, for each pair of a candidate price and a surface of one underlying. */
export type Witness = { readonly underlying: number; readonly scenarios: Scenarios }
export type Scenarios = readonly [number, number, number, number, number, number, number, number]

/** health by level in the order of LEVELS; witnesses ascending by underlying. */
export type Assessment = { readonly health: readonly [Cash, Cash, Cash, Cash]; readonly witnesses: readonly Witness[] }
