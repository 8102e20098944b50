// Would the volatility book take these slices? Bit for bit the conditions of contracts/pricebook/SmileLib.sol.

/** As signed: theta, rho and phi in 1e18. */
export type WholeSlice = { readonly theta: bigint; readonly rho: bigint; readonly phi: bigint }

const ONE = 10n ** 18n

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

/** Rounded down. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let root = BigInt(Math.floor(Math.sqrt(Number(value))))
  while (root * root > value) root -= 1n
  while ((root + 1n) * (root + 1n) <= value) root += 1n
  return root
}
