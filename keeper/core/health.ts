// How healthy is every account, a million of them at a price? Each series is priced once at every point; an account only adds up.
import { outOfTheMoney } from '../../risk/fast/black.ts'
import { totalVolatility } from '../../risk/fast/surface.ts'
import { BASIS_DOWN, BASIS_UP, FIRST_SCENARIO, PRESENT } from '../../risk/fast/market.ts'
import type { FastExpiry, FastNumbers, FastUnderlying } from '../../risk/fast/market.ts'
import { ENTRY } from './accounts.ts'
import type { Accounts, Holdable } from './accounts.ts'
import { basisDecayOf, expiryBoundsOf, MOVE_MOST, TIME_SHARE, VOLATILITY_MOST } from './certificate.ts'
import type { ExpiryBounds } from './certificate.ts'
import type { ExpiryMark, MarginParameters } from '../../units/portfolio.ts'
import { LEVEL_INDEX } from '../../units/values.ts'

/** What valuing one account has found, at MAINTENANCE, under the first candidate price of each underlying. */
export type Health = {
  health: number
  /** What the doubt about `health` is reckoned from: the largest of its levels. */
  magnitude: number
  /** Of ln(price), of the worth of what is held: tells who is likely to be worst off, and proves nothing. */
  slope: number
}

/** By underlying, in their order: what health loses at most when its market falls or rises by one, in ln(forward). */
export type Exposure = {
  readonly underlying: number
  readonly fall: number
  readonly rise: number
  readonly slope: number
}

/** `volatility` for a move of one of ln(volatility), `decay` a second. `until` [s]: how long the bounds hold from now. */
export type Exposures = {
  readonly parts: readonly Exposure[]
  readonly volatility: number
  readonly decay: number
  readonly until: number
}

export type Valuer = {
  /** Prices and bounds are those of `markets` from now on. */
  readonly mark: (markets: ReadonlyMap<number, MarkedMarket>) => void
  /** Answers in the same object each time; undefined where a price is missing or a kind has another price than Black's. */
  readonly healthOf: (slot: number) => Health | undefined
  /** Of the account valued last, whose health is `sure`. Undefined where there are no bounds: an expiry in its averaging window, or a book so large that
   * concentration may count. */
  readonly exposuresOf: (slot: number, sure: number) => Exposures | undefined
}

export type MarkedMarket = {
  readonly fast: FastUnderlying
  readonly marks: readonly ExpiryMark[]
  readonly parameters: MarginParameters
}

type Expiry = { readonly at: FastExpiry; readonly bounds: ExpiryBounds | undefined; readonly windowSeconds: number }
type Market = {
  readonly spot: number
  readonly numbers: FastNumbers
  readonly basisDecay: number
  readonly collateralFall: number
  /** Most that a unit's loss changes by for a move of one, over the forward. */
  readonly lossSlope: number
}

/** Columns of a series' row: values at every point first, of which a grid of 40 scenarios has 43; then what its bounds are. */
const STRIDE = 49
const ALONG_FALL = 43
const AGAINST_FALL = 44
const EITHER = 45
const VOLATILITY = 46
const DECAY_LONG = 47
const DECAY_SHORT = 48
const POINTS_MOST = 43
const FADE_SECONDS = 259_200
const DUE_SECONDS = 86_400
const MOST_CONCENTRATION = 100
/** [s] No certificate is asked to last longer. */
export const HORIZON = 21_600

export function valuerOf({ columns, holdables }: Pick<Accounts, 'columns' | 'holdables'>): Valuer {
  let rows = new Float64Array(STRIDE * 64)
  let priced = new Uint32Array(64)
  let tick = 0
  let marked: ReadonlyMap<number, MarkedMarket> = new Map()
  let markets: (Market | undefined)[] = []
  const expiries = new Map<number, Expiry | undefined>()
  /** By number of what is held, as `expiries` has it: found once a tick. */
  let expiryOf: (Expiry | undefined)[] = []

  /** Of what is held, side by side, as `holdables` has them one by one. */
  let kinds = new Uint8Array(0)
  let underlyings = new Uint8Array(0)

  const sums = new Float64Array(POINTS_MOST)
  const losses = new Float64Array(POINTS_MOST)
  const health: Health = { health: 0, magnitude: 0, slope: 0 }
  /** By underlying: the loss of the account valued last, before concentration. */
  const lossOf: number[] = []
  /** And the most that offsets between its expiries are worth that fade now or before the horizon, weights counted. */
  const fadingOf: number[] = []

  function mark(now: ReadonlyMap<number, MarkedMarket>): void {
    tick += 1
    marked = now
    if (kinds.length !== holdables.length) {
      kinds = Uint8Array.from(holdables, ({ kind }) => kind)
      underlyings = Uint8Array.from(holdables, ({ underlying }) => underlying)
    }
    expiries.clear()
    expiryOf = []
    markets = []
    for (const [underlying, { fast, parameters }] of now) {
      const candidate = fast.candidates[0]
      if (candidate === undefined) continue
      const { numbers } = fast
      const factor = numbers.factors[LEVEL_INDEX.MAINTENANCE]
      const most = (of: (move: number, weight: number) => number): number =>
        numbers.moves.reduce((worst, move, s) => Math.max(worst, of(move, numbers.weights[s]!)), 0)
      const growth = Math.exp(MOVE_MOST)
      markets[underlying] = {
        spot: candidate.spot,
        numbers,
        basisDecay: basisDecayOf(numbers, parameters),
        collateralFall: 1 + factor * most((move, weight) => move * weight),
        // The weight, and what the basis adds with a forward at most half as high again.
        lossSlope: growth * (1 + 1.5 + most((move, weight) => weight * (2 + move))),
      }
    }
  }

  function expiryFor(underlying: number, expiry: number): Expiry | undefined {
    const key = underlying * 0x1_0000_0000 + expiry
    if (expiries.has(key)) return expiries.get(key)
    const market = marked.get(underlying)
    const at = market?.fast.candidates[0]?.expiries.get(expiry)
    const windowSeconds = market?.marks.find((one) => one.expiry === expiry)?.windowSeconds ?? 0
    const isBounded = market !== undefined && at !== undefined && at.secondsLeft > windowSeconds
    const bounds = isBounded ? expiryBoundsOf(at, windowSeconds, market.fast.numbers, market.parameters) : undefined
    const found = at === undefined ? undefined : { at, bounds, windowSeconds }
    expiries.set(key, found)
    return found
  }

  /** Prices series `number` at every point, unless that is done for this tick; false where it has no price. */
  function price(number: number): boolean {
    if (number < priced.length && priced[number] === tick) return expiryOf[number] !== undefined
    if (number >= priced.length) {
      const length = Math.max(number + 1, priced.length * 2)
      const grown = new Float64Array(STRIDE * length)
      grown.set(rows)
      rows = grown
      const stamps = new Uint32Array(length)
      stamps.set(priced)
      priced = stamps
    }
    priced[number] = tick
    const it = holdables[number]!
    const expiry = it.kind === ENTRY.PATH ? undefined : expiryFor(it.underlying, it.expiry)
    expiryOf[number] = expiry
    if (expiry === undefined) return false
    fill(number * STRIDE, it, expiry)
    return true
  }

  function fill(row: number, it: Holdable, { at, bounds }: Expiry): void {
    const { numbers, basisDecay } = markets[it.underlying]!
    const isCall = it.kind === ENTRY.CALL
    const payoff = (forward: number): number => Math.max(isCall ? forward - it.strike : it.strike - forward, 0)
    if (at.secondsLeft === 0) {
      rows[row] = payoff(at.expiredPrice)
      return
    }
    const { forwards, logShifts, volatilities, skews, rootTheta } = at
    const log = Math.log(forwards[PRESENT]! / it.strike)
    const smile = totalVolatility(at.theta, at.rho, at.phi, -log)
    const distance = Math.max(-2, Math.min(2, -log / rootTheta))
    for (let i = 0; i < forwards.length; i++) {
      const volatility = smile * volatilities[i]! * (1 + skews[i]! * numbers.skewShift * distance)
      rows[row + i] = payoff(forwards[i]!) + outOfTheMoney(forwards[i]!, it.strike, log + logShifts[i]!, volatility)
    }
    if (bounds === undefined) return
    const forward = forwards[PRESENT]!
    const most = smile + bounds.slideMost
    rows[row + (isCall ? AGAINST_FALL : ALONG_FALL)] = bounds.against * forward
    rows[row + (isCall ? ALONG_FALL : AGAINST_FALL)] = bounds.along * forward
    rows[row + EITHER] = bounds.slide * it.strike
    rows[row + VOLATILITY] = bounds.volatility * it.strike * most
    rows[row + DECAY_LONG] = bounds.decayLong * it.strike * most + basisDecay * forward
    rows[row + DECAY_SHORT] = bounds.decayShort * it.strike * most + basisDecay * forward
  }

  // ---- one account ---------------------------------------------------------------------------------------------

  function healthOf(slot: number): Health | undefined {
    const { first, count, entryOf, entrySize } = columns
    const cash = columns.cash[slot]!
    const end = first[slot]! + count[slot]!
    let maintenance = cash
    let initial = cash
    let mark = cash
    let slope = 0
    const isShort = hasShort(slot)
    for (let at = first[slot]!; at < end;) {
      const underlying = underlyings[entryOf[at]!]!
      const market = markets[underlying]
      if (market === undefined) return undefined
      const { numbers, spot } = market
      const scenarios = numbers.moves.length
      losses.fill(0, 0, scenarios)
      let collateral = 0
      let value = 0
      let charges = 0
      let longValue = 0
      let calls = 0
      let puts = 0
      let fading = 0
      let due = 0
      let isShortHere = false
      let isFarthest = true
      while (at < end && underlyings[entryOf[at]!] === underlying) {
        const begin = at
        const number = entryOf[at]!
        if (kinds[number] === ENTRY.COLLATERAL) {
          collateral = entrySize[at++]!
          continue
        }
        if (priced[number] !== tick && !price(number)) return undefined
        const expiry = expiryOf[number]
        if (expiry === undefined) return undefined
        const points = FIRST_SCENARIO + scenarios
        sums.fill(0, 0, points)
        for (; at < end; at++) {
          const one = entryOf[at]!
          if (underlyings[one] !== underlying) break
          if (priced[one] !== tick && !price(one)) return undefined
          if (expiryOf[one] !== expiry) break
          const size = entrySize[at]!
          if (size < 0) isShortHere = true
          if (kinds[one] === ENTRY.CALL) calls += size
          else puts += size
          const row = one * STRIDE
          for (let i = 0; i < points; i++) sums[i] = sums[i]! + size * rows[row + i]!
        }
        const present = sums[PRESENT]!
        value += present
        // INITIAL alone is asked for it, and what is doubted reckons with INITIAL: from before a certificate can reach that day.
        if (expiry.at.secondsLeft <= DUE_SECONDS + HORIZON) due += dueOf(begin, at, expiry.at)
        if (expiry.at.secondsLeft === 0) {
          // What has expired is naked no longer.
          for (let i = begin; i < at; i++) {
            if (kinds[entryOf[i]!] === ENTRY.CALL) calls -= entrySize[i]!
            else puts -= entrySize[i]!
          }
          continue
        }
        const { forwards } = expiry.at
        const shift = Math.log(forwards[BASIS_UP]! / forwards[BASIS_DOWN]!)
        slope += (sums[BASIS_UP]! - sums[BASIS_DOWN]!) / shift
        longValue += Math.max(present, 0)
        charges += Math.max(present - Math.min(sums[BASIS_DOWN]!, sums[BASIS_UP]!), 0)
        if (expiry.at.nodes.length > 0) charges += gapOf(begin, at, expiry.at.nodes)
        const fades = expiry.at.secondsLeft < FADE_SECONDS + HORIZON
        let fade = 0
        for (let i = 0; i < scenarios; i++) {
          const loss = present - sums[FIRST_SCENARIO + i]!
          if (numbers.skews[i] !== 0) losses[i] = losses[i]! + Math.max(loss, 0)
          else if (isFarthest) losses[i] = loss
          else {
            if (fades) fade = Math.max(fade, -(Math.min(losses[i]!, 0) + Math.min(loss, 0)) * numbers.weights[i]!)
            losses[i] = faded(losses[i]!, loss, expiry.at.secondsLeft)
          }
        }
        fading += fade
        isFarthest = false
      }
      value += collateral * spot
      slope += collateral * spot
      let gridLoss = 0
      for (let i = 0; i < scenarios; i++) {
        const loss = (losses[i]! - collateral * spot * numbers.moves[i]!) * numbers.weights[i]!
        if (loss > gridLoss) gridLoss = loss
      }
      let loss = gridLoss + charges
      lossOf[underlying] = loss
      fadingOf[underlying] = fading
      const excess = numbers.concentrationSlope * (loss / numbers.concentrationLoss - 1)
      if (excess > 0) loss *= 1 + Math.min(excess, MOST_CONCENTRATION)
      if (!isShortHere) loss = Math.min(loss, value)
      const naked = Math.max(-calls - collateral, 0) + Math.max(-puts, 0)
      const reserve = isShortHere || cash < 0 ? numbers.keeperReserve : 0
      const held = naked * numbers.nakedContingency + collateral * numbers.collateralHaircut
      const required = loss + held * spot + reserve
      mark += value
      maintenance += value - numbers.factors[LEVEL_INDEX.MAINTENANCE] * required
      initial +=
        value - required - Math.min(due, collateral * spot) - (isShort ? longValue * (1 - numbers.longCredit) : 0)
    }
    health.health = maintenance
    health.magnitude = Math.max(Math.abs(mark), Math.abs(initial))
    health.slope = slope
    return health
  }

  function dueOf(begin: number, end: number, { secondsLeft, expiredPrice, forwards }: FastExpiry): number {
    return Math.max(-payoffAt(begin, end, secondsLeft === 0 ? expiredPrice : forwards[PRESENT]!), 0)
  }

  function hasShort(slot: number): boolean {
    const { first, count, entrySize } = columns
    for (let at = first[slot]!; at < first[slot]! + count[slot]!; at++) if (entrySize[at]! < 0) return true
    return false
  }

  function gapOf(begin: number, end: number, nodes: Float64Array): number {
    const { entryOf } = columns
    let gap = 0
    for (let i = 1; i < nodes.length; i++) {
      const left = nodes[i - 1]!
      const right = nodes[i]!
      for (let at = begin; at < end; at++) {
        const { strike } = holdables[entryOf[at]!]!
        if (strike <= left || strike >= right) continue
        const share = (strike - left) / (right - left)
        const chord = payoffAt(begin, end, left) * (1 - share) + payoffAt(begin, end, right) * share
        gap = Math.max(gap, chord - payoffAt(begin, end, strike))
      }
    }
    return gap
  }

  function payoffAt(begin: number, end: number, price: number): number {
    const { entryOf, entrySize } = columns
    let sum = 0
    for (let at = begin; at < end; at++) {
      const { strike, kind } = holdables[entryOf[at]!]!
      sum += entrySize[at]! * Math.max(kind === ENTRY.CALL ? price - strike : strike - price, 0)
    }
    return sum
  }

  // ---- its bounds ----------------------------------------------------------------------------------------------

  function exposuresOf(slot: number, sure: number): Exposures | undefined {
    const { first, count, entryOf, entrySize } = columns
    const end = first[slot]! + count[slot]!
    const parts: Exposure[] = []
    let volatility = 0
    let decay = 0
    let until = HORIZON
    for (let at = first[slot]!; at < end;) {
      const underlying = underlyings[entryOf[at]!]!
      const market = markets[underlying]
      if (market === undefined) return undefined
      const { numbers, spot } = market
      const factor = numbers.factors[LEVEL_INDEX.MAINTENANCE]
      let fall = 0
      let rise = 0
      let slope = 0
      let shorts = 0
      let gross = 0
      let gapSize = 0
      let gapStrike = 0
      let fades = 0
      let lossShare = 0
      let last: Expiry | undefined
      for (; at < end && underlyings[entryOf[at]!] === underlying; at++) {
        const number = entryOf[at]!
        const it = holdables[number]!
        const size = Math.abs(entrySize[at]!)
        if (it.kind === ENTRY.COLLATERAL) {
          fall += size * spot * market.collateralFall
          rise += factor * size * spot * numbers.collateralHaircut
          slope += size * spot
          gross += size * spot
          continue
        }
        if (!price(number)) return undefined
        const expiry = expiryOf[number]!
        if (expiry.bounds === undefined) return undefined
        const row = number * STRIDE
        const isLong = entrySize[at]! > 0
        fall += size * (rows[row + (isLong ? AGAINST_FALL : ALONG_FALL)]! + rows[row + EITHER]!)
        rise += size * (rows[row + (isLong ? ALONG_FALL : AGAINST_FALL)]! + rows[row + EITHER]!)
        volatility += size * rows[row + VOLATILITY]!
        decay += size * rows[row + (isLong ? DECAY_LONG : DECAY_SHORT)]!
        const { forwards, secondsLeft, nodes } = expiry.at
        slope +=
          (entrySize[at]! * (rows[row + BASIS_UP]! - rows[row + BASIS_DOWN]!)) /
          Math.log(forwards[BASIS_UP]! / forwards[BASIS_DOWN]!)
        gross += size * forwards[PRESENT]!
        if (!isLong) shorts += size
        if (nodes.length > 0) {
          gapSize += size
          gapStrike = Math.max(gapStrike, it.strike)
        }
        if (expiry !== last) {
          if (last !== undefined && secondsLeft < FADE_SECONDS + HORIZON) fades += 1
          lossShare = Math.max(lossShare, expiry.bounds.lossShare)
          last = expiry
          until = Math.min(until, (secondsLeft - expiry.windowSeconds) * TIME_SHARE)
        }
      }
      rise += factor * shorts * spot * numbers.nakedContingency
      // The chord and its strike move by at most the strike each, for each contract.
      const gap = 2 * factor * gapSize * gapStrike
      decay += (factor * (fadingOf[underlying]! + fades * lossShare * sure)) / FADE_SECONDS
      const more = market.lossSlope * MOVE_MOST * gross + (4 / factor) * (volatility * VOLATILITY_MOST + decay * until)
      if (lossOf[underlying]! + more >= numbers.concentrationLoss) return undefined
      parts.push({ underlying, fall: fall + gap, rise: rise + gap, slope })
    }
    return { parts, volatility, decay, until }
  }

  return { mark, healthOf, exposuresOf }
}

function faded(later: number, near: number, secondsLeft: number): number {
  if (secondsLeft >= FADE_SECONDS) return later + near
  const gains = Math.min(later, 0) + Math.min(near, 0)
  return Math.max(later, 0) + Math.max(near, 0) + (gains * secondsLeft) / FADE_SECONDS
}
