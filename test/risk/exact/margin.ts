import { expect } from 'chai'
import { assess, assessAt, type RiskUniverse } from '../../../risk/exact/margin.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import type { ExpiryMark, Portfolio, UnderlyingMarks } from '../../../units/portfolio.ts'
import { seriesIdOf, type OptionKind } from '../../../units/series.ts'
import { cash, LEVEL_INDEX, ONE, price, size } from '../../../units/values.ts'

const NOW = 1_583_971_200
const DAY = 86_400
const ETH = 1
const universe: RiskUniverse = new Map([[ETH, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE) }]])

function mark(secondsLeft: number, volatility = 0.8): ExpiryMark {
  return {
    expiry: NOW + secondsLeft,
    secondsLeft,
    windowSeconds: 1800,
    forwardRatio: ONE,
    theta: BigInt(Math.round(((volatility * volatility * secondsLeft) / (365 * DAY)) * 1e18)),
    rho: -(3n * ONE) / 10n,
    phi: 2n * ONE,
    elapsedShare: 0n,
    averageSoFar: price(0n),
    settlementPrice: price(0n),
  }
}

function marksOf(expiries: readonly ExpiryMark[], spots: readonly number[] = [200]): UnderlyingMarks[] {
  return [{ underlying: ETH, state: 4, candidates: spots.map((it) => price(BigInt(it) * ONE)), expiries }]
}

type Leg = readonly [kind: OptionKind, strike: number, secondsLeft: number, size: number]

function portfolioOf(legs: readonly Leg[], units: number, collateral = 0): Portfolio {
  return {
    cash: cash(BigInt(units) * ONE),
    positions: legs.map(([kind, strike, secondsLeft, contracts]) => ({
      series: seriesIdOf({
        underlying: ETH,
        expiry: NOW + secondsLeft,
        strike: price(BigInt(strike) * ONE),
        kind,
        field: 0,
      }),
      size: size(BigInt(contracts) * ONE),
    })),
    collateral: collateral === 0 ? [] : [{ underlying: ETH, amount: BigInt(collateral) * ONE }],
  }
}

describe('the margin function', () => {
  const month = mark(30 * DAY)
  const week = mark(7 * DAY)

  it('gives each level less than the one below it', () => {
    const { health } = assess(portfolioOf([['CALL', 220, 30 * DAY, -10]], 1000), marksOf([month]), universe, 'ABOVE')
    expect(health[0]).to.be.greaterThan(health[1])
    expect(health[1]).to.be.greaterThan(health[2])
    expect(health[2]).to.be.greaterThan(health[3])
  })

  it('names a witness under which the account is as far below as under the whole grid', () => {
    const portfolio = portfolioOf(
      [
        ['CALL', 220, 30 * DAY, -10],
        ['PUT', 180, 7 * DAY, -20],
      ],
      500,
    )
    const whole = assess(portfolio, marksOf([week, month], [200, 190]), universe, 'BELOW')
    expect(assessAt(portfolio, marksOf([week, month], [200, 190]), universe, whole.witnesses)).to.deep.equal(
      whole.health,
    )
  })

  it('asks no second margin for a covered call when the price rises', () => {
    const margin = (portfolio: Portfolio): bigint => {
      const { health } = assess(portfolio, marksOf([month]), universe, 'ABOVE')
      return health[LEVEL_INDEX.MARK] - health[LEVEL_INDEX.INITIAL]
    }
    const covered = margin(portfolioOf([['CALL', 220, 30 * DAY, -10]], 0, 10))
    const naked = margin(portfolioOf([['CALL', 220, 30 * DAY, -10]], 0))
    const bare = margin(portfolioOf([], 0, 10))
    expect(covered).to.be.lessThan(bare + 50n * ONE)
    expect(covered).to.be.lessThan(((bare + naked) * 2n) / 3n)
  })

  it('leaves a paid-up long above every level', () => {
    const { health } = assess(portfolioOf([['PUT', 150, 7 * DAY, 10]], 0), marksOf([week]), universe, 'ABOVE')
    for (const level of health) expect(level).to.be.at.least(0n)
  })

  it('counts the worse candidate for above and the better one for below', () => {
    const portfolio = portfolioOf([['CALL', 220, 30 * DAY, -10]], 1000)
    const at = (spots: number[], side: 'ABOVE' | 'BELOW') =>
      assess(portfolio, marksOf([month], spots), universe, side).health
    expect(at([200, 260], 'ABOVE')).to.deep.equal(at([260], 'ABOVE'))
    expect(at([200, 260], 'BELOW')).to.deep.equal(at([200], 'BELOW'))
  })

  it('asks margin for a calendar synthetic although all forwards move together', () => {
    const portfolio = portfolioOf(
      [
        ['CALL', 200, 7 * DAY, 10],
        ['PUT', 200, 7 * DAY, -10],
        ['CALL', 200, 30 * DAY, -10],
        ['PUT', 200, 30 * DAY, 10],
      ],
      0,
    )
    const { health } = assess(portfolio, marksOf([week, month]), universe, 'ABOVE')
    expect(health[LEVEL_INDEX.MARK] - health[LEVEL_INDEX.INITIAL]).to.be.greaterThan(90n * ONE)
  })

  it('makes the gap charge bite on a butterfly of four hours between two nodes', () => {
    const quarter = mark(4 * 3600, 0.5)
    const butterfly: Leg[] = [
      ['CALL', 203, 4 * 3600, -100],
      ['CALL', 204, 4 * 3600, 200],
      ['CALL', 205, 4 * 3600, -100],
    ]
    const short = portfolioOf(
      butterfly.map(([kind, strike, left, n]) => [kind, strike, left, n]),
      1000,
    )
    const uncharged: RiskUniverse = new Map([
      [ETH, { parameters: { ...defaultMarginParameters(), gapVolatility: 0 }, grid: defaultGrid(ETH_RANGE) }],
    ])
    const withGap = assess(short, marksOf([quarter]), universe, 'ABOVE').health[LEVEL_INDEX.INITIAL]
    const without = assess(short, marksOf([quarter]), uncharged, 'ABOVE').health[LEVEL_INDEX.INITIAL]
    expect(withGap).to.be.lessThan(without)
  })

  it('values what has expired at the settlement price once that is fixed', () => {
    const expired = {
      ...mark(0),
      elapsedShare: ONE,
      averageSoFar: price(230n * ONE),
      settlementPrice: price(240n * ONE),
    }
    const { health } = assess(portfolioOf([['CALL', 220, 0, 10]], 0), marksOf([expired]), universe, 'ABOVE')
    expect(health).to.deep.equal([200n * ONE, 200n * ONE, 200n * ONE, 200n * ONE])
  })

  it('refuses a kind that it does not price, by name', () => {
    const digital = portfolioOf([['DIGITAL_CALL', 200, 7 * DAY, 1]], 0)
    expect(() => assess(digital, marksOf([week]), universe, 'ABOVE')).to.throw(
      RangeError,
      'KindNotPriced(DIGITAL_CALL)',
    )
  })
})
