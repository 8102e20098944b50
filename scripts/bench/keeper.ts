// How fast does a keeper find the accounts that matter? Ticks against 1 k to 1 M accounts, and a start from pages.
// `--large` adds the million, which takes about a minute to make and 450 MB.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from '../bench.ts'

type Measured = Readonly<Record<string, number>>

const QUIET =
  'median of an hour of 10 s ticks at 40 % a year; 8 positions on average, a fifth in two markets; prices and order included'
const CRASH = 'one tick of −10 %'

function measured(file: string, ...parameters: readonly (string | number)[]): Measured {
  const path = join(import.meta.dirname, 'keeper', file)
  const output = execFileSync(process.execPath, ['--expose-gc', path, ...parameters.map(String)], {
    maxBuffer: 1 << 24,
  })
  return JSON.parse(output.toString()) as Measured
}

export function rows(flags: readonly string[]): Promise<readonly Row[]> {
  const sizes = [
    ['1k', 1_000],
    ['10k', 10_000],
    ['100k', 100_000],
  ] as const
  const large = flags.includes('--large') ? ([['1m', 1_000_000]] as const) : []
  const ticks = [...sizes, ...large].flatMap(([name, count]) => tickRows(name, measured('watch.ts', count)))
  const start = measured('start.ts', 100_000)
  return Promise.resolve([
    ...ticks,
    row(
      'start100k',
      start['start']!,
      's',
      'pages of the lens over HTTP from a node that has its answers ready, decoded, and every account valued',
    ),
    row('start100k.requests', start['requests']!, '', 'requests for it'),
  ])
}

function tickRows(name: string, m: Measured): Row[] {
  return [
    row(`tickQuiet${name}.p50`, m['quiet50']!, 'ms', QUIET),
    row(`tickQuiet${name}.p99`, m['quiet99']!, 'ms', 'the same, 99th percentile'),
    row(`tickQuiet${name}.share`, m['quietShare']!, '%', 'accounts valued again, mean'),
    row(
      `tickCrash${name}.first`,
      m['crashFirst']!,
      'ms',
      `${CRASH}: until the first due account is known, by the exact twin`,
    ),
    row(`tickCrash${name}.share`, m['crashShare']!, '%', `${CRASH}: accounts valued again`),
    row(`tickCrash${name}.all`, m['crashAll']!, 'ms', `${CRASH}: until all of them are`),
    row(`fullPass${name}`, m['full']!, 'ms', 'every account once, certificates made'),
    row(
      `rss${name}`,
      m['rss']!,
      'MB',
      'resident set of a process that holds them, after it has dropped what made them',
    ),
  ]
}

function row(id: string, value: number, unit: string, note: string): Row {
  return { id, value: Math.round(value * 1_000) / 1_000, unit, note }
}
