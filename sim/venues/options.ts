// What does the options venue say? Its index, and synthetic marks as Deribit tells those of a whole chain, for expiries and strikes such a
// venue would list.
import type { QuotedSlice } from '../market/surface.ts'
import { volatilityAt } from '../market/surface.ts'
import type { BroadcastRules } from './server.ts'

const DAY = 86_400
/** Options expire at 08:00 UTC. */
const EXPIRY_SECOND = 8 * 3600
/** Strikes quoted for each expiry, in standard deviations around the forward. */
const DEVIATIONS = [-2, -1, -0.5, 0, 0.5, 1, 2]
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** Expiries [unix s] quoted at `time`: the next seven days, then the next seven Fridays. */
function quotedExpiries(time: number): readonly number[] {
  const first = Math.floor((time - EXPIRY_SECOND) / DAY + 1) * DAY + EXPIRY_SECOND
  const days = Array.from({ length: 56 }, (_, index) => first + index * DAY)
  return days.filter((expiry, index) => index < 7 || isFriday(expiry))
}

/** Deribit's JSON-RPC: a client names channels in `public/subscribe`, and gets the marks of the whole chain. */
export const optionsRules: BroadcastRules = {
  isStreamPath: () => false,
  reply: ({ method, id, params }) =>
    method === 'public/subscribe'
      ? { jsonrpc: '2.0', id, result: (params as { channels?: unknown } | undefined)?.channels ?? [] }
      : undefined,
}

export type Quotes = {
  readonly underlying: string
  readonly time: number
  readonly spot: number
  readonly sliceFor: (secondsLeft: number) => QuotedSlice
}

/** The chain's mark prices as one notification: https://docs.deribit.com/#markprice-options-index_name */
export function chainMessage(quotes: Quotes): unknown {
  return {
    jsonrpc: '2.0',
    method: 'subscription',
    params: {
      channel: `markprice.options.${indexName(quotes.underlying)}`,
      data: quotedExpiries(quotes.time).flatMap((expiry) => expiryRows(quotes, expiry)),
    },
  }
}

/** What the venue itself holds the underlying for: https://docs.deribit.com/#deribit_price_index-index_name */
export function indexMessage({ underlying, time, spot }: Omit<Quotes, 'sliceFor'>): unknown {
  const name = indexName(underlying)
  return {
    jsonrpc: '2.0',
    method: 'subscription',
    params: {
      channel: `deribit_price_index.${name}`,
      data: { timestamp: time * 1000, price: Number(spot.toFixed(4)), index_name: name },
    },
  }
}

/** `eth_usd`: what a client subscribes to. */
export function indexName(underlying: string): string {
  return `${underlying.toLowerCase()}_usd`
}

function expiryRows({ underlying, time, spot, sliceFor }: Quotes, expiry: number): readonly unknown[] {
  const secondsLeft = expiry - time
  const slice = sliceFor(secondsLeft)
  return DEVIATIONS.map((deviation) => {
    const strike = niceStrike(spot * Math.exp(deviation * Math.sqrt(slice.theta)), spot)
    return {
      timestamp: time * 1000,
      instrument_name: `${underlying}-${deribitDate(expiry)}-${strikeText(strike)}-${strike < spot ? 'P' : 'C'}`,
      iv: Number(volatilityAt(slice, Math.log(strike / spot), secondsLeft).toFixed(6)),
    }
  })
}

/** Three figures of the strike, at most a thousandth of spot apart, so that short expiries keep distinct strikes. */
function niceStrike(strike: number, spot: number): number {
  const tick = 10 ** (Math.floor(Math.log10(spot)) - 3)
  return Number((Math.round(strike / tick) * tick).toFixed(6))
}

/** Deribit writes a decimal point as `d`. */
function strikeText(strike: number): string {
  return String(strike).replace('.', 'd')
}

/** `9JAN24` */
function deribitDate(expiry: number): string {
  const date = new Date(expiry * 1000)
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`
}

function isFriday(expiry: number): boolean {
  return new Date(expiry * 1000).getUTCDay() === 5
}
