// What is left of an account beyond what it must hold? Bit for bit the answer of contracts/margin/MarginLib.sol.
import {
  ALL_CHARGES,
  CHARGES_SHIFT,
  MAX_CANDIDATES,
  MAX_PAIRS,
  NO_SCENARIO,
  SCENARIO_MASK,
  type Assessment,
  type ExpiryMark,
  type MarginParameters,
  type Observed,
  type Portfolio,
  type Scenario,
  type Side,
  type UnderlyingMarks,
  type Witness,
} from '../../units/portfolio.ts'
import { cash, ONE, type Cash } from '../../units/values.ts'
import { initialFactor, lowerFactor } from './age.ts'
import { exposureOf, type Book, type Exposure } from './exposure.ts'
import { MOST_SIZE, sortedLines, type Line } from './book.ts'
import { ceilDiv, MILLION, toWadDown } from './rounding.ts'

/** One underlying's governance data. */
export type RiskNumbers = { readonly parameters: MarginParameters; readonly grid: readonly Scenario[] }

/** By underlying. */
export type RiskUniverse = ReadonlyMap<number, RiskNumbers>

type Levels = [bigint, bigint, bigint, bigint]
type Holding = {
  readonly lines: readonly Line[]
  readonly observed: readonly Observed[]
  readonly isShort: boolean
  readonly isDebtor: boolean
}

const MOST_PRICE = 1n << 98n
const MOST_CONCENTRATION = 100n * ONE

/**
 * Health by level and the worst scenario of every candidate; twin of `IMargin.assessPortfolio`. Throws RangeError where that reverts.
 * `observed`: of barrier and Asian series held; nothing was seen of those it leaves out.
 */
export function assess(
  portfolio: Portfolio,
  marks: readonly UnderlyingMarks[],
  universe: RiskUniverse,
  side: Side,
  observed: readonly Observed[] = [],
): Assessment {
  const holding = holdingOf(portfolio, observed)
  const shares = underlyingsOf(holding, portfolio).map((underlying) => {
    const { book, candidates } = bookOf(underlying, holding, portfolio, marks, universe)
    const all = book.grid.map((_, index) => index)
    const pairs = pairsOf(book, candidates)
    const exposures = pairs.map((pair) => exposureOf(pair.book, pair.spot, all, ALL_CHARGES))
    const scenarios = Array.from({ length: MAX_PAIRS }, () => NO_SCENARIO)
    pairs.forEach(({ place }, i) => (scenarios[place] = byteOf(exposures[i]!)))
    return {
      witness: { underlying, scenarios: scenarios as unknown as Witness['scenarios'] },
      health: merged(
        exposures.map((exposure, i) => healthOf(holding, pairs[i]!.book, exposure, pairs[i]!.spot)),
        side,
      ),
    }
  })
  return {
    health: total(
      portfolio,
      shares.map((share) => share.health),
    ),
    witnesses: shares.map((share) => share.witness),
  }
}

/** Health by level under the named scenarios and charges alone, for BELOW; twin of `IMargin.assessAt`. Never smaller than `assess` says. */
export function assessAt(
  portfolio: Portfolio,
  marks: readonly UnderlyingMarks[],
  universe: RiskUniverse,
  witnesses: readonly Witness[],
  observed: readonly Observed[] = [],
): Assessment['health'] {
  const holding = holdingOf(portfolio, observed)
  const shares = underlyingsOf(holding, portfolio).map((underlying) => {
    const { book, candidates } = bookOf(underlying, holding, portfolio, marks, universe)
    const named = witnesses.find((witness) => witness.underlying === underlying)?.scenarios
    return merged(
      pairsOf(book, candidates).map((pair) => {
        const byte = named?.[pair.place] ?? NO_SCENARIO
        const scenario = byte & SCENARIO_MASK
        const looked = scenario < book.grid.length ? [scenario] : []
        const exposure = exposureOf(pair.book, pair.spot, looked, byte >> CHARGES_SHIFT)
        return healthOf(holding, pair.book, exposure, pair.spot)
      }),
      'BELOW',
    )
  })
  return total(portfolio, shares)
}

/** As a witness names it. */
function byteOf(exposure: Exposure): number {
  return (exposure.scenario & SCENARIO_MASK) | (exposure.charged << CHARGES_SHIFT)
}

/** The book by one surface, at one price; `place` as in a witness. */
type Pair = { readonly book: Book; readonly spot: bigint; readonly place: number }

function pairsOf(book: Book & { readonly older: Book['marks'] }, candidates: readonly bigint[]): Pair[] {
  const surfaces = book.older.size === 0 ? [book.marks] : [book.marks, book.older]
  return surfaces.flatMap((marks, surface) =>
    candidates.map((spot, i) => ({ book: { ...book, marks }, spot, place: surface * MAX_CANDIDATES + i })),
  )
}

function holdingOf(portfolio: Portfolio, observed: readonly Observed[]): Holding {
  const lines = sortedLines(portfolio.positions, observed)
  return { lines, observed, isShort: lines.some((line) => line.size < 0n), isDebtor: portfolio.cash < 0n }
}

function underlyingsOf(holding: Holding, portfolio: Portfolio): number[] {
  const all = [
    ...holding.lines.map((line) => line.underlying),
    ...portfolio.collateral.map((entry) => entry.underlying),
  ]
  return [...new Set(all)].sort((a, b) => a - b)
}

function bookOf(
  underlying: number,
  holding: Holding,
  portfolio: Portfolio,
  marks: readonly UnderlyingMarks[],
  universe: RiskUniverse,
): { book: Book & { readonly older: Book['marks'] }; candidates: readonly bigint[] } {
  const market = marks.find((mark) => mark.underlying === underlying)
  const numbers = universe.get(underlying)
  if (market === undefined || market.candidates.length === 0) throw new RangeError(`PriceMissing(${underlying})`)
  if (numbers === undefined) throw new RangeError(`UnderlyingNotListed(${underlying})`)
  for (const price of market.candidates) {
    if (price <= 0n || price >= MOST_PRICE) throw new RangeError(`PriceOutOfBounds(${price}, ${MOST_PRICE})`)
  }
  const amount = portfolio.collateral.findLast((entry) => entry.underlying === underlying)?.amount ?? 0n
  const book = {
    underlying,
    lines: holding.lines.filter((line) => line.underlying === underlying),
    collateral: amount > MOST_SIZE ? MOST_SIZE : amount,
    marks: new Map(market.expiries.map((mark): [number, ExpiryMark] => [mark.expiry, mark])),
    older: new Map(market.older.map((mark): [number, ExpiryMark] => [mark.expiry, mark])),
    surfaceAge: BigInt(market.surfaceAge),
    parameters: numbers.parameters,
    grid: numbers.grid,
    observed: holding.observed,
  }
  return { book, candidates: market.candidates }
}

/** docs/METHODOLOGY.md (M14) to (M16). */
function healthOf(holding: Holding, book: Book, exposure: Exposure, spot: bigint): Levels {
  const p = book.parameters
  const isBookShort = book.lines.some((line) => line.size < 0n)
  const requirement =
    lossOf(exposure, p, isBookShort) + contingencyOf(book, exposure, spot, isBookShort || holding.isDebtor)
  const held = book.collateral * spot
  const due = exposure.due < held ? exposure.due : held
  const lent = holding.isShort ? ceilDiv(exposure.longValue * (MILLION - BigInt(p.longCredit)), MILLION) : 0n
  const credit = lent + due
  const age = isBookShort ? book.surfaceAge : 0n
  const less = (factor: bigint, credit: bigint): bigint =>
    toWadDown(exposure.value - ceilDiv(requirement * factor, MILLION) - credit)
  return [
    toWadDown(exposure.value),
    less(lowerFactor(BigInt(p.closeoutFactor), age), 0n),
    less(lowerFactor(BigInt(p.maintenanceFactor), age), 0n),
    less(initialFactor(age), credit),
  ]
}

function lossOf(exposure: Exposure, p: MarginParameters, isBookShort: boolean): bigint {
  let loss = exposure.gridLoss + exposure.charges
  const wad = ceilDiv(loss, ONE)
  if (wad > p.concentrationLoss) {
    const excess = ceilDiv(
      BigInt(p.concentrationSlope) * (ONE / MILLION) * (wad - p.concentrationLoss),
      p.concentrationLoss,
    )
    loss += wad * (excess > MOST_CONCENTRATION ? MOST_CONCENTRATION : excess)
  }
  return !isBookShort && loss > exposure.value ? exposure.value : loss
}

function contingencyOf(book: Book, exposure: Exposure, spot: bigint, isReserved: boolean): bigint {
  const p = book.parameters
  const naked = positive(-exposure.calls - book.collateral) + positive(-exposure.puts)
  return (
    ceilDiv(((naked + exposure.shorts) * spot + exposure.digitals * ONE) * BigInt(p.nakedContingency), MILLION) +
    ceilDiv(book.collateral * spot * BigInt(p.collateralHaircut), MILLION) +
    (isReserved ? p.keeperReserve * ONE : 0n)
  )
}

function merged(healths: readonly Levels[], side: Side): Levels {
  return healths.reduce((best, health) => best.map((value, level) => pick(value, health[level]!, side)) as Levels)
}

function pick(a: bigint, b: bigint, side: Side): bigint {
  return (side === 'BELOW' ? b > a : b < a) ? b : a
}

function total(portfolio: Portfolio, shares: readonly Levels[]): [Cash, Cash, Cash, Cash] {
  const at = (level: 0 | 1 | 2 | 3): Cash =>
    cash(shares.reduce<bigint>((sum, share) => sum + share[level], portfolio.cash))
  return [at(0), at(1), at(2), at(3)]
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}
