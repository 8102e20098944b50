// What does a venue say that has no dialect of its own here? The plainest messages that carry a trade:
//   {"type":"subscribe","pair":"AVAXUSD"}                                           from us
//   {"type":"trade","pair":"AVAXUSD","time":1760131200000,"price":"21.00","sequence":7}   sequence may be absent
//   {"type":"heartbeat"}  ·  {"type":"error","reason":"…"}
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage } from './message.ts'

export const plain: Dialect = {
  venue: 'plain',
  subscribe: (pair) => [JSON.stringify({ type: 'subscribe', pair })],
  parse,
}

function parse(text: string, pair: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined || typeof message['type'] !== 'string') return malformed('no type')
  if (message['type'] === 'error') return refused(String(message['reason']))
  if (message['type'] !== 'trade') return control(message['type'])
  if (message['pair'] !== pair) return malformed(`pair ${String(message['pair'])}`)
  const time = millisecondsOf(message['time'])
  const price = priceOf(message['price'])
  if (time === undefined) return malformed(`time ${String(message['time'])}`)
  if (price === undefined) return malformed(`price ${String(message['price'])}`)
  return { kind: 'trades', trades: [{ time, price }], sequence: countOf(message['sequence']) }
}
