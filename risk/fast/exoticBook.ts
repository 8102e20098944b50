// What are an expiry's digitals, barriers and averages worth, in float64? The exact form is risk/exact/exoticBook.ts.
import type { Observed } from '../../units/portfolio.ts'
import { isAsian, isBarrier, isCall, isDigital, isKnockIn, isUp, type OptionKind } from '../../units/series.ts'
import { averageValue, averageVolatility, barrierValue, digitalValue, monitoredAt } from './exotic.ts'
import type { FastExpiry, FastPoints } from './market.ts'
import { totalVolatility, volatilitySlope } from './surface.ts'

const WAD = 1e18
const HOUR = 3600
const MOST = 16
/** One step of a price, as on chain: the two limits at a jump are neighbours. */
const STEP = 1e-18

/** One position. `field`: the barrier as a ratio to the strike, or the averaging window in hours. */
export type FastExotic = {
  readonly kind: OptionKind
  readonly strike: number
  readonly field: number
  readonly size: number
  readonly seen: Observed | undefined
}

/** What is known of an Asian kind's average, and the strike of what is still open: zero where nothing is. */
type Open = { readonly share: number; readonly average: number; readonly level: number }

const barrierOf = (e: FastExotic): number => (e.strike * e.field) / 10_000

function openOf(e: FastExotic, secondsLeft: number): Open {
  const average = Number(e.seen?.averageSoFar ?? 0n) / WAD
  const isKnown = secondsLeft < e.field * HOUR && average > 0
  const share = isKnown ? Number(e.seen!.elapsedShare) / WAD : 0
  const level = share >= 1 ? 0 : Math.max(0, (e.strike - share * average) / (1 - share))
  return { share, average, level }
}

/** Adds what they are worth at every point. */
export function addExotics(
  exotics: readonly FastExotic[],
  market: FastExpiry,
  skewShift: number,
  values: Float64Array,
): void {
  for (const e of exotics) {
    const valueAt = isAsian(e.kind) ? asianAt(e, market, skewShift) : jumpAt(e, market, skewShift)
    for (let i = 0; i < values.length; i++) values[i]! += e.size * valueAt(i)
  }
}

/** Total volatility at a point, from that of the strike at the unmoved market. */
function volatilityAt(points: FastPoints, skews: Int8Array, log: number, rootTheta: number, skewShift: number) {
  const distance = Math.max(-2, Math.min(2, -log / rootTheta))
  return (unmoved: number, i: number): number =>
    unmoved * points.volatilities[i]! * (1 + skews[i]! * skewShift * distance)
}

function jumpAt(e: FastExotic, m: FastExpiry, skewShift: number): (i: number) => number {
  const log = Math.log(m.forwards[0]! / e.strike)
  const unmoved = totalVolatility(m.theta, m.rho, m.phi, -log)
  const slope = isDigital(e.kind) ? volatilitySlope(m.theta, m.rho, m.phi, -log) : 0
  const at = volatilityAt(m, m.skews, log, m.rootTheta, skewShift)
  return (i) => {
    const volatility = at(unmoved, i)
    if (isDigital(e.kind)) {
      const share = digitalValue(log + m.logShifts[i]!, volatility, at(slope, i))
      return isCall(e.kind) ? share : 1 - share
    }
    const bounded = Math.min(volatility, MOST)
    const interval = Math.min(m.secondsLeft, HOUR)
    return barrierValue(e.kind, {
      spot: m.spots[i]!,
      forward: m.forwards[i]!,
      strike: e.strike,
      barrier: monitoredAt(barrierOf(e), isUp(e.kind), bounded, interval, m.secondsLeft),
      volatility: bounded,
    })
  }
}

function asianAt(e: FastExotic, m: FastExpiry, skewShift: number): (i: number) => number {
  const { share, average, level } = openOf(e, m.secondsLeft)
  const log = level > 0 ? Math.log(m.market.forwards[0]! / level) : 0
  const variance = level > 0 ? Math.min(totalVolatility(m.wholeTheta, m.rho, m.phi, -log) ** 2, MOST) : 0
  const before = Math.max(0, (variance * (m.secondsLeft - e.field * HOUR)) / m.secondsLeft)
  const unmoved = averageVolatility(before, variance - before)
  const at = volatilityAt(m.market, m.skews, log, m.wholeRootTheta, skewShift)
  return (i) => {
    const bounded = Math.min(at(unmoved, i), MOST)
    return averageValue(isCall(e.kind), m.market.forwards[i]!, e.strike, share, average, bounded)
  }
}

/** What they pay at `price`, barriers counting as touched where it lies past them; Asian kinds only where `isWhole`. */
export function exoticPayoff(
  exotics: readonly FastExotic[],
  price: number,
  isWhole: boolean,
  secondsLeft: number,
): number {
  return exotics.reduce((sum, e) => {
    if (!isAsian(e.kind)) return sum + e.size * payoff(e, price, isPast(e, price))
    if (!isWhole) return sum
    const { share, average } = openOf(e, secondsLeft)
    return sum + e.size * payoff(e, share * average + (1 - share) * price, false)
  }, 0)
}

/** Once expired: by what decides them, or, until that is final, at `price`. */
export function expiredExotics(exotics: readonly FastExotic[], price: number, spot: number): number {
  return exotics.reduce((sum, e) => {
    const final = Number(e.seen?.settlementPrice ?? 0n) / WAD
    if (final > 0) return sum + e.size * payoff(e, final, false)
    const average = Number(e.seen?.averageSoFar ?? 0n) / WAD
    return sum + e.size * payoff(e, !isAsian(e.kind) ? price : average > 0 ? average : spot, isPast(e, price))
  }, 0)
}

function payoff({ kind, strike }: FastExotic, price: number, isTouched: boolean): number {
  if (isDigital(kind)) return price >= strike === isCall(kind) ? 1 : 0
  if (isBarrier(kind) && isKnockIn(kind) !== isTouched) return 0
  return Math.max(0, isCall(kind) ? price - strike : strike - price)
}

function isPast(e: FastExotic, price: number): boolean {
  return isBarrier(e.kind) && (isUp(e.kind) ? price >= barrierOf(e) : price <= barrierOf(e))
}

/** Prices at which the payoff bends or jumps, strikes apart. */
export function edgesOf(e: FastExotic, secondsLeft: number): number[] {
  if (isAsian(e.kind)) return [openOf(e, secondsLeft).level]
  const at = isDigital(e.kind) ? e.strike : barrierOf(e)
  const beside = Math.max(STEP, Math.abs(at) * Number.EPSILON)
  if (isDigital(e.kind)) return [at - beside]
  return isUp(e.kind) ? [at - beside, at] : [at, at + beside]
}

export function hasJump(exotics: readonly FastExotic[]): boolean {
  return exotics.some(({ kind }) => !isAsian(kind))
}
