// Which surface do these quotes describe? One slice for each expiry quoted enough, free of arbitrage (RULES C7).
import type { Slice, Surface } from '../../units/observation.ts'
import { fitSurface } from '../../risk/surface/fitSurface.ts'
import { basisOf, forwardOf, indexOf } from './forward.ts'
import type { OptionQuote } from './feeds/message.ts'

/** [s] Quotes older than this are none; expiries nearer than this have no smile worth signing. */
export type SurfaceRules = { readonly maxQuoteAgeSeconds: number }
const LEAST_SECONDS_LEFT = 1_800
/** Most slices that a surface may have on chain: the nearest are signed. */
const SLICES_MOST = 16
/** Days of a year: the convention quotes are in. */
const YEAR_SECONDS = 365 * 86_400
/** Strikes further out than this many standard deviations are quoted by nobody in earnest. */
const WIDEST = 6

/**
 * The surface at `round` [unix s]; undefined where no expiry is quoted enough. `spot` stands in for a forward, or
 * a venue's index, that is not told.
 */
export function surfaceOf(
  underlying: number,
  round: number,
  quotes: readonly OptionQuote[],
  spot: number | undefined,
  rules: SurfaceRules,
): Surface | undefined {
  const fresh = quotes.filter(
    ({ time, expiry }) =>
      Math.abs(round * 1000 - time) <= rules.maxQuoteAgeSeconds * 1000 && expiry - round >= LEAST_SECONDS_LEFT,
  )
  const expiries = [...new Set(fresh.map(({ expiry }) => expiry))].toSorted((a, b) => a - b)
  const smiles = expiries.map((expiry) => smileOf(fresh, expiry, round, spot))
  const slices = fitSurface(smiles, SLICES_MOST).map(({ expiry, slice: { theta, rho, phi } }): Slice => {
    const { forward, index } = smiles.find((smile) => smile.expiry === expiry) ?? {}
    const against = index ?? spot
    const basis = forward === undefined || against === undefined ? 0 : basisOf(forward, against, expiry - round)
    return { expiry, theta: wad(theta), rho: wad(rho), phi: wad(phi), basis }
  })
  return slices.length === 0 ? undefined : { underlying, time: BigInt(round), slices }
}

/** `forward` undefined where nobody tells it: then it is what the venue holds the underlying for, or our own spot. */
function smileOf(all: readonly OptionQuote[], expiry: number, round: number, spot: number | undefined) {
  const years = (expiry - round) / YEAR_SECONDS
  const quotes = all.filter((quote) => quote.expiry === expiry)
  const forward = forwardOf(quotes)
  const index = indexOf(quotes)
  const at = forward ?? index ?? spot
  const points = quotes.flatMap(({ strike, volatility }) => {
    if (at === undefined) return []
    const point = { k: Math.log(strike / at), variance: volatility ** 2 * years }
    return Math.abs(point.k) <= WIDEST * Math.sqrt(point.variance) ? [point] : []
  })
  return { expiry, forward, index, points }
}

/** To 1e-18 by way of 1e-15, which a double holds without rounding noise of its own. */
function wad(value: number): bigint {
  return BigInt(Math.round(value * 1e15)) * 1_000n
}
