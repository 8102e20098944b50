// What does OKX say? The public trades channel of its version 5 socket, kept open by a ping in plain text.
// https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel
import { jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage, Trade } from './message.ts'

/** Pairs are written ETH-USDT. Trades are aggregated, so their ids are no sequence. */
export const okx: Dialect = {
  venue: 'okx',
  subscribe: (pair) => [JSON.stringify({ op: 'subscribe', args: [{ channel: 'trades', instId: pair.toUpperCase() }] })],
  parse,
  keepAlive: 'ping',
}

function parse(text: string, pair: string): FeedMessage {
  if (text === 'pong') return control('pong')
  const message = objectOf(jsonOf(text))
  if (message === undefined) return malformed('not a JSON object')
  const { event } = message
  if (event === 'error') return refused(`${String(message['code'])} ${String(message['msg'])}`)
  // The connection is about to be closed for an upgrade: better opened anew at once.
  if (event === 'notice') return refused(String(message['msg']))
  if (typeof event === 'string') return control(event)
  if (!Array.isArray(message['data'])) return malformed('neither an event nor trades')
  const trades: Trade[] = []
  for (const row of message['data']) {
    const fields = objectOf(row) ?? {}
    if (fields['instId'] !== pair.toUpperCase()) return malformed(`instrument ${String(fields['instId'])}`)
    const time = millisecondsOf(fields['ts'])
    const price = priceOf(fields['px'])
    if (time === undefined) return malformed(`ts ${String(fields['ts'])}`)
    if (price === undefined) return malformed(`px ${String(fields['px'])}`)
    trades.push({ time, price })
  }
  return { kind: 'trades', trades, sequence: undefined }
}
