// Which portfolios is the margin function asked about? The draws of contracts/harness/MarginCases.sol, once more.
import { encodeAbiParameters, keccak256, type Hex } from 'viem'
import { assess, assessAt, type RiskNumbers, type RiskUniverse } from '../../risk/exact/margin.ts'
import {
  MARKET_STATES,
  MAX_PAIRS,
  SIDES,
  type Collateral,
  type ExpiryMark,
  type MarginParameters,
  type Observed,
  type Portfolio,
  type Position,
  type Scenario,
  type Scenarios,
  type Side,
  type UnderlyingMarks,
  type Witness,
} from '../../units/portfolio.ts'
import { KINDS, seriesIdOf, seriesOf } from '../../units/series.ts'
import { cash, price, size, type Price } from '../../units/values.ts'

export type Case = {
  readonly portfolio: Portfolio
  readonly marks: readonly UnderlyingMarks[]
  readonly universe: RiskUniverse
  readonly observed: readonly Observed[]
  readonly side: Side
}

type Draw = (below: number) => number

const DAY = 86_400
const CASH_SPAN = 2_000_000_000

/** Knuth's multiplier modulo 2^64, drawn from the upper half. */
export function drawsFrom(seed: bigint): Draw {
  let state = seed
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return Number(state >> 33n) % below
  }
}

/** The next case of a stream of draws. */
export function drawCase(draw: Draw): Case {
  const underlyings = draw(4) === 0 ? 2 : 1
  const spots: bigint[] = []
  const marks: UnderlyingMarks[] = []
  const universe = new Map<number, RiskNumbers>()
  for (let i = 0; i < underlyings; i++) {
    const mantissa = BigInt(1 + draw(999_999))
    spots.push(mantissa * 10n ** BigInt(14 + draw(7)))
    marks.push(drawMarks(draw, i + 1, spots[i]!))
    const parameters = drawParameters(draw)
    universe.set(i + 1, { parameters, grid: drawGrid(draw) })
  }
  const held = cash(BigInt(draw(CASH_SPAN) - CASH_SPAN / 2) * 10n ** 15n)
  const positions = drawPositions(draw, marks, spots)
  const collateral = drawCollateral(draw, underlyings)
  const observed = drawObserved(draw, positions, marks, spots)
  return { portfolio: { cash: held, positions, collateral }, marks, universe, observed, side: SIDES[draw(2)]! }
}

/** Hash over the twin's answers to `count` cases drawn from `seed`. */
export function digestOf(seed: bigint, count: number): Hex {
  const draw = drawsFrom(seed)
  let hash: Hex = `0x${'0'.repeat(64)}`
  for (let i = 0; i < count; i++) hash = answer(draw, hash)
  return hash
}

const LEVELS_TYPE = { type: 'int256[4]' } as const
const WITNESSES_TYPE = {
  type: 'tuple[]',
  components: [
    { name: 'underlying', type: 'uint8' },
    { name: 'scenarios', type: 'uint8[8]' },
  ],
} as const

function answer(draw: Draw, hash: Hex): Hex {
  const { portfolio, marks, universe, observed, side } = drawCase(draw)
  const { health, witnesses } = assess(portfolio, marks, universe, side, observed)
  const whole = keccak256(encodeAbiParameters([LEVELS_TYPE, WITNESSES_TYPE], [health, witnesses]))
  const isRandom = draw(2) === 0
  const named: readonly Witness[] = isRandom
    ? witnesses.map(({ underlying }) => ({
        underlying,
        scenarios: Array.from({ length: MAX_PAIRS }, () => draw(256)) as unknown as Scenarios,
      }))
    : witnesses
  const at = assessAt(portfolio, marks, universe, named, observed)
  return keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'bytes32' }, LEVELS_TYPE], [hash, whole, at]))
}

function drawMarks(draw: Draw, underlying: number, spot: bigint): UnderlyingMarks {
  const count = draw(4) === 0 ? 1 + draw(4) : 1
  const candidates = Array.from({ length: count }, () => share(spot, 900_000 + draw(200_001)))
  const expiries = Array.from({ length: 1 + draw(3) }, (_, i) => drawExpiry(draw, 1_600_000_000 + i, spot))
  const older = draw(4) === 0 ? expiries.map((_, i) => drawExpiry(draw, 1_600_000_000 + i, spot)) : []
  const surfaceAge = draw(3) === 0 ? draw(3 * DAY) : 0
  return { underlying, state: MARKET_STATES.indexOf('AGREED'), candidates, expiries, older, surfaceAge }
}

function drawExpiry(draw: Draw, expiry: number, spot: bigint): ExpiryMark {
  const secondsLeft = drawSecondsLeft(draw)
  const windowSeconds = draw(8) === 0 ? 0 : 1800
  const forwardRatio = BigInt(900_000 + draw(200_001)) * 10n ** 12n
  const volatility = BigInt(10_000 + draw(3_000_000))
  const theta =
    draw(8) === 0 ? BigInt(draw(1000)) : (volatility ** 2n * 1_000_000n * BigInt(secondsLeft)) / BigInt(365 * DAY)
  const rho = (BigInt(draw(1_900_001)) - 950_000n) * 10n ** 12n
  const phi = BigInt(draw(18_000_001)) * 10n ** 12n
  const elapsedShare =
    secondsLeft < windowSeconds ? (BigInt(windowSeconds - secondsLeft) * 10n ** 18n) / BigInt(windowSeconds) : 0n
  const averageSoFar = draw(4) === 0 ? price(0n) : share(spot, 950_000 + draw(100_001))
  const isSettled = secondsLeft === 0 && draw(2) === 0
  const settlementPrice = isSettled ? share(spot, 950_000 + draw(100_001)) : price(0n)
  return {
    expiry,
    secondsLeft,
    windowSeconds,
    forwardRatio,
    theta,
    rho,
    phi,
    elapsedShare,
    averageSoFar,
    settlementPrice,
  }
}

function drawSecondsLeft(draw: Draw): number {
  const shape = draw(8)
  if (shape === 0) return 0
  if (shape === 1) return draw(1800)
  if (shape === 2) return draw(DAY)
  if (shape === 3) return draw(3 * DAY)
  if (shape === 4) return 1
  return draw(shape === 5 ? 400 * DAY : 30 * DAY)
}

function drawParameters(draw: Draw): MarginParameters {
  return {
    closeoutFactor: 300_000 + draw(300_001),
    maintenanceFactor: 600_000 + draw(400_001),
    volatilityUp: draw(3_000_001),
    volatilityDown: draw(300_001),
    volatilityFloor: draw(3_000_001),
    shortPower: draw(350_001),
    longPower: draw(350_001),
    skewShift: draw(400_001),
    basisShock: draw(200_001),
    gapVolatility: draw(1_000_001),
    longCredit: 500_000 + draw(500_001),
    concentrationSlope: draw(10_000_001),
    concentrationLoss: 10n ** BigInt(18 + draw(10)),
    nakedContingency: draw(200_001),
    collateralHaircut: draw(500_001),
    keeperReserve: BigInt(draw(1000)) * 10n ** 18n,
  }
}

function drawGrid(draw: Draw): Scenario[] {
  const shape = draw(32)
  const length = shape < 24 ? 1 + draw(4) : shape < 31 ? 1 + draw(10) : 33
  const step = Math.floor(2_000_000 / length)
  let spotMove = -980_000
  return Array.from({ length }, () => {
    spotMove += draw(step)
    const weight = draw(2) === 0 ? 1_000_000 : 1 + draw(1_000_000)
    const volatilityMove = draw(3) - 1
    const turn = draw(8)
    return { spotMove, weight, volatilityMove, skew: turn === 0 ? 1 : turn === 1 ? -1 : 0 }
  })
}

function drawPositions(draw: Draw, marks: readonly UnderlyingMarks[], spots: readonly bigint[]): Position[] {
  const shape = draw(256)
  const length = shape < 176 ? draw(5) : shape < 250 ? 1 + draw(10) : shape < 255 ? 24 : 64
  let strike = 1n
  const isPlain = draw(3) !== 0
  return Array.from({ length }, () => {
    const which = draw(marks.length)
    const { expiries } = marks[which]!
    const { expiry } = expiries[draw(expiries.length)]!
    if (draw(3) !== 0) strike = 1n + (spots[which]! * BigInt(200_000 + draw(2_800_001))) / 10n ** 16n
    const ordinal = isPlain ? draw(2) : draw(KINDS.length)
    const field = ordinal < 4 ? 0 : ordinal < 12 ? 5000 + draw(15_001) : 1 + draw(168)
    const kind = KINDS[ordinal]!
    const series = seriesIdOf({ underlying: which + 1, expiry, strike: price(strike * 10n ** 10n), kind, field })
    return { series, size: size(drawSize(draw)) }
  })
}

/** Barriers and averages seen or not; what is decided only where the expiry has passed. */
function drawObserved(
  draw: Draw,
  positions: readonly Position[],
  marks: readonly UnderlyingMarks[],
  spots: readonly bigint[],
): Observed[] {
  const pathDependent = positions.filter(({ series }) => KINDS.indexOf(seriesOf(series).kind) >= 4)
  const all = pathDependent.map(({ series }): Observed => {
    const { underlying, expiry, field, kind } = seriesOf(series)
    const { secondsLeft } = marks[underlying - 1]!.expiries.find((it) => it.expiry === expiry)!
    const spot = spots[underlying - 1]!
    const isTouched = draw(4) === 0
    const averageSoFar = draw(4) === 0 ? price(0n) : share(spot, 900_000 + draw(200_001))
    const isFinal = secondsLeft === 0 && draw(2) === 0
    const settlementPrice = isFinal ? share(spot, 900_000 + draw(200_001)) : price(0n)
    const window = kind.startsWith('ASIAN') ? field * 3600 : 0
    const elapsedShare = secondsLeft < window ? (BigInt(window - secondsLeft) * 10n ** 18n) / BigInt(window) : 0n
    return { series, isTouched, elapsedShare, averageSoFar, settlementPrice }
  })
  return draw(8) === 0 ? [] : all
}

function drawSize(draw: Draw): bigint {
  const shape = draw(16)
  const magnitude =
    shape === 0
      ? BigInt(1 + draw(100))
      : shape === 1
        ? BigInt(1 + draw(1_000_000)) * 10n ** 23n
        : shape < 8
          ? BigInt(1 + draw(1_000_000)) * 10n ** 15n
          : BigInt(1 + draw(1000)) * 10n ** 18n
  return draw(2) === 0 ? -magnitude : magnitude
}

function drawCollateral(draw: Draw, underlyings: number): Collateral[] {
  const first = draw(3) === 0 ? 0 : underlyings
  return Array.from({ length: underlyings - first }, (_, i) => ({
    underlying: i + 1,
    amount: BigInt(draw(1_000_000)) * 10n ** 16n,
  }))
}

function share(value: bigint, millionths: number): Price {
  return price((value * BigInt(millionths)) / 1_000_000n)
}
