import { expect } from 'chai'
import { roundAt } from '../../../../keeper/core/duties/prices.ts'
import { surfaceDuties } from '../../../../keeper/core/duties/surface.ts'
import type { Slice, Surface } from '../../../../units/observation.ts'
import { ONE } from '../../../../units/values.ts'
import { EXPIRY, NOW, view } from '../example.ts'

const ROUND = roundAt(NOW)
const DAY = 86_400
const slice = (theta: bigint, expiry = EXPIRY): Slice => ({ expiry, theta, rho: 0n, phi: ONE, basis: 0 })
const fitted =
  (...slices: Slice[]) =>
  (): Surface => ({ underlying: 1, time: BigInt(ROUND), slices })
const stored = (age: number, ...slices: Slice[]) => view({ surfaces: new Map([[1, { time: ROUND - age, slices }]]) })
/** What is left of a variance, `age` seconds later, at an unchanged volatility. */
const decayed = (theta: bigint, age: number): bigint => (theta * BigInt(EXPIRY - ROUND)) / BigInt(EXPIRY - ROUND + age)

describe('submitting a surface', () => {
  it('is due where none is stored, and never without one of its own', () => {
    expect(surfaceDuties(view(), fitted(slice(ONE / 25n)))).to.have.length(1)
    expect(surfaceDuties(view(), () => undefined)).to.deep.equal([])
  })

  it('is due after an hour, and not for time alone before', () => {
    const theta = ONE / 25n
    expect(surfaceDuties(stored(3_590, slice(theta)), fitted(slice(decayed(theta, 3_590))))).to.deep.equal([])
    expect(surfaceDuties(stored(3_600, slice(theta)), fitted(slice(decayed(theta, 3_600))))).to.have.length(1)
  })

  it('is due when the level at the money moved by 5 %, either way', () => {
    const theta = ONE / 25n
    const moved = (percent: bigint) => fitted(slice((decayed(theta, 600) * (100n + percent) ** 2n) / 10_000n))
    expect(surfaceDuties(stored(600, slice(theta)), moved(4n))).to.deep.equal([])
    expect(surfaceDuties(stored(600, slice(theta)), moved(6n))).to.have.length(1)
    expect(surfaceDuties(stored(600, slice(theta)), moved(-6n))).to.have.length(1)
  })

  it('is due where an expiry that is held has no slice, if this keeper has one', () => {
    const other = slice(ONE / 25n, EXPIRY + 7 * DAY)
    expect(surfaceDuties(stored(600, other), fitted(slice(ONE / 25n), other))).to.have.length(1)
    expect(surfaceDuties(stored(600, other), fitted(other))).to.deep.equal([])
  })

  it('is not due twice in one round', () => {
    expect(surfaceDuties(stored(0, slice(ONE)), fitted(slice(ONE / 25n)))).to.deep.equal([])
  })
})
