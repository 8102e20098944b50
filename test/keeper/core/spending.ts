import { expect } from 'chai'
import { mayPromise, sumOf, withinDay } from '../../../keeper/core/spending.ts'

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
})
