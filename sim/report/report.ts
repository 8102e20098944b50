// What is printed and written at the end of a run? The report as JSON and as one HTML page.
import type { RunEvent } from '../events.ts'
import { pageOf } from './page.ts'
import { emptyRun, remember } from './run.ts'
import { summaryOf } from './summary.ts'
import { textOf } from './text.ts'

export type Report = {
  readonly take: (event: RunEvent) => void
  /** The figures, ready to be written to a file. */
  readonly json: () => string
  /** A dozen lines for the terminal. */
  readonly text: () => string
  /** One page that needs nothing beside itself. */
  readonly html: () => string
}

/** A fold over the run's events; json and html may be asked for at any moment. */
export function createReport(): Report {
  const run = emptyRun()
  return {
    take: (event) => remember(run, event),
    json: () => `${JSON.stringify(summaryOf(run), undefined, 2)}\n`,
    text: () => textOf(summaryOf(run)),
    html: () => pageOf(run),
  }
}
