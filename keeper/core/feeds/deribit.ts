// What does an options venue say? Deribit's JSON-RPC notifications: the mark prices of a whole chain in one message
// (markprice.options.<index>, volatility as a fraction), the index they are held against, or the ticker of one instrument
// (mark_iv in per cent).
// https://docs.deribit.com/#markprice-options-index_name · #deribit_price_index-index_name · #ticker-instrument_name-interval
import { jsonOf, millisecondsOf, objectOf, positiveOf } from './fields.ts'
import type { Json } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage, OptionQuote } from './message.ts'

/** `pair` is the index name, eth_usd. */
export const deribit: Dialect = {
  venue: 'deribit',
  subscribe: (pair) => [
    call(1, 'public/set_heartbeat', { interval: 30 }),
    call(2, 'public/subscribe', {
      channels: [`markprice.options.${pair.toLowerCase()}`, `deribit_price_index.${pair.toLowerCase()}`],
    }),
  ],
  parse,
  answers: { test_request: call(3, 'public/test', {}) },
}

function call(id: number, method: string, params: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params })
}

function parse(text: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined) return malformed('not a JSON object')
  if (message['error'] !== undefined) return refused(JSON.stringify(message['error']))
  const params = objectOf(message['params'])
  if (message['method'] === 'heartbeat') return control(String(params?.['type']))
  if (message['method'] === 'subscription' && params !== undefined) return notification(params)
  return 'result' in message ? control('answered') : malformed('neither a notification nor an answer')
}

function notification(params: Json): FeedMessage {
  const channel = String(params['channel'])
  const data = params['data']
  if (channel.startsWith('markprice.options.') && Array.isArray(data)) {
    return quotesOf(data.map((row) => chainRow(objectOf(row) ?? {})))
  }
  if (channel.startsWith('deribit_price_index.')) return indexOf(objectOf(data) ?? {})
  const ticker = objectOf(data)
  return channel.startsWith('ticker.') && ticker !== undefined ? quotesOf([tickerRow(ticker)]) : control(channel)
}

function quotesOf(rows: readonly (OptionQuote | undefined)[]): FeedMessage {
  // A row without a volatility (no market in it) is no quote; a message without any is malformed.
  const quotes = rows.filter((row) => row !== undefined)
  return quotes.length > 0 ? { kind: 'quotes', quotes } : malformed('no row is a quote')
}

function indexOf(row: Json): FeedMessage {
  const [time, price] = [millisecondsOf(row['timestamp']), positiveOf(row['price'])]
  if (time === undefined || price === undefined) return malformed('neither time nor price of an index')
  return { kind: 'index', index: { time, price } }
}

function chainRow(row: Json): OptionQuote | undefined {
  return quoteOf(row, positiveOf(row['iv']), positiveOf(row['underlying_price']))
}

function tickerRow(row: Json): OptionQuote | undefined {
  const percent = positiveOf(row['mark_iv'])
  return quoteOf(row, percent === undefined ? undefined : percent / 100, positiveOf(row['underlying_price']))
}

function quoteOf(row: Json, volatility: number | undefined, forward: number | undefined): OptionQuote | undefined {
  const instrument = instrumentOf(String(row['instrument_name']))
  const time = millisecondsOf(row['timestamp'])
  if (instrument === undefined || time === undefined || volatility === undefined) return undefined
  return {
    time,
    ...instrument,
    volatility,
    forward,
    mark: positiveOf(row['mark_price']),
    index: positiveOf(row['index_price']),
  }
}

const INSTRUMENT = /^[A-Z0-9]+(?:_[A-Z]+)?-(\d{1,2})([A-Z]{3})(\d{2})-(\d+(?:d\d+)?)-([CP])$/
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const EXPIRY_HOUR_UTC = 8

/** ETH-27MAR20-200-C, AVAX_USDC-17OCT25-20d5-P: expiring at 08:00 UTC, `d` for the decimal point. */
export function instrumentOf(
  name: string,
): { readonly expiry: number; readonly strike: number; readonly isCall: boolean } | undefined {
  const match = INSTRUMENT.exec(name)
  const month = MONTHS.indexOf(match?.[2] ?? '')
  if (match === null || month < 0) return undefined
  const expiry = Date.UTC(2000 + Number(match[3]), month, Number(match[1]), EXPIRY_HOUR_UTC) / 1000
  const strike = positiveOf(match[4]?.replace('d', '.'))
  return strike === undefined ? undefined : { expiry, strike, isCall: match[5] === 'C' }
}
