// How is a duty done on chain? The calls, one transaction for a kind where the contract takes many.
import type { Hex } from 'viem'
import type { Observation, Surface } from '../../units/observation.ts'
import type { Witness } from '../../units/portfolio.ts'
import type { AccountId } from '../../units/values.ts'
import type { Duty } from './duties/duty.ts'

export type SignedObservation = {
  readonly reporter: number
  readonly observation: Observation
  readonly signature: Hex
}
export type SignedSurface = { readonly reporter: number; readonly surface: Surface; readonly signature: Hex }

/** A function of the protocol, its arguments, and the most gas it can need: sized by items, never estimated from a batch that
 * swallows its failures. */
export type Call = { readonly duties: readonly Duty[]; readonly gas: bigint } & (
  | {
      readonly contract: 'priceBook'
      readonly functionName: 'report'
      readonly args: readonly [readonly SignedObservation[]]
    }
  | {
      readonly contract: 'volatilityBook'
      readonly functionName: 'submit'
      readonly args: readonly [readonly SignedSurface[]]
    }
  | {
      readonly contract: 'marginCalls'
      readonly functionName: 'openMarginCalls'
      readonly args: readonly [readonly { readonly account: AccountId; readonly witnesses: readonly Witness[] }[]]
    }
  | {
      readonly contract: 'marginCalls'
      readonly functionName: 'recordCure' | 'lapse'
      readonly args: readonly [AccountId]
    }
  | {
      readonly contract: 'auctions'
      readonly functionName: 'start'
      readonly args: readonly [AccountId, readonly Witness[]]
    }
  | { readonly contract: 'auctions'; readonly functionName: 'close' | 'writeOff'; readonly args: readonly [AccountId] }
  | {
      readonly contract: 'priceBook'
      readonly functionName: 'fixSettlementPrice' | 'fixFromLastAgreed' | 'fixFromAnchor'
      readonly args: readonly [number, number, bigint, bigint]
    }
  | {
      readonly contract: 'settlement'
      readonly functionName: 'settle'
      readonly args: readonly [number, number, readonly AccountId[]]
    }
  | { readonly contract: 'keeperRegistry'; readonly functionName: 'checkIn' | 'startEpoch'; readonly args: readonly [] }
  | { readonly contract: 'keeperRegistry'; readonly functionName: 'putToSleep'; readonly args: readonly [number] }
)

/** Most margin calls in one transaction. */
const CALLS_AT_ONCE = 12

/** Calls for duties that need nothing but themselves; those that gather signatures or prove checkpoints are made apart. */
export function callsOf(duties: readonly Duty[]): Call[] {
  const opened = duties.filter((duty) => duty.kind === 'openMarginCall')
  const calls = opened.length === 0 ? [] : [openMarginCalls(opened.slice(0, CALLS_AT_ONCE))]
  return [...duties.flatMap(callOf), ...calls].toSorted((a, b) => placeOf(duties, a) - placeOf(duties, b))
}

function placeOf(duties: readonly Duty[], call: Call): number {
  return call.duties[0] === undefined ? duties.length : duties.indexOf(call.duties[0])
}

type MarginCallDuty = Extract<Duty, { readonly kind: 'openMarginCall' }>

function openMarginCalls(duties: readonly MarginCallDuty[]): Call {
  const calls = duties.map(({ account, witnesses }) => ({ account, witnesses }))
  // The contract begins no further item with less than a floor left.
  const gas = gasFor(1_000_000, 900_000, duties.length)
  return { duties, gas, contract: 'marginCalls', functionName: 'openMarginCalls', args: [calls] }
}

function callOf(duty: Duty): Call[] {
  const duties = [duty]
  switch (duty.kind) {
    case 'startAuction':
      return [
        { duties, gas: 3_000_000n, contract: 'auctions', functionName: 'start', args: [duty.account, duty.witnesses] },
      ]
    case 'recordCure':
    case 'lapse':
      return [{ duties, gas: WHOLE_GRID, contract: 'marginCalls', functionName: duty.kind, args: [duty.account] }]
    case 'closeAuction':
      return [{ duties, gas: WHOLE_GRID, contract: 'auctions', functionName: 'close', args: [duty.account] }]
    case 'writeOff':
      return [{ duties, gas: 1_000_000n, contract: 'auctions', functionName: 'writeOff', args: [duty.account] }]
    case 'settle':
      return [
        {
          duties,
          gas: gasFor(300_000, 600_000, duty.accounts.length),
          contract: 'settlement',
          functionName: 'settle',
          args: [duty.underlying, duty.expiry, duty.accounts],
        },
      ]
    case 'checkIn':
      return [{ duties, gas: 150_000n, contract: 'keeperRegistry', functionName: 'checkIn', args: [] }]
    case 'startEpoch':
      return [{ duties, gas: 3_000_000n, contract: 'keeperRegistry', functionName: 'startEpoch', args: [] }]
    case 'putToSleep':
      return [{ duties, gas: 150_000n, contract: 'keeperRegistry', functionName: 'putToSleep', args: [duty.keeper] }]
    default:
      return []
  }
}

/** Any single action of the largest portfolio, disputed, costs at most 15 M (RULES A7). */
const WHOLE_GRID = 8_000_000n

export function gasFor(base: number, each: number, count: number): bigint {
  return BigInt(base + each * count)
}

/** Of several rounds and underlyings at once; sorted as the oracle asks: (underlying, time, reporter). */
export function reportCall(duties: readonly Duty[], observations: readonly SignedObservation[]): Call {
  const sorted = observations.toSorted(
    (a, b) =>
      a.observation.underlying - b.observation.underlying ||
      Number(a.observation.time - b.observation.time) ||
      a.reporter - b.reporter,
  )
  const gas = gasFor(600_000, 200_000, sorted.length)
  return { duties, gas, contract: 'priceBook', functionName: 'report', args: [sorted] }
}

/** The surfaces that say the same expiries as most do, sorted by reporter; undefined where those are fewer than `quorum`. */
export function surfaceCall(duty: Duty, surfaces: readonly SignedSurface[], quorum: number): Call | undefined {
  const expiriesOf = ({ surface }: SignedSurface): string => surface.slices.map(({ expiry }) => expiry).join()
  const groups = [...new Set(surfaces.map(expiriesOf))].map((key) => surfaces.filter((one) => expiriesOf(one) === key))
  const largest = groups.toSorted((a, b) => b.length - a.length)[0] ?? []
  if (largest.length < quorum) return undefined
  const sorted = largest.toSorted((a, b) => a.reporter - b.reporter)
  const slices = sorted.reduce((sum, { surface }) => sum + surface.slices.length, 0)
  const gas = gasFor(800_000, 120_000, slices)
  return { duties: [duty], gas, contract: 'volatilityBook', functionName: 'submit', args: [sorted] }
}
