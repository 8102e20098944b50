// What is an option worth whose payoff depends on the path or jumps? Bit for bit contracts/math/ExoticLib.sol.
import { isBarrier, isCall, isDigital, isKnockIn, isUp, type OptionKind } from '../../units/series.ts'
import { bothOf, outOfTheMoney } from './black.ts'
import { expQ96 } from './exp.ts'
import { INVERSE_SQRT_2PI_Q96 } from './kernelConstants.ts'
import { lnQ128, lnRatioQ96 } from './ln.ts'
import { cdfQ96, scaledTailQ96 } from './normal.ts'
import { root } from './sqrt.ts'

const ONE = 10n ** 18n
const ONE_Q96 = 1n << 96n
const LEAST_VOLATILITY_Q96 = 1n << 76n
const SHORT_WINDOW_Q96 = 1n << 90n
const LARGEST_WINDOW_Q96 = 16n << 96n
const LEAST_DIGITAL_VOLATILITY_Q96 = 1n << 32n
const FAR_Q96 = 13n << 96n
const MONITORING_SHIFT = 582_597_157_939_010_600n

/** `volatility` is total and in Q96. */
export type Barrier = {
  readonly spot: bigint
  readonly forward: bigint
  readonly strike: bigint
  readonly barrier: bigint
  readonly volatility: bigint
}

type Terms = {
  readonly drift: bigint
  readonly toBarrier: bigint
  readonly toStrike: bigint
  readonly forwardPower: bigint
  readonly strikePower: bigint
  readonly isUp: boolean
  readonly isCall: boolean
}

/** In 18 decimals: what one contract of any kind pays; `isTouched` is asked of barrier kinds alone. */
export function payoff(kind: OptionKind, strike: bigint, price: bigint, isTouched: boolean): bigint {
  if (isDigital(kind)) return price >= strike === isCall(kind) ? ONE : 0n
  if (isBarrier(kind) && isKnockIn(kind) !== isTouched) return 0n
  const gain = isCall(kind) ? price - strike : strike - price
  return gain > 0n ? gain : 0n
}

/** One unit paid where the forward ends above the strike, in 18 decimals; `slope` is dv/dk there, in Q96 and at most 16. */
export function digitalValue(log: bigint, volatility: bigint, slope: bigint): bigint {
  const distance = (log << 96n) / (volatility | LEAST_DIGITAL_VOLATILITY_Q96) - (volatility >> 1n)
  const share = cdfQ96(distance)
  const isFar = distance <= -FAR_Q96 || distance >= FAR_Q96
  const density = isFar ? 0n : (expQ96(-((distance * distance) >> 97n)) * INVERSE_SQRT_2PI_Q96) >> 96n
  const value = share - ((((density * slope) >> 96n) * ONE) >> 96n)
  if (value < 0n) return 0n
  return value > ONE ? ONE : value
}

/** The barrier that, watched always, is touched as often as `barrier` watched every `interval` seconds. */
export function monitoredAt(
  barrier: bigint,
  isUp: boolean,
  volatility: bigint,
  interval: bigint,
  secondsLeft: bigint,
): bigint {
  if (secondsLeft === 0n) return barrier
  const share = root((interval << 192n) / secondsLeft)
  const shift = (((volatility * share) >> 96n) * MONITORING_SHIFT) / ONE
  return (barrier * expQ96(isUp ? shift : -shift)) >> 96n
}

/** Undiscounted value of a knock-in or knock-out. Throws RangeError where the contract reverts. */
export function barrierValue(kind: OptionKind, o: Barrier): bigint {
  if (o.spot === 0n || o.forward === 0n || o.strike === 0n || o.barrier === 0n) throw new RangeError('ZeroPrice()')
  if (!isBarrier(kind)) throw new RangeError(`NotABarrier(${kind})`)
  const vanilla = vanillaOf(o, isCall(kind))
  const knockedIn = knockedInOf(o, isUp(kind), isCall(kind), vanilla)
  return isKnockIn(kind) ? knockedIn : vanilla - knockedIn
}

function vanillaOf(o: Pick<Barrier, 'forward' | 'strike' | 'volatility'>, isCall: boolean): bigint {
  const value = outOfTheMoney(o.forward, o.strike, lnRatioQ96(o.forward, o.strike), o.volatility)
  const { call, put } = bothOf(value, o.forward, o.strike)
  return isCall ? call : put
}

function knockedInOf(o: Barrier, isUp: boolean, isCall: boolean, vanilla: bigint): bigint {
  if (isUp ? o.spot >= o.barrier : o.spot <= o.barrier) return vanilla
  if (o.volatility < LEAST_VOLATILITY_Q96) {
    return (isUp ? o.forward >= o.barrier : o.forward <= o.barrier) ? vanilla : 0n
  }
  const isStrikeAbove = o.strike > o.barrier
  if (isCall === isUp && isStrikeAbove === isUp) return vanilla
  const value = knockedInFormula(o, termsOf(o, isUp, isCall), vanilla, isStrikeAbove)
  if (value <= 0n) return 0n
  return value < vanilla ? value : vanilla
}

function knockedInFormula(o: Barrier, t: Terms, vanilla: bigint, isStrikeAbove: boolean): bigint {
  const toImage = t.toBarrier * 2n + t.toStrike
  if (t.isCall !== t.isUp && isStrikeAbove !== t.isUp) return pair(o, t, toImage, true)
  const beyond = pair(o, t, -t.toBarrier, false)
  const direct = t.isCall === t.isUp ? beyond - pair(o, t, toImage, true) : vanilla - beyond
  return direct + pair(o, t, t.toBarrier, true)
}

function termsOf(o: Barrier, isUp: boolean, isCall: boolean): Terms {
  const toBarrier = lnRatioQ96(o.barrier, o.spot)
  const carry = lnRatioQ96(o.forward, o.spot)
  const twice = (((2n * carry * ONE_Q96) / o.volatility) * ONE_Q96) / o.volatility
  return {
    drift: (carry * ONE_Q96) / o.volatility + o.volatility / 2n,
    toBarrier,
    toStrike: lnRatioQ96(o.spot, o.strike),
    forwardPower: (toBarrier * (twice + ONE_Q96)) >> 96n,
    strikePower: (toBarrier * (twice - ONE_Q96)) >> 96n,
    isUp,
    isCall,
  }
}

function pair(o: Barrier, t: Terms, log: bigint, isReflected: boolean): bigint {
  const distance = (log * ONE_Q96) / o.volatility + t.drift
  const isFlipped = isReflected ? t.isUp : !t.isCall
  const y = isFlipped ? -distance : distance
  const lower = isFlipped ? o.volatility - distance : distance - o.volatility
  const first = (o.forward * weighted(isReflected ? t.forwardPower : 0n, y)) >> 96n
  const second = (o.strike * weighted(isReflected ? t.strikePower : 0n, lower)) >> 96n
  return t.isCall ? first - second : second - first
}

function weighted(power: bigint, y: bigint): bigint {
  const tail = (expQ96(power - ((y * y) >> 97n)) * scaledTailQ96(y < 0n ? -y : y)) >> 96n
  return y <= 0n ? tail : expQ96(power) - tail
}

/** Total volatility in Q96 of an arithmetic average: variance before its window and inside it, both Q96. */
export function averageVolatilityQ96(before: bigint, inside: bigint): bigint {
  return root((before + addedVariance(inside)) << 96n)
}

function addedVariance(inside: bigint): bigint {
  if (inside > LARGEST_WINDOW_Q96) throw new RangeError(`VarianceTooLarge(${inside}, ${LARGEST_WINDOW_Q96})`)
  if (inside <= SHORT_WINDOW_Q96) {
    const square = (inside * inside) >> 96n
    return inside / 3n + square / 36n + ((square * inside) >> 96n) / 810n - ((square * square) >> 96n) / 12_960n
  }
  const excess = expQ96(inside) - ONE_Q96 - inside
  return lnQ128((excess << 129n) / ((inside * inside) >> 96n))
}

/** Option on an average of which a share (18 decimals) is known; forward and total volatility (Q96) are the rest's. */
export function averageValue(
  isCall: boolean,
  forward: bigint,
  strike: bigint,
  elapsedShare: bigint,
  averageSoFar: bigint,
  volatility: bigint,
): bigint {
  const known = (elapsedShare * averageSoFar) / ONE
  const rest = ONE - elapsedShare
  if (rest === 0n || known >= strike) {
    const gain = known + (rest * forward) / ONE - strike
    const paid = isCall ? gain : -gain
    return paid > 0n ? paid : 0n
  }
  return (vanillaOf({ forward, strike: ((strike - known) * ONE) / rest, volatility }, isCall) * rest) / ONE
}
