// What does a person see of a run, and what is written down? Picture, report and exit code around a replay.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replay, type Fork, type ReplayOptions } from './drive.ts'
import type { RunEvent } from './events.ts'
import { loadScenario } from './market/load.ts'
import { cut, endOf, type Scenario } from './market/scenario.ts'
import { KEEPERS, type RunOptions } from './options.ts'
import { ReplayRefused } from './refused.ts'
import { createReport } from './report/report.ts'
import { createView } from './view/view.ts'

/** Zero where the run was completed and every checked guarantee held; two where the scenario is refused. */
export async function showReplay(options: RunOptions, fork: Fork | undefined): Promise<number> {
  const scenario = scenarioOf(options)
  if (typeof scenario === 'string') {
    process.stderr.write(`${scenario}\n`)
    return 2
  }
  const report = createReport()
  const outcome = { isComplete: false, violations: 0 }
  const show = createPicture(options.isHeadless)
  const refusal = await refusalOf({
    ...options,
    scenario,
    fork,
    keepers: KEEPERS,
    logDirectory: join('runs', 'logs'),
    onProgress: (text) => process.stdout.write(`${text}\n`),
    onEvent: (event) => {
      report.take(event)
      show(event)
      if (event.kind === 'violation') outcome.violations += 1
      if (event.kind === 'finished') outcome.isComplete = true
    },
  })
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`)
    return 2
  }
  process.stdout.write(`\n${report.text()}\n`)
  write(options.jsonFile ?? join('runs', `${scenario.name}.json`), report.json())
  write(options.htmlFile ?? join('runs', `${scenario.name}.html`), report.html())
  return outcome.isComplete && outcome.violations === 0 ? 0 : 1
}

/** Undefined where the run came to its end. */
async function refusalOf(options: ReplayOptions): Promise<string | undefined> {
  try {
    await replay(options)
    return undefined
  } catch (error) {
    if (error instanceof ReplayRefused) return error.message
    throw error
  }
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

/** A screen drawn in place; plain lines where there is no terminal, or none is wanted. */
function createPicture(isHeadless: boolean): (event: RunEvent) => void {
  return createView({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY && !isHeadless,
    // A terminal that does not know its size says zero.
    size: () => ({ columns: process.stdout.columns || 100, rows: process.stdout.rows || 30 }),
    nowMilliseconds: () => performance.now(),
  })
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`written: ${file}\n`)
}
