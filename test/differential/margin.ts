import { expect } from 'chai'
import { readFileSync, writeFileSync } from 'node:fs'
import { assess } from '../../risk/exact/margin.ts'
import { fastAssess, fastBookOf, fastMarketOf } from '../../risk/fast/margin.ts'
import type { Portfolio } from '../../units/portfolio.ts'
import { seriesOf } from '../../units/series.ts'
import { digestOf, drawCase, drawsFrom, type Case } from './marginCases.ts'

// The contract's side of the comparison is Margin.t.sol: both must give the hashes of MarginDigests.sol. To renew them after
// a change of the rules: PLIMSOLL_RENEW=1 npx hardhat test mocha test/differential/margin.ts

const DIGESTS = new URL('MarginDigests.sol', import.meta.url)
const BATCHES = 100
const CASES_A_BATCH = 1000
const FAST_CASES = 20_000
const TOLERANCE = 1e-9

function expectedDigests(): string[] {
  return [...readFileSync(DIGESTS, 'utf8').matchAll(/hex"([0-9a-f]{64})"/g)].map((match) => `0x${match[1]}`)
}

function renew(digests: readonly string[]): void {
  const head = readFileSync(DIGESTS, 'utf8').split('bytes constant')[0]!
  const lines = digests.map((digest) => `    hex"${digest.slice(2)}"`).join('\n')
  writeFileSync(DIGESTS, `${head}bytes constant MARGIN_DIGESTS =\n${lines};\n`)
}

/** What the account holds, gross: the measure of a float64's error. */
function grossOf({ portfolio, marks }: Case): number {
  const spotOf = (underlying: number): number =>
    Math.max(...marks.find((it) => it.underlying === underlying)!.candidates.map(Number)) / 1e18
  const options = portfolio.positions.map(({ series, size }) => {
    const { underlying, strike } = seriesOf(series)
    return (Math.abs(Number(size)) / 1e18) * (spotOf(underlying) + Number(strike) / 1e18 + 1)
  })
  return sum(options) + sum(collateralValues(portfolio, spotOf)) + Math.abs(Number(portfolio.cash)) / 1e18
}

function collateralValues(portfolio: Portfolio, spotOf: (underlying: number) => number): number[] {
  return portfolio.collateral.map(({ underlying, amount }) => (Number(amount) / 1e18) * spotOf(underlying))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

describe('the margin function', function () {
  this.timeout(600_000)

  it(`has an exact twin: the hashes over ${BATCHES * CASES_A_BATCH} portfolios are those the contract must give`, () => {
    const digests = Array.from({ length: BATCHES }, (_, batch) => digestOf(BigInt(batch + 1), CASES_A_BATCH))
    if (process.env.PLIMSOLL_RENEW === '1') renew(digests)
    expect(expectedDigests()).to.deep.equal(digests)
  })

  it('has a float64 twin that is off by less than 1e-9 of what the account holds', () => {
    const draw = drawsFrom(77n)
    let worst = 0
    for (let i = 0; i < FAST_CASES; i++) {
      const drawn = drawCase(draw)
      const exact = assess(drawn.portfolio, drawn.marks, drawn.universe, drawn.side, drawn.observed).health
      const book = fastBookOf(drawn.portfolio, drawn.observed)
      const fast = fastAssess(book, fastMarketOf(drawn.marks, drawn.universe), drawn.side).health
      const gross = grossOf(drawn)
      exact.forEach((level, at) => {
        const value = Number(level) / 1e18
        worst = Math.max(worst, Math.abs(fast[at]! - value) / Math.max(gross, Math.abs(value), 1e-9))
      })
    }
    expect(worst).to.be.lessThan(TOLERANCE)
  })
})
