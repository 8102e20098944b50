// Who trades what with whom before the crash? A realistic book of some three dozen accounts, drawn from a seed: every trade has a
// buyer and a seller, so sizes sum to zero per series.
import { chanceOf } from './keys.ts'

/** How an owner behaves when asked for more margin. */
export type Persona =
  | 'prompt' // adds what is missing at once
  | 'late' // adds what is missing in the last minutes of the grace
  | 'short' // adds all it has, which is not enough
  | 'absent' // does nothing

export type Strategy =
  | 'covered call'
  | 'short strangle'
  | 'put spread'
  | 'call spread'
  | 'long put'
  | 'cash-secured put'
  | 'market maker'
  | 'bidder'

/**
 * `cushion`: what the account keeps beyond INITIAL, as a share of its requirement; undefined where it keeps all it has.
 * `collateral`: units of the underlying. `wallet`: cash outside, as a share of the requirement.
 */
export type Member = {
  readonly name: string
  readonly strategy: Strategy
  readonly persona: Persona
  readonly cushion: number | undefined
  readonly collateral: number
  readonly wallet: number
}

/** `strike` in dollars, `size` in contracts, `expiry` in unix seconds. */
export type PlannedTrade = {
  readonly buyer: string
  readonly seller: string
  readonly kind: 'CALL' | 'PUT'
  readonly strike: number
  readonly expiry: number
  readonly size: number
}

export type Book = { readonly members: readonly Member[]; readonly trades: readonly PlannedTrade[] }

export type BookOptions = { readonly seed: number; readonly spot: number; readonly start: number }

/** [dollars] Size of a typical position. */
const NOTIONAL = 20_000
const MARKET_MAKERS = 3

/** [s] A new position must be two hours from its expiry; opening the book takes a while. */
const EXPIRY_DISTANCE = 3 * 3600
const DAY = 86_400
const EXPIRY_SECOND = 8 * 3600
const FRIDAY = 5

const COUNTS: Readonly<Record<Exclude<Strategy, 'market maker' | 'bidder'>, number>> = {
  'covered call': 8,
  'short strangle': 8,
  'put spread': 5,
  'call spread': 3,
  'long put': 5,
  'cash-secured put': 3,
}

/** By strategy in turn: the thinner the cushion, the sooner the account is called. */
const CUSHIONS = [0.02, 0.08, 0.15, 0.25, 0.4, 0.6, 0.9, 1.5]
const PERSONAS: readonly Persona[] = ['prompt', 'late', 'absent', 'short', 'prompt', 'absent', 'late', 'short']

/** The same book for the same seed, spot and start; strikes are relative to spot, so any market will do. */
export function planBook({ seed, spot, start }: BookOptions): Book {
  const expiries = listedExpiries(start)
  const makers = Array.from({ length: MARKET_MAKERS }, (_, index) => maker(index))
  const bidder: Member = { ...maker(MARKET_MAKERS), name: 'bidder', strategy: 'bidder' }
  const clients = Object.entries(COUNTS).flatMap(([strategy, count]) =>
    Array.from({ length: count }, (_, index) => ({ strategy: strategy as Strategy, index })),
  )
  const unit = sizeUnit(spot)
  const planned = clients.map(({ strategy, index }, position) => {
    const name = `${strategy} ${index + 1}`
    const chance = (word: string) => chanceOf(seed, name, word)
    const size = Math.max(1, Math.round((0.5 + chance('size')) * 10)) * unit
    const legs = legsOf(strategy, chance).map(({ kind, moneyness, side, expiry }) => ({
      kind,
      strike: listedStrike(spot * moneyness),
      expiry: expiries[expiry % expiries.length] ?? start,
      size,
      side,
    }))
    const counterparty = makers[position % makers.length]?.name ?? ''
    return { member: member(name, strategy, index, size), trades: legs.map((leg) => tradeOf(leg, name, counterparty)) }
  })
  return {
    members: [...planned.map(({ member }) => member), ...makers, bidder],
    trades: planned.flatMap(({ trades }) => trades),
  }
}

function member(name: string, strategy: Strategy, index: number, size: number): Member {
  return {
    name,
    strategy,
    persona: PERSONAS[index % PERSONAS.length] ?? 'absent',
    cushion: strategy === 'cash-secured put' || strategy === 'long put' ? undefined : CUSHIONS[index % CUSHIONS.length],
    collateral: strategy === 'covered call' ? size : 0,
    wallet: PERSONAS[index % PERSONAS.length] === 'short' ? 0.1 : 3,
  }
}

function maker(index: number): Member {
  return {
    name: `market maker ${index + 1}`,
    strategy: 'market maker',
    persona: 'prompt',
    cushion: undefined,
    collateral: 0,
    wallet: 0,
  }
}

type Leg = {
  readonly kind: 'CALL' | 'PUT'
  /** Strike over spot. */
  readonly moneyness: number
  readonly side: 'buys' | 'sells'
  /** Position in the list of expiries. */
  readonly expiry: number
}

/** What the client does; long legs first, so that a spread is never naked on the way. */
function legsOf(strategy: Strategy, chance: (word: string) => number): readonly Leg[] {
  const expiry = Math.floor(chance('expiry') * 5)
  const wing = 0.05 + 0.1 * chance('wing')
  switch (strategy) {
    case 'covered call':
      return [{ kind: 'CALL', moneyness: 1 + 1.5 * wing, side: 'sells', expiry }]
    case 'short strangle':
      return [
        { kind: 'PUT', moneyness: 1 - wing, side: 'sells', expiry },
        { kind: 'CALL', moneyness: 1 + wing, side: 'sells', expiry },
      ]
    case 'put spread':
      return [
        { kind: 'PUT', moneyness: 0.95 - 2 * wing, side: 'buys', expiry },
        { kind: 'PUT', moneyness: 0.95, side: 'sells', expiry },
      ]
    case 'call spread':
      return [
        { kind: 'CALL', moneyness: 1.05 + 2 * wing, side: 'buys', expiry },
        { kind: 'CALL', moneyness: 1.05, side: 'sells', expiry },
      ]
    case 'long put':
      return [{ kind: 'PUT', moneyness: 1 - wing, side: 'buys', expiry }]
    case 'cash-secured put':
      return [{ kind: 'PUT', moneyness: 1 - wing, side: 'sells', expiry }]
    case 'market maker':
    case 'bidder':
      return []
  }
}

function tradeOf(
  { kind, strike, expiry, size, side }: Omit<Leg, 'moneyness'> & { strike: number; size: number },
  client: string,
  counterparty: string,
): PlannedTrade {
  const [buyer, seller] = side === 'buys' ? [client, counterparty] : [counterparty, client]
  return { buyer, seller, kind, strike, expiry, size }
}

/** Five listed expiries: two days of this week, its Friday, the last day of the seven, and a Friday beyond (RULES A6). */
export function listedExpiries(start: number): readonly number[] {
  const first = Math.floor((start + EXPIRY_DISTANCE - EXPIRY_SECOND - 1) / DAY + 1) * DAY + EXPIRY_SECOND
  const days = Array.from({ length: 28 }, (_, index) => first + index * DAY)
  const daily = days.filter((expiry) => expiry - start <= 7 * DAY)
  const fridays = days.filter((expiry) => new Date(expiry * 1000).getUTCDay() === FRIDAY)
  const chosen = [daily[0], daily[1], fridays[0], daily.at(-1), fridays[1], fridays[2]]
  return [...new Set(chosen.filter((expiry) => expiry !== undefined))].toSorted((a, b) => a - b)
}

/** Two figures: a multiple of a tenth of the strike's decade. */
export function listedStrike(strike: number): number {
  const tick = 10 ** (Math.floor(Math.log10(strike)) - 1)
  return Number((Math.round(strike / tick) * tick).toPrecision(2))
}

/** Contracts, a power of ten, of which ten or so are worth the usual notional. */
function sizeUnit(spot: number): number {
  return 10 ** Math.round(Math.log10(NOTIONAL / spot) - 1)
}
