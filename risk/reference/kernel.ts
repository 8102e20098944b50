// What is the truth, to sixty digits? Slow and plain: only to measure the errors of the kernel by.
import { Decimal } from 'decimal.js'

const Real = Decimal.clone({ precision: 64, toExpNeg: -9e9, toExpPos: 9e9 })
type Real = Decimal
const HALF = new Real('0.5')
const ROOT_2PI = Real.acos(-1).mul(2).sqrt()
/** Beyond it the continued fraction converges faster than the series. */
const SERIES_MOST = 6
const FRACTION_LEVELS = 400
const DIGITS = new Real('1e-66')

/** `x`/2^bits */
export function fixed(x: bigint, bits: number): Real {
  return new Real(x.toString()).div(new Real(2).pow(bits))
}

export const wad = (x: bigint): Real => new Real(x.toString()).div('1e18')
export const exp = (x: Decimal.Value): Real => new Real(x).exp()
export const ln = (x: Decimal.Value): Real => new Real(x).ln()
export const sqrt = (x: Decimal.Value): Real => new Real(x).sqrt()

/** Phi(x), with relative accuracy in the left tail. */
export function cdf(x: Real): Real {
  if (x.gt(0)) return new Real(1).sub(cdf(x.neg()))
  const distance = x.neg()
  const density = exp(distance.mul(distance).mul(-HALF)).div(ROOT_2PI)
  return distance.lt(SERIES_MOST) ? HALF.sub(density.mul(series(distance))) : density.mul(fraction(distance))
}

/** x + x^3/3 + x^5/(3·5) + ... */
function series(x: Real): Real {
  const square = x.mul(x)
  let [term, sum] = [x, x]
  for (let odd = 3; term.gt(DIGITS); odd += 2) {
    term = term.mul(square).div(odd)
    sum = sum.add(term)
  }
  return sum
}

/** 1/(x + 1/(x + 2/(x + 3/(x + ...)))) */
function fraction(x: Real): Real {
  let y = new Real(0)
  for (let k = FRACTION_LEVELS; k > 0; k -= 1) y = new Real(k).div(x.add(y))
  return new Real(1).div(x.add(y))
}

/** Undiscounted value of the out-of-the-money option. */
export function outOfTheMoney(forward: Real, strike: Real, volatility: Real): Real {
  const [a, b] = forward.lt(strike) ? [forward, strike] : [strike, forward]
  if (volatility.isZero()) return new Real(0)
  const h = ln(b.div(a)).div(volatility)
  const half = volatility.mul(HALF)
  return a.mul(cdf(half.sub(h))).sub(b.mul(cdf(h.add(half).neg())))
}

/** e^(-d1^2/2)/sqrt(2 pi) */
export function density(x: Real): Real {
  return exp(x.mul(x).mul(-HALF)).div(ROOT_2PI)
}
