// What does the chain look like at one head? A fold: pages of the lens once, then the state that events carry.
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { Slice } from '../../units/observation.ts'
import type {
  Collateral,
  MarginParameters,
  Position,
  Scenario,
  UnderlyingMarks,
  MarketState,
} from '../../units/portfolio.ts'
import { MARKET_STATES } from '../../units/portfolio.ts'
import { seriesOf } from '../../units/series.ts'
import type { AccountId, Cash, SeriesId, Size } from '../../units/values.ts'

export type Hash = `0x${string}`

/** `time` unix seconds: the only clock that a decision knows. */
export type Head = {
  readonly number: bigint
  readonly hash: Hash
  readonly parentHash: Hash
  readonly time: number
  readonly baseFee: bigint
}

export const STATUSES = ['HEALTHY', 'CALLED', 'AUCTION', 'CLOSED'] as const
export type Status = (typeof STATUSES)[number]

/** [s of market time] `left` when the market times of the underlyings were `since`. */
export type Grace = { readonly left: bigint; readonly since: ReadonlyMap<number, bigint> }

export type AccountState = {
  readonly account: AccountId
  readonly version: bigint
  readonly cash: Cash
  readonly positions: readonly Position[]
  readonly collateral: readonly Collateral[]
  readonly status: Status
  readonly grace: Grace
}

/** One underlying at the head; times unix seconds, zero where there is none. */
export type Market = {
  readonly below: UnderlyingMarks
  readonly above: UnderlyingMarks
  readonly price: bigint
  readonly marketTime: bigint
  readonly openRoundTime: number
  /** Bit = reporter id. */
  readonly openRoundReporters: bigint
  readonly newestRoundTime: number
  readonly newestRoundPrice: bigint
  readonly parametersVersion: number
}

export type MarginRules = { readonly parameters: MarginParameters; readonly grid: readonly Scenario[] }
export type VersionedRules = MarginRules & { readonly version: number }
export type StoredSurface = { readonly time: number; readonly slices: readonly Slice[] }

/** `keepers` ascending: position is the index that turns go by. */
export type Universe = {
  readonly keepers: readonly number[]
  readonly seed: Hash
  readonly epoch: number
  readonly slotSeconds: number
  readonly guardSeconds: number
  readonly quorum: number
  readonly windowSeconds: number
}

export type View = {
  readonly head: Head
  readonly universe: Universe
  readonly accounts: ReadonlyMap<AccountId, AccountState>
  readonly markets: ReadonlyMap<number, Market>
  readonly rules: ReadonlyMap<number, VersionedRules>
  readonly surfaces: ReadonlyMap<number, StoredSurface>
}

/** The accounts after `events`, and those whose version shows that an event was missed, or whose past is not known. */
export type Fold = {
  readonly accounts: ReadonlyMap<AccountId, AccountState>
  readonly surfaces: ReadonlyMap<number, StoredSurface>
  readonly unknown: ReadonlySet<AccountId>
  /** Positive cash was scaled, or the registry changed: read the pages, or the universe, again. */
  readonly isCashScaled: boolean
  readonly isEpochNew: boolean
}

/** `events` in the chain's order, up to the head whose markets are `markets` (those known before it, for the clocks of a grace). */
export function fold(view: View, events: readonly ProtocolEvent[], markets: ReadonlyMap<number, Market>): Fold {
  const accounts = new Map(view.accounts)
  const surfaces = new Map(view.surfaces)
  const unknown = new Set<AccountId>()
  const marketTimes = new Map([...markets].map(([underlying, market]) => [underlying, market.marketTime]))
  let isCashScaled = false
  let isEpochNew = false
  for (const event of events) {
    if (event.eventName === 'CashIndexChanged') isCashScaled = true
    else if (event.eventName === 'EpochStarted') isEpochNew = true
    else if (event.eventName === 'SurfaceChanged') {
      surfaces.set(event.args.underlying, { time: Number(event.args.time), slices: event.args.slices })
    } else applyToAccount(accounts, unknown, event, marketTimes)
  }
  return { accounts, surfaces, unknown, isCashScaled, isEpochNew }
}

function applyToAccount(
  accounts: Map<AccountId, AccountState>,
  unknown: Set<AccountId>,
  event: ProtocolEvent,
  marketTimes: ReadonlyMap<number, bigint>,
): void {
  const change = changeOf(event, marketTimes)
  if (change === undefined) return
  const before = accounts.get(change.account) ?? emptyAccount(change.account)
  if (change.version !== undefined && change.version !== before.version + 1n) {
    // An older version is one that the pages had already; a gap is an event that was missed.
    if (change.version > before.version) unknown.add(change.account)
    return
  }
  accounts.set(change.account, { ...change.apply(before), version: change.version ?? before.version })
}

type Change = {
  readonly account: AccountId
  readonly version: bigint | undefined
  readonly apply: (before: AccountState) => AccountState
}

function changeOf(event: ProtocolEvent, marketTimes: ReadonlyMap<number, bigint>): Change | undefined {
  switch (event.eventName) {
    case 'CashChanged':
      return versioned(event.args, (before) => ({ ...before, cash: event.args.cash as Cash }))
    case 'CollateralChanged':
      return versioned(event.args, (before) => withCollateral(before, event.args.underlying, event.args.amount))
    case 'PositionChanged':
      return versioned(event.args, (before) =>
        withPosition(before, event.args.series as SeriesId, event.args.size as Size),
      )
    case 'MarginCallOpened': {
      const grace = { left: BigInt(event.args.graceSeconds), since: marketTimes }
      return unversioned(event.args, (before) => ({ ...before, status: 'CALLED', grace }))
    }
    case 'MarginCallCured':
    case 'MarginCallLapsed':
      return unversioned(event.args, (before) => ({ ...before, status: 'HEALTHY' }))
    case 'AuctionEntered':
      return unversioned(event.args, (before) => ({ ...before, status: 'AUCTION' }))
    case 'AuctionLeft':
      return unversioned(event.args, (before) => ({ ...before, status: STATUSES[event.args.status] ?? 'HEALTHY' }))
    default:
      return undefined
  }
}

function versioned(
  args: { readonly account: bigint; readonly version: bigint },
  apply: (before: AccountState) => AccountState,
): Change {
  return { account: args.account as AccountId, version: args.version, apply }
}

function unversioned(args: { readonly account: bigint }, apply: (before: AccountState) => AccountState): Change {
  return { account: args.account as AccountId, version: undefined, apply }
}

export function emptyAccount(account: AccountId): AccountState {
  const grace: Grace = { left: 0n, since: new Map() }
  return { account, version: 0n, cash: 0n as Cash, positions: [], collateral: [], status: 'HEALTHY', grace }
}

function withCollateral(before: AccountState, underlying: number, amount: bigint): AccountState {
  const others = before.collateral.filter((held) => held.underlying !== underlying)
  const collateral = amount === 0n ? others : [...others, { underlying, amount }]
  return { ...before, collateral: collateral.toSorted((a, b) => a.underlying - b.underlying) }
}

function withPosition(before: AccountState, series: SeriesId, size: Size): AccountState {
  const others = before.positions.filter((held) => held.series !== series)
  return { ...before, positions: size === 0n ? others : [...others, { series, size }] }
}

/** Expiries held in `underlying`, ascending: those that marks are asked for. */
export function expiriesHeld(accounts: ReadonlyMap<AccountId, AccountState>, underlying: number): number[] {
  const expiries = new Set<number>()
  for (const { positions } of accounts.values()) {
    for (const { series } of positions) {
      const held = seriesOf(series)
      if (held.underlying === underlying) expiries.add(held.expiry)
    }
  }
  return [...expiries].toSorted((a, b) => a - b)
}

/**
 * Underlyings whose markets must speak, and whose market time counts, ascending: those of the options; collateral alone decides
 * neither, except where there are no options. As `MarginCallLib.decisive`.
 */
export function decisiveUnderlyings({ positions, collateral }: AccountState): number[] {
  const options = positions.map(({ series }) => seriesOf(series).underlying)
  const held = options.length > 0 ? options : collateral.map(({ underlying }) => underlying)
  return [...new Set(held)].toSorted((a, b) => a - b)
}

/** [s of market time] Left of the grace at `view`'s head: by the clock that has advanced least. */
export function graceLeft(view: View, state: AccountState): bigint {
  const elapsed = decisiveUnderlyings(state).map((underlying) => {
    const now = view.markets.get(underlying)?.marketTime ?? 0n
    return now - (state.grace.since.get(underlying) ?? now)
  })
  const least = elapsed.reduce((a, b) => (a < b ? a : b), elapsed[0] ?? 0n)
  return state.grace.left > least ? state.grace.left - least : 0n
}

/** State of the market that says least, among those that decide about the account. */
export function weakestMarket(view: View, account: AccountState): MarketState {
  const states = decisiveUnderlyings(account).map((underlying) => view.markets.get(underlying)?.below.state ?? 0)
  return MARKET_STATES[Math.min(MARKET_STATES.length - 1, ...states)] ?? 'DEAD'
}

export function isAtLeast(state: MarketState, least: MarketState): boolean {
  return MARKET_STATES.indexOf(state) >= MARKET_STATES.indexOf(least)
}
