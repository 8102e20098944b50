import { expect } from 'chai'
import type { OptionQuote } from '../../../keeper/core/feeds/message.ts'
import { basisOf, forwardOf, indexOf, withIndex } from '../../../keeper/core/forward.ts'
import { loadChain } from '../../../sim/market/load.ts'
import { EXPIRY, NOW } from './example.ts'

const quote = (strike: number, isCall: boolean, changed: Partial<OptionQuote>): OptionQuote => ({
  time: NOW * 1000,
  expiry: EXPIRY,
  strike,
  isCall,
  volatility: 0.8,
  forward: undefined,
  mark: undefined,
  index: undefined,
  ...changed,
})

describe('where an expiry’s forward stands', () => {
  it('is told against the venue’s index of the same moment, and against none of another', () => {
    const [bare, own] = [quote(200, true, {}), quote(210, true, { index: 197 })]
    const at = (milliseconds: number) => ({ time: NOW * 1000 + milliseconds, price: 198 })
    expect(withIndex(bare, at(2_000)).index).to.equal(198)
    expect(withIndex(bare, at(-2_001)).index).to.equal(undefined)
    expect(withIndex(bare, undefined)).to.equal(bare)
    expect(withIndex(own, at(0)).index).to.equal(197)
    expect(indexOf([bare, own])).to.equal(197)
    expect(indexOf([bare])).to.equal(undefined)
  })

  it('is the median of what the venue tells', () => {
    const told = [198, 201, 500].map((forward, i) => quote(190 + i, true, { forward }))
    expect(forwardOf(told)).to.equal(201)
  })

  it('follows from a call and a put on one strike, priced in the underlying', () => {
    // Forward 210: call less put on 200 is 1 − 200/210.
    const pair = (strike: number, value: number) => [
      quote(strike, true, { mark: value + Math.max(0, 1 - strike / 210) }),
      quote(strike, false, { mark: value + Math.max(0, strike / 210 - 1) }),
    ]
    expect(forwardOf([...pair(180, 0.01), ...pair(200, 0.03), ...pair(240, 0.02)])).to.be.closeTo(210, 1e-9)
  })

  it('is not known from calls alone, nor from a leg that cannot be', () => {
    expect(forwardOf([quote(200, true, { mark: 0.05 })])).to.equal(undefined)
    expect(forwardOf([quote(200, true, { mark: 0.9 }), quote(200, false, { mark: 0.01 })])).to.equal(undefined)
  })

  it('is told as a share of spot, within what the chain takes', () => {
    expect(basisOf(202, 200, 30 * 86_400)).to.equal(10_000_000)
    expect(basisOf(300, 200, 0)).to.equal(30_000_000)
    expect(basisOf(100, 200, 365 * 86_400)).to.equal(-500_000_000)
    expect(basisOf(1, 200, 365 * 86_400)).to.equal(-630_000_000)
  })

  it('of a real chain is taken by the chain, in every expiry', () => {
    const { index, time, expiries } = loadChain()
    for (const { expiry, forward } of expiries) {
      expect(basisOf(forward, index, expiry - time)).to.equal(Math.round((forward / index - 1) * 1e9))
    }
  })
})
