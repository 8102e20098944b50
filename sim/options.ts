// How is the run wanted? The flags of npm start, each refused by name where it is wrong.
import { parseArgs } from 'node:util'

/** Times in unix seconds; `speed` in market seconds per second of ours, undefined for as fast as it goes. */
export type RunOptions = {
  readonly scenario: string
  readonly asset: string | undefined
  readonly from: number | undefined
  readonly to: number | undefined
  readonly hours: number | undefined
  readonly seed: number
  readonly kill: number
  readonly killAt: number | undefined
  readonly speed: number | undefined
  readonly isHeadless: boolean
  readonly jsonFile: string | undefined
  readonly htmlFile: string | undefined
}

export const KEEPERS = 5

/** At the default speed Black Thursday's eight days are a film of some ten minutes. */
const DEFAULT_SPEED = 1_200

export const USAGE = `usage: npm start -- [flags]

  --scenario NAME|FILE  black-thursday (default), avax-2025-10-10, or a file: hours by venue, or minutes by asset and venue
  --asset SYMBOL        which asset of a minute file (default AVAX)
  --from TIME --to TIME cut the scenario, as 2020-03-12T06:00Z
  --hours N             cut it to so many hours
  --seed N              book, sizes and keys follow from it (default 1)
  --kill N              kill N of the ${KEEPERS} keepers once a call was cured and an auction has started
  --kill-at TIME        kill them at this time of the market instead
  --speed N             market seconds for each second (default ${DEFAULT_SPEED}; headless: as fast as it goes)
  --headless            no picture; exit 0 only if every guarantee held
  --json FILE           write the report as JSON (default runs/<scenario>.json)
  --html FILE           write the report as a page (default runs/<scenario>.html)
  --help                this text
`

/** Refusals say which flag and why. */
export function parseRunOptions(argv: readonly string[]): RunOptions | 'help' | { readonly refusal: string } {
  try {
    const { values } = parseArgs({ args: [...argv], options: FLAGS, allowPositionals: false })
    if (values.help === true) return 'help'
    return checked({
      scenario: values.scenario ?? 'black-thursday',
      asset: values.asset,
      from: timeFlag('--from', values.from),
      to: timeFlag('--to', values.to),
      hours: numberFlag('--hours', values.hours, 0.25, 100_000),
      seed: wholeFlag('--seed', values.seed, 0, 2 ** 31) ?? 1,
      kill: wholeFlag('--kill', values.kill, 0, KEEPERS) ?? 0,
      killAt: timeFlag('--kill-at', values['kill-at']),
      speed: numberFlag('--speed', values.speed, 1, 1e9) ?? (values.headless === true ? undefined : DEFAULT_SPEED),
      isHeadless: values.headless === true,
      jsonFile: values.json,
      htmlFile: values.html,
    })
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) }
  }
}

const FLAGS = {
  scenario: { type: 'string' },
  asset: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  hours: { type: 'string' },
  seed: { type: 'string' },
  kill: { type: 'string' },
  'kill-at': { type: 'string' },
  speed: { type: 'string' },
  headless: { type: 'boolean' },
  json: { type: 'string' },
  html: { type: 'string' },
  help: { type: 'boolean' },
} as const

function checked(options: RunOptions): RunOptions {
  const { from, to, hours, kill, killAt } = options
  if (from !== undefined && to !== undefined && to <= from) throw new RangeError('--to: must be after --from')
  if (to !== undefined && hours !== undefined) throw new RangeError('--hours: --to says already where to end')
  if (killAt !== undefined && kill === 0) throw new RangeError('--kill-at: needs --kill N')
  return options
}

function numberFlag(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? NaN : Number(text)
  if (!(value >= least && value <= most))
    throw new RangeError(`${name}: "${text}" is no number from ${least} to ${most}`)
  return value
}

function wholeFlag(name: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = numberFlag(name, text, least, most)
  if (value !== undefined && !Number.isInteger(value)) throw new RangeError(`${name}: "${text}" is no whole number`)
  return value
}

function timeFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const time = Date.parse(text) / 1000
  if (!Number.isFinite(time)) throw new RangeError(`${name}: "${text}" is no time such as 2020-03-12T06:00Z`)
  return Math.floor(time)
}
