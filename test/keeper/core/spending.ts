import { expect } from 'chai'
import { assumedSpent, mayPromise, spentBetween, sumOf, withinDay } from '../../../keeper/core/spending.ts'

const spent = [
  { time: 100, wei: 5n },
  { time: 86_000, wei: 7n },
]

describe('the daily cap', () => {
  it('forgets what is a day old, and nothing before', () => {
    expect(sumOf(withinDay(spent, 86_499))).to.equal(12n)
    expect(sumOf(withinDay(spent, 86_500))).to.equal(7n)
  })

  it('counts what is promised beside what is spent, to the last wei', () => {
    expect(mayPromise(spent, 3n, 5n, 20n)).to.equal(true)
    expect(mayPromise(spent, 3n, 6n, 20n)).to.equal(false)
  })

  it('what is not known is three quarters of its share of the cap, forgotten by the hour', () => {
    const assumed = assumedSpent(0, 86_400, 96n)
    expect(sumOf(assumed)).to.equal(72n)
    expect(sumOf(withinDay(assumed, 86_400 + 43_200))).to.equal(36n)
    expect(assumedSpent(100, 100, 96n)).to.deep.equal([])
  })

  it('between two samples: the fall of the balance, nothing where nothing was sent, not known where it rose', () => {
    const at = (balance: bigint, nonce: number) => ({ number: 1n, time: 1, balance, nonce })
    expect(spentBetween(at(9n, 1), at(5n, 3))).to.equal(4n)
    expect(spentBetween(at(9n, 1), at(20n, 1))).to.equal(0n)
    expect(spentBetween(at(9n, 1), at(5n, 1))).to.equal(0n)
    expect(spentBetween(at(9n, 1), at(20n, 2))).to.equal(undefined)
  })
})
