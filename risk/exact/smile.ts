// What would the volatility book make of these slices? Bit for bit contracts/pricebook/SmileLib.sol and CombineLib.sol.
import type { Slice } from '../../units/observation.ts'

/** As signed: theta, rho and phi in 1e18. */
export type WholeSlice = { readonly theta: bigint; readonly rho: bigint; readonly phi: bigint }

const ONE = 10n ** 18n
const YEAR_SECONDS = 365n * 86_400n
const RHO_UNIT = 10n ** 9n
const RHO_MAX = 99n * 10n ** 16n
/** [1e18] Of the variance half way between the medians; see CombineLib. */
const TOLERANCE = 4n * 10n ** 16n

/** Whether the chain takes `slice` at all from a surface of `time`, after one that expires at `previous` [unix s]. */
export function isInRange({ expiry, theta, rho, phi, basis }: Slice, previous: number, time: number): boolean {
  const basisMost = 30_000_000n + (600_000_000n * BigInt(expiry - time)) / YEAR_SECONDS
  const isShape = theta > 0n && phi > 0n && rho <= RHO_MAX && rho >= -RHO_MAX
  return expiry > previous && isShape && BigInt(Math.abs(basis)) <= basisMost
}

/** Largest φ without butterfly arbitrage; twin of `SmileLib.phiMax`. */
export function phiMax(theta: bigint, rho: bigint): bigint {
  const weight = theta * (ONE + (rho < 0n ? -rho : rho))
  const bySlope = (4n * ONE ** 3n - 1n) / weight
  const byCurvature = squareRoot((4n * ONE ** 4n) / weight)
  return bySlope < byCurvature ? bySlope : byCurvature
}

/** Whether `far` is nowhere below `near`; twin of `SmileLib.isCalendarFree`. */
export function isCalendarFree(near: WholeSlice, far: WholeSlice): boolean {
  const [nearSlope, farSlope] = [near.theta * near.phi, far.theta * far.phi]
  return (
    far.theta >= near.theta &&
    far.phi <= near.phi &&
    farSlope * (ONE + far.rho) >= nearSlope * (ONE + near.rho) &&
    farSlope * (ONE - far.rho) >= nearSlope * (ONE - near.rho)
  )
}

/** The one smile of what several reporters say of one expiry, `faults` of them falsely; undefined where the chain refuses. */
export function combined(said: readonly Slice[], faults: number): Slice | undefined {
  const theta = median(said.map((slice) => slice.theta))
  const k = squareRoot(theta * ONE)
  const shape = through(theta, median(variancesAt(said, -k)), median(variancesAt(said, k)), k)
  if (shape === undefined) return undefined
  const rho = (shape.rho / RHO_UNIT) * RHO_UNIT
  if (shape.phi === 0n || rho > RHO_MAX || rho < -RHO_MAX) return undefined
  const bound = phiMax(theta, rho)
  const isReduced = shape.phi > bound
  const smile = {
    expiry: said[0]?.expiry ?? 0,
    theta,
    rho,
    phi: isReduced ? bound : shape.phi,
    // Offset as on chain, so that the mean of the two middle ones rounds to the same side.
    basis: Number(median(said.map(({ basis }) => BigInt(basis) + 2n ** 31n)) - 2n ** 31n),
  }
  const isNear = [-k / 2n, k / 2n].every((at) => isNearAt(smile, said, at, faults, isReduced))
  return isNear ? smile : undefined
}

/** Between the (faults + 1)-th smallest and largest of what was said at `k`, or little beyond. */
function isNearAt(smile: Slice, said: readonly Slice[], k: bigint, faults: number, isReduced: boolean): boolean {
  const values = sorted(variancesAt(said, k))
  const [low = 0n, high = 0n] = [values[faults], values.at(-1 - faults)]
  const variance = totalVariance(smile, k)
  const least = (low * (ONE - TOLERANCE)) / ONE
  return variance <= (high * (ONE + TOLERANCE)) / ONE && (isReduced || variance >= least)
}

/** w(k) in 1e18; twin of `SmileLib.totalVariance`. */
export function totalVariance({ theta, rho, phi }: WholeSlice, k: bigint): bigint {
  const z = (phi * k) / ONE
  const root = squareRoot((z + rho) * (z + rho) + ONE * ONE - rho * rho)
  const bracket = ONE + (rho * z) / ONE + root
  return bracket > 0n ? (theta * bracket) / (2n * ONE) : 0n
}

/** The one slice through (−k, left), (0, theta), (k, right); twin of `SmileLib.through`. */
function through(theta: bigint, left: bigint, right: bigint, k: bigint) {
  const a = (2n * right * ONE) / theta - ONE
  const b = (2n * left * ONE) / theta - ONE
  if (a + b + 2n * ONE <= 0n) return undefined
  const s = ((a - b) * (a + b)) / (2n * (a + b + 2n * ONE))
  const square = (a - s) * (a - s) - 2n * s * ONE - ONE * ONE
  if (square <= 0n) return undefined
  const root = squareRoot(square)
  return root === 0n || s >= root || -s >= root ? undefined : { rho: (s * ONE) / root, phi: (root * ONE) / k }
}

function variancesAt(said: readonly Slice[], k: bigint): bigint[] {
  return said.map((slice) => totalVariance(slice, k))
}

function sorted(values: readonly bigint[]): bigint[] {
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

/** Twin of `MedianLib.median`. */
function median(values: readonly bigint[]): bigint {
  const ascending = sorted(values)
  const middle = Math.floor(ascending.length / 2)
  const upper = ascending[middle] ?? 0n
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? 0n) + upper) / 2n
}

/** Rounded down. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  const seed = BigInt(Math.floor(Math.sqrt(Number(value))))
  // A double knows sixteen digits; one step of Newton's doubles them, and two are enough for 256 bits.
  const better = (seed + value / seed) / 2n
  let root = (better + value / better) / 2n
  while (root * root > value) root -= 1n
  while ((root + 1n) * (root + 1n) <= value) root += 1n
  return root
}
