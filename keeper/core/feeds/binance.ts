// What does Binance say? Trade and aggregate trade streams, raw or combined.
// https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage } from './message.ts'

export const binance: Dialect = {
  venue: 'binance',
  subscribe: (pair) => [JSON.stringify({ method: 'SUBSCRIBE', params: [`${pair.toLowerCase()}@aggTrade`], id: 1 })],
  parse,
}

function parse(text: string, pair: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined) return malformed('not a JSON object')
  const event = objectOf(message['data']) ?? message
  if (event['e'] === 'aggTrade' || event['e'] === 'trade') return tradeOf(event, pair)
  // Told ten minutes before the venue ends the connection.
  if (event['e'] === 'serverShutdown') return refused('about to end the connection')
  if (message['error'] !== undefined) return refused(JSON.stringify(message['error']))
  if ('result' in message) return control('subscribed')
  return typeof event['e'] === 'string' ? control(event['e']) : malformed('no event type')
}

function tradeOf(event: Readonly<Record<string, unknown>>, pair: string): FeedMessage {
  if (event['s'] !== pair.toUpperCase()) return malformed(`symbol ${String(event['s'])}`)
  const price = priceOf(event['p'])
  const time = millisecondsOf(event['T'])
  if (price === undefined) return malformed(`price ${String(event['p'])}`)
  if (time === undefined) return malformed(`trade time ${String(event['T'])}`)
  // Aggregate trades are numbered without gaps, and so are single ones, each by a number of its own.
  return {
    kind: 'trades',
    trades: [{ time, price }],
    sequence: countOf(event['e'] === 'aggTrade' ? event['a'] : event['t']),
  }
}
