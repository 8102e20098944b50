// What are an expiry's digitals, barriers and averages worth, and what do they pay? Twin of contracts/risk/ExoticBookLib.sol.
import type { ExpiryMark, MarginParameters, Observed } from '../../units/portfolio.ts'
import { isAsian, isBarrier, isCall, isDigital, isUp } from '../../units/series.ts'
import type { Line, Strip } from './book.ts'
import { averageValue, averageVolatilityQ96, barrierValue, digitalValue, monitoredAt, payoff } from './exotic.ts'
import { lnRatioQ96 } from './ln.ts'
import { wholeTheta, type Horizon, type Point } from './points.ts'
import { boundedSlope, totalVarianceQ96, volatilitySlopeQ96 } from './surface.ts'
import { multiplierAt } from './value.ts'

const WAD = 10n ** 18n
const HOUR = 3600n
const BARRIER_STEP = 10_000n
const DIGITAL_SLACK = 16n
/** Q96, of total volatility and of total variance. */
const MOST_Q96 = 16n << 96n

/** One position of a kind that is neither a plain call nor a plain put; see contracts/risk/ExoticBookLib.sol. */
export type Exotic = {
  readonly line: Line
  readonly strip: Strip
  readonly seen: Observed | undefined
  readonly level: bigint
  readonly share: bigint
  readonly log: bigint
  readonly volatility: bigint
  readonly smileSlope: bigint
}

/** The same point of the settlement average and of the market itself, and spot there. */
export type Place = { readonly averaged: Point; readonly market: Point; readonly spot: bigint }

/** Prepared: strips have their logarithms and smile. */
export function exoticsOf(
  lines: readonly Line[],
  strips: readonly Strip[],
  observed: readonly Observed[],
  h: Horizon | undefined,
  mark: ExpiryMark,
): Exotic[] {
  const others = lines.filter(({ kind }) => kind !== 'CALL' && kind !== 'PUT')
  return others.map((line) => {
    const strip = strips.find(({ strike }) => strike === line.strike)!
    const seen = observed.find(({ series }) => series === line.series)
    const plain = { line, strip, seen, level: 0n, share: 0n, log: 0n, volatility: 0n, smileSlope: 0n }
    if (isBarrier(line.kind)) {
      return { ...plain, level: atLeastOne((line.strike * BigInt(line.field)) / BARRIER_STEP) }
    }
    if (h === undefined) return plain
    if (isDigital(line.kind)) return { ...plain, smileSlope: slopeOf(strip, h, mark) }
    return { ...plain, ...stillOpen(line, seen, h, mark) }
  })
}

function slopeOf({ logMoneyness, volatility }: Strip, h: Horizon, mark: ExpiryMark): bigint {
  return volatilitySlopeQ96(h.theta, mark.rho, mark.phi, -logMoneyness, volatility)
}

function stillOpen(line: Line, seen: Observed | undefined, h: Horizon, mark: ExpiryMark): Partial<Exotic> {
  const window = BigInt(line.field) * HOUR
  const secondsLeft = BigInt(mark.secondsLeft)
  const average = seen?.averageSoFar ?? 0n
  const share = secondsLeft < window && average > 0n ? seen!.elapsedShare : 0n
  const known = (share * average) / WAD
  const rest = WAD - share
  if (rest === 0n || known >= line.strike) return { share }
  const level = atLeastOne(((line.strike - known) * WAD) / rest)
  const log = lnRatioQ96(h.forward, level)
  const variance = least(totalVarianceQ96(wholeTheta(mark), mark.rho, mark.phi, -log), MOST_Q96)
  const before = secondsLeft > window ? (variance * (secondsLeft - window)) / secondsLeft : 0n
  return { share, level, log, volatility: averageVolatilityQ96(before, variance - before) }
}

/** [1e36] What they are worth at one place. `rootThetas`: of the settlement average and of the market. */
export function exoticValue(
  exotics: readonly Exotic[],
  place: Place,
  rootThetas: readonly [averaged: bigint, market: bigint],
  secondsLeft: bigint,
  p: MarginParameters,
): bigint {
  return exotics.reduce((sum, e) => sum + e.line.size * priceAt(e, place, rootThetas, secondsLeft, p), 0n)
}

function priceAt(
  e: Exotic,
  place: Place,
  rootThetas: readonly [bigint, bigint],
  secondsLeft: bigint,
  p: MarginParameters,
): bigint {
  const { kind, strike } = e.line
  const point = isAsian(kind) ? place.market : place.averaged
  const [log, unmoved, rootTheta] = isAsian(kind)
    ? [e.log, e.volatility, rootThetas[1]]
    : [e.strip.logMoneyness, e.strip.volatility, rootThetas[0]]
  const multiplier = multiplierAt(point, log, rootTheta, p)
  const volatility = (unmoved * multiplier) >> 96n
  if (isDigital(kind)) {
    const share = digitalValue(log + point.logShift, volatility, boundedSlope((e.smileSlope * multiplier) >> 96n))
    return isCall(kind) ? share : WAD - share
  }
  const bounded = least(volatility, MOST_Q96)
  if (isAsian(kind)) {
    return averageValue(isCall(kind), point.forward, strike, e.share, e.seen?.averageSoFar ?? 0n, bounded)
  }
  const barrier = monitoredAt(e.level, isUp(kind), bounded, least(secondsLeft, HOUR), secondsLeft)
  return barrierValue(kind, {
    spot: place.spot,
    forward: point.forward,
    strike,
    barrier: atLeastOne(barrier),
    volatility: bounded,
  })
}

/** [1e36] What the present value is to be lowered by for their errors. */
export function exoticRounding(exotics: readonly Exotic[], h: Horizon): bigint {
  return exotics.reduce((sum, { line: { kind, size, strike } }) => {
    if (size >= 0n) return sum
    return sum - size * (isDigital(kind) ? DIGITAL_SLACK : 2n + ((h.forward + strike) >> 49n))
  }, 0n)
}

/** [1e36] What they pay at `price`, barriers counting as touched where it lies past them; Asian kinds only where `isWhole`. */
export function exoticPayoff(exotics: readonly Exotic[], price: bigint, isWhole: boolean): bigint {
  return exotics.reduce((sum, e) => {
    const { kind, strike, size } = e.line
    if (!isAsian(kind)) return sum + size * payoff(kind, strike, price, isPast(e, price))
    return isWhole ? sum + averagePayoff(e, price) : sum
  }, 0n)
}

/** [1e36] A line of the price on the side that pays of where the average meets the strike; or what is known decides. */
function averagePayoff(e: Exotic, price: bigint): bigint {
  const { kind, strike, size } = e.line
  const known = (e.share * (e.seen?.averageSoFar ?? 0n)) / WAD
  const open = (size * (WAD - e.share)) / WAD
  const isDecided = e.level === 0n
  if (isCall(kind)) {
    const pays = isDecided ? known >= strike : price >= e.level
    return pays ? open * price + size * (known - strike) : 0n
  }
  const pays = isDecided ? known < strike : price < e.level
  return pays ? size * (strike - known) - open * price : 0n
}

/** [1e36] Once expired: by what decides them, or, until that is final, at `price`. */
export function expiredExotics(exotics: readonly Exotic[], price: bigint, spot: bigint): bigint {
  return exotics.reduce((sum, e) => {
    const { kind, strike, size } = e.line
    const final = e.seen?.settlementPrice ?? 0n
    if (final > 0n) return sum + size * payoff(kind, strike, final, false)
    const average = e.seen?.averageSoFar ?? 0n
    const decisive = !isAsian(kind) ? price : average > 0n ? average : spot
    return sum + size * payoff(kind, strike, decisive, isPast(e, price))
  }, 0n)
}

/** Prices at which the payoff bends or jumps, strikes apart. */
export function edgesOf({ line: { kind, strike }, level }: Exotic): bigint[] {
  if (isDigital(kind)) return [strike - 1n]
  if (isAsian(kind)) return [level]
  return isUp(kind) ? [level - 1n, level] : [level, level + 1n]
}

export function hasJump(exotics: readonly Exotic[]): boolean {
  return exotics.some(({ line }) => !isAsian(line.kind))
}

function isPast({ line: { kind }, level }: Exotic, price: bigint): boolean {
  return isBarrier(kind) && (isUp(kind) ? price >= level : price <= level)
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function atLeastOne(value: bigint): bigint {
  return value === 0n ? 1n : value
}
