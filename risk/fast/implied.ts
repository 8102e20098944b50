// Which total volatility does a price imply? The float64 form of contracts/math/ImpliedLib.sol.
import {
  FAR_A1,
  FAR_A2,
  FAR_A3,
  FAR_B1,
  FAR_B2,
  FAR_B3,
  FAR_P,
  INVERSE_SQRT_2PI,
  NEAR_A1,
  NEAR_A2,
  NEAR_B1,
  NEAR_B2,
  NEAR_P,
  NEAR_SLOPE,
} from './kernelConstants.ts'
import { scaledTail } from './normal.ts'

const STEPS_MAX = 8

/** Sigma times the root of time from an out-of-the-money value; NaN for a value not below min(forward, strike). */
export function impliedTotalVolatility(forward: number, strike: number, value: number): number {
  const share = value / Math.min(forward, strike)
  if (!(share < 1)) return Number.NaN
  if (share <= 0) return 0
  const x = Math.abs(Math.log(forward / strike))
  let volatility = guessOf(x, share)
  for (let i = 0; i < STEPS_MAX; i += 1) {
    const step = stepOf(x, share, volatility)
    volatility += volatility * step
    if (Math.abs(step) < 2 ** -12) break
  }
  return volatility
}

function guessOf(x: number, share: number): number {
  if (share > 0.55) {
    const t = -Math.log1p(-share)
    return Math.sqrt((2 * Math.PI * t * t) / (1 + (Math.PI / 4) * t) + 2 * x)
  }
  const guess = bachelier(x, share)
  const square = guess * guess
  return guess * (1 + (square * square) / (8 * (3 * square + x * x)))
}

function bachelier(x: number, share: number): number {
  const growth = Math.exp(x / 2)
  const y = (x / share) * growth
  if (y <= 12) {
    return (share / growth) * (NEAR_A1 / (y + NEAR_B1 + NEAR_A2 / (y + NEAR_B2)) + NEAR_P + NEAR_SLOPE * y)
  }
  const l = Math.log(y)
  return x / (FAR_P + FAR_A1 / (l + FAR_B1 + FAR_A2 / (l + FAR_B2 + FAR_A3 / (l + FAR_B3))))
}

function stepOf(x: number, share: number, volatility: number): number {
  const h = x / volatility
  const half = volatility / 2
  const low = h - half
  const far = h + half
  const isBelow = low < 0
  const bend = low * far
  const tails = isBelow ? scaledTail(-low) + scaledTail(far) : scaledTail(low) - scaledTail(far)
  const size = (INVERSE_SQRT_2PI * volatility) / tails
  const miss = Math.log(tails / (isBelow ? 1 - share : share)) - (low * low) / 2
  const slope = isBelow ? -size : size
  const newton = -miss / slope
  const second = bend - slope
  const third = bend * bend - 3 * slope * bend + 2 * slope * slope - 3 * h * h - half * half
  const step = (newton * (1 + (second * newton) / 2)) / (1 + newton * (second + (third * newton) / 6))
  return Math.min(3, Math.max(-0.5, step))
}
