// What can there be to do? Every duty, and what a turn for it is taken on.
import type { Witness } from '../../../units/portfolio.ts'
import type { Doubled } from '../evidence.ts'
import type { AccountId, SeriesId } from '../../../units/values.ts'

/** `shortfall` [1e18 units of account]: how far below; the largest goes first. Rounds and expiries in unix seconds. */
export type Duty =
  | { readonly kind: 'reportPrices'; readonly underlying: number; readonly round: number }
  | { readonly kind: 'addObservation'; readonly underlying: number; readonly round: number }
  | { readonly kind: 'submitSurface'; readonly underlying: number; readonly round: number; readonly reason: string }
  | {
      readonly kind: 'openMarginCall'
      readonly account: AccountId
      readonly witnesses: readonly Witness[]
      readonly shortfall: bigint
    }
  | {
      readonly kind: 'replaceWitness'
      readonly account: AccountId
      readonly of: 'marginCalls' | 'auctions'
      readonly witnesses: readonly Witness[]
    }
  | { readonly kind: 'recordCure'; readonly account: AccountId }
  | { readonly kind: 'lapse'; readonly account: AccountId }
  | {
      readonly kind: 'startAuction'
      readonly account: AccountId
      readonly witnesses: readonly Witness[]
      readonly shortfall: bigint
    }
  | { readonly kind: 'closeAuction'; readonly account: AccountId }
  | { readonly kind: 'writeOff'; readonly account: AccountId }
  | { readonly kind: 'fixSettlementPrice'; readonly underlying: number; readonly expiry: number }
  | {
      readonly kind: 'settle'
      readonly underlying: number
      readonly expiry: number
      readonly accounts: readonly AccountId[]
    }
  | { readonly kind: 'checkIn'; readonly keeper: number }
  | { readonly kind: 'startEpoch'; readonly epoch: number }
  | { readonly kind: 'putToSleep'; readonly keeper: number }
  | ({ readonly kind: 'proveEquivocation'; readonly keeper: number } & Doubled)
  | { readonly kind: 'sweepDust'; readonly underlying: number; readonly expiry: number }
  | { readonly kind: 'recordAgreement'; readonly underlying: number }
  | { readonly kind: 'payWithdrawals'; readonly place: bigint }
  | { readonly kind: 'observeHour'; readonly underlying: number; readonly hour: number }
  | { readonly kind: 'recordTouch'; readonly series: SeriesId; readonly hour: number }
  | {
      readonly kind: 'fixAverage'
      readonly underlying: number
      readonly expiry: number
      readonly windowHours: number
    }
  | { readonly kind: 'chargeInterest'; readonly account: AccountId }
  | { readonly kind: 'openSale'; readonly account: AccountId; readonly underlying: number }
  | {
      readonly kind: 'tearUp'
      readonly account: AccountId
      readonly series: SeriesId
      readonly holders: readonly AccountId[]
    }
  | {
      readonly kind: 'noteSilence' | 'declareWindDown' | 'sampleWindDown' | 'fixWindDownPrice'
      readonly underlying: number
    }
  /** Nobody's turn, and only where the operator has asked for it. */
  | { readonly kind: 'bid' | 'buyCollateral'; readonly account: AccountId }

export type DutyKind = Duty['kind']

/** In the order in which a head's transactions are sent: prices first, since the rest is judged by them. */
export const DUTY_KINDS = [
  'reportPrices',
  'addObservation',
  'submitSurface',
  'observeHour',
  'recordTouch',
  'startAuction',
  'openMarginCall',
  'replaceWitness',
  'recordCure',
  'lapse',
  'closeAuction',
  'tearUp',
  'writeOff',
  'fixSettlementPrice',
  'fixAverage',
  'settle',
  'openSale',
  'chargeInterest',
  'checkIn',
  'startEpoch',
  'putToSleep',
  'proveEquivocation',
  'sweepDust',
  'recordAgreement',
  'payWithdrawals',
  'noteSilence',
  'declareWindDown',
  'sampleWindDown',
  'fixWindDownPrice',
  'bid',
  'buyCollateral',
] as const satisfies readonly DutyKind[]

/** What the duty is about, as a number: with the kind, the subject that turns are taken on. */
export function aboutOf(duty: Duty): bigint {
  if ('account' in duty) return duty.account
  if ('keeper' in duty) return BigInt(duty.keeper)
  if ('place' in duty) return duty.place
  if ('epoch' in duty) return BigInt(duty.epoch)
  if ('series' in duty) return duty.series
  const time = BigInt('expiry' in duty ? duty.expiry : 'hour' in duty ? duty.hour : 0)
  const about = (BigInt(duty.underlying) << 32n) | time
  return 'windowHours' in duty ? (about << 24n) | BigInt(duty.windowHours) : about
}

/** One text for one duty, however often it is seen. */
export function keyOf(duty: Duty): string {
  return `${duty.kind}:${aboutOf(duty)}`
}
