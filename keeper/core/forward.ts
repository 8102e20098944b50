// Where does an expiry's forward stand? As the venue tells it, or by parity of calls and puts; a median over the strikes.
import type { OptionQuote, VenueIndex } from './feeds/message.ts'

/** [1e-9] Bounds of a basis on chain: 3 %, and 60 % a year (SmileLib.basisMax). */
const BASIS_MOST = 30_000_000
const BASIS_PER_YEAR = 600_000_000
const YEAR_SECONDS = 365 * 86_400
/** Of one strike's parity: further from spot than this share is a stale leg. */
const FAR = 0.5

/** Of quotes of one expiry; undefined where neither a forward nor both marks of any strike are told. */
export function forwardOf(quotes: readonly OptionQuote[]): number | undefined {
  const told = quotes.flatMap(({ forward }) => forward ?? [])
  return medianOf(told.length > 0 ? told : byParity(quotes))
}

/** Told further apart in time than this [ms], an index is not that of a quote. */
const SAME_MOMENT = 2_000

/** `quote` with the venue's index of its moment, where it tells none itself and one is known. */
export function withIndex(quote: OptionQuote, index: VenueIndex | undefined): OptionQuote {
  if (quote.index !== undefined || index === undefined) return quote
  return Math.abs(quote.time - index.time) <= SAME_MOMENT ? { ...quote, index: index.price } : quote
}

/** What the venue held the underlying for when it told these quotes; undefined where it did not say. */
export function indexOf(quotes: readonly OptionQuote[]): number | undefined {
  return medianOf(quotes.flatMap(({ index }) => index ?? []))
}

/** [1e-9] What a slice says of `forward` against `spot`, within what the chain takes. */
export function basisOf(forward: number, spot: number, secondsLeft: number): number {
  const most = BASIS_MOST + Math.floor((BASIS_PER_YEAR * secondsLeft) / YEAR_SECONDS)
  const basis = Math.round((forward / spot - 1) * 1e9)
  return Math.max(-most, Math.min(most, basis))
}

/** Priced in the underlying, call less put is 1 − strike / forward. */
function byParity(quotes: readonly OptionQuote[]): number[] {
  return quotes.flatMap((one) => {
    if (!one.isCall || one.mark === undefined) return []
    const put = quotes.find(({ strike, isCall }) => strike === one.strike && !isCall)
    if (put?.mark === undefined) return []
    const share = 1 - (one.mark - put.mark)
    return share > FAR ? [one.strike / share] : []
  })
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}
