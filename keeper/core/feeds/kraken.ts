// What does Kraken say? The trade channel of its version 2 socket, with heartbeats each second; trade ids have no gaps.
// https://docs.kraken.com/api/docs/websocket-v2/trade
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage, Trade } from './message.ts'

/** Pairs are written ETH/USD. */
export const kraken: Dialect = {
  venue: 'kraken',
  subscribe: (pair) => [
    JSON.stringify({ method: 'subscribe', params: { channel: 'trade', symbol: [pair.toUpperCase()], snapshot: true } }),
  ],
  parse,
}

function parse(text: string, pair: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined) return malformed('not a JSON object')
  if (typeof message['error'] === 'string') return refused(message['error'])
  if (typeof message['method'] === 'string') return control(message['method'])
  if (message['channel'] === 'status') return statusOf(message['data'])
  if (message['channel'] !== 'trade') {
    return typeof message['channel'] === 'string'
      ? control(message['channel'])
      : malformed('neither method nor channel')
  }
  if (!Array.isArray(message['data'])) return malformed('no trades in it')
  return tradesOf(message['data'], pair.toUpperCase(), message['type'] === 'snapshot')
}

/** Told when the connection opens, and when the exchange stops or goes on trading. */
function statusOf(data: unknown): FeedMessage {
  const system = Array.isArray(data) ? objectOf(data[0])?.['system'] : undefined
  return control(`status ${typeof system === 'string' ? system : 'unknown'}`)
}

function tradesOf(rows: readonly unknown[], pair: string, isSnapshot: boolean): FeedMessage {
  const trades: Trade[] = []
  let last: number | undefined
  for (const row of rows) {
    const fields = objectOf(row) ?? {}
    if (fields['symbol'] !== pair) return malformed(`symbol ${String(fields['symbol'])}`)
    const time = millisecondsOf(Date.parse(String(fields['timestamp'])))
    const price = priceOf(fields['price'])
    if (time === undefined) return malformed(`timestamp ${String(fields['timestamp'])}`)
    if (price === undefined) return malformed(`price ${String(fields['price'])}`)
    trades.push({ time, price })
    last = countOf(fields['trade_id'])
  }
  // A snapshot is of the past; several trades of one message are counted by the first, so that only what lies between messages is a gap.
  const first = countOf(objectOf(rows[0])?.['trade_id'])
  return { kind: 'trades', trades, sequence: isSnapshot ? last : first, through: last }
}
