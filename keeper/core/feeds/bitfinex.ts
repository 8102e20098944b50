// What does Bitfinex say? The trades channel of its version 2 socket: one channel per socket, so the channel id needs no memory.
// https://docs.bitfinex.com/reference/ws-public-trades
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage, Trade } from './message.ts'

export const bitfinex: Dialect = {
  venue: 'bitfinex',
  subscribe: (pair) => [JSON.stringify({ event: 'subscribe', channel: 'trades', symbol: `t${pair.toUpperCase()}` })],
  parse,
}

function parse(text: string): FeedMessage {
  const message = jsonOf(text)
  if (Array.isArray(message)) return channelMessage(message)
  const event = objectOf(message)
  if (event === undefined) return malformed('neither an event nor a channel message')
  if (event['event'] === 'error') return refused(String(event['msg']))
  return typeof event['event'] === 'string' ? control(event['event']) : malformed('no event name')
}

/** [channel, 'hb'] · [channel, [[id, ms, amount, price], …]] · [channel, 'te' | 'tu', [id, ms, amount, price]] */
function channelMessage(message: readonly unknown[]): FeedMessage {
  const [channel, second, third] = message
  if (countOf(channel) === undefined) return malformed('no channel id')
  if (second === 'hb') return control('hb')
  // Every trade comes twice, 'te' at once and 'tu' with its final id: the first is enough.
  if (second === 'tu') return control('tu')
  if (second === 'te') return tradesOf([third])
  return Array.isArray(second) ? tradesOf(second) : malformed(`message ${String(second)}`)
}

function tradesOf(rows: readonly unknown[]): FeedMessage {
  const trades = rows.map(tradeOf)
  const whole = trades.filter((trade) => trade !== undefined)
  return whole.length === trades.length
    ? { kind: 'trades', trades: whole, sequence: undefined }
    : malformed('a row is no trade')
}

function tradeOf(row: unknown): Trade | undefined {
  if (!Array.isArray(row)) return undefined
  const time = millisecondsOf(row[1])
  const price = priceOf(row[3])
  return time === undefined || price === undefined ? undefined : { time, price }
}
