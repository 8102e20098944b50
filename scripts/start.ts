// One command runs the clearinghouse through a real market crash: npm start
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import hre from 'hardhat'
import { replay } from '../sim/drive.ts'
import type { RunEvent } from '../sim/events.ts'
import { loadScenario } from '../sim/market/load.ts'
import { cut, endOf, type Scenario } from '../sim/market/scenario.ts'
import { KEEPERS, parseRunOptions, USAGE, type RunOptions } from '../sim/options.ts'
import { createReport } from '../sim/report/report.ts'
import { createView } from '../sim/view/view.ts'

const options = parseRunOptions(process.argv.slice(2))
if (options === 'help') {
  process.stdout.write(USAGE)
} else if ('refusal' in options) {
  process.stderr.write(`${options.refusal}\n\n${USAGE}`)
  process.exitCode = 2
} else {
  process.exitCode = await start(options)
  // Children and servers are gone; a socket that still closes must not hold us.
  process.exit()
}

async function start(options: RunOptions): Promise<number> {
  const scenario = scenarioOf(options)
  if (typeof scenario === 'string') {
    process.stderr.write(`${scenario}\n`)
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  await hre.tasks.getTask('build').run({ quiet: true })

  const report = createReport()
  const outcome = { isComplete: false, violations: 0 }
  const show = options.isHeadless ? createProgress() : createPicture()
  await replay({
    ...options,
    scenario,
    keepers: KEEPERS,
    forkUrl: undefined,
    logDirectory: join('runs', 'logs'),
    onProgress: (text) => process.stdout.write(`${text}\n`),
    onEvent: (event) => {
      report.take(event)
      show(event)
      if (event.kind === 'violation') outcome.violations += 1
      if (event.kind === 'finished') outcome.isComplete = true
    },
  })
  process.stdout.write(`\n${report.text()}\n`)
  write(options.jsonFile ?? join('runs', `${scenario.name}.json`), report.json())
  write(options.htmlFile ?? join('runs', `${scenario.name}.html`), report.html())
  return outcome.isComplete && outcome.violations === 0 ? 0 : 1
}

/** A text says what was wrong with the file or the cut. */
function scenarioOf({ scenario: name, asset, from, to, hours }: RunOptions): Scenario | string {
  try {
    const whole = loadScenario(name, asset)
    const start = from ?? whole.start
    const end = to ?? (hours === undefined ? endOf(whole) : start + hours * 3_600)
    return cut(whole, start, end)
  } catch (error) {
    return `--scenario ${name}: ${error instanceof Error ? error.message : String(error)}`
  }
}

function createPicture(): (event: RunEvent) => void {
  return createView({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
    size: () => ({ columns: process.stdout.columns ?? 100, rows: process.stdout.rows ?? 30 }),
    nowMilliseconds: () => performance.now(),
  })
}

/** Plain lines: what happens, and how far the market's clock is. */
function createProgress(): (event: RunEvent) => void {
  return createView({
    write: (text) => process.stdout.write(text),
    isTerminal: false,
    size: () => ({ columns: 100, rows: 30 }),
    nowMilliseconds: () => performance.now(),
  })
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`written: ${file}\n`)
}
