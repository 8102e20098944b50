import { expect } from 'chai'
import { honestRange, medianOf, toPrice } from '../../../../sim/checks/core/truth.ts'

const tick = (time: number, ...prices: number[]) => ({ time, prices })

describe('what the venues truly printed', () => {
  it('has the middle venue as its median, and the mean of the middle two where they are even', () => {
    expect(medianOf(tick(0, 3, 1, 2))).to.equal(toPrice(2))
    expect(medianOf(tick(0, 4, 1, 2, 3))).to.equal(toPrice(2.5))
    expect(medianOf(tick(0))).to.equal(undefined)
  })

  it('bounds an observation by the prints it can rest on, and by no older and no later ones', () => {
    const ticks = [tick(0, 500), tick(60, 100), tick(120, 102, 98), tick(180, 104), tick(240, 900)]
    expect(honestRange(ticks, 130, 60)).to.deep.equal({ low: toPrice(98 * 0.995), high: toPrice(104 * 1.005) })
  })

  it('judges nothing where the prints before or after are unknown', () => {
    expect(honestRange([tick(100, 1), tick(160, 1)], 110, 60)).to.equal(undefined)
    expect(honestRange([tick(0, 1), tick(60, 1)], 70, 30)).to.equal(undefined)
    expect(honestRange([tick(0), tick(60)], 60, 30)).to.equal(undefined)
  })
})
