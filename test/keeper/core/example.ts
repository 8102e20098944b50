// A small universe to decide about: one underlying, one account, five keepers.
import type { AccountState, Head, Market, Universe, View } from '../../../keeper/core/view.ts'
import type { Standing } from '../../../keeper/core/scan.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { emptyAccount } from '../../../keeper/core/view.ts'
import type { Assessment, ExpiryMark, MarketState, Observed, UnderlyingMarks } from '../../../units/portfolio.ts'
import { MARKET_STATES } from '../../../units/portfolio.ts'
import { seriesIdOf } from '../../../units/series.ts'
import type { OptionKind } from '../../../units/series.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash, Price, SeriesId, Size } from '../../../units/values.ts'

export const NOW = 1_584_000_003
export const EXPIRY = Date.UTC(2020, 2, 27, 8) / 1000
export const ACCOUNT = (0xabcdn << 96n) as AccountId

export const call = seriesIdOf({
  underlying: 1,
  expiry: EXPIRY,
  strike: (200n * ONE) as Price,
  kind: 'CALL',
  field: 0,
})

/** A series of another kind, whose barrier is at `field` ten thousandths of its strike, or whose window has so many hours. */
export const pathSeries = (kind: OptionKind, field: number, expiry = EXPIRY) =>
  seriesIdOf({ underlying: 1, expiry, strike: (200n * ONE) as Price, kind, field })

export const observed = (series: SeriesId, changed: Partial<Observed> = {}): Observed => ({
  series,
  isTouched: false,
  elapsedShare: 0n,
  averageSoFar: 0n as Price,
  settlementPrice: 0n as Price,
  ...changed,
})

export const head: Head = { number: 100n, hash: '0x64', parentHash: '0x63', time: NOW, baseFee: 10n ** 9n }

export const universe: Universe = {
  keepers: [1, 2, 3, 4, 5],
  seenAt: [100, 100, 100, 100, 100],
  idle: 0n,
  unseenBlocks: 300,
  nextEpochAt: NOW + 86_400,
  seed: `0x${'7'.repeat(64)}`,
  epoch: 1,
  slotSeconds: 24,
  guardSeconds: 12,
  quorum: 3,
  windowSeconds: 1_800,
}

export function expiryMark(changed: Partial<ExpiryMark> = {}): ExpiryMark {
  return {
    expiry: EXPIRY,
    secondsLeft: EXPIRY - NOW,
    windowSeconds: 1_800,
    forwardRatio: ONE,
    theta: ONE / 25n,
    rho: 0n,
    phi: ONE,
    elapsedShare: 0n,
    averageSoFar: 0n as Price,
    settlementPrice: 0n as Price,
    ...changed,
  }
}

export function market(changed: Partial<Market> = {}, state: MarketState = 'AGREED', mark = expiryMark()): Market {
  const marks: UnderlyingMarks = {
    underlying: 1,
    state: MARKET_STATES.indexOf(state),
    candidates: [(200n * ONE) as Price],
    expiries: [mark],
    older: [],
    surfaceAge: 60,
  }
  return {
    below: marks,
    above: marks,
    price: 200n * ONE,
    marketTime: 1_000n,
    lastStop: 0n,
    openRoundTime: 0,
    openRoundReporters: 0n,
    newestRoundTime: NOW - 13,
    newestRoundPrice: 200n * ONE,
    parametersVersion: 1,
    ...changed,
  }
}

export function account(changed: Partial<AccountState> = {}): AccountState {
  return {
    ...emptyAccount(ACCOUNT),
    version: 5n,
    cash: (1_000n * ONE) as Cash,
    positions: [{ series: call, size: (-10n * ONE) as Size }],
    ...changed,
  }
}

export function view(changed: Partial<View> = {}): View {
  return {
    head,
    universe,
    accounts: accountsOf([account()]),
    markets: new Map([[1, market()]]),
    rules: new Map(),
    surfaces: new Map(),
    trials: new Map(),
    silences: new Map(),
    pages: NO_PAGES,
    waiting: undefined,
    past: [{ head, touched: [] }],
    ...changed,
  }
}

/** Health by level in whole units: MARK, CLOSEOUT, MAINTENANCE, INITIAL. */
export function assessment(mark: number, closeout: number, maintenance: number, initial: number): Assessment {
  const health = [mark, closeout, maintenance, initial].map((units) => BigInt(units) * ONE)
  return {
    health: health as unknown as Assessment['health'],
    witnesses: [{ underlying: 1, scenarios: [7, 255, 255, 255, 255, 255, 255, 255] }],
  }
}

export function standing(
  state: AccountState,
  below: Assessment,
  above: Assessment = below,
  recorded?: bigint,
): Standing {
  return { state, below, above, recorded }
}
