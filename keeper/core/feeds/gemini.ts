// What does Gemini say? Version 1 market data: the pair and the wish for trades and heartbeats stand in the URL,
// wss://api.gemini.com/v1/marketdata/ETHUSD?trades=true&heartbeat=true, so there is nothing to subscribe to.
// https://docs.gemini.com/websocket/market-data/v1/market-data
import { countOf, jsonOf, millisecondsOf, objectOf, priceOf } from './fields.ts'
import { control, malformed, refused } from './message.ts'
import type { Dialect, FeedMessage, Trade } from './message.ts'

export const gemini: Dialect = { venue: 'gemini', subscribe: () => [], parse }

function parse(text: string): FeedMessage {
  const message = objectOf(jsonOf(text))
  if (message === undefined) return malformed('not a JSON object')
  const sequence = countOf(message['socket_sequence'])
  if (message['type'] === 'heartbeat') return control('heartbeat', sequence)
  if (message['result'] === 'error') return refused(String(message['reason']))
  if (message['type'] !== 'update' || !Array.isArray(message['events'])) return malformed('no update')
  return updateOf(message, message['events'], sequence)
}

function updateOf(
  message: Readonly<Record<string, unknown>>,
  events: readonly unknown[],
  sequence: number | undefined,
): FeedMessage {
  const prints = events.map(objectOf).filter((event) => event?.['type'] === 'trade')
  // The first message holds the book and has no time; changes of the book alone are of no use to us.
  if (prints.length === 0) return control('change', sequence)
  const time = millisecondsOf(message['timestampms'])
  if (time === undefined) return malformed(`timestampms ${String(message['timestampms'])}`)
  const trades: Trade[] = []
  for (const print of prints) {
    const price = priceOf(print?.['price'])
    if (price === undefined) return malformed(`price ${String(print?.['price'])}`)
    trades.push({ time, price })
  }
  return { kind: 'trades', trades, sequence }
}
