// What does a person see while a run goes on? A screen redrawn in place, or plain lines where there is no terminal.
import type { RunEvent } from '../events.ts'
import { emptyRun, lastHeldMarket, remember, type Happening, type Run } from '../report/run.ts'
import { frameOf } from './frame.ts'
import { amount, sentenceOf, stamp } from './words.ts'

export type ViewOptions = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  /** Size of the terminal now. */
  readonly size: () => { readonly columns: number; readonly rows: number }
  /** This machine's clock in milliseconds: it limits redrawing and nothing else. */
  readonly nowMilliseconds: () => number
}

const REDRAW_MILLISECONDS = 100
const PLAIN_PROGRESS_SECONDS = 3600

/** Takes every event of the run, in order, and draws what is worth seeing. */
export function createView(options: ViewOptions): (event: RunEvent) => void {
  const run = emptyRun()
  const draw = options.isTerminal ? createScreen(options) : createLines(options)
  return (event) => {
    remember(run, event)
    draw(run, event)
  }
}

function createScreen({ write, size, nowMilliseconds }: ViewOptions): (run: Run, event: RunEvent) => void {
  let drawnAt = -Infinity
  return (run, event) => {
    const now = nowMilliseconds()
    if (event.kind !== 'finished' && now - drawnAt < REDRAW_MILLISECONDS) return
    const { columns, rows } = size()
    const isFirst = drawnAt === -Infinity
    drawnAt = now
    // Home, then every line with its rest erased: no flicker. The last row stays free, so that nothing scrolls.
    const lines = frameOf(run, columns - 1, rows - 1).map((line) => `${line}\x1b[K`)
    write(`${isFirst ? '\x1b[2J' : ''}\x1b[H${lines.join('\r\n')}\r\n\x1b[J`)
  }
}

function createLines({ write }: ViewOptions): (run: Run, event: RunEvent) => void {
  let toldAt = -Infinity
  let toldState: string | undefined
  return (run, event) => {
    const line = plainLine(run, event)
    if (line !== undefined) write(`${stamp(run.now)}  ${line}\n`)
    const held = event.kind === 'market' ? lastHeldMarket(run) : undefined
    if (held !== undefined && held.state !== toldState) {
      toldState = held.state
      write(`${stamp(held.time)}  the market is ${held.state} at ${held.price.toFixed(2)}\n`)
    }
    if (event.kind !== 'block' || run.now - toldAt < PLAIN_PROGRESS_SECONDS) return
    toldAt = run.now
    write(`${stamp(run.now)}  ${progress(run)}\n`)
  }
}

function plainLine(run: Run, event: RunEvent): string | undefined {
  switch (event.kind) {
    case 'started':
      return `${event.scenario}, ${event.underlying}: ${event.accounts.length} accounts, ${event.keepers.length} keepers, ${event.venues.join(', ')}`
    case 'finished':
      return `finished in ${event.wallSeconds.toFixed(0)} seconds; ${progress(run)}`
    case 'market':
    case 'tick':
    case 'block':
    case 'account':
    case 'onTurn':
    case 'reported':
      return undefined
    default:
      return sentenceOf(run, event satisfies Happening)
  }
}

function progress(run: Run): string {
  const { from = 0, to = 1 } = run.started ?? {}
  const market = run.markets.at(-1)
  const price = market === undefined ? 'no price yet' : `${market.state} ${market.price.toFixed(2)}`
  return `${Math.floor(((run.now - from) / (to - from)) * 100)} %, block ${amount(run.blocks.length)}, ${price}`
}
