// Where could the market of one expiry go? Twin of contracts/risk/PointLib.sol.
import type { ExpiryMark, MarginParameters, Scenario } from '../../units/portfolio.ts'
import { expQ96 } from './exp.ts'
import { lnRatioQ96 } from './ln.ts'
import { MILLION } from './rounding.ts'
import { root } from './sqrt.ts'

/** One state of an expiry's market: forward in 1e18, the others in Q96. A rotated smile leaves the market where it is. */
export type Point = {
  readonly forward: bigint
  readonly logShift: bigint
  readonly volatility: bigint
  readonly skew: bigint
}

/** What all points of one expiry share; see contracts/risk/PointLib.sol. */
export type Horizon = {
  readonly forward: bigint
  readonly present: bigint
  readonly remaining: bigint
  readonly fixedPart: bigint
  readonly theta: bigint
  readonly up: bigint
  readonly down: bigint
}

const WAD = 10n ** 18n
const Q96 = 1n << 96n
const DAY = 86_400n
const YEAR = 365n * DAY
const SHORT_TERM = 30n * DAY
const LEAST_THETA = 1_000_000n

export function horizonOf(mark: ExpiryMark, spot: bigint, p: MarginParameters): Horizon {
  const secondsLeft = BigInt(mark.secondsLeft)
  const window = BigInt(mark.windowSeconds)
  const isInWindow = secondsLeft < window
  const isAveraging = isInWindow && mark.averageSoFar > 0n
  const forward = atLeastOne((spot * mark.forwardRatio) / WAD)
  const remaining = isAveraging ? WAD - mark.elapsedShare : WAD
  const fixedPart = isAveraging ? (mark.averageSoFar * mark.elapsedShare) / WAD : 0n
  const theta = wholeTheta(mark)
  return {
    forward,
    present: atLeastOne(fixedPart + (remaining * forward) / WAD),
    remaining,
    fixedPart,
    theta: isInWindow ? theta / 3n : (theta * (3n * secondsLeft - 2n * window)) / (3n * secondsLeft),
    ...volatilityMultipliers(secondsLeft, theta, p),
  }
}

/** Before any averaging. */
export function wholeTheta(mark: ExpiryMark): bigint {
  return mark.theta < LEAST_THETA ? LEAST_THETA : mark.theta
}

/** The horizon of the market itself, of whose average nothing is known. */
export function marketHorizon(h: Horizon): Horizon {
  return { ...h, present: h.forward, remaining: WAD, fixedPart: 0n }
}

/** `spot` in a scenario. */
export function spotAt(spot: bigint, scenario: Scenario): bigint {
  return atLeastOne((spot * (MILLION + BigInt(scenario.spotMove))) / MILLION)
}

export function forwardAt(h: Horizon, market: bigint): bigint {
  return atLeastOne(h.fixedPart + (h.remaining * market) / WAD)
}

export function presentPoint(h: Horizon): Point {
  return moveTo(h, h.forward, 0n, Q96)
}

export function scenarioPoint(h: Horizon, scenario: Scenario): Point {
  if (scenario.skew !== 0) return { ...presentPoint(h), skew: BigInt(scenario.skew) }
  const market = marketAt(h, scenario)
  const logMove = lnRatioQ96(MILLION + BigInt(scenario.spotMove), MILLION)
  const volatility = scenario.volatilityMove === 0 ? Q96 : scenario.volatilityMove > 0 ? h.up : h.down
  return moveTo(h, market, logMove, volatility)
}

/** The market's forward in a scenario, before averaging. */
export function marketAt(h: Horizon, scenario: Scenario): bigint {
  return (h.forward * (MILLION + BigInt(scenario.spotMove))) / MILLION
}

export function basisPoint(h: Horizon, shift: bigint): Point {
  const logMove = lnRatioQ96(WAD + shift, WAD)
  return moveTo(h, (h.forward * (WAD + shift)) / WAD, logMove, Q96)
}

export function basisShift(secondsLeft: number, p: MarginParameters): bigint {
  return (BigInt(p.basisShock) * (WAD / MILLION) * (YEAR + 4n * BigInt(secondsLeft))) / (2n * YEAR)
}

function moveTo(h: Horizon, market: bigint, logMove: bigint, volatility: bigint): Point {
  const forward = forwardAt(h, market)
  const logShift = h.remaining === WAD ? logMove : lnRatioQ96(forward, h.present)
  return { forward, logShift, volatility: averaged(h, market, forward, volatility), skew: 0n }
}

function averaged(h: Horizon, market: bigint, forward: bigint, volatility: bigint): bigint {
  if (h.remaining === WAD) return volatility
  const share = (((h.remaining * market) / WAD) << 96n) / forward
  return (volatility * share) >> 96n
}

function volatilityMultipliers(secondsLeft: bigint, theta: bigint, p: MarginParameters): { up: bigint; down: bigint } {
  const term = secondsLeft > DAY ? secondsLeft : DAY
  const power = BigInt(secondsLeft > SHORT_TERM ? p.longPower : p.shortPower)
  const scale = expQ96((lnRatioQ96(SHORT_TERM, term) * power) / MILLION)
  const up = Q96 + (BigInt(p.volatilityUp) * scale) / MILLION
  const annual = root(((secondsLeft * WAD) << 128n) / (YEAR * theta)) << 32n
  const least = (BigInt(p.volatilityFloor) * annual) / MILLION
  const fall = (BigInt(p.volatilityDown) * scale) / MILLION
  return { up: up < least ? least : up, down: fall < Q96 ? Q96 - fall : 0n }
}

function atLeastOne(value: bigint): bigint {
  return value === 0n ? 1n : value
}
