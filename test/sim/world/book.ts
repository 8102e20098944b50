// The book is realistic, balanced and the same for the same seed, for any market.
import { expect } from 'chai'
import { listedExpiries, listedStrike, planBook } from '../../../sim/world/book.ts'
import { KEEPER_BOND } from '../../../sim/world/deploy.ts'

const START = Date.parse('2020-03-08T00:00:00Z') / 1000
const OPTIONS = { seed: 1, spot: 237.3, start: START }

describe('sim/world/book', () => {
  it('is a function of its seed', () => {
    expect(planBook(OPTIONS)).to.deep.equal(planBook(OPTIONS))
    expect(planBook({ ...OPTIONS, seed: 2 }).trades).not.to.deep.equal(planBook(OPTIONS).trades)
  })

  it('opens three dozen accounts, and every trade has two different sides', () => {
    const { members, trades } = planBook(OPTIONS)
    expect(members).to.have.length(36)
    const names = new Set(members.map(({ name }) => name))
    expect(names.size).to.equal(36)
    trades.forEach(({ buyer, seller, size }) => {
      expect([names.has(buyer), names.has(seller), size > 0]).to.deep.equal([true, true, true])
      expect(buyer).not.to.equal(seller)
    })
  })

  it('covers every covered call, and buys the long leg of a spread before it sells the short one', () => {
    const { members, trades } = planBook(OPTIONS)
    for (const { name, strategy, collateral } of members) {
      const own = trades.filter(({ buyer, seller }) => buyer === name || seller === name)
      if (strategy === 'covered call') expect(own.map(({ size }) => size)).to.deep.equal([collateral])
      if (strategy.endsWith('spread')) expect(own.map(({ buyer }) => buyer === name)).to.deep.equal([true, false])
    }
  })

  it('opens no more than two bonds cover, in any market, and would not if the index rose by half', () => {
    const spots = [1.7, 9.9, 20.5, 43.2, 200, 315, 2_250, 3_900, 50_000]
    const opened = spots.flatMap((spot) =>
      [1, 2, 3, 4, 5].map((seed) => {
        const { trades } = planBook({ ...OPTIONS, seed, spot })
        return trades.reduce((sum, { size }) => sum + size, 0) * spot
      }),
    )
    // As contracts/StakeLib.sol: twice the anchor's step, and 1 %.
    expect(Math.max(...opened) * 1.5 * 0.02).to.be.below((2 * Number(KEEPER_BOND)) / 1e18)
  })

  it('lists expiries at 08:00 UTC, three hours away at least, daily for a week and Fridays beyond', () => {
    const expiries = listedExpiries(START).map((expiry) => new Date(expiry * 1000).toISOString().slice(0, 13))
    expect(expiries).to.deep.equal([
      '2020-03-08T08',
      '2020-03-09T08',
      '2020-03-13T08',
      '2020-03-14T08',
      '2020-03-20T08',
      '2020-03-27T08',
    ])
    const late = listedExpiries(START + 5 * 3600 + 1)[0]
    expect(late).to.equal(START + 32 * 3600)
  })

  it('rounds strikes to two figures, whatever the price', () => {
    expect([237.3, 0.0123, 27.9, 4512].map(listedStrike)).to.deep.equal([240, 0.012, 28, 4500])
  })
})
