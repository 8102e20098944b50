// In which market do accounts stand, and what do they hold? Drawn at random: for the watch, its certificates and their bench.
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import { emptyAccount } from '../../../keeper/core/view.ts'
import type { AccountState, Universe, View } from '../../../keeper/core/view.ts'
import { fastAssess, fastBookOf, fastMarketOf } from '../../../risk/fast/margin.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { MARKET_STATES } from '../../../units/portfolio.ts'
import type { ExpiryMark, UnderlyingMarks } from '../../../units/portfolio.ts'
import { seriesIdOf } from '../../../units/series.ts'
import { LEVEL_INDEX, ONE } from '../../../units/values.ts'
import type { AccountId, Cash, Price, Size } from '../../../units/values.ts'

/** `days` of each expiry; spot in units of account; `level` multiplies every volatility, `tilt` is the smile's ρ. */
export type Scene = {
  readonly time: number
  readonly spots: readonly number[]
  readonly expiries: readonly number[]
  readonly level: number
  readonly tilt: number
  readonly carry: number
}

const DAY = 86_400
const YEAR = 365 * DAY
const WINDOW = 1_800
const rules = { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE), version: 1 }

const wad = (value: number): bigint => BigInt(Math.round(value * 1e9)) * 10n ** 9n

export function markAt(expiry: number, { time, level, tilt, carry }: Scene): ExpiryMark {
  const secondsLeft = Math.max(0, expiry - time)
  const theta = (0.8 * level) ** 2 * (secondsLeft / YEAR)
  const phi = theta > 0 ? 0.8 / Math.sqrt(theta) / (1 + Math.abs(tilt)) : 1
  const isInWindow = secondsLeft < WINDOW
  return {
    expiry,
    secondsLeft,
    windowSeconds: WINDOW,
    forwardRatio: wad(1 + (carry * secondsLeft) / YEAR),
    theta: wad(theta) > 10n ** 9n ? wad(theta) : 10n ** 9n,
    rho: wad(tilt),
    phi: wad(Math.min(phi, 2 / Math.sqrt(Math.max(theta, 1e-9)))),
    elapsedShare: isInWindow ? wad(1 - secondsLeft / WINDOW) : 0n,
    averageSoFar: 0n as Price,
    settlementPrice: 0n as Price,
  }
}

/** The view of a scene: one market for each of its spots, with `accounts`. */
export function viewAt(scene: Scene, accounts: View['accounts'], number: number): View {
  const marksOf = (underlying: number, spot: number): UnderlyingMarks => ({
    underlying,
    state: MARKET_STATES.indexOf('AGREED'),
    candidates: [wad(spot) as Price],
    expiries: scene.expiries.map((expiry) => markAt(expiry, scene)),
    older: [],
    surfaceAge: 0,
  })
  const markets = scene.spots.map((spot, at) => {
    const marks = marksOf(at + 1, spot)
    return [at + 1, { ...QUIET_MARKET, below: marks, above: marks, price: wad(spot) }] as const
  })
  const head = {
    number: BigInt(number),
    hash: `0x${number}`,
    parentHash: `0x${number - 1}`,
    time: scene.time,
    baseFee: 1n,
  } as const
  return {
    head,
    universe: UNIVERSE,
    surfaces: new Map(),
    trials: new Map(),
    silences: new Map(),
    pages: NO_PAGES,
    waiting: undefined,
    past: [{ head, touched: [] }],
    accounts,
    markets: new Map(markets),
    rules: new Map(scene.spots.map((_, at) => [at + 1, rules])),
  }
}

const UNIVERSE: Universe = {
  keepers: [1, 2, 3, 4, 5],
  seenAt: [1, 1, 1, 1, 1],
  idle: 0n,
  unseenBlocks: 300,
  nextEpochAt: Number.MAX_SAFE_INTEGER,
  seed: `0x${'7'.repeat(64)}`,
  epoch: 1,
  slotSeconds: 24,
  guardSeconds: 12,
  quorum: 3,
  windowSeconds: WINDOW,
}
const QUIET_MARKET = {
  lastStop: 0n,
  marketTime: 1_000n,
  openRoundTime: 0,
  openRoundReporters: 0n,
  newestRoundTime: 0,
  newestRoundPrice: 0n,
  parametersVersion: 1,
}

export type Draw = (below: number) => number

/** An account of `count` positions around the money, its cash such that health at INITIAL is `ease` of what it must hold. */
export function accountAt(index: number, count: number, ease: number, scene: Scene, random: Draw): AccountState {
  const positions = new Map<bigint, bigint>()
  // Most accounts trade in one market; some in two.
  const markets = random(5) === 0 ? scene.spots.length : 1
  const home = random(scene.spots.length)
  for (let at = 0; at < count; at++) {
    const underlying = 1 + ((home + (at % markets)) % scene.spots.length)
    const spot = scene.spots[underlying - 1]!
    const strike = Math.round((spot * (70 + 4 * random(16))) / 100)
    const series = seriesIdOf({
      underlying,
      expiry: scene.expiries[random(scene.expiries.length)]!,
      strike: (BigInt(strike) * ONE) as Price,
      kind: random(2) === 0 ? 'CALL' : 'PUT',
      field: 0,
    })
    positions.set(series, BigInt(random(200) - 120) * 10n ** 17n + 10n ** 16n)
  }
  const collateral = random(6) === 0 ? [{ underlying: 1 + home, amount: BigInt(1 + random(9)) * ONE }] : []
  const state: AccountState = {
    ...emptyAccount(((BigInt(index) + 1n) << 96n) as AccountId),
    version: 1n,
    positions: [...positions].map(([series, size]) => ({ series: series as never, size: size as Size })),
    collateral,
  }
  const { markets: known, rules: by } = viewAt(scene, accountsOf([]), 1)
  const fast = fastMarketOf(
    [...known.values()].map(({ below }) => below),
    by,
  )
  const { health } = fastAssess(fastBookOf(state), fast, 'BELOW')
  const held = health[LEVEL_INDEX.MARK] - health[LEVEL_INDEX.INITIAL]
  return { ...state, cash: wad(held * ease - health[LEVEL_INDEX.INITIAL]) as Cash }
}
