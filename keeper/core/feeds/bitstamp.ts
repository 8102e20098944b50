// What does Bitstamp say? The live trades channel of its version 2 socket.
// https://www.bitstamp.net/websocket/v2/
import { jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage } from './message.ts'

export const bitstamp: Dialect = {
  venue: 'bitstamp',
  subscribe: (pair) => [JSON.stringify({ event: 'bts:subscribe', data: { channel: channelOf(pair) } })],
  parse,
}

const channelOf = (pair: string): string => `live_trades_${pair.toLowerCase()}`

function parse(text: string, pair: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined || typeof message['event'] !== 'string') return malformed('no event')
  if (message['event'] === 'bts:request_reconnect') return refused('asked to reconnect')
  if (message['event'] === 'bts:error') return refused(JSON.stringify(message['data']))
  if (message['event'] !== 'trade') return control(message['event'])
  if (message['channel'] !== channelOf(pair)) return malformed(`channel ${String(message['channel'])}`)
  return tradeOf(objectOf(message['data']) ?? {})
}

function tradeOf(data: Readonly<Record<string, unknown>>): FeedMessage {
  const micro = data['microtimestamp']
  const time = typeof micro === 'string' ? millisecondsOf(micro.slice(0, -3)) : undefined
  const price = priceOf(data['price_str'] ?? data['price'])
  if (time === undefined) return malformed(`microtimestamp ${String(micro)}`)
  if (price === undefined) return malformed(`price ${String(data['price_str'] ?? data['price'])}`)
  return { kind: 'trades', trades: [{ time, price }], sequence: undefined }
}
