// What did an option exchange quote at one moment? The out-of-the-money option of every strike of a recorded chain.
import { numberOf, parseOwnFormat, required, timeOf } from './parse.ts'

/** `mark`, `bid`, `ask` in units of account; undefined where nobody asked or bid. */
export type ChainQuote = {
  readonly strike: number
  readonly isCall: boolean
  readonly mark: number
  readonly bid: number | undefined
  readonly ask: number | undefined
}

/** `expiry` unix seconds; `forward` as the exchange told it. */
export type ChainExpiry = { readonly expiry: number; readonly forward: number; readonly quotes: readonly ChainQuote[] }
/** `time` unix seconds; `index` the spot price then. */
export type OptionChain = {
  readonly underlying: string
  readonly time: number
  readonly index: number
  readonly expiries: readonly ChainExpiry[]
}

/** Throws SyntaxError on what is no chain. Prices of the file are in units of the underlying. */
export function parseChain(text: string): OptionChain {
  const { head, rows } = parseOwnFormat(text.split(/\r?\n/), 'plimsoll quotes 1')
  const step = numberOf(required(head, 'step'), 'step')
  return {
    underlying: required(head, 'underlying'),
    time: timeOf(required(head, 'time')),
    index: numberOf(required(head, 'index'), 'index'),
    expiries: rows.map((row) => expiryOf(row, step)),
  }
}

function expiryOf(row: string, step: number): ChainExpiry {
  const [first = '', ...cells] = row.split(';')
  const [time = '', at] = first.split(' ')
  const forward = numberOf(at, time)
  const money = (cell: string | undefined): number => numberOf(cell, time) * step * forward
  const perhaps = (cell: string | undefined): number | undefined => (cell === '-' ? undefined : money(cell))
  const quotes = cells.map((cell): ChainQuote => {
    const [name = '', mark, bid, ask] = cell.split(' ')
    const strike = numberOf(name.slice(0, -1), time)
    return { strike, isCall: name.endsWith('C'), mark: money(mark), bid: perhaps(bid), ask: perhaps(ask) }
  })
  return { expiry: timeOf(time), forward, quotes }
}
