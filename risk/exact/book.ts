// How does a portfolio fall apart into expiries and strikes? Twin of contracts/risk/BookLib.sol.
import { isBarrier, isCall, isKnockIn, seriesOf, type OptionKind } from '../../units/series.ts'
import type { Observed, Position } from '../../units/portfolio.ts'
import type { SeriesId } from '../../units/values.ts'

/** One position, unpacked. */
export type Line = {
  readonly series: SeriesId
  readonly underlying: number
  readonly expiry: number
  readonly strike: bigint
  readonly kind: OptionKind
  readonly field: number
  readonly size: bigint
}

/** All options of one expiry on one strike. */
export type Strip = { readonly strike: bigint; calls: bigint; puts: bigint; logMoneyness: bigint; volatility: bigint }

export const MOST_SIZE = 1n << 100n

/** Ascending by series: underlying, then expiry, then strike; what was touched is changed. */
export function sortedLines(positions: readonly Position[], observed: readonly Observed[]): Line[] {
  return positions
    .map(({ series, size }) => {
      if (size >= MOST_SIZE || size < -MOST_SIZE) throw new RangeError(`SizeOutOfBounds(${size}, ${MOST_SIZE})`)
      const { underlying, expiry, strike, kind, field } = seriesOf(series)
      const line = { series, underlying, expiry, strike, kind, field, size }
      return isBarrier(kind) && observed.some((it) => it.series === series && it.isTouched) ? touched(line) : line
    })
    .sort((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : 0))
}

/** A knock-in is its call or put from then on, and a knock-out is nothing. */
function touched(line: Line): Line {
  if (!isKnockIn(line.kind)) return { ...line, size: 0n }
  return { ...line, kind: isCall(line.kind) ? 'CALL' : 'PUT', field: 0 }
}

/** Lines by expiry, the farthest first. */
export function byExpiryDescending(lines: readonly Line[]): [expiry: number, lines: Line[]][] {
  const groups = new Map<number, Line[]>()
  for (const line of lines) {
    const group = groups.get(line.expiry)
    if (group === undefined) groups.set(line.expiry, [line])
    else group.push(line)
  }
  return [...groups].reverse()
}

/** Lines of one expiry by strike, ascending; logarithms and smile are still to be filled in. Other kinds have a strip of their strike. */
export function stripsOf(lines: readonly Line[]): Strip[] {
  const strips: Strip[] = []
  for (const line of lines) {
    let strip = strips.at(-1)
    if (strip === undefined || strip.strike !== line.strike) {
      strip = { strike: line.strike, calls: 0n, puts: 0n, logMoneyness: 0n, volatility: 0n }
      strips.push(strip)
    }
    if (line.kind === 'CALL') strip.calls += line.size
    else if (line.kind === 'PUT') strip.puts += line.size
  }
  return strips
}
