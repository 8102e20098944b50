import { expect } from 'chai'
import { wantedOf } from '../../../keeper/core/bidding.ts'
import { ONE } from '../../../units/values.ts'

const share = (percent: number): bigint => (BigInt(percent) * ONE) / 100n
const rules = { minDiscount: share(10), maxUse: share(50), maxFraction: ONE }
// 100 of equity, 80 to be held at MAINTENANCE, 100 at INITIAL, offered at 80: 20 below, of which the bidder keeps 18, or 22.5 %.
const quote = {
  equity: 100n * ONE,
  maintenance: 80n * ONE,
  initial: 100n * ONE,
  price: 80n * ONE,
  maxFraction: ONE,
  leastFraction: share(1),
}

describe('bidding', () => {
  it('takes what half of the account’s means can carry, and asks for four fifths of the discount seen', () => {
    expect(wantedOf(quote, 41n * ONE, rules)).to.deep.equal({
      fraction: share(25),
      minDiscount: share(18),
      burden: (41n * ONE) / 2n,
    })
  })

  it('never asks for less than the operator’s least discount, and bids for nothing below it', () => {
    expect(wantedOf({ ...quote, price: 91n * ONE }, 42n * ONE, rules)?.minDiscount).to.equal(share(10))
    expect(wantedOf({ ...quote, price: 93n * ONE }, 42n * ONE, rules)).to.equal(undefined)
  })

  it('keeps the whole discount where the fund pays, and nine tenths of it elsewhere', () => {
    const failed = { ...quote, equity: -10n * ONE, price: -18n * ONE }
    expect(wantedOf(failed, 42n * ONE, rules)?.minDiscount).to.equal(share(10))
    expect(wantedOf({ ...failed, price: -17n * ONE }, 42n * ONE, rules)).to.equal(undefined)
    expect(wantedOf({ ...quote, price: 92n * ONE }, 42n * ONE, rules)).to.equal(undefined)
  })

  it('never takes more than may be taken, or less than must be', () => {
    expect(wantedOf({ ...quote, maxFraction: share(5) }, 42n * ONE, rules)?.fraction).to.equal(share(5))
    expect(wantedOf(quote, 42n * ONE, { ...rules, maxFraction: share(3) })?.fraction).to.equal(share(3))
    expect(wantedOf({ ...quote, leastFraction: share(30) }, 42n * ONE, rules)).to.equal(undefined)
  })

  it('with nothing to carry it by there is no bid', () => {
    expect(wantedOf(quote, 0n, rules)).to.equal(undefined)
    expect(wantedOf({ ...quote, maintenance: 0n }, ONE, rules)).to.equal(undefined)
  })
})
