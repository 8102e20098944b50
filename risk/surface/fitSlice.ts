// Which eSSVI slice do these quotes describe? Least squares in total volatility, free of butterfly arbitrage.
import { totalVariance, withoutButterfly } from './slice.ts'
import type { SmileSlice } from './slice.ts'

/** Log-moneyness and total variance of one quote. */
export type SmilePoint = { readonly k: number; readonly variance: number }

/** Fewer points than this say nothing certain about three numbers. */
const LEAST_POINTS = 5
/** Beyond it a wing is flat, which no market says: the quotes are one-sided. */
const RHO_MOST = 0.98
const STEPS = 60
const DAMPING_MOST = 1e7
/** Squared total volatility: a thousandth of a point in each of ten quotes; and a gain that is none. */
const EXACT = 1e-14
const CONVERGED = 1e-6
/** Squared deviations over which the weight of a quote falls to 1/e. */
const BREADTH = 3
const FIRST_RHOS = [-0.3, 0, 0.3]

/** Undefined from fewer than five points. Levenberg-Marquardt from three starts; the same points give the same slice. */
export function fitSlice(points: readonly SmilePoint[]): SmileSlice | undefined {
  if (points.length < LEAST_POINTS) return undefined
  const nearest = points.reduce((best, point) => (Math.abs(point.k) < Math.abs(best.k) ? point : best))
  const fits = FIRST_RHOS.map((rho) => descend(points, coordinatesOf(startAt(nearest.variance, rho))))
  const best = fits.reduce((a, b) => (errorOf(points, b) < errorOf(points, a) ? b : a))
  const { theta, rho, phi } = sliceOf(best)
  return withoutButterfly({ theta, rho: Math.min(RHO_MOST, Math.max(-RHO_MOST, rho)), phi })
}

/** θ, ρ and φ on the whole line: ln θ, artanh ρ, ln φ. */
type Coordinates = readonly [number, number, number]

const startAt = (theta: number, rho: number): SmileSlice => ({ theta, rho, phi: 1 / Math.sqrt(theta) })
const coordinatesOf = ({ theta, rho, phi }: SmileSlice): Coordinates => [
  Math.log(theta),
  Math.atanh(rho),
  Math.log(phi),
]
const sliceOf = ([a, b, c]: Coordinates): SmileSlice => ({ theta: Math.exp(a), rho: Math.tanh(b), phi: Math.exp(c) })

/** In total volatility, weighted by what an option there is worth to a volatility: little far from the money. */
const residual = (slice: SmileSlice, { k, variance }: SmilePoint): number =>
  (Math.sqrt(totalVariance(slice, k)) - Math.sqrt(variance)) * Math.exp(-(k * k) / (BREADTH * variance))

function errorOf(points: readonly SmilePoint[], at: Coordinates): number {
  const slice = sliceOf(at)
  const error = points.reduce((sum, point) => sum + residual(slice, point) ** 2, 0)
  return Number.isFinite(error) ? error : Infinity
}

function descend(points: readonly SmilePoint[], start: Coordinates): Coordinates {
  let at = start
  let error = errorOf(points, at)
  let damping = 1e-3
  for (let step = 0; step < STEPS && damping < DAMPING_MOST; step++) {
    const next = stepFrom(points, at, damping)
    const nextError = errorOf(points, next)
    const gain = error - nextError
    damping = gain > 0 ? damping / 10 : damping * 10
    if (gain > 0) [at, error] = [next, nextError]
    if (error < EXACT || (gain > 0 && gain < error * CONVERGED)) return at
  }
  return at
}

/** One damped Gauss-Newton step: (JᵀJ + damping · diag) δ = −Jᵀr. */
function stepFrom(points: readonly SmilePoint[], at: Coordinates, damping: number): Coordinates {
  const slice = sliceOf(at)
  const normal = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  const gradient = [0, 0, 0]
  for (const point of points) {
    const r = residual(slice, point)
    const slope = [0, 1, 2].map((axis) => (residual(sliceOf(moved(at, axis)), point) - r) / NUDGE)
    for (let i = 0; i < 3; i++) {
      gradient[i] = (gradient[i] ?? 0) - (slope[i] ?? 0) * r
      for (let j = 0; j < 3; j++) normal[3 * i + j] = (normal[3 * i + j] ?? 0) + (slope[i] ?? 0) * (slope[j] ?? 0)
    }
  }
  for (let i = 0; i < 3; i++) normal[4 * i] = (normal[4 * i] ?? 0) * (1 + damping) + 1e-15
  const [da, db, dc] = solved(normal, gradient)
  return [at[0] + da, at[1] + db, at[2] + dc]
}

const NUDGE = 1e-6
const moved = (at: Coordinates, axis: number): Coordinates => [
  at[0] + (axis === 0 ? NUDGE : 0),
  at[1] + (axis === 1 ? NUDGE : 0),
  at[2] + (axis === 2 ? NUDGE : 0),
]

/** Three equations, by Cramer's rule; rows of `m` one after another. */
function solved(m: readonly number[], v: readonly number[]): Coordinates {
  const whole = determinant(m)
  const column = (axis: number): number =>
    determinant(m.map((entry, place) => (place % 3 === axis ? (v[Math.floor(place / 3)] ?? 0) : entry))) / whole
  return [column(0), column(1), column(2)]
}

function determinant(m: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = m
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}
