// How well does our surface say what a real exchange quoted? Fit error by expiry, and whether the chain would take it.
import { impliedTotalVolatility } from '../../risk/fast/implied.ts'
import { isCalendarFree, phiMax, type WholeSlice } from '../../risk/exact/smile.ts'
import type { SmilePoint } from '../../risk/surface/fitSlice.ts'
import { fitSurface, type FittedSlice } from '../../risk/surface/fitSurface.ts'
import { totalVariance, type SmileSlice } from '../../risk/surface/slice.ts'
import type { ChainExpiry, OptionChain } from '../market/quotes.ts'

/** Errors in volatility points (hundredths, annual). `nearError`: the mean within two deviations.
 * `spreadShare`: of the quotes with both sides, those that the surface prices inside. `movedByCalendar`: by the expiry before. */
export type ExpiryFit = {
  readonly expiry: number
  readonly days: number
  readonly quotes: number
  readonly level: number
  readonly forwardBasisBps: number
  readonly meanError: number
  readonly nearError: number
  readonly rootMeanSquareError: number
  readonly largestError: number
  readonly movedByCalendar: number
  readonly spreadShare: number
  readonly isButterflyFree: boolean
  readonly isCalendarFree: boolean
  readonly slice: WholeSlice
}

const YEAR = 365 * 86_400
/** Strikes within so many deviations are near. */
const NEAR = 2
/** As the keepers fit: strikes within six deviations, sixteen slices. */
const WIDEST = 6
const MOST_SLICES = 16

/** One row an expiry; expiries with fewer than five quotes have none. */
export function calibrate(chain: OptionChain): ExpiryFit[] {
  const expiries = chain.expiries.map((its) => ({ ...its, points: pointsOf(its) }))
  const fitted = fitSurface(expiries, MOST_SLICES)
  const whole = fitted.map(({ slice }) => wholeOf(slice))
  return fitted.map((fit, i) => {
    const its = expiries.find(({ expiry }) => expiry === fit.expiry)
    const slice = whole[i]
    if (its === undefined || slice === undefined) throw new RangeError('a fit has quotes')
    const before = whole[i - 1]
    return {
      ...errorsOf(chain, its, fit),
      isButterflyFree: slice.phi <= phiMax(slice.theta, slice.rho),
      isCalendarFree: before === undefined || isCalendarFree(before, slice),
      slice,
    }
  })
}

function pointsOf({ forward, quotes }: ChainExpiry): SmilePoint[] {
  return quotes.flatMap(({ strike, mark }) => {
    const volatility = impliedTotalVolatility(forward, strike, mark)
    const k = Math.log(strike / forward)
    return volatility > 0 && Math.abs(k) <= WIDEST * volatility ? [{ k, variance: volatility ** 2 }] : []
  })
}

function errorsOf(chain: OptionChain, its: ChainExpiry & { points: readonly SmilePoint[] }, fit: FittedSlice) {
  const years = (its.expiry - chain.time) / YEAR
  const annual = (variance: number): number => 100 * Math.sqrt(variance / years)
  const errors = its.points.map(({ k, variance }) => annual(totalVariance(fit.slice, k)) - annual(variance))
  const near = its.points.flatMap(({ k, variance }, i) =>
    Math.abs(k) <= NEAR * Math.sqrt(variance) ? [Math.abs(errors[i] ?? 0)] : [],
  )
  const moved = its.points.map(({ k }) =>
    Math.abs(annual(totalVariance(fit.slice, k)) - annual(totalVariance(fit.alone, k))),
  )
  const sum = (of: (error: number) => number): number => errors.reduce((total, error) => total + of(error), 0)
  return {
    expiry: its.expiry,
    days: rounded(years * 365),
    quotes: its.points.length,
    level: rounded(annual(fit.slice.theta)),
    forwardBasisBps: rounded(10_000 * (its.forward / chain.index - 1)),
    meanError: rounded(sum(Math.abs) / errors.length),
    nearError: rounded(near.reduce((total, error) => total + error, 0) / near.length),
    rootMeanSquareError: rounded(Math.sqrt(sum((error) => error ** 2) / errors.length)),
    largestError: rounded(Math.max(...errors.map(Math.abs))),
    movedByCalendar: rounded(Math.max(...moved)),
    spreadShare: rounded(spreadShareOf(its, fit.slice)),
  }
}

/** Of the quotes that have a bid and an ask: how many have the fitted volatility between theirs. */
function spreadShareOf({ forward, quotes }: ChainExpiry, slice: SmileSlice): number {
  const inside = quotes.flatMap(({ strike, bid, ask }) => {
    if (bid === undefined || ask === undefined) return []
    const fitted = Math.sqrt(totalVariance(slice, Math.log(strike / forward)))
    const of = (value: number): number => impliedTotalVolatility(forward, strike, value)
    return [of(bid) <= fitted && fitted <= of(ask)]
  })
  return inside.filter(Boolean).length / Math.max(inside.length, 1)
}

/** As the keepers sign it. */
function wholeOf({ theta, rho, phi }: SmileSlice): WholeSlice {
  const wad = (value: number): bigint => BigInt(Math.round(value * 1e15)) * 1_000n
  return { theta: wad(theta), rho: wad(rho), phi: wad(phi) }
}

const rounded = (value: number): number => Number(value.toFixed(3))
