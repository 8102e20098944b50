// Which languages are spoken? By the venue's name in the configuration.
import { binance } from './binance.ts'
import { bitfinex } from './bitfinex.ts'
import { bitstamp } from './bitstamp.ts'
import { coinbase } from './coinbase.ts'
import { deribit } from './deribit.ts'
import { gemini } from './gemini.ts'
import { kraken } from './kraken.ts'
import type { Dialect } from './message.ts'
import { okx } from './okx.ts'
import { plain } from './plain.ts'

export const TRADE_DIALECTS = { binance, bitfinex, bitstamp, coinbase, gemini, kraken, okx, plain } as const
export type TradeVenue = keyof typeof TRADE_DIALECTS

export function dialectOf(name: TradeVenue | 'deribit'): Dialect {
  return name === 'deribit' ? deribit : TRADE_DIALECTS[name]
}
