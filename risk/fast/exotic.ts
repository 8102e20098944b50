// What is an option worth whose payoff depends on the path or jumps? The float64 form of contracts/math/ExoticLib.sol.
import type { OptionKind } from '../../units/series.ts'
import { callAndPut } from './black.ts'
import { cdf, scaledTail } from './normal.ts'

const MONITORING_SHIFT = 0.5825971579390106

/** `volatility` is total: sigma times the root of time. */
export type Barrier = {
  readonly spot: number
  readonly forward: number
  readonly strike: number
  readonly barrier: number
  readonly volatility: number
}

/** Probability that the forward ends above the strike; log is ln(forward/strike). */
export function digital(log: number, volatility: number): number {
  return volatility === 0 ? (Math.sign(log) + 1) / 2 : cdf(log / volatility - volatility / 2)
}

/** One unit paid where the forward ends above the strike, on a smile of which `slope` is dv/dk at the strike. */
export function digitalValue(log: number, volatility: number, slope: number): number {
  const distance = log / volatility - volatility / 2
  const density = volatility === 0 ? 0 : Math.exp(-0.5 * distance * distance) / Math.sqrt(2 * Math.PI)
  return Math.max(0, Math.min(1, digital(log, volatility) - density * slope))
}

/** The barrier that, watched always, is touched as often as `barrier` watched every `interval` seconds. */
export function monitoredAt(
  barrier: number,
  isUp: boolean,
  volatility: number,
  interval: number,
  secondsLeft: number,
): number {
  if (secondsLeft === 0) return barrier
  const shift = MONITORING_SHIFT * volatility * Math.sqrt(interval / secondsLeft)
  return barrier * Math.exp(isUp ? shift : -shift)
}

/** Undiscounted value of a knock-in or knock-out. */
export function barrierValue(kind: OptionKind, o: Barrier): number {
  const isCall = kind.endsWith('CALL')
  const vanilla = vanillaOf(o, isCall)
  const knockedIn = knockedInOf(o, kind.startsWith('UP'), isCall, vanilla)
  return kind.includes('_IN_') ? knockedIn : vanilla - knockedIn
}

function vanillaOf(o: Pick<Barrier, 'forward' | 'strike' | 'volatility'>, isCall: boolean): number {
  const { call, put } = callAndPut(o.forward, o.strike, Math.log(o.forward / o.strike), o.volatility)
  return isCall ? call : put
}

function knockedInOf(o: Barrier, isUp: boolean, isCall: boolean, vanilla: number): number {
  if (isUp ? o.spot >= o.barrier : o.spot <= o.barrier) return vanilla
  if (o.volatility < 2 ** -20) return (isUp ? o.forward >= o.barrier : o.forward <= o.barrier) ? vanilla : 0
  const isStrikeAbove = o.strike > o.barrier
  if (isCall === isUp && isStrikeAbove === isUp) return vanilla
  const toBarrier = Math.log(o.barrier / o.spot)
  const pair = pairOf(o, isUp, isCall)
  const reflected = () => pair(2 * toBarrier + Math.log(o.spot / o.strike), true)
  const outside = () => {
    const beyond = pair(-toBarrier, false)
    return pair(toBarrier, true) + (isCall === isUp ? beyond - reflected() : vanilla - beyond)
  }
  const value = isCall !== isUp && isStrikeAbove !== isUp ? reflected() : outside()
  return Math.min(vanilla, Math.max(0, value))
}

function pairOf(o: Barrier, isUp: boolean, isCall: boolean) {
  const carry = Math.log(o.forward / o.spot)
  const twice = (2 * carry) / (o.volatility * o.volatility)
  const toBarrier = Math.log(o.barrier / o.spot)
  return (log: number, isReflected: boolean): number => {
    const distance = (log + carry) / o.volatility + o.volatility / 2
    const side = (isReflected ? isUp : !isCall) ? -1 : 1
    const first = o.forward * weighted(isReflected ? toBarrier * (twice + 1) : 0, side * distance)
    const second = o.strike * weighted(isReflected ? toBarrier * (twice - 1) : 0, side * (distance - o.volatility))
    return isCall ? first - second : second - first
  }
}

/** e^power times Phi(y); the exponents are added before either can overflow. */
export function weighted(power: number, y: number): number {
  const tail = Math.exp(power - (y * y) / 2) * scaledTail(Math.abs(y))
  return y <= 0 ? tail : Math.exp(power) - tail
}

/** Total volatility of an arithmetic average: variance before its window and inside it. */
export function averageVolatility(before: number, inside: number): number {
  const u = inside
  const added =
    u <= 2 ** -6
      ? u / 3 + (u * u) / 36 + (u * u * u) / 810 - (u * u * u * u) / 12_960
      : Math.log((2 * (Math.expm1(u) - u)) / (u * u))
  return Math.sqrt(before + added)
}

/** Option on an average of which a share is known; forward and total volatility are the rest's. */
export function averageValue(
  isCall: boolean,
  forward: number,
  strike: number,
  elapsedShare: number,
  averageSoFar: number,
  volatility: number,
): number {
  const known = elapsedShare * averageSoFar
  const rest = 1 - elapsedShare
  if (rest === 0 || known >= strike) {
    const gain = known + rest * forward - strike
    return Math.max(0, isCall ? gain : -gain)
  }
  return vanillaOf({ forward, strike: (strike - known) / rest, volatility }, isCall) * rest
}
