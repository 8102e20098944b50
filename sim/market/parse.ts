// What does a scenario file say? Our own compact bars, hours by venue, minutes by (asset, venue), and one venue alone; the head decides.
import type { Bar, Scenario, VenueBars } from './scenario.ts'

/** Head of a file of one venue; more columns may follow. */
const ONE_VENUE = /^ts,open,high,low,close(,|$)/

export type ParseOptions = { readonly name: string; readonly asset: string | undefined }

/** Throws SyntaxError naming the line that is wrong. */
export function parseScenario(text: string, options: ParseOptions): Scenario {
  const lines = text.split(/\r?\n/)
  const head = lines[0] ?? ''
  if (head.startsWith('plimsoll bars')) return parseCompact(lines, options)
  if (head.startsWith('ts,asset,venue,')) return parseMinutes(lines, options)
  if (ONE_VENUE.test(head)) return parseOneVenue(lines, options)
  if (head.startsWith('ts,')) return parseHours(lines, options)
  throw new SyntaxError(`${options.name}: line 1 is the head of no scenario format: ${head.slice(0, 60)}`)
}

/** Head lines and rows of one of our own formats. */
export function parseOwnFormat(
  lines: readonly string[],
  title: string,
): { head: ReadonlyMap<string, string>; rows: readonly string[] } {
  if (lines[0] !== title) throw new SyntaxError(`line 1 is not "${title}"`)
  const blank = lines.indexOf('')
  if (blank < 0) throw new SyntaxError('no empty line parts head and rows')
  const head = new Map(lines.slice(1, blank).map((line) => splitOnce(line, ' ')))
  const rows = lines.slice(blank + 1)
  return { head, rows: rows.at(-1) === '' ? rows.slice(0, -1) : rows }
}

/** Value of `key`, or a SyntaxError that names it. */
export function required(head: ReadonlyMap<string, string>, key: string): string {
  const value = head.get(key)
  if (value === undefined || value === '') throw new SyntaxError(`head lacks "${key}"`)
  return value
}

/** Throws SyntaxError on anything that is no finite number. */
export function numberOf(text: string | undefined, where: string): number {
  const value = text === undefined || text.trim() === '' ? NaN : Number(text)
  if (!Number.isFinite(value)) throw new SyntaxError(`${where}: "${text ?? ''}" is no number`)
  return value
}

/** Unix seconds of an ISO time. */
export function timeOf(text: string): number {
  const time = Date.parse(text) / 1000
  if (!Number.isFinite(time)) throw new SyntaxError(`"${text}" is no time`)
  return time
}

function parseCompact(lines: readonly string[], options: ParseOptions): Scenario {
  const { head, rows } = parseOwnFormat(lines, 'plimsoll bars 1')
  const names = required(head, 'venues').split(' ')
  const step = numberOf(required(head, 'step'), 'step')
  const rowOffset = head.size + 3
  const table = rows.map((row, index) => {
    const cells = row.split(';')
    const where = `${options.name}:${index + rowOffset}`
    if (cells.length !== names.length) throw new SyntaxError(`${where}: ${cells.length} venues, not ${names.length}`)
    return cells.map((cell) => (cell === '' ? undefined : compactBar(cell, step, where)))
  })
  return {
    name: options.name,
    underlying: required(head, 'underlying'),
    start: timeOf(required(head, 'start')),
    shift: 0,
    barSeconds: numberOf(required(head, 'barSeconds'), 'barSeconds'),
    barCount: rows.length,
    venues: names.map((venue, column) => ({ venue, bars: table.map((row) => row[column]) })),
  }
}

/** `open rise fall change [latency latencyMax]`, in steps and milliseconds. */
function compactBar(cell: string, step: number, where: string): Bar {
  const figures = cell.split(' ').map((text) => numberOf(text, where))
  const [open, rise, fall, change, median, max] = figures
  if (open === undefined || rise === undefined || fall === undefined || change === undefined) {
    throw new SyntaxError(`${where}: a bar is four or six figures, not "${cell}"`)
  }
  const latency = median === undefined || max === undefined ? undefined : { median, max }
  const inDollars = (steps: number) => Number((steps * step).toFixed(8))
  const bar = {
    open: inDollars(open),
    high: inDollars(open + rise),
    low: inDollars(open - fall),
    close: inDollars(open + change),
    latency,
  }
  return checked(bar, where)
}

function parseHours(lines: readonly string[], options: ParseOptions): Scenario {
  const columns = (lines[0] ?? '').split(',')
  const names = columns.filter((name) => name.endsWith('_open')).map((name) => name.slice(0, -'_open'.length))
  if (names.length === 0) throw new SyntaxError(`${options.name}: the head names no <venue>_open column`)
  const rows = dataRows(lines)
  const times = rows.map(({ cells, where }) => numberOf(cells[0], where))
  const column = (venue: string, what: string) => {
    const index = columns.indexOf(`${venue}_${what}`)
    if (index < 0) throw new SyntaxError(`${options.name}: the head lacks ${venue}_${what}`)
    return index
  }
  const series = names.map((venue) => {
    const at = ['open', 'high', 'low', 'close', 'vol'].map((what) => column(venue, what))
    return {
      venue,
      bars: rows.map(({ cells, where }) =>
        csvBar(
          at.map((index) => cells[index]),
          undefined,
          where,
        ),
      ),
    }
  })
  return aligned(options.name, options.asset ?? underlyingIn(options.name) ?? 'ETH', 3600, times, series)
}

function parseMinutes(lines: readonly string[], options: ParseOptions): Scenario {
  const asset = options.asset ?? 'AVAX'
  const rows = dataRows(lines).filter(({ cells }) => cells[1] === asset)
  if (rows.length === 0) throw new SyntaxError(`${options.name}: no row is of asset ${asset}`)
  const times = [...new Set(rows.map(({ cells, where }) => numberOf(cells[0], where)))].toSorted((a, b) => a - b)
  const position = new Map(times.map((time, index) => [time, index]))
  const byVenue = new Map<string, (Bar | undefined)[]>()
  for (const { cells, where } of rows) {
    const venue = cells[2] ?? ''
    const bars = byVenue.get(venue) ?? new Array<Bar | undefined>(times.length).fill(undefined)
    byVenue.set(venue, bars)
    const latency =
      cells[9] === undefined || cells[9] === ''
        ? undefined
        : { median: numberOf(cells[9], where), max: numberOf(cells[10], where) }
    bars[position.get(Number(cells[0])) ?? 0] = csvBar(cells.slice(3, 8), latency, where)
  }
  const series = [...byVenue.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([venue, bars]) => ({ venue, bars }))
  return aligned(options.name, asset, 60, times, series)
}

/** Named for its venue: `eth_1h_bitfinex_2018-2023` is of bitfinex. Bars last as long as the shortest step between two. */
function parseOneVenue(lines: readonly string[], options: ParseOptions): Scenario {
  const hasVolume = (lines[0] ?? '').split(',').length > 5
  const rows = dataRows(lines)
  const times = rows.map(({ cells, where }) => numberOf(cells[0], where))
  const steps = times.flatMap((time, index) => (index === 0 ? [] : [time - (times[index - 1] ?? 0)]))
  const bars = rows.map(({ cells, where }) =>
    csvBar(hasVolume ? cells.slice(1, 6) : [...cells.slice(1, 5), '1'], undefined, where),
  )
  const barSeconds = steps.reduce((least, step) => Math.min(least, step), steps[0] ?? 3600)
  const venue = venueIn(options.name)
  return aligned(options.name, options.asset ?? underlyingIn(options.name) ?? 'ETH', barSeconds, times, [
    { venue, bars },
  ])
}

type Row = { readonly cells: readonly string[]; readonly where: string }

function dataRows(lines: readonly string[]): Row[] {
  return lines
    .map((line, index) => ({ cells: line.split(','), where: `line ${index + 1}` }))
    .filter(({ cells }, index) => index > 0 && cells.length > 1)
}

/** open, high, low, close, volume; no volume is no trade, and an empty cell is no bar. */
function csvBar(cells: readonly (string | undefined)[], latency: Bar['latency'], where: string): Bar | undefined {
  if (cells[0] === undefined || cells[0] === '') return undefined
  const [open, high, low, close, volume] = cells.map((cell) => numberOf(cell, where))
  if (open === undefined || high === undefined || low === undefined || close === undefined || !volume) return undefined
  return checked({ open, high, low, close, latency }, where)
}

function checked(bar: Bar, where: string): Bar {
  const isOrdered = 0 < bar.low && bar.low <= Math.min(bar.open, bar.close) && Math.max(bar.open, bar.close) <= bar.high
  if (!isOrdered)
    throw new SyntaxError(`${where}: low, open, close and high of ${JSON.stringify(bar)} are out of order`)
  return bar
}

/** Puts rows with gaps onto an even grid of bars. */
function aligned(
  name: string,
  underlying: string,
  barSeconds: number,
  times: readonly number[],
  series: readonly VenueBars[],
): Scenario {
  const start = times[0]
  const last = times.at(-1)
  if (start === undefined || last === undefined) throw new SyntaxError(`${name}: no bars`)
  times.forEach((time, index) => {
    if (index > 0 && time <= (times[index - 1] ?? 0))
      throw new SyntaxError(`${name}: bar ${time} is not after the one before`)
    if ((time - start) % barSeconds !== 0) throw new SyntaxError(`${name}: bar ${time} is off the ${barSeconds} s grid`)
  })
  const barCount = (last - start) / barSeconds + 1
  const venues = series.map(({ venue, bars }) => {
    const even = new Array<Bar | undefined>(barCount).fill(undefined)
    bars.forEach((bar, index) => (even[((times[index] ?? start) - start) / barSeconds] = bar))
    return { venue, bars: even }
  })
  return { name, underlying, start, shift: 0, barSeconds, barCount, venues }
}

/** `eth_1h_2020-03-12` is of ETH. */
function underlyingIn(name: string): string | undefined {
  return /^([a-z]{2,6})_/i.exec(name)?.[1]?.toUpperCase()
}

/** What is left of a file's name without asset, unit, bar length and years; the whole name where nothing is. */
function venueIn(name: string): string {
  const rest = name.split('_').filter((part, index) => !/^\d/.test(part) && !(index === 0 && underlyingIn(name)))
  return rest.length === 0 ? name : rest.join('-').toLowerCase()
}

function splitOnce(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator)
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}
