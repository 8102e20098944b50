// What does an eSSVI slice say, and when is it free of arbitrage? Numbers, per expiry:
//   w(k) = θ/2 · (1 + ρφk + √((φk + ρ)² + 1 − ρ²)),  k = ln(strike / forward), w the total variance.
// Sources: Gatheral & Jacquier 2014 (butterfly); Hendriks & Martini 2019, corrected by Pasquazzi 2023 (calendar).

/** θ total variance at the money, ρ in (−1, 1), φ > 0 curvature. */
export type SmileSlice = { readonly theta: number; readonly rho: number; readonly phi: number }

/** Total variance at log-moneyness `k`. */
export function totalVariance({ theta, rho, phi }: SmileSlice, k: number): number {
  return (theta / 2) * (1 + rho * phi * k + Math.sqrt((phi * k + rho) ** 2 + 1 - rho * rho))
}

/** Largest φ for which the slice has no butterfly arbitrage: θφ(1 + |ρ|) ≤ 4 and θφ²(1 + |ρ|) ≤ 4. */
export function curvatureBound(theta: number, rho: number): number {
  const reach = theta * (1 + Math.abs(rho))
  return Math.min(4 / reach, 2 / Math.sqrt(reach))
}

/** Where a bound is met, how far inside it we stay, so that rounding on chain, by roots of 1e-9, cannot cross it. */
const INSIDE = 1 - 1e-6
/** Least growth of θ from one expiry to the next: room for the conditions on φ, which would meet in one point without it. */
const GROWTH = 1 + 1e-4

/** The slice with φ lowered to its butterfly bound where it lies above. */
export function withoutButterfly(slice: SmileSlice): SmileSlice {
  return { ...slice, phi: Math.min(slice.phi, curvatureBound(slice.theta, slice.rho) * INSIDE) }
}

/**
 * `later` moved as little as the sufficient condition asks, so that its total variance nowhere falls below `earlier`'s:
 * θ higher, θφ(1 ± ρ) not lower (the wings), φ not higher. Where no φ satisfies both, ρ is taken over from `earlier`.
 */
export function withoutCalendar(earlier: SmileSlice, later: SmileSlice): SmileSlice {
  const theta = Math.max(later.theta, earlier.theta * GROWTH)
  const wings = (rho: number): number => Math.max((1 + earlier.rho) / (1 + rho), (1 - earlier.rho) / (1 - rho))
  const least = (rho: number): number => (earlier.theta * earlier.phi * wings(rho)) / (theta * INSIDE)
  const rho = least(later.rho) <= earlier.phi * INSIDE ? later.rho : earlier.rho
  const most = Math.min(earlier.phi * INSIDE, curvatureBound(theta, rho) * INSIDE)
  return { theta, rho, phi: Math.min(most, Math.max(later.phi, least(rho))) }
}
