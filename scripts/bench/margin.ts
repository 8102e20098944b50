// What do others ask for the same portfolio? The published rules of Derive, Deribit and SPAN beside ours, on example portfolios.
import type { Row } from '../bench.ts'
import { fastAssess, fastBookOf, fastMarketOf } from '../../risk/fast/margin.ts'
import { outOfTheMoney } from '../../risk/fast/black.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../risk/parameters.ts'
import type { ExpiryMark } from '../../units/portfolio.ts'
import { seriesIdOf } from '../../units/series.ts'
import { cash, ONE, price, size } from '../../units/values.ts'

type Leg = { readonly kind: 'CALL' | 'PUT'; readonly strike: number; readonly days: number; readonly contracts: number }
type Example = {
  readonly id: string
  readonly legs: readonly Leg[]
  readonly collateral: number
  readonly what: string
}
type Shock = {
  readonly move: number
  readonly volatility: (annual: number, days: number) => number
  readonly weight: number
}

const SPOT = 2000
const VOLATILITY = 0.8
const YEAR_DAYS = 365
const DAY = 86_400
const NOW = 1_700_000_000

const EXAMPLES: readonly Example[] = [
  { id: 'shortCall', what: '10 short calls 10 % out, 30 days', collateral: 0, legs: [leg('CALL', 2200, 30, -10)] },
  {
    id: 'strangle',
    what: '10 short strangles 15 % out, 30 days',
    collateral: 0,
    legs: [leg('CALL', 2300, 30, -10), leg('PUT', 1700, 30, -10)],
  },
  {
    id: 'coveredCall',
    what: '10 short calls 10 % out, 30 days, against 10 units held',
    collateral: 10,
    legs: [leg('CALL', 2200, 30, -10)],
  },
  {
    id: 'spread',
    what: '10 short call spreads 2000/2200, 30 days',
    collateral: 0,
    legs: [leg('CALL', 2000, 30, -10), leg('CALL', 2200, 30, 10)],
  },
  {
    id: 'calendar',
    what: 'synthetic forwards, 10 long at 7 days, 10 short at 90',
    collateral: 0,
    legs: [leg('CALL', 2000, 7, 10), leg('PUT', 2000, 7, -10), leg('CALL', 2000, 90, -10), leg('PUT', 2000, 90, 10)],
  },
  {
    id: 'butterfly',
    what: '100 short butterflies 2030/2040/2050, 4 hours',
    collateral: 0,
    legs: [leg('CALL', 2030, 1 / 6, -100), leg('CALL', 2040, 1 / 6, 200), leg('CALL', 2050, 1 / 6, -100)],
  },
  { id: 'longPut', what: '10 long puts 10 % out, 30 days', collateral: 0, legs: [leg('PUT', 1800, 30, 10)] },
]

function leg(kind: 'CALL' | 'PUT', strike: number, days: number, contracts: number): Leg {
  return { kind, strike, days, contracts }
}

/** Of the legs at a forward and an annual volatility; no smile, so that every method sees the same market. */
function valueAt(legs: readonly Leg[], move: number, volatilityOf: (days: number) => number, basis = 0): number {
  return legs.reduce((sum, { kind, strike, days, contracts }) => {
    const forward = SPOT * (1 + move) * (1 + basis * (0.5 + (2 * days) / YEAR_DAYS))
    const time = outOfTheMoney(
      forward,
      strike,
      Math.log(forward / strike),
      volatilityOf(days) * Math.sqrt(days / YEAR_DAYS),
    )
    const intrinsic = Math.max(kind === 'CALL' ? forward - strike : strike - forward, 0)
    return sum + contracts * (time + intrinsic)
  }, 0)
}

function worstLoss({ legs, collateral }: Example, shocks: readonly Shock[]): number {
  const present = valueAt(legs, 0, () => VOLATILITY)
  return shocks.reduce((worst, { move, volatility, weight }) => {
    const shocked = valueAt(legs, move, (days) => volatility(VOLATILITY, days))
    return Math.max(worst, weight * (present - shocked - collateral * SPOT * move))
  }, 0)
}

const powerOf = (days: number): number => (30 / Math.max(days, 1)) ** (days <= 30 ? 0.3 : 0.13)
const up = (share: number, floor: number) => (annual: number, days: number) =>
  Math.max(annual * (1 + share * powerOf(days)), floor)
const down = (share: number) => (annual: number, days: number) => Math.max(annual * (1 - share * powerOf(days)), 0)
const same = (annual: number): number => annual

/** Derive, second portfolio manager: 23 + 2 core moves, eight dampened tails; volatility +50 % with a floor of 40 %, −30 %. */
function derive(example: Example): { initial: number; maintenance: number } {
  const volatilityUp = up(0.5, 0.4)
  const core = [-0.135, -0.09, -0.045, 0, 0.045, 0.09, 0.135].flatMap((move) =>
    [volatilityUp, same, down(0.3)].map((volatility) => ({ move, volatility, weight: 1 })),
  )
  const ends = [-0.18, 0.18].map((move) => ({ move, volatility: volatilityUp, weight: 1 }))
  const tails = [0.34, 0.67, 1.5, 2, 3, 4, 5, 6].map((multiple) => ({
    move: multiple - 1,
    volatility: volatilityUp,
    weight: 0.1386 / Math.abs(multiple - 1),
  }))
  const loss = worstLoss(example, [...core, ...ends, ...tails])
  const basis = basisLoss(example.legs)
  const short = nakedOptions(example) * SPOT
  return { initial: loss + basis + 0.005 * short, maintenance: 0.8 * (loss + basis) + 0.003 * short }
}

/** The worse of both basis shocks, expiry by expiry. */
function basisLoss(legs: readonly Leg[]): number {
  const terms = [...new Set(legs.map(({ days }) => days))]
  return terms.reduce((sum, days) => {
    const own = legs.filter((it) => it.days === days)
    const at = (basis: number): number => valueAt(own, 0, () => VOLATILITY, basis)
    return sum + Math.max(at(0) - Math.min(at(-0.045), at(0.045)), 0)
  }, 0)
}

function nakedOptions({ legs }: Example): number {
  const net = (kind: 'CALL' | 'PUT'): number =>
    legs.filter((it) => it.kind === kind).reduce((sum, { contracts }) => sum + contracts, 0)
  return Math.max(-net('CALL'), 0) + Math.max(-net('PUT'), 0)
}

/** Deribit portfolio margin: ±16 % in four steps a side by three volatilities (+50 % with a floor of 50 %, −25 %), dampened tails. */
function deribit(example: Example): { maintenance: number } {
  const volatilityUp = up(0.5, 0.5)
  const core = [-4, -3, -2, -1, 0, 1, 2, 3, 4].flatMap((step) =>
    [volatilityUp, same, down(0.25)].map((volatility) => ({ move: 0.04 * step, volatility, weight: 1 })),
  )
  const tails = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5].map((move) => ({
    move,
    volatility: volatilityUp,
    weight: (0.77 * 0.16) / Math.abs(move),
  }))
  return { maintenance: worstLoss(example, [...core, ...tails]) }
}

/** SPAN: seven moves in thirds of an 18 % range by volatility ±25 %, both extremes at twice the range and 35 %. */
function span(example: Example): { maintenance: number } {
  const thirds = [-3, -2, -1, 0, 1, 2, 3].flatMap((third) =>
    [0.25, -0.25].map((shift) => ({
      move: 0.06 * third,
      volatility: (annual: number) => annual * (1 + shift),
      weight: 1,
    })),
  )
  const extremes = [-0.36, 0.36].map((move) => ({ move, volatility: same, weight: 0.35 }))
  const minimum = 0.001 * SPOT * nakedOptions(example)
  return { maintenance: Math.max(worstLoss(example, [...thirds, ...extremes]), minimum) }
}

function plimsoll({ legs, collateral }: Example): { initial: number; maintenance: number } {
  const expiryOf = (days: number): number => NOW + Math.round(days * DAY)
  const marks = [...new Set(legs.map(({ days }) => days))].map((days) => markOf(days, expiryOf(days)))
  const universe = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE) }]])
  const candidates = [price(BigInt(SPOT) * ONE)]
  const market = fastMarketOf(
    [{ underlying: 1, state: 4, candidates, expiries: marks, older: [], surfaceAge: 0 }],
    universe,
  )
  const positions = legs.map(({ kind, strike, days, contracts }) => ({
    series: seriesIdOf({
      underlying: 1,
      expiry: expiryOf(days),
      strike: price(BigInt(strike) * ONE),
      kind,
      field: 0,
    }),
    size: size(BigInt(contracts) * ONE),
  }))
  const held = collateral === 0 ? [] : [{ underlying: 1, amount: BigInt(collateral) * ONE }]
  const book = fastBookOf({ cash: cash(0n), positions, collateral: held })
  const [equity, , maintenance, initial] = fastAssess(book, market, 'ABOVE').health
  return { initial: equity - initial, maintenance: equity - maintenance }
}

/** A flat smile. */
function markOf(days: number, expiry: number): ExpiryMark {
  const theta = BigInt(Math.round(((VOLATILITY * VOLATILITY * days) / YEAR_DAYS) * 1e15)) * 1000n
  const flat = { forwardRatio: ONE, theta, rho: 0n, phi: 0n }
  const window = { windowSeconds: 1800, elapsedShare: 0n, averageSoFar: price(0n), settlementPrice: price(0n) }
  return { expiry, secondsLeft: Math.round(days * DAY), ...flat, ...window }
}

export function rows(): Promise<readonly Row[]> {
  const unit = 'units of account'
  return Promise.resolve(
    EXAMPLES.flatMap((example) => {
      const ours = plimsoll(example)
      const theirs = derive(example)
      const all = {
        'plimsoll.initial': ours.initial,
        'plimsoll.maintenance': ours.maintenance,
        'derive.initial': theirs.initial,
        'derive.maintenance': theirs.maintenance,
        'deribit.maintenance': deribit(example).maintenance,
        'span.maintenance': span(example).maintenance,
      }
      return Object.entries(all).map(([method, value]) => ({
        id: `${example.id}.${method}`,
        value: Math.round(value),
        unit,
        note: example.what,
      }))
    }),
  )
}
