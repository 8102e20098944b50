import { expect } from 'chai'
import { initialFactor, lowerFactor } from '../../../risk/exact/age.ts'

const HOUR = 3_600n

describe('what the age of a surface adds', () => {
  it('is nothing for two hours, then widens INITIAL alone, by a fifth at a day', () => {
    expect(initialFactor(2n * HOUR)).to.equal(1_000_000n)
    expect(initialFactor(13n * HOUR)).to.equal(1_100_000n)
    expect(initialFactor(24n * HOUR)).to.equal(1_200_000n)
    expect(initialFactor(1_000n * HOUR)).to.equal(1_200_000n)
    expect(lowerFactor(800_000n, 24n * HOUR)).to.equal(800_000n)
  })

  it('widens the lower levels only after a day, over a day, by a fifth at most, rounded up', () => {
    expect(lowerFactor(800_000n, 36n * HOUR)).to.equal(880_000n)
    expect(lowerFactor(800_000n, 48n * HOUR)).to.equal(960_000n)
    expect(lowerFactor(600_000n, 2n ** 32n - 1n)).to.equal(720_000n)
    expect(lowerFactor(1n, 24n * HOUR + 1n)).to.equal(2n)
  })

  it('leaves INITIAL the widest at every age', () => {
    for (let age = 0n; age < 60n * HOUR; age += 1_801n) {
      expect(initialFactor(age) >= lowerFactor(1_000_000n, age)).to.equal(true)
    }
  })
})
