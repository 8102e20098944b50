// What does the chain look like at one head? A fold: pages of the lens once, then the state that events carry.
import type { Accounts } from './accounts.ts'
import type { Pages } from './pages.ts'
import type { ProtocolEvent } from '../../sdk/protocol/events.ts'
import type { Slice } from '../../units/observation.ts'
import type {
  Collateral,
  MarginParameters,
  Position,
  Scenario,
  UnderlyingMarks,
  MarketState,
  Witness,
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
  /** Recorded for the call or the auction that stands; none where none does. */
  readonly witnesses: readonly Witness[]
}

/** One underlying at the head; times unix seconds, zero where there is none. */
export type Market = {
  readonly below: UnderlyingMarks
  readonly above: UnderlyingMarks
  readonly price: bigint
  readonly marketTime: bigint
  /** [s of market time] Where the clock stood in the last long stop; zero where there was none. */
  readonly lastStop: bigint
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

/**
 * `keepers` ascending: position is the index that turns go by. `seenAt` [block] of each; `idle` (bit = position) are passed over
 * in turns. `unseenBlocks` without a word, and a keeper may be put to sleep.
 */
export type Universe = {
  readonly keepers: readonly number[]
  readonly seenAt: readonly number[]
  readonly idle: bigint
  readonly unseenBlocks: number
  readonly nextEpochAt: number
  readonly seed: Hash
  readonly epoch: number
  readonly slotSeconds: number
  readonly guardSeconds: number
  readonly quorum: number
  readonly windowSeconds: number
}

/** `recordedAt` [unix s]: when somebody last compared the candidate with the reporters; zero where nobody has. */
export type Trial = { readonly recordedAt: number }

/**
 * Who has waited longest for cash. `payout` [1e18 units of account]: what the token can represent of what is owed; `tokens`
 * [the same] are there.
 */
export type Waiting = { readonly place: bigint; readonly payout: bigint; readonly tokens: bigint }

/** Of a market that may be wound down; times unix seconds, zero where there is none. `price` [1e18]: zero until fixed. */
export type Silence = {
  readonly notedAt: number
  /** [s of market time] As it stood at the note. */
  readonly marketTime: bigint
  readonly declaredAt: number
  /** Of the price book, at the declaration. */
  readonly checkpoints: number
  readonly sampledAt: number
  readonly price: bigint
}

export type View = {
  readonly head: Head
  readonly universe: Universe
  /** Changed in place from head to head: a million accounts are not copied. */
  readonly accounts: Accounts
  readonly markets: ReadonlyMap<number, Market>
  readonly rules: ReadonlyMap<number, VersionedRules>
  readonly surfaces: ReadonlyMap<number, StoredSurface>
  /** Candidates for an anchor, by underlying. */
  readonly trials: ReadonlyMap<number, Trial>
  /** By underlying. */
  readonly silences: ReadonlyMap<number, Silence>
  readonly pages: Pages
  /** First of the withdrawals that wait; undefined where none does. */
  readonly waiting: Waiting | undefined
  /** The heads looked at, the oldest first and this one last. */
  readonly past: readonly Step[]
}

/** A head, and the accounts that were touched since the one looked at before it. */
export type Step = { readonly head: Head; readonly touched: readonly AccountId[] }

/** What `events` say before anything is changed by them. */
export type Told = {
  /** Each once, as are the gaps. */
  readonly touched: readonly AccountId[]
  /** Accounts whose version shows that an event was missed, or whose past is not known. */
  readonly gaps: readonly AccountId[]
  /** Positive cash was scaled, or the registry changed: read the pages, or the universe, again. */
  readonly isCashScaled: boolean
  readonly isFleetNew: boolean
}

/** Each once, in the order of first mention. */
export function distinct(accounts: readonly AccountId[]): AccountId[] {
  return [...new Map(accounts.map((account) => [keyOf(account), account])).values()]
}

/** V8 hashes a bigint by its lowest 64 bits, in which nearly all accounts are alike: a map by them takes the square of their number. */
function keyOf(account: AccountId): string {
  return account.toString(16)
}

export function toldBy(accounts: Accounts, events: readonly ProtocolEvent[]): Told {
  const versions = new Map<string, bigint>()
  const gaps: AccountId[] = []
  const touched: AccountId[] = []
  for (const event of events) {
    const change = changeOf(event, NO_TIMES)
    if (change === undefined) continue
    touched.push(change.account)
    if (change.version === undefined) continue
    const key = keyOf(change.account)
    const last = versions.get(key) ?? accounts.versionOf(change.account)
    // An older version is one that the pages had already; a gap is an event that was missed.
    if (change.version > last + 1n) gaps.push(change.account)
    if (change.version > last) versions.set(key, change.version)
  }
  const has = (name: ProtocolEvent['eventName']): boolean => events.some(({ eventName }) => eventName === name)
  return {
    touched: distinct(touched),
    gaps: distinct(gaps),
    isCashScaled: has('CashIndexChanged'),
    isFleetNew: events.some(({ contract }) => contract === 'keeperRegistry'),
  }
}

/** Expiries that accounts may hold after `events`, ascending: those that marks are asked for. */
export function expiriesAfter(accounts: Accounts, events: readonly ProtocolEvent[], underlying: number): number[] {
  const opened = events.flatMap((event) =>
    event.eventName === 'PositionChanged' ? [seriesOf(event.args.series as SeriesId)] : [],
  )
  const expiries = opened.filter((it) => it.underlying === underlying).map(({ expiry }) => expiry)
  return [...new Set([...accounts.expiriesOf(underlying), ...expiries])].toSorted((a, b) => a - b)
}

/**
 * Changes `accounts` by `events`, in the chain's order, up to the head whose markets are `markets` (for the clocks of a grace). What
 * is not the next version of an account is passed over.
 */
export function fold(accounts: Accounts, events: readonly ProtocolEvent[], markets: ReadonlyMap<number, Market>): void {
  const marketTimes = new Map([...markets].map(([underlying, market]) => [underlying, market.marketTime]))
  for (const event of events) {
    const change = changeOf(event, marketTimes)
    if (change === undefined) continue
    const before = accounts.get(change.account) ?? emptyAccount(change.account)
    if (change.version !== undefined && change.version !== before.version + 1n) continue
    accounts.put({ ...change.apply(before), version: change.version ?? before.version })
  }
}

/** The surfaces after `events`. */
export function surfacesAfter(surfaces: View['surfaces'], events: readonly ProtocolEvent[]): View['surfaces'] {
  const changed = events.flatMap((event) => (event.eventName === 'SurfaceChanged' ? [event.args] : []))
  if (changed.length === 0) return surfaces
  const told = changed.map(({ underlying, time, slices }) => [underlying, { time: Number(time), slices }] as const)
  return new Map([...surfaces, ...told])
}

/** The candidates for an anchor after `events`, which are of blocks up to `time`. */
export function trialsAfter(trials: View['trials'], events: readonly ProtocolEvent[], time: number): View['trials'] {
  const after = new Map(trials)
  for (const event of events) {
    if (event.eventName === 'AnchorProposed') after.set(event.args.underlying, { recordedAt: 0 })
    else if (event.eventName === 'AgreementRecorded') after.set(event.args.underlying, { recordedAt: time })
    else if (event.eventName === 'AnchorReplaced') after.delete(event.args.underlying)
  }
  return after
}

const NO_TIMES: ReadonlyMap<number, bigint> = new Map()

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
      const { witnesses } = event.args
      return unversioned(event.args, (before) => ({ ...before, status: 'CALLED', grace, witnesses }))
    }
    case 'MarginCallCured':
    case 'MarginCallLapsed':
      return unversioned(event.args, (before) => ({ ...before, status: 'HEALTHY', witnesses: [] }))
    case 'AuctionEntered':
      return unversioned(event.args, (before) => ({ ...before, status: 'AUCTION' }))
    case 'AuctionLeft':
      return unversioned(event.args, (before) => ({
        ...before,
        status: STATUSES[event.args.status] ?? 'HEALTHY',
        witnesses: [],
      }))
    case 'AuctionStarted':
    case 'WitnessReplaced':
      return unversioned(event.args, (before) => ({ ...before, witnesses: event.args.witnesses }))
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
  return {
    account,
    version: 0n,
    cash: 0n as Cash,
    positions: [],
    collateral: [],
    status: 'HEALTHY',
    grace,
    witnesses: [],
  }
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

/**
 * Underlyings whose markets must speak, and whose market time counts, ascending: those of the options; collateral alone decides
 * neither, except where there are no options. As `MarginCallLib.decisive`.
 */
export function decisiveUnderlyings({ positions, collateral }: AccountState): number[] {
  const options = positions.map(({ series }) => seriesOf(series).underlying)
  const held = options.length > 0 ? options : collateral.map(({ underlying }) => underlying)
  return [...new Set(held)].toSorted((a, b) => a - b)
}

/** [s of market time] Left of every grace after a stop, at least; as GRACE_AFTER_STOP_SECONDS of the contracts. */
const GRACE_AFTER_STOP = 600n

/** [s of market time] Left of the grace at `view`'s head: in the market in which most is left. */
export function graceLeft(view: View, state: AccountState): bigint {
  const left = decisiveUnderlyings(state).map((underlying) => {
    const market = view.markets.get(underlying)
    if (market === undefined) return state.grace.left
    const since = state.grace.since.get(underlying) ?? market.marketTime
    return graceLeftIn(market, state.grace.left, since)
  })
  return left.reduce((a, b) => (a > b ? a : b), left[0] ?? state.grace.left)
}

/** Twin of `MarginCallLib.graceLeft`. */
function graceLeftIn({ marketTime, lastStop }: Market, granted: bigint, since: bigint): bigint {
  if (lastStop <= since) return less(granted, marketTime - since)
  const left = less(granted, lastStop - since)
  return less(left > GRACE_AFTER_STOP ? left : GRACE_AFTER_STOP, marketTime - lastStop)
}

function less(seconds: bigint, passed: bigint): bigint {
  return passed < seconds ? seconds - passed : 0n
}

/** State of the market that says least, among those that decide about the account; one wound down is dead (RULES E4). */
export function weakestMarket(view: View, account: AccountState): MarketState {
  const states = decisiveUnderlyings(account).map((underlying) => {
    const isWoundDown = (view.silences.get(underlying)?.declaredAt ?? 0) > 0
    return isWoundDown ? 0 : (view.markets.get(underlying)?.below.state ?? 0)
  })
  return MARKET_STATES[Math.min(MARKET_STATES.length - 1, ...states)] ?? 'DEAD'
}

/** DEAD where nothing is known of it. */
export function marketStateOf({ markets }: View, underlying: number): MarketState {
  return MARKET_STATES[markets.get(underlying)?.below.state ?? 0] ?? 'DEAD'
}

export function isAtLeast(state: MarketState, least: MarketState): boolean {
  return MARKET_STATES.indexOf(state) >= MARKET_STATES.indexOf(least)
}
