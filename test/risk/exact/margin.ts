import { expect } from 'chai'
import { drawCase, drawsFrom, type Case } from '../../differential/marginCases.ts'
import { sortedLines } from '../../../risk/exact/book.ts'
import { exposureOf, type Book } from '../../../risk/exact/exposure.ts'
import { assess, assessAt, type RiskUniverse } from '../../../risk/exact/margin.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import {
  ALL_CHARGES,
  type ExpiryMark,
  type Portfolio,
  type Position,
  type UnderlyingMarks,
  type Witness,
} from '../../../units/portfolio.ts'
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
  const candidates = spots.map((it) => price(BigInt(it) * ONE))
  return [{ underlying: ETH, state: 4, candidates, expiries, older: [], surfaceAge: 0 }]
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

  it('counts collateral at INITIAL only beyond what is due within a day, and at no other level', () => {
    const healthAt = (secondsLeft: number, legs: readonly Leg[], collateral: number) =>
      assess(portfolioOf(legs, 0, collateral), marksOf([mark(secondsLeft)]), universe, 'ABOVE').health
    const lostIn = (strike: number, collateral: number) => {
      const [before, after] = [DAY + 1, DAY].map((left) => healthAt(left, [['CALL', strike, left, -10]], collateral))
      return before!.map((level, at) => level - after![at]!)
    }
    const near = ONE / 10n
    const ten = lostIn(150, 10)
    expect(
      ten[LEVEL_INDEX.INITIAL]! - 500n * ONE < near && 500n * ONE - ten[LEVEL_INDEX.INITIAL]! < near,
      'ten calls 50 in the money',
    ).to.equal(true)
    for (const level of [LEVEL_INDEX.MARK, LEVEL_INDEX.CLOSEOUT, LEVEL_INDEX.MAINTENANCE])
      expect(ten[level]! < near, `${level}`).to.equal(true)
    expect(lostIn(250, 10)[LEVEL_INDEX.INITIAL]! < near, 'nothing is due out of the money').to.equal(true)
    const two = lostIn(150, 2)[LEVEL_INDEX.INITIAL]!
    expect(two - 400n * ONE < near && 400n * ONE - two < near, 'no more than there is').to.equal(true)
    expect(lostIn(150, 0)[LEVEL_INDEX.INITIAL]! < near, 'nothing where nothing is held').to.equal(true)
    const spread: Leg[] = [
      ['CALL', 150, DAY, -10],
      ['CALL', 160, DAY, 10],
    ]
    const withHalf = healthAt(DAY, spread, 1)[LEVEL_INDEX.INITIAL] - healthAt(DAY, spread, 0)[LEVEL_INDEX.INITIAL]
    expect(withHalf < 105n * ONE, 'of a spread what it pays as a whole: a hundred of two').to.equal(true)
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

  it('asks of a short digital near its expiry what it can lose, wherever its strike lies in the range', () => {
    const hour = mark(3600)
    for (const strike of [186, 195, 199, 203, 214]) {
      const { health } = assess(
        portfolioOf([['DIGITAL_CALL', strike, 3600, -1000]], 0),
        marksOf([hour]),
        universe,
        'ABOVE',
      )
      expect(Number(health[LEVEL_INDEX.INITIAL]) / 1e18, `${strike}`).to.be.at.most(-1000)
    }
  })

  it('makes of a knock-in that was touched its vanilla, and of a knock-out nothing', () => {
    const position = (kind: OptionKind, field: number, contracts: number): Position => ({
      series: seriesIdOf({ underlying: ETH, expiry: NOW + 7 * DAY, strike: price(200n * ONE), kind, field }),
      size: size(BigInt(contracts) * ONE),
    })
    const barriers = [position('UP_IN_CALL', 12_000, -5), position('DOWN_OUT_PUT', 9000, -7)]
    const observed = barriers.map(({ series }) => ({
      series,
      isTouched: true,
      elapsedShare: 0n,
      averageSoFar: price(0n),
      settlementPrice: price(0n),
    }))
    const healthOf = (positions: Position[], seen = observed) =>
      assess({ cash: cash(0n), positions, collateral: [] }, marksOf([week]), universe, 'ABOVE', seen).health
    expect(healthOf(barriers)).to.deep.equal(healthOf([position('CALL', 0, -5)]))
    expect(healthOf(barriers, [])).not.to.deep.equal(healthOf(barriers))
  })

  it('asks less for an average whose window has nearly passed than for the vanilla', () => {
    const day = mark(DAY)
    const asian = seriesIdOf({
      underlying: ETH,
      expiry: NOW + DAY,
      strike: price(200n * ONE),
      kind: 'ASIAN_CALL',
      field: 168,
    })
    const seen = {
      series: asian,
      isTouched: false,
      elapsedShare: (ONE * 6n) / 7n,
      averageSoFar: price(200n * ONE),
      settlementPrice: price(0n),
    }
    const short = { cash: cash(0n), positions: [{ series: asian, size: size(-10n * ONE) }], collateral: [] }
    const ofAverage = assess(short, marksOf([day]), universe, 'ABOVE', [seen]).health[LEVEL_INDEX.INITIAL]
    const ofVanilla = assess(portfolioOf([['CALL', 200, DAY, -10]], 0), marksOf([day]), universe, 'ABOVE').health
    expect(ofAverage).to.be.greaterThan(ofVanilla[LEVEL_INDEX.INITIAL] / 3n)
  })
})

const DRAWN = 1000

function drawn(seed: bigint): Case[] {
  const draw = drawsFrom(seed)
  return Array.from({ length: DRAWN }, () => drawCase(draw))
}

/** Everything but the charges that are no sums by intent: concentration and the fade near expiry. */
function withoutSurcharges({ marks, universe, ...rest }: Case): Case {
  return {
    ...rest,
    marks: marks.map((market) => ({
      ...market,
      expiries: market.expiries.map((it) =>
        it.secondsLeft > 0 && it.secondsLeft < 3 * DAY ? { ...it, secondsLeft: 3 * DAY, elapsedShare: 0n } : it,
      ),
    })),
    universe: new Map(
      [...universe].map(([key, it]) => [key, { ...it, parameters: { ...it.parameters, concentrationSlope: 0 } }]),
    ),
  }
}

function scaled(positions: readonly Position[], numerator: bigint, denominator: bigint): Position[] {
  return positions.map(({ series, size: held }) => ({ series, size: size((held * numerator) / denominator) }))
}

/** The first price under the newest surface alone. */
const onePair = ({ candidates }: UnderlyingMarks) => ({ candidates: candidates.slice(0, 1), older: [] })

describe('the margin function over drawn portfolios', () => {
  it('gives no level more than the one below it', () => {
    for (const { portfolio, marks, universe, observed, side } of drawn(1n)) {
      const { health } = assess(portfolio, marks, universe, side, observed)
      expect(health[0] >= health[1] && health[1] >= health[2] && health[2] >= health[3]).to.equal(true)
    }
  })

  it('adds what cash is added, at every level', () => {
    for (const { portfolio, marks, universe, observed, side } of drawn(2n)) {
      const richer = { ...portfolio, cash: cash(portfolio.cash + 7n * ONE) }
      const before = assess(portfolio, marks, universe, side, observed).health
      const after = assess(richer, marks, universe, side, observed).health
      // A debtor pays the keepers' reserve until he is none.
      after.forEach((level, i) => expect(level >= before[i]! + 7n * ONE).to.equal(true))
    }
  })

  it('never says below under a witness where it does not under the whole grid', () => {
    const draw = drawsFrom(3n)
    for (const { portfolio, marks, universe, observed } of drawn(4n)) {
      const whole = assess(portfolio, marks, universe, 'BELOW', observed)
      const named = whole.witnesses.map(({ underlying }) => ({
        underlying,
        scenarios: Array.from({ length: 8 }, () => draw(256)) as unknown as Witness['scenarios'],
      }))
      const at = assessAt(portfolio, marks, universe, named, observed)
      at.forEach((level, i) => expect(level >= whole.health[i]!).to.equal(true))
      expect(assessAt(portfolio, marks, universe, whole.witnesses, observed)).to.deep.equal(whole.health)
    }
  })

  it('never gives below less than above', () => {
    for (const { portfolio, marks, universe, observed } of drawn(5n)) {
      const below = assess(portfolio, marks, universe, 'BELOW', observed).health
      const above = assess(portfolio, marks, universe, 'ABOVE', observed).health
      below.forEach((level, i) => expect(level >= above[i]!).to.equal(true))
    }
  })

  it('lowers no maintenance health when half of everything is closed at its mark', () => {
    const { MAINTENANCE, MARK } = LEVEL_INDEX
    for (const { portfolio, marks, universe, observed, side } of drawn(6n)) {
      // One pair: at two, the mark that is paid is not the one that is judged by.
      const one = marks.map((market) => ({ ...market, ...onePair(market) }))
      const even = portfolio.positions.map((it) => ({ ...it, size: size(it.size - (it.size % 2n)) }))
      const whole = { ...portfolio, positions: even }
      const before = assess(whole, one, universe, side, observed).health
      const empty = assess({ ...whole, positions: [] }, one, universe, side, observed).health
      const received = (before[MARK] - empty[MARK]) / 2n
      // Paid to the account: half of what its options are worth.
      const closed = { ...whole, positions: scaled(even, 1n, 2n), collateral: halved(portfolio) }
      const paid = cash(portfolio.cash + received + halfCollateral(portfolio, empty[MARK]))
      const after = assess({ ...closed, cash: paid }, one, universe, side, observed).health
      if (portfolio.cash < 0n !== paid < 0n) continue // the reserve of a debtor comes or goes
      expect(
        after[MAINTENANCE] >= before[MAINTENANCE] - 1_000_000n,
        `${before[MAINTENANCE]} ${after[MAINTENANCE]}`,
      ).to.equal(true)
    }
  })

  it('asks of two shorts held together no more maintenance than of each', () => {
    const { MAINTENANCE, MARK } = LEVEL_INDEX
    const margin = (it: Case, positions: readonly Position[]): bigint => {
      const { health } = assess(
        { ...it.portfolio, positions, collateral: [] },
        it.marks,
        it.universe,
        'ABOVE',
        it.observed,
      )
      return health[MARK] - health[MAINTENANCE]
    }
    for (const given of drawn(7n)) {
      const marks = given.marks.slice(0, 1).map((market) => ({ ...market, ...onePair(market) }))
      const it = withoutSurcharges({ ...given, marks })
      // What was knocked out is no short any more.
      const isTouched = ({ series }: Position): boolean =>
        it.observed.some((seen) => seen.isTouched && seen.series === series)
      const own = it.portfolio.positions.filter((held) => held.series >> 120n === 1n && !isTouched(held))
      const [first, second] = [own.filter((_, i) => i % 2 === 0), own.filter((_, i) => i % 2 === 1)]
      if (![first, second].every((part) => part.some((position) => position.size < 0n))) continue
      expect(margin(it, own) <= margin(it, first) + margin(it, second) + 1_000_000n).to.equal(true)
    }
  })

  it('lowers no health of an account that is short when it buys an option at its worst-case value', () => {
    const { INITIAL, MAINTENANCE } = LEVEL_INDEX
    let bought = 0
    for (const given of drawn(8n)) {
      const marks = given.marks.slice(0, 1).map((market) => ({ ...market, ...onePair(market), surfaceAge: 0 }))
      const it = withoutSurcharges({ ...given, marks })
      const own = it.portfolio.positions.filter(({ series }) => series >> 120n === 1n)
      const option = own.at(-1)
      if (option === undefined || !own.slice(0, -1).some((position) => position.size < 0n)) continue
      const long: Position = { ...option, size: size(option.size < 0n ? -option.size : option.size) }
      const worst = worstCaseOf(it, long)
      const positions = own.slice(0, -1)
      const health = (held: readonly Position[], paid: bigint) =>
        assess(
          { ...it.portfolio, positions: held, collateral: [], cash: cash(it.portfolio.cash - paid) },
          it.marks,
          it.universe,
          'ABOVE',
          it.observed,
        ).health
      // A debtor pays the keepers' reserve, and so does who has become one.
      if (it.portfolio.cash < 0n !== it.portfolio.cash - worst.atMaintenance < 0n) continue
      const before = health(positions, 0n)
      const after = health([...positions, long], worst.atMaintenance)
      for (let level = 0; level <= MAINTENANCE; level++) {
        expect(after[level]! >= before[level]! - 1_000_000n, `${level}`).to.equal(true)
      }
      const atInitial = health([...positions, long], worst.atInitial)[INITIAL]
      expect(atInitial >= before[INITIAL] - 1_000_000n, 'initial').to.equal(true)
      bought++
    }
    expect(bought).to.be.greaterThan(DRAWN / 10)
  })
})

function halved(portfolio: Portfolio): Portfolio['collateral'] {
  return portfolio.collateral.map(({ underlying, amount }) => ({ underlying, amount: amount / 2n }))
}

/** Half of what the collateral is worth, `equity` being that of the portfolio without options. */
function halfCollateral(portfolio: Portfolio, equity: bigint): bigint {
  return (equity - portfolio.cash) / 2n
}

/** What one position is worth after all that can be charged for it; at INITIAL the long credit is taken off too. */
function worstCaseOf(it: Case, position: Position): { atMaintenance: bigint; atInitial: bigint } {
  const { parameters, grid } = it.universe.get(1)!
  const book: Book = {
    underlying: 1,
    lines: sortedLines([position], it.observed),
    collateral: 0n,
    marks: new Map(it.marks[0]!.expiries.map((mark) => [mark.expiry, mark])),
    parameters,
    grid,
    surfaceAge: 0n,
    observed: it.observed,
  }
  const all = grid.map((_, index) => index)
  const { value, gridLoss, charges, longValue } = exposureOf(book, it.marks[0]!.candidates[0]!, all, ALL_CHARGES)
  const credit = (longValue * (1_000_000n - BigInt(parameters.longCredit))) / 1_000_000n
  return { atMaintenance: (value - gridLoss - charges) / ONE, atInitial: (value - gridLoss - charges - credit) / ONE }
}
