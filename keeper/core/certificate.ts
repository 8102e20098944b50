// How far may the market move before an account can change sign? Bounds for one unit of what is held; docs/METHODOLOGY.md, Certificates.
import type { FastExpiry, FastNumbers, FastUnderlying } from '../../risk/fast/market.ts'
import { FIRST_SCENARIO, PRESENT, BASIS_UP } from '../../risk/fast/market.ts'
import type { ExpiryMark, MarginParameters } from '../../units/portfolio.ts'
import { LEVEL_INDEX } from '../../units/values.ts'

/**
 * Of one expiry, for one unit of any of its options, at MAINTENANCE. Times the forward: `against` when it moves against the unit,
 * `along` when it moves with it. Times the strike: `slide` for a move of ln(forward) along the smile, `volatility` for a move of
 * ln(volatility), `decayLong` and `decayShort` for a second; the last three times the volatility too.
 */
export type ExpiryBounds = {
  readonly against: number
  readonly along: number
  readonly slide: number
  readonly volatility: number
  readonly decayLong: number
  readonly decayShort: number
  /** What the loss of a unit in a scenario can change by, over what the bounds say its health can: at most. */
  readonly lossShare: number
  /** Most that a strike's volatility can grow by while the certificate stands, by sliding along the smile. */
  readonly slideMost: number
}

/** No certificate reaches further than this: of ln(forward), and of the budget of ln(volatility). */
export const MOVE_MOST = 0.2
export const VOLATILITY_MOST = 0.1
/** Covers what the bounds themselves grow by within those: e^(2 · 0.1); volatilities only fall with time. */
const GROWTH = 1.23
/** [share] Of the least time left to an averaging window; bounds that go by 1 / time left grow by no more than a third. */
export const TIME_SHARE = 0.25
const TIME_GROWTH = 1 / (1 - TIME_SHARE)
/** Of ln(forward). */
const APART_MOST = 0.01
/** Largest density of the standard normal distribution. */
const DENSITY = 0.39895
const MILLION = 1e6
const DAY = 86_400
const YEAR = 365 * DAY
/** Standard deviations beyond which a rotation of the smile grows no more. */
const ROTATED_MOST = 2

export function expiryBoundsOf(
  { secondsLeft, theta, rho, phi, forwards, volatilities }: FastExpiry,
  windowSeconds: number,
  numbers: FastNumbers,
  parameters: MarginParameters,
): ExpiryBounds {
  const factor = numbers.factors[LEVEL_INDEX.MAINTENANCE]
  const basis = forwards[BASIS_UP]! / forwards[PRESENT]!
  const slope = slideOf(theta, rho, phi)
  const toAverage = secondsLeft - (2 * windowSeconds) / 3
  const decaying = 1 / (2 * toAverage)
  const power = Math.max(parameters.shortPower, parameters.longPower) / MILLION / Math.max(secondsLeft, DAY)
  const rotated = Math.sqrt(1 + phi * Math.sqrt(theta) * (1 + Math.abs(rho)))
  const worst = { against: 0, along: 0, slide: 0, volatility: 0, decayLong: 0, decayShort: 0, loss: 0 }
  const count = forwards.length - FIRST_SCENARIO
  // Scenario `count` stands for none: a rotation that gains in this expiry, or a loss that is zero.
  for (let s = 0; s <= count; s++) {
    const weight = s < count ? numbers.weights[s]! : 0
    const ratio = s < count ? forwards[FIRST_SCENARIO + s]! / forwards[PRESENT]! : 1
    const multiplier = s < count ? volatilities[FIRST_SCENARIO + s]! : 1
    const skew = s < count && numbers.skews[s] !== 0 ? numbers.skewShift : 0
    for (const hasBasis of [0, 1]) {
      const present = 1 - factor * weight - factor * hasBasis
      const shocked = factor * weight
      const based = factor * hasBasis
      const unmoved = Math.abs(present) + based
      const turned = multiplier * (1 + ROTATED_MOST * skew)
      raise(worst, {
        against: Math.max(present, 0) + shocked * ratio + based * basis,
        along: Math.max(-present, 0),
        slide: unmoved * slope + shocked * (turned * slope + skew * rotated),
        volatility: unmoved + shocked * (turned + ROTATED_MOST * skew),
        // Volatilities fall with time, those moved down faster; those moved up might rise, were the power of time above a half.
        decayLong:
          (Math.max(present, 0) + based) * decaying +
          shocked * (turned * decaying + Math.max(1 - multiplier, 0) * power),
        decayShort:
          Math.max(-present, 0) * decaying + shocked * Math.max(0, (multiplier - 1) * power - multiplier * decaying),
        loss: weight * (1 + Math.max(ratio, turned)),
      })
    }
  }
  return {
    against: worst.against,
    along: worst.along,
    slide: DENSITY * GROWTH * worst.slide,
    volatility: DENSITY * GROWTH * worst.volatility,
    decayLong: DENSITY * GROWTH * TIME_GROWTH * worst.decayLong,
    decayShort: DENSITY * GROWTH * TIME_GROWTH * worst.decayShort,
    lossShare: (Math.exp(MOVE_MOST) * worst.loss) / Math.min(worst.along, 1),
    slideMost: GROWTH * slope * MOVE_MOST,
  }
}

function raise(worst: Record<string, number>, by: Record<string, number>): void {
  for (const key in by) worst[key] = Math.max(worst[key]!, by[key]!)
}

/** Most that a strike's total volatility changes by for a move of ln(forward), whatever the strike. */
export function slideOf(theta: number, rho: number, phi: number): number {
  return ((Math.sqrt(theta) * phi) / (4 * Math.SQRT2)) * Math.sqrt((1 + Math.abs(rho)) / (1 - Math.abs(rho)))
}

/** What the basis charge of one unit can grow by in a second, times the forward. */
export function basisDecayOf(numbers: FastNumbers, parameters: MarginParameters): number {
  const growth = Math.exp(MOVE_MOST)
  return (numbers.factors[LEVEL_INDEX.MAINTENANCE] * growth * 2 * parameters.basisShock) / MILLION / YEAR
}

// ---- where the market is ---------------------------------------------------------------------------------------

/**
 * Where one underlying stands, against where it stood when first looked at. `low` and `high`: least and largest of ln(forward) of all
 * expiries and of spot. `volatility`: path of ln(volatility) beyond what time alone does to it; never falls. A new `regime` ends
 * every certificate.
 */
export type Place = {
  readonly low: number
  readonly high: number
  readonly volatility: number
  readonly regime: number
  readonly rulesVersion: number
  readonly expiries: ReadonlyMap<number, ExpiryPlace>
  readonly spot: number
}

type ExpiryPlace = {
  readonly first: number
  readonly level: number
  readonly rho: number
  readonly phi: number
  readonly hasGap: boolean
}

/** The place after `last`. `rulesVersion` of the margin parameters; the first candidate price stands for all (any one proves health). */
export function placeOf(
  last: Place | undefined,
  underlying: FastUnderlying,
  marks: readonly ExpiryMark[],
  rulesVersion: number,
): Place {
  const { spot, expiries } = underlying.candidates[0]!
  const first = last?.spot ?? spot
  const moved = Math.log(spot / first)
  let low = moved
  let high = moved
  let volatility = 0
  let isNew = last !== undefined && last.rulesVersion !== rulesVersion
  const places = new Map<number, ExpiryPlace>()
  for (const { expiry, windowSeconds } of marks) {
    const at = expiries.get(expiry)
    if (at === undefined || at.secondsLeft <= windowSeconds) continue
    const { rho, phi, nodes, theta, secondsLeft, forwards } = at
    const before = last?.expiries.get(expiry)
    const level = theta / (secondsLeft - (2 * windowSeconds) / 3)
    const own = {
      first: before?.first ?? forwards[PRESENT]! / Math.exp(moved),
      level,
      rho,
      phi,
      hasGap: nodes.length > 0,
    }
    const away = Math.log(forwards[PRESENT]! / own.first)
    low = Math.min(low, away)
    high = Math.max(high, away)
    if (before !== undefined) {
      const change = changeOf(before, own)
      // More than any certificate allows for, or from a flat smile, of which no ratio can be taken.
      if (change <= VOLATILITY_MOST) volatility = Math.max(volatility, change)
      else isNew = true
      isNew ||= before.hasGap !== own.hasGap
    }
    places.set(expiry, own)
  }
  // Forwards that have drifted apart would use certificates up at once: they are measured anew from where they are.
  if (last !== undefined && high - low > APART_MOST) {
    return { ...placeOf(undefined, underlying, marks, rulesVersion), regime: last.regime + 1 }
  }
  return {
    low,
    high,
    volatility: (last?.volatility ?? 0) + volatility,
    regime: (last?.regime ?? 0) + (isNew ? 1 : 0),
    rulesVersion,
    expiries: places,
    spot: first,
  }
}

/** Most that ln(volatility) of any strike, floor and rotation included, has changed by between two slices at one forward. */
export function changeOf(a: Omit<ExpiryPlace, 'first'>, b: Omit<ExpiryPlace, 'first'>): number {
  const rho = Math.max(Math.abs(a.rho), Math.abs(b.rho))
  const root = Math.sqrt(1 - rho * rho)
  const byLevel = Math.abs(Math.log(b.level / a.level))
  const byPhi = a.phi === b.phi ? 0 : Math.max(1, (rho * rho) / (1 - rho * rho)) * Math.abs(Math.log(b.phi / a.phi))
  const byRho = ((1 + 1 / root) / (1 - rho)) * Math.abs(b.rho - a.rho)
  return byLevel + (byPhi + byRho) / 2
}
