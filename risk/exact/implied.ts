// Which total volatility does a price imply? Bit for bit contracts/math/ImpliedLib.sol.
import {
  FAR_A1,
  FAR_A2,
  FAR_A3,
  FAR_B1,
  FAR_B2,
  FAR_B3,
  FAR_P,
  INVERSE_SQRT_2PI_Q96,
  LN2_8_Q96,
  NEAR_A1,
  NEAR_A2,
  NEAR_B1,
  NEAR_B2,
  NEAR_P,
  NEAR_SLOPE,
  QUARTER_PI_Q96,
  TWO_PI_Q96,
} from './kernelConstants.ts'
import { lnQ128, lnRatioQ96 } from './ln.ts'
import { scaledTailQ96 } from './normal.ts'
import { root } from './sqrt.ts'

const ONE_Q96 = 1n << 96n
const ONE_Q128 = 1n << 128n
const CLOSE_Q96 = 1n << 84n
const STEPS_MAX = 8

/** Sigma times the root of time in Q96 from an out-of-the-money value. Throws RangeError where the contract reverts. */
export function impliedTotalVolatility(forward: bigint, strike: bigint, value: bigint): bigint {
  if (forward === 0n || strike === 0n) throw new RangeError('ZeroPrice()')
  const smaller = forward < strike ? forward : strike
  if (value >= smaller) throw new RangeError(`NoVolatility(${value}, ${smaller})`)
  if (value === 0n) return 0n
  const x = forward === strike ? 0n : absolute(lnRatioQ96(forward, strike))
  const share = (value << 128n) / smaller || 1n
  let volatility = guessOf(x, share)
  for (let i = 0; i < STEPS_MAX; i += 1) {
    const step = stepOf(x, share, volatility)
    volatility += (volatility * step) >> 96n
    if (absolute(step) < CLOSE_Q96) break
  }
  return volatility
}

function guessOf(x: bigint, share: bigint): bigint {
  if (share > (ONE_Q128 * 11n) / 20n) {
    const t = -lnQ128(ONE_Q128 - share)
    const square = (((t * t) >> 96n) * TWO_PI_Q96) / (ONE_Q96 + ((t * QUARTER_PI_Q96) >> 96n))
    return root((square + 2n * x) << 96n)
  }
  const guess = bachelier(x, share)
  const square = (guess * guess) >> 96n
  const scale = 8n * (3n * square + ((x * x) >> 96n))
  return scale === 0n ? guess : guess + ((guess * ((square * square) / scale)) >> 96n)
}

function bachelier(x: bigint, share: bigint): bigint {
  if (x < 2n * ONE_Q96) {
    const up = ONE_Q96 + ((x * x) >> 96n) / 48n
    const growth = ((up + (x >> 2n)) << 96n) / (up - (x >> 2n))
    const y = (((x << 128n) / share) * growth) >> 96n
    if (y <= 12n * ONE_Q96) {
      const s = NEAR_A1 / (y + NEAR_B1 + NEAR_A2 / (y + NEAR_B2)) + NEAR_P + ((NEAR_SLOPE * y) >> 96n)
      return ((share * s) / growth) >> 32n
    }
  }
  const l = lnQ128((x << 152n) / share) + LN2_8_Q96 + (x >> 1n)
  const h = FAR_P + FAR_A1 / (l + FAR_B1 + FAR_A2 / (l + FAR_B2 + FAR_A3 / (l + FAR_B3)))
  return (x << 96n) / h
}

function stepOf(x: bigint, share: bigint, volatility: bigint): bigint {
  if (volatility === 0n) return 0n
  const h = (x << 96n) / volatility
  const half = volatility >> 1n
  const low = h - half
  const far = h + half
  const isBelow = low < 0n
  const near = absolute(low)
  const bend = (low * far) >> 96n
  const squares = (3n * h * h + half * half) >> 96n
  const nearTail = scaledTailQ96(near)
  const signed = (isBelow ? ~nearTail : nearTail) - scaledTailQ96(far)
  const tails = isBelow ? -signed : signed
  const positive = tails > 0n ? tails : 1n
  const size = (INVERSE_SQRT_2PI_Q96 * volatility) / positive
  const miss = lnQ128((positive << 160n) / (isBelow ? ONE_Q128 - share : share)) - ((near * near) >> 97n)
  const newton = ((isBelow ? miss : -miss) << 96n) / size
  const slope = isBelow ? -size : size
  const second = bend - slope
  const third = ((bend * bend - 3n * slope * bend + 2n * slope * slope) >> 96n) - squares
  const top = ONE_Q96 + ((second * newton) >> 97n)
  const bottom = ONE_Q96 + ((newton * (second + ((third * newton) >> 96n) / 6n)) >> 96n)
  const step = bottom === 0n ? 0n : (newton * top) / bottom
  if (step > 3n * ONE_Q96) return 3n * ONE_Q96
  return step < -(ONE_Q96 / 2n) ? -(ONE_Q96 / 2n) : step
}

const absolute = (x: bigint): bigint => (x < 0n ? -x : x)
