// Which option volatilities would have been quoted? Synthetic: the level follows the realised volatility of the replayed prices,
// the shape is that of a real chain. Nobody recorded quotes on those days.
import { numberOf, parseOwnFormat } from './parse.ts'
import type { MarketPath } from './path.ts'

/** One time to expiry of the fitted chain; see data/README.md. */
export type ShapeRow = {
  readonly days: number
  readonly level: number
  readonly rho: number
  readonly curvature: number
}

export function parseShape(text: string): readonly ShapeRow[] {
  const { rows } = parseOwnFormat(text.split(/\r?\n/), 'plimsoll shape 1')
  return rows.map((row) => {
    const [days, level, rho, curvature] = row.split(' ').map((cell) => numberOf(cell, 'shape'))
    if (days === undefined || level === undefined || rho === undefined || curvature === undefined) {
      throw new SyntaxError(`shape: "${row}" is not four figures`)
    }
    return { days, level, rho, curvature }
  })
}

const DAY = 86_400
const YEAR = 365 * DAY
/** [s] Returns are taken over this step, the extremes of hour bars apart, and forgotten with this half-life. */
const STEP = 3600
const HALF_LIFE = DAY / 2
/** Annual volatilities between which a quoted level stays, and that before any return is known. */
const LEVEL_MIN = 0.4
const LEVEL_MAX = 3
const LEVEL_FIRST = 0.7

/** Annual volatility for 30 days, at any time of the path: exponentially weighted squares of hourly returns. */
export function levelsOf(path: MarketPath): (time: number) => number {
  const { start, barCount, barSeconds } = path.scenario
  const steps = Math.ceil((barCount * barSeconds) / STEP)
  const keep = 0.5 ** (STEP / HALF_LIFE)
  const levels: number[] = []
  let variance = LEVEL_FIRST ** 2
  let last = path.trueMedianAt(start)
  for (let step = 0; step <= steps; step++) {
    const price = path.trueMedianAt(start + step * STEP)
    if (price !== undefined && last !== undefined && step > 0) {
      variance = keep * variance + (1 - keep) * Math.log(price / last) ** 2 * (YEAR / STEP)
    }
    last = price ?? last
    levels.push(Math.min(LEVEL_MAX, Math.max(LEVEL_MIN, Math.sqrt(variance))))
  }
  const levelAt = (step: number) => levels[Math.min(steps, Math.max(0, step))] ?? LEVEL_FIRST
  // Quotes walk to a new level over the step after it, so that they use nothing that is not yet known and never jump.
  return (time) => {
    const step = Math.floor((time - start) / STEP)
    return levelAt(step - 1) + (levelAt(step) - levelAt(step - 1)) * ((time - start) / STEP - step)
  }
}

/** An eSSVI slice as numbers: total variance at the money, correlation, curvature. */
export type QuotedSlice = { readonly theta: number; readonly rho: number; readonly phi: number }

/** The slice quoted for `secondsLeft` at `level`. Rows are linear in days; outside the fitted days the nearest counts. */
export function quotedSlice(shape: readonly ShapeRow[], level: number, secondsLeft: number): QuotedSlice {
  const row = rowAt(shape, secondsLeft / DAY)
  const theta = (level * row.level) ** 2 * (secondsLeft / YEAR)
  return { theta, rho: row.rho, phi: row.curvature / Math.sqrt(theta) }
}

/** Annual volatility at log-moneyness `k`. */
export function volatilityAt({ theta, rho, phi }: QuotedSlice, k: number, secondsLeft: number): number {
  const variance = (theta / 2) * (1 + rho * phi * k + Math.sqrt((phi * k + rho) ** 2 + 1 - rho ** 2))
  return Math.sqrt(variance / (secondsLeft / YEAR))
}

function rowAt(shape: readonly ShapeRow[], days: number): ShapeRow {
  const above = shape.findIndex((row) => row.days >= days)
  const right = shape[above < 0 ? shape.length - 1 : above]
  const left = shape[above < 0 ? shape.length - 1 : Math.max(0, above - 1)]
  if (left === undefined || right === undefined) throw new RangeError('a shape has at least one row')
  const share = right.days === left.days ? 0 : (days - left.days) / (right.days - left.days)
  const between = (a: number, b: number) => a + (b - a) * share
  return {
    days,
    level: between(left.level, right.level),
    rho: between(left.rho, right.rho),
    curvature: between(left.curvature, right.curvature),
  }
}
