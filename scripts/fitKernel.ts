// Where do the kernel's decimals come from? Fits every fraction anew (Remez) and writes them to data/kernel/constants.json.
// `--check` only prints the level of each fit beside that of the stored decimals, and fails where one is worse by 1 %.
import { readFileSync, writeFileSync } from 'node:fs'
import { Decimal } from 'decimal.js'
import { cdf, density } from '../risk/reference/kernel.ts'

type Real = Decimal
const Real = Decimal.clone({ precision: 64, toExpNeg: -9e9, toExpPos: 9e9 })
const TARGET = new URL('../data/kernel/constants.json', import.meta.url)
const LN2 = Real.ln(2)
const ROOT2 = Real.sqrt(2)
const GRID = 400
const ROUNDS = 25
const DIGITS = 50

type Stored = { readonly constant?: string; readonly levels: readonly (readonly [string, string])[] }
/** P/Q of degrees (n, n) or (n - 1, n), lowest power first, Q monic. */
type Rational = { readonly p: readonly Real[]; readonly q: readonly Real[] }

/** What is fitted: `value` on [from, to], the error divided by `weight`; `atZero` pins P(0)/Q(0). */
type Task = {
  readonly name: 'exp' | 'ln' | 'mills'
  readonly from: Real
  readonly to: Real
  readonly top: number
  readonly bottom: number
  readonly value: (x: Real) => Real
  readonly weight: (x: Real, value: Real) => Real
  readonly atZero?: Real
}

function coth(x: Real): Real {
  const grown = x.mul(2).exp()
  return grown.add(1).div(grown.sub(1))
}

const TASKS: readonly Task[] = [
  {
    // c(z) = √z·coth(√z·ln 2/2); the error of 2^f is that of c times 2f/(c² − z)
    name: 'exp',
    from: new Real('1e-6'),
    to: new Real('0.25'),
    top: 2,
    bottom: 2,
    value: (z) => z.sqrt().mul(coth(z.sqrt().mul(LN2).div(2))),
    weight: (z, c) => c.mul(c).sub(z).div(z.sqrt().mul(2)),
  },
  {
    // g(z) = 2·artanh(√z)/√z; the error of the logarithm is that of g times √z
    name: 'ln',
    from: new Real('1e-7'),
    to: ROOT2.sub(1).div(ROOT2.add(1)).pow(2),
    top: 3,
    bottom: 3,
    value: (z) => new Real(1).add(z.sqrt()).div(new Real(1).sub(z.sqrt())).ln().div(z.sqrt()),
    weight: (z) => new Real(1).div(z.sqrt()),
  },
  {
    // M(x) = (1 − Φ(x))/φ(x), relative; pinned just below √(π/2) at zero
    name: 'mills',
    from: new Real(0),
    to: new Real('4.3'),
    top: 7,
    bottom: 8,
    value: (x) => new Real(cdf(x.neg())).div(density(x)),
    weight: (_, m) => m,
    atZero: Real.acos(-1)
      .div(2)
      .sqrt()
      .mul(new Real(1).sub(new Real(2).pow(-80))),
  },
]

const at = (polynomial: readonly Real[], x: Real): Real =>
  polynomial.reduceRight((sum, coefficient) => sum.mul(x).add(coefficient), new Real(0))

/** Gauss with the largest pivot. */
function solve(rows: Real[][]): Real[] {
  const size = rows.length
  for (let k = 0; k < size; k += 1) {
    const pivot = rows.slice(k).reduce((best, row, i) => (row[k]!.abs().gt(rows[best]![k]!.abs()) ? i + k : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!]
    for (let i = k + 1; i < size; i += 1) {
      const factor = rows[i]![k]!.div(rows[k]![k]!)
      for (let j = k; j <= size; j += 1) rows[i]![j] = rows[i]![j]!.sub(factor.mul(rows[k]![j]!))
    }
  }
  const found: Real[] = []
  for (let k = size - 1; k >= 0; k -= 1) {
    const known = rows[k]!.slice(k + 1, size).reduce((sum, it, i) => sum.add(it.mul(found[i]!)), new Real(0))
    found.unshift(rows[k]![size]!.sub(known).div(rows[k]![k]!))
  }
  return found
}

/** P and Q whose error is ± the same level at every point, by Newton's steps in the level. */
function levelled(task: Task, points: readonly Real[], start: Real): Rational & { readonly level: Real } {
  const { top, bottom, atZero } = task
  let level = start
  let q: Real[] = [...Array.from({ length: bottom }, () => new Real(1)), new Real(1)]
  let p: Real[] = []
  for (let i = 0; i < 12; i += 1) {
    const rows = points.map((x, index) => {
      const value = task.value(x)
      const side = index % 2 === 0 ? task.weight(x, value) : task.weight(x, value).neg()
      const aim = value.add(side.mul(level))
      const powers = Array.from({ length: Math.max(top, bottom) + 1 }, (_, j) => x.pow(j))
      const upper = powers.slice(atZero === undefined ? 0 : 1, top + 1)
      const lower = powers
        .slice(0, bottom)
        .map((power, j) => (j === 0 && atZero !== undefined ? atZero : new Real(0)).sub(aim.mul(power)))
      return [...upper, ...lower, side.neg().mul(at(q, x)), aim.mul(powers[bottom]!)]
    })
    const found = solve(rows)
    const skipped = atZero === undefined ? 0 : 1
    q = [...found.slice(top + 1 - skipped, top + 1 - skipped + bottom), new Real(1)]
    p = [...(atZero === undefined ? [] : [atZero.mul(q[0]!)]), ...found.slice(0, top + 1 - skipped)]
    const step = found.at(-1)!
    level = level.add(step)
    if (step.abs().lte(level.abs().mul('1e-12'))) break
  }
  return { p, q, level }
}

/** The point of the largest error between each two changes of sign. */
function extremes(task: Task, error: (x: Real) => Real): Real[] {
  const half = task.to.sub(task.from).div(2)
  const grid = Array.from({ length: GRID + 1 }, (_, i) => task.from.add(half.mul(1 - Math.cos((Math.PI * i) / GRID))))
  const errors = grid.map(error)
  const runs: number[][] = []
  errors.forEach((it, i) => {
    const isSame = i > 0 && it.isNegative() === errors[i - 1]!.isNegative()
    if (isSame) runs.at(-1)!.push(i)
    else runs.push([i])
  })
  return runs.map((run) => {
    const best = run.reduce((a, b) => (errors[b]!.abs().gt(errors[a]!.abs()) ? b : a))
    return best === 0 || best === GRID ? grid[best]! : refined(error, grid[best - 1]!, grid[best + 1]!)
  })
}

function refined(error: (x: Real) => Real, from: Real, to: Real): Real {
  let [low, high] = [from, to]
  for (let i = 0; i < 16; i += 1) {
    const [a, b] = [low.add(high.sub(low).mul('0.382')), low.add(high.sub(low).mul('0.618'))]
    if (error(a).abs().gt(error(b).abs())) high = b
    else low = a
  }
  return low.add(high).div(2)
}

function fitted(task: Task): { readonly rational: Rational; readonly level: number } {
  const count = task.top + task.bottom + (task.atZero === undefined ? 2 : 1)
  const half = task.to.sub(task.from).div(2)
  const first = task.atZero === undefined ? 0 : 1
  let points = Array.from({ length: count }, (_, i) =>
    task.from.add(half.mul(1 - Math.cos((Math.PI * (i + first)) / (count - 1 + first)))),
  )
  let level = new Real(0)
  for (let round = 0; ; round += 1) {
    const rational = levelled(task, points, level)
    level = rational.level
    const error = errorOf(task, (x) => at(rational.p, x).div(at(rational.q, x)))
    points = extremes(task, error)
    while (points.length > count)
      points = error(points[0]!)
        .abs()
        .lt(error(points.at(-1)!).abs())
        ? points.slice(1)
        : points.slice(0, -1)
    const sizes = points.map((x) => error(x).abs().toNumber())
    const most = Math.max(...sizes)
    if (points.length < count || round === ROUNDS) throw new Error(`${task.name}: no levelled error found`)
    if (most - Math.min(...sizes) < 1e-5 * most) return { rational, level: most }
  }
}

const errorOf = (task: Task, fit: (x: Real) => Real) => (x: Real) => {
  const value = task.value(x)
  return fit(x).sub(value).div(task.weight(x, value))
}

/** p + a₁/(x + b₁ + …) by Euclid's division. */
function fractionOf({ p, q }: Rational): Stored {
  const constant = p.length === q.length ? p.at(-1)! : undefined
  let [upper, lower] = [
    constant === undefined ? [...p] : p.slice(0, -1).map((it, i) => it.sub(constant.mul(q[i]!))),
    [...q],
  ]
  const levels: [string, string][] = []
  while (lower.length > 1) {
    const a = upper.at(-1)!
    const monic = upper.map((it) => it.div(a))
    const b = lower.at(-2)!.sub(monic.at(-2) ?? 0)
    levels.push([a.toPrecision(DIGITS), b.toPrecision(DIGITS)])
    const rest = lower.map((it, i) => it.sub(monic[i - 1] ?? 0).sub(b.mul(monic[i] ?? 0)))
    upper = rest.slice(0, monic.length - 1)
    lower = monic
  }
  return { ...(constant === undefined ? {} : { constant: constant.toPrecision(DIGITS) }), levels }
}

function storedLevel(task: Task, { constant, levels }: Stored): number {
  const fit = (x: Real) =>
    levels.reduceRight((y, [a, b]) => new Real(a).div(x.add(b).add(y)), new Real(0)).add(constant ?? 0)
  const error = errorOf(task, fit)
  return Math.max(...extremes(task, error).map((x) => error(x).abs().toNumber()))
}

const spec = JSON.parse(readFileSync(TARGET, 'utf8')) as Record<string, Stored>
for (const task of TASKS) {
  const { rational, level } = fitted(task)
  const before = storedLevel(task, spec[task.name]!)
  console.log(`${task.name}: level ${level.toExponential(4)}, stored ${before.toExponential(4)}`)
  if (before > 1.01 * level) process.exitCode = 1
  spec[task.name] = fractionOf(rational)
}
if (!process.argv.includes('--check')) writeFileSync(TARGET, `${JSON.stringify(spec, undefined, 2)}\n`)
