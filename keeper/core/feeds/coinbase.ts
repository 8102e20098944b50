// What does Coinbase say? The matches channel of its exchange feed, with heartbeats; trade ids have no gaps.
// https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage } from './message.ts'

export const coinbase: Dialect = {
  venue: 'coinbase',
  subscribe: (pair) => [
    JSON.stringify({ type: 'subscribe', product_ids: [pair.toUpperCase()], channels: ['matches', 'heartbeat'] }),
  ],
  parse,
}

function parse(text: string, pair: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined || typeof message['type'] !== 'string') return malformed('no type')
  if (message['type'] === 'error') return refused(String(message['message']))
  // Told each second, with the last trade's number: whoever has missed it knows.
  if (message['type'] === 'heartbeat') {
    return { ...control('heartbeat'), lastTrade: countOf(message['last_trade_id']) } as FeedMessage
  }
  if (message['type'] !== 'match' && message['type'] !== 'last_match') return control(message['type'])
  if (message['product_id'] !== pair.toUpperCase()) return malformed(`product ${String(message['product_id'])}`)
  const time = millisecondsOf(Date.parse(String(message['time'])))
  const price = priceOf(message['price'])
  if (time === undefined) return malformed(`time ${String(message['time'])}`)
  if (price === undefined) return malformed(`price ${String(message['price'])}`)
  return { kind: 'trades', trades: [{ time, price }], sequence: countOf(message['trade_id']) }
}
