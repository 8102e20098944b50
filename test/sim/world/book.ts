// The book is realistic, balanced and the same for the same seed, for any market.
import { expect } from 'chai'
import { listedExpiries, listedStrike, planBook } from '../../../sim/world/book.ts'

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
