// What is an option worth under Black's formula, and how does that change? Bit for bit contracts/math/BlackLib.sol.
import { expWad, powerFraction } from './exp.ts'
import { BLACK_SHIFT_Q96, HALF_LOG2E_Q96, HALF_Q96, INVERSE_SQRT_2PI_Q96 } from './kernelConstants.ts'
import { lnRatioQ96 } from './ln.ts'
import { cdfQ96, scaledTailQ96 } from './normal.ts'
import { root } from './sqrt.ts'

const ONE = 10n ** 18n
const YEAR = 31_536_000n
const YEAR_E36 = YEAR * 10n ** 36n
const FAR_Q96 = 13n << 96n
const LEAST_VOLATILITY_Q96 = 1n << 32n
const E45_Q64 = (10n ** 45n) >> 64n

/** Undiscounted value of the out-of-the-money option, in the units of forward and strike; log is ln(forward/strike). */
export function outOfTheMoney(forward: bigint, strike: bigint, log: bigint, volatility: bigint): bigint {
  const { smaller, isBelow, near, far } = place(forward, strike, log, volatility)
  const limit = isBelow ? smaller : 0n
  if (near >= FAR_Q96) return limit
  const nearTail = scaledTailQ96(near)
  const t = (((near * near) >> 64n) * HALF_LOG2E_Q96) >> 128n
  const f = BigInt.asIntN(96, t)
  const c = powerFraction(f)
  const tails = (((isBelow ? ~nearTail : nearTail) - scaledTailQ96(far)) * (c - f)) >> 68n
  return positive((((smaller * tails) / (c + f)) >> ((t + BLACK_SHIFT_Q96) >> 96n)) + limit)
}

/** The call and the put of a strike from the value of the one that is out of the money. */
export function bothOf(
  value: bigint,
  forward: bigint,
  strike: bigint,
): { readonly call: bigint; readonly put: bigint } {
  return forward > strike
    ? { call: value + forward - strike, put: value }
    : { call: value, put: value + strike - forward }
}

/** Sigma times the root of time in Q96, from an annual volatility in 18 decimals and seconds. */
export function annualToTotalQ96(annual: bigint, secondsLeft: bigint): bigint {
  return root((((annual * annual * secondsLeft) << 96n) / YEAR_E36) << 96n)
}

/** e^(-rT) in 18 decimals. Throws RangeError where the contract reverts. */
export function discountWad(rate: bigint, secondsLeft: bigint): bigint {
  return expWad((rate * secondsLeft) / -YEAR)
}

/** Discounted call of an annual volatility and rate. Throws RangeError where the contract reverts. */
export function call(forward: bigint, strike: bigint, secondsLeft: bigint, annual: bigint, rate: bigint): bigint {
  if (strike === 0n) throw new RangeError('ZeroPrice()')
  const volatility = annualToTotalQ96(annual, secondsLeft)
  const value = outOfTheMoney(forward, strike, logOf(forward, strike), volatility)
  return ((value + positive(forward - strike)) * discountWad(rate, secondsLeft)) / ONE
}

/** Discounted put: the call with forward and strike exchanged. */
export function put(forward: bigint, strike: bigint, secondsLeft: bigint, annual: bigint, rate: bigint): bigint {
  return call(strike, forward, secondsLeft, annual, rate)
}

/** Call and put for an annual volatility, the root of time in Q96 and a discount in 18 decimals. */
export function callAndPut(
  forward: bigint,
  strike: bigint,
  annual: bigint,
  rootTime: bigint,
  discount: bigint,
): { readonly call: bigint; readonly put: bigint } {
  if (strike === 0n) throw new RangeError('ZeroPrice()')
  const value = outOfTheMoney(forward, strike, logOf(forward, strike), (annual * rootTime) / ONE)
  return {
    call: ((value + positive(forward - strike)) * discount) / ONE,
    put: ((value + positive(strike - forward)) * discount) / ONE,
  }
}

/** Gamma has 27 decimals, all else 18; theta is a year's. */
export type Greeks = {
  readonly call: bigint
  readonly put: bigint
  readonly delta: bigint
  readonly gamma: bigint
  readonly vega: bigint
  readonly theta: bigint
}

/** Both prices and the call's sensitivities; total volatility and the root of time in Q96. */
export function greeks(
  forward: bigint,
  strike: bigint,
  totalVolatility: bigint,
  rootTime: bigint,
  discount: bigint,
  rate: bigint,
): Greeks {
  if (strike === 0n || forward === 0n) throw new RangeError('ZeroPrice()')
  const volatility = totalVolatility | LEAST_VOLATILITY_Q96
  const { value, mass, exposure } = exposureOf(forward, strike, volatility)
  const density = (((mass * INVERSE_SQRT_2PI_Q96) >> 96n) * discount) / ONE
  const callPrice = ((value + positive(forward - strike)) * discount) / ONE
  const time = (rootTime * rootTime) >> 95n
  const decay = time === 0n ? 0n : (density * volatility) / time
  return {
    call: callPrice,
    put: ((value + positive(strike - forward)) * discount) / ONE,
    delta: ((exposure * discount) / forward) >> 24n,
    gamma: ((((((density << 72n) / forward) << 96n) / volatility) * E45_Q64) / forward) >> 32n,
    vega: (density * rootTime) >> 120n,
    theta: (rate * callPrice) / ONE - (decay >> 24n),
  }
}

/** Probability that the forward ends above the strike, in 18 decimals. */
export function digital(log: bigint, volatility: bigint): bigint {
  return cdfQ96((log << 96n) / (volatility | LEAST_VOLATILITY_Q96) - (volatility >> 1n))
}

function exposureOf(forward: bigint, strike: bigint, volatility: bigint) {
  const log = logOf(forward, strike)
  const { smaller, isBelow, near, far } = place(forward, strike, log, volatility)
  const nearTail = isBelow ? ~scaledTailQ96(near) : scaledTailQ96(near)
  const farTail = scaledTailQ96(far)
  const mass = near >= FAR_Q96 ? 0n : (smaller * density(near)) >> 96n
  const value = positive(((mass * (nearTail - farTail)) >> 120n) + (isBelow ? smaller : 0n))
  const isCallOut = log < 0n
  const certain = isCallOut && !isBelow ? 0n : forward
  return { value, mass, exposure: (certain << 24n) + ((mass * (isCallOut ? nearTail : ~farTail)) >> 96n) }
}

/** e^(-x^2/2) in Q120. */
function density(x: bigint): bigint {
  const t = (((x * x) >> 64n) * HALF_LOG2E_Q96) >> 128n
  const f = BigInt.asIntN(96, t)
  const c = powerFraction(f)
  return (((c - f) << 120n) / (c + f)) >> ((t + HALF_Q96) >> 96n)
}

function place(forward: bigint, strike: bigint, log: bigint, volatility: bigint) {
  const h = volatility === 0n ? 0n : ((log < 0n ? -log : log) << 96n) / volatility
  const half = volatility >> 1n
  const low = h - half
  const isBelow = low < 0n
  return { smaller: log < 0n ? forward : strike, isBelow, near: isBelow ? -low : low, far: h + half }
}

/** A forward of zero counts as the smallest ratio there is, as in the contract. */
function logOf(forward: bigint, strike: bigint): bigint {
  return lnRatioQ96(forward, strike)
}

const positive = (x: bigint): bigint => (x > 0n ? x : 0n)
