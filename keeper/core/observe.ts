// What is this keeper's own price? RULES C2: fresh samples, their median, and a cluster of a majority around it.
import type { Trade } from './feeds/message.ts'

/** Last trade of one configured venue, if it has told any; `quote` is the currency its pair is quoted in. */
export type Sample = {
  readonly venue: string
  readonly quote: string
  readonly trade: Trade | undefined
  /** Instead of the rule's: a contract that speaks once an hour is not stale for that. */
  readonly maxAgeSeconds?: number | undefined
}

/** Shares in 1e-4. */
export type ObserveRules = {
  readonly unit: string
  readonly maxSampleAgeSeconds: number
  readonly minVenues: number
  readonly clusterWidthBps: number
  readonly pegWidthBps: number
}

/** Prices in 1e-8. `venues` are those that count. A wide view says where the fresh samples lie, and no more. */
export type OwnView =
  | { readonly kind: 'narrow'; readonly price: bigint; readonly halfWidth: 0n; readonly venues: readonly string[] }
  | { readonly kind: 'wide'; readonly price: bigint; readonly halfWidth: bigint; readonly venues: readonly string[] }
  | { readonly kind: 'none'; readonly reason: string }

type Quote = { readonly venue: string; readonly price: bigint }

const ONE = 100_000_000n
const BPS = 10_000n

/**
 * The view at `time` [unix s], from every configured venue's last sample. `currencies` are the samples of what quote
 * currencies other than the unit are worth in it, by currency.
 */
export function observe(
  samples: readonly Sample[],
  currencies: ReadonlyMap<string, readonly Sample[]>,
  rules: ObserveRules,
  time: number,
): OwnView {
  const quotes = samples.flatMap((sample) => {
    const rate = rateOf(sample.quote, currencies, rules, time)
    const price = freshPriceOf(sample, rules, time)
    return rate === undefined || price === undefined ? [] : [{ venue: sample.venue, price: (price * rate) / ONE }]
  })
  if (quotes.length === 0) return { kind: 'none', reason: `none of ${samples.length} venues is fresh` }
  const members = clusterOf(quotes, rules)
  return members.length >= majorityOf(samples.length, rules) ? narrow(members) : wide(quotes)
}

/** More than half of the configured venues, however many of them speak, and never fewer than the rule's least. */
function majorityOf(configured: number, { minVenues }: ObserveRules): number {
  return Math.max(minVenues, Math.floor(configured / 2) + 1)
}

function clusterOf(quotes: readonly Quote[], { clusterWidthBps }: ObserveRules): readonly Quote[] {
  const middle = medianOf(quotes.map(({ price }) => price))
  return quotes.filter(({ price }) => distance(price, middle) * BPS <= middle * BigInt(clusterWidthBps))
}

function narrow(members: readonly Quote[]): OwnView {
  const price = medianOf(members.map((member) => member.price))
  return { kind: 'narrow', price, halfWidth: 0n, venues: members.map(({ venue }) => venue) }
}

/** One fresh venue alone spans nothing: it is no interval, hence no view. Nor is what the oracle would refuse: an interval of
 * more than half its price to either side says nothing. */
function wide(quotes: readonly Quote[]): OwnView {
  const price = medianOf(quotes.map((quote) => quote.price))
  const halfWidth = quotes.reduce((widest, quote) => larger(widest, distance(quote.price, price)), 1n)
  if (quotes.length < 2) return { kind: 'none', reason: `only ${quotes[0]?.venue} is fresh` }
  if (halfWidth > price / 2n) return { kind: 'none', reason: `venues from ${price} by ${halfWidth}` }
  return { kind: 'wide', price, halfWidth, venues: quotes.map(({ venue }) => venue) }
}

/** [1e-8] Of one unit of `currency`; undefined while it is unknown or off its peg (RULES C2). */
function rateOf(
  currency: string,
  currencies: ReadonlyMap<string, readonly Sample[]>,
  rules: ObserveRules,
  time: number,
): bigint | undefined {
  if (currency === rules.unit) return ONE
  const prices = (currencies.get(currency) ?? []).flatMap((sample) => freshPriceOf(sample, rules, time) ?? [])
  if (prices.length === 0) return undefined
  const rate = medianOf(prices)
  return distance(rate, ONE) * BPS <= ONE * BigInt(rules.pegWidthBps) ? rate : undefined
}

/** By the venue's own trade time, whenever it was received. A clock as far ahead as a sample may be old is no clock. */
function freshPriceOf(
  { trade, maxAgeSeconds }: Sample,
  { maxSampleAgeSeconds }: ObserveRules,
  time: number,
): bigint | undefined {
  if (trade === undefined) return undefined
  return Math.abs(time * 1000 - trade.time) <= (maxAgeSeconds ?? maxSampleAgeSeconds) * 1000 ? trade.price : undefined
}

/** Of at least one value; of an even number the mean of the middle two, rounded down. */
export function medianOf(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0n
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? upper
  return (lower + upper) / 2n
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a)
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
