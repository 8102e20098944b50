// How is a duty done on chain? The calls, one transaction for a kind where the contract takes many.
import type { Hex } from 'viem'
import type { Observation, Surface } from '../../units/observation.ts'
import type { Witness } from '../../units/portfolio.ts'
import type { AccountId, SeriesId } from '../../units/values.ts'
import type { AccountId } from '../../units/values.ts'
import { agreeing } from './agreeing.ts'
import type { Duty } from './duties/duty.ts'

export type SignedObservation = {
  readonly reporter: number
  readonly observation: Observation
  readonly signature: Hex
}
export type SignedSurface = { readonly reporter: number; readonly surface: Surface; readonly signature: Hex }

/** As `IAuctions.Bid`. Shares in 1e18. */
export type Bid = {
  readonly account: AccountId
  readonly buyer: AccountId
  readonly fraction: bigint
  readonly minDiscount: bigint
  readonly seriesHash: Hex
}

/** As `IDebts.Purchase`. `amount` [1e18 units of the underlying], `mostPrice` [1e18]. */
export type Purchase = {
  readonly account: AccountId
  readonly underlying: number
  readonly buyer: AccountId
  readonly amount: bigint
  readonly mostPrice: bigint
}

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
  | {
      readonly contract: 'marginCalls' | 'auctions'
      readonly functionName: 'replaceWitness'
      readonly args: readonly [AccountId, readonly Witness[]]
    }
  | { readonly contract: 'auctions'; readonly functionName: 'bid'; readonly args: readonly [Bid] }
  | {
      readonly contract: 'settlement'
      readonly functionName: 'sweepDust'
      readonly args: readonly [number, number]
    }
  | { readonly contract: 'anchor'; readonly functionName: 'recordAgreement'; readonly args: readonly [number] }
  | { readonly contract: 'withdrawalQueue'; readonly functionName: 'pay'; readonly args: readonly [bigint] }
  | { readonly contract: 'auctions'; readonly functionName: 'close' | 'writeOff'; readonly args: readonly [AccountId] }
  | {
      readonly contract: 'priceBook'
      readonly functionName: 'fixSettlementPrice' | 'fixFromLastAgreed' | 'fixFromAnchor'
      readonly args: readonly [number, number, bigint, bigint]
    }
  | {
      readonly contract: 'priceBook'
      readonly functionName: 'fixAverage' | 'fixAverageFromLastAgreed' | 'fixAverageFromAnchor'
      readonly args: readonly [number, number, number, bigint, bigint]
    }
  | { readonly contract: 'priceBook'; readonly functionName: 'observeHour'; readonly args: readonly [number, number] }
  | { readonly contract: 'priceBook'; readonly functionName: 'recordTouch'; readonly args: readonly [SeriesId, number] }
  | { readonly contract: 'debts'; readonly functionName: 'charge'; readonly args: readonly [AccountId] }
  | { readonly contract: 'debts'; readonly functionName: 'openSale'; readonly args: readonly [AccountId, number] }
  | { readonly contract: 'debts'; readonly functionName: 'buy'; readonly args: readonly [Purchase] }
  | {
      readonly contract: 'tearUps'
      readonly functionName: 'tearUp'
      readonly args: readonly [AccountId, SeriesId, readonly AccountId[]]
    }
  | {
      readonly contract: 'windDown'
      readonly functionName: 'note' | 'declare' | 'sample' | 'fixLastAgreed'
      readonly args: readonly [number]
    }
  | {
      readonly contract: 'settlement'
      readonly functionName: 'settle'
      readonly args: readonly [number, number, readonly AccountId[]]
    }
  | { readonly contract: 'keeperRegistry'; readonly functionName: 'checkIn' | 'startEpoch'; readonly args: readonly [] }
  | { readonly contract: 'keeperRegistry'; readonly functionName: 'putToSleep'; readonly args: readonly [number] }
  | {
      readonly contract: 'reporterOracle'
      readonly functionName: 'proveEquivocation'
      readonly args: readonly [SignedObservation, SignedObservation]
    }
  | {
      readonly contract: 'volatilityBook'
      readonly functionName: 'proveEquivocation'
      readonly args: readonly [SignedSurface, SignedSurface]
    }
)

/** Most margin calls in one transaction and most such transactions at one head; what each call and the whole may need. */
const CALLS_AT_ONCE = 7
const BATCHES = 2
const CALL_GAS = { base: 1_000_000, each: 1_800_000 }
/** Most withdrawals paid in one transaction; the contract begins none with less left than `each`. */
const PAID_AT_ONCE = 4
const PAY_GAS = { base: 300_000, each: 400_000 }
const SETTLE_GAS = { base: 300_000, each: 600_000 }
/** The look at the portfolio that is torn up is the base. */
const TEAR_GAS = { base: 9_000_000, each: 350_000 }

/**
 * Calls for duties that need nothing but themselves; those that gather signatures or prove checkpoints are made apart. No batch is
 * larger than `maxGas` holds: what is cut off by gas inside would look like success.
 */
export function callsOf(duties: readonly Duty[], maxGas: bigint): Call[] {
  const opened = duties.filter((duty) => duty.kind === 'openMarginCall')
  const most = Math.min(CALLS_AT_ONCE, itemsIn(maxGas, CALL_GAS))
  const calls = Array.from({ length: Math.min(BATCHES, Math.ceil(opened.length / most)) }, (_, batch) =>
    openMarginCalls(opened.slice(batch * most, (batch + 1) * most)),
  )
  return [...duties.flatMap((duty) => callOf(duty, maxGas)), ...calls].toSorted(
    (a, b) => placeOf(duties, a) - placeOf(duties, b),
  )
}

function placeOf(duties: readonly Duty[], call: Call): number {
  return call.duties[0] === undefined ? duties.length : duties.indexOf(call.duties[0])
}

/**
 * The same with all gas that a transaction may have, where that is more: for accounts dearer than is reckoned with. Of a batch
 * the chain does what it suffices for.
 */
export function withAllGas(call: Call, maxGas: bigint): Call | undefined {
  return call.functionName === 'openMarginCalls' && call.gas < maxGas ? { ...call, gas: maxGas } : undefined
}

type MarginCallDuty = Extract<Duty, { readonly kind: 'openMarginCall' }>

function openMarginCalls(duties: readonly MarginCallDuty[]): Call {
  const calls = duties.map(({ account, witnesses }) => ({ account, witnesses }))
  // The contract begins no further item with less than a floor left.
  const gas = gasFor(CALL_GAS.base, CALL_GAS.each, duties.length)
  return { duties, gas, contract: 'marginCalls', functionName: 'openMarginCalls', args: [calls] }
}

/** At least one: what does not fit alone is for the limit to refuse. */
function itemsIn(maxGas: bigint, { base, each }: { readonly base: number; readonly each: number }): number {
  return Math.max(1, Math.floor((Number(maxGas) - base) / each))
}

function callOf(duty: Duty, maxGas: bigint): Call[] {
  const duties = [duty]
  switch (duty.kind) {
    case 'startAuction':
      return [
        { duties, gas: 5_000_000n, contract: 'auctions', functionName: 'start', args: [duty.account, duty.witnesses] },
      ]
    case 'replaceWitness': {
      const args = [duty.account, duty.witnesses] as const
      return [{ duties, gas: 8_000_000n, contract: duty.of, functionName: 'replaceWitness', args }]
    }
    case 'sweepDust': {
      const args = [duty.underlying, duty.expiry] as const
      return [{ duties, gas: 300_000n, contract: 'settlement', functionName: 'sweepDust', args }]
    }
    case 'recordAgreement':
      return [{ duties, gas: 250_000n, contract: 'anchor', functionName: duty.kind, args: [duty.underlying] }]
    case 'payWithdrawals': {
      const gas = gasFor(PAY_GAS.base, PAY_GAS.each, PAID_AT_ONCE)
      return [{ duties, gas, contract: 'withdrawalQueue', functionName: 'pay', args: [BigInt(PAID_AT_ONCE)] }]
    }
    case 'recordCure':
    case 'lapse':
      return [{ duties, gas: WHOLE_GRID, contract: 'marginCalls', functionName: duty.kind, args: [duty.account] }]
    case 'closeAuction':
      return [{ duties, gas: WHOLE_GRID, contract: 'auctions', functionName: 'close', args: [duty.account] }]
    case 'writeOff':
      return [{ duties, gas: 1_000_000n, contract: 'auctions', functionName: 'writeOff', args: [duty.account] }]
    case 'checkIn':
      return [{ duties, gas: 150_000n, contract: 'keeperRegistry', functionName: 'checkIn', args: [] }]
    case 'startEpoch':
      return [{ duties, gas: 3_000_000n, contract: 'keeperRegistry', functionName: 'startEpoch', args: [] }]
    case 'putToSleep':
      return [{ duties, gas: 150_000n, contract: 'keeperRegistry', functionName: 'putToSleep', args: [duty.keeper] }]
    case 'proveEquivocation':
      return [proofCall(duty)]
    case 'observeHour': {
      const args = [duty.underlying, duty.hour] as const
      return [{ duties, gas: 500_000n, contract: 'priceBook', functionName: duty.kind, args }]
    }
    case 'recordTouch': {
      const args = [duty.series, duty.hour] as const
      return [{ duties, gas: 600_000n, contract: 'priceBook', functionName: duty.kind, args }]
    }
    case 'chargeInterest':
      return [{ duties, gas: 500_000n, contract: 'debts', functionName: 'charge', args: [duty.account] }]
    case 'openSale': {
      const args = [duty.account, duty.underlying] as const
      return [{ duties, gas: WHOLE_GRID, contract: 'debts', functionName: duty.kind, args }]
    }
    case 'tearUp': {
      const holders = duty.holders.slice(0, itemsIn(maxGas, TEAR_GAS))
      const gas = gasFor(TEAR_GAS.base, TEAR_GAS.each, holders.length)
      const args = [duty.account, duty.series, holders] as const
      return [{ duties, gas, contract: 'tearUps', functionName: duty.kind, args }]
    }
    case 'noteSilence':
    case 'declareWindDown':
    case 'sampleWindDown':
    case 'fixWindDownPrice': {
      const functionName = WIND_DOWN[duty.kind]
      return [{ duties, gas: 500_000n, contract: 'windDown', functionName, args: [duty.underlying] }]
    }
    case 'settle': {
      const accounts = duty.accounts.slice(0, itemsIn(maxGas, SETTLE_GAS))
      const gas = gasFor(SETTLE_GAS.base, SETTLE_GAS.each, accounts.length)
      const args = [duty.underlying, duty.expiry, accounts] as const
      return [{ duties, gas, contract: 'settlement', functionName: 'settle', args }]
    }
    default:
      return []
  }
}

const WIND_DOWN = {
  noteSilence: 'note',
  declareWindDown: 'declare',
  sampleWindDown: 'sample',
  fixWindDownPrice: 'fixLastAgreed',
} as const

type ProofDuty = Extract<Duty, { readonly kind: 'proveEquivocation' }>

/** Each book knows what is signed for it. */
function proofCall(duty: ProofDuty): Call {
  const functionName = 'proveEquivocation'
  const duties = [duty]
  if (isOfPrices(duty)) {
    return { duties, gas: 400_000n, contract: 'reporterOracle', functionName, args: [duty.first, duty.second] }
  }
  return { duties, gas: 1_000_000n, contract: 'volatilityBook', functionName, args: [duty.first, duty.second] }
}

function isOfPrices(
  duty: ProofDuty,
): duty is ProofDuty & { readonly first: SignedObservation; readonly second: SignedObservation } {
  return 'observation' in duty.first
}

/** Any single action of the largest portfolio, disputed, costs at most 15 M (RULES A7). */
const WHOLE_GRID = 15_000_000n

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

/** The surfaces that make one together, sorted by reporter; undefined where too few speak of the same expiries. */
export function surfaceCall(duty: Duty, surfaces: readonly SignedSurface[], quorum: number): Call | undefined {
  const agreed = agreeing(surfaces, quorum)
  if (agreed === undefined) return undefined
  const sorted = agreed.toSorted((a, b) => a.reporter - b.reporter)
  const slices = sorted.reduce((sum, { surface }) => sum + surface.slices.length, 0)
  const gas = gasFor(800_000, 120_000, slices)
  return { duties: [duty], gas, contract: 'volatilityBook', functionName: 'submit', args: [sorted] }
}
