// What could be lost on one underlying at one price? Twin of contracts/risk/RiskLib.sol.
import { NO_SCENARIO, type ExpiryMark, type MarginParameters, type Scenario } from '../../units/portfolio.ts'
import { byExpiryDescending, stripsOf, type Line } from './book.ts'
import { basisPoint, basisShift, horizonOf, presentPoint, scenarioPoint } from './points.ts'
import { ceilDiv, MILLION } from './rounding.ts'
import { totalVolatilityQ96 } from './surface.ts'
import { gapCharge, payoff, prepare, roundingOf, valuesAt } from './value.ts'

/** One underlying's part of a portfolio, and what it is judged by. */
export type Book = {
  readonly underlying: number
  readonly lines: readonly Line[]
  readonly collateral: bigint
  readonly marks: ReadonlyMap<number, ExpiryMark>
  readonly parameters: MarginParameters
  readonly grid: readonly Scenario[]
}

/** Amounts with 36 decimals; see contracts/risk/RiskLib.sol. */
export type Exposure = {
  value: bigint
  gridLoss: bigint
  scenario: number
  charges: bigint
  longValue: bigint
  calls: bigint
  puts: bigint
}

const FADE_SECONDS = 259_200n

/** `scenarios` are the indices into the grid to look at. */
export function exposureOf(book: Book, spot: bigint, scenarios: readonly number[]): Exposure {
  const exposure: Exposure = {
    value: 0n,
    gridLoss: 0n,
    scenario: NO_SCENARIO,
    charges: 0n,
    longValue: 0n,
    calls: 0n,
    puts: 0n,
  }
  const losses = scenarios.map(() => 0n)
  byExpiryDescending(book.lines).forEach(([expiry, lines], i) =>
    addExpiry(book, spot, expiry, lines, i === 0, scenarios, losses, exposure),
  )

  const held = book.collateral * spot
  exposure.value += held
  scenarios.forEach((index, i) => {
    const scenario = book.grid[index]!
    const loss = losses[i]! - (held * BigInt(scenario.spotMove)) / MILLION
    if (loss <= 0n) return
    const weighted = ceilDiv(loss * BigInt(scenario.weight), MILLION)
    if (weighted > exposure.gridLoss) {
      exposure.gridLoss = weighted
      exposure.scenario = index
    }
  })
  return exposure
}

function addExpiry(
  book: Book,
  spot: bigint,
  expiry: number,
  lines: readonly Line[],
  isFarthest: boolean,
  scenarios: readonly number[],
  losses: bigint[],
  exposure: Exposure,
): void {
  const mark = book.marks.get(expiry)
  if (mark === undefined) throw new RangeError(`MarkMissing(${book.underlying}, ${expiry})`)
  const strips = stripsOf(lines)
  if (mark.secondsLeft === 0) {
    exposure.value += payoff(strips, expiredPrice(mark, spot))
    return
  }

  const p = book.parameters
  const h = horizonOf(mark, spot, p)
  const rootTheta = totalVolatilityQ96(h.theta, mark.rho, mark.phi, 0n)
  prepare(strips, h, mark)
  const shift = basisShift(mark.secondsLeft, p)
  const now = presentPoint(h)
  const points = [now, basisPoint(h, -shift), basisPoint(h, shift)]
  for (const index of scenarios) points.push(scenarioPoint(h, book.grid[index]!))
  const [present, basisDown, basisUp, ...values] = valuesAt(strips, points, rootTheta, p) as [bigint, bigint, bigint]

  const held = present - roundingOf(strips)
  exposure.value += held
  exposure.longValue += positive(held)
  const worst = basisDown < basisUp ? basisDown : basisUp
  if (present > worst) exposure.charges += present - worst
  const atTheMoneyUp = (((rootTheta * h.up) >> 96n) * now.volatility) >> 96n
  if (atTheMoneyUp < (BigInt(p.gapVolatility) << 96n) / MILLION) exposure.charges += gapCharge(strips, h, book.grid)
  for (const strip of strips) {
    exposure.calls += strip.calls
    exposure.puts += strip.puts
  }
  scenarios.forEach((index, i) => {
    const loss = present - (values as bigint[])[i]!
    const later = losses[i]!
    if (book.grid[index]!.skew !== 0) losses[i] = later + positive(loss)
    else losses[i] = isFarthest ? loss : faded(later, loss, BigInt(mark.secondsLeft))
  })
}

function expiredPrice(mark: ExpiryMark, spot: bigint): bigint {
  if (mark.settlementPrice > 0n) return mark.settlementPrice
  return mark.averageSoFar > 0n ? mark.averageSoFar : spot
}

/** Over the nearer expiry's last three days gains count less and less. */
function faded(later: bigint, near: bigint, secondsLeft: bigint): bigint {
  if (secondsLeft >= FADE_SECONDS) return later + near
  const loss = positive(later) + positive(near)
  const gain = positive(-later) + positive(-near)
  return loss - (gain * secondsLeft) / FADE_SECONDS
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n
}
