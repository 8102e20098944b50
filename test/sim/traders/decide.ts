// Owners cure as their persona and wallet allow, and a bidder takes no more than it can carry.
import { expect } from 'chai'
import { depositFor, fractionFor, type CalledAccount, type Offered } from '../../../sim/traders/decide.ts'

const ONE = 10n ** 18n
const called: CalledAccount = {
  persona: 'prompt',
  status: 'CALLED',
  graceLeft: 900,
  healthInitial: -100n * ONE,
  wallet: 1000n * ONE,
}
const offer: Offered = {
  equity: 100n * ONE,
  maintenance: 80n * ONE,
  initial: 120n * ONE,
  price: 90n * ONE,
  maxFraction: ONE / 2n,
  means: 1000n * ONE,
}

describe('sim/traders/decide', () => {
  it('adds what is missing and a little more, at most what the wallet holds', () => {
    expect(depositFor(called)).to.equal(150n * ONE)
    expect(depositFor({ ...called, wallet: 40n * ONE })).to.equal(40n * ONE)
    expect(depositFor({ ...called, healthInitial: 5n })).to.equal(0n)
  })

  it('lets the late wait for the last minutes and the absent do nothing', () => {
    expect(depositFor({ ...called, persona: 'late' })).to.equal(0n)
    expect(depositFor({ ...called, persona: 'late', graceLeft: 300 })).to.equal(150n * ONE)
    expect(depositFor({ ...called, persona: 'absent', graceLeft: 1 })).to.equal(0n)
  })

  it('rescues an account from its auction only for the prompt', () => {
    expect(depositFor({ ...called, status: 'AUCTION' })).to.equal(150n * ONE)
    expect(depositFor({ ...called, status: 'AUCTION', persona: 'short' })).to.equal(0n)
  })

  it('bids once the discount pays, for what may be taken and can be carried', () => {
    expect(fractionFor(offer)).to.equal(ONE / 2n)
    expect(fractionFor({ ...offer, price: 97n * ONE })).to.equal(0n)
    // 120 − 10 of burden: a bidder with 22 carries a fifth, and uses nine tenths of that.
    expect(fractionFor({ ...offer, means: 22n * ONE })).to.equal((18n * ONE) / 100n)
    expect(fractionFor({ ...offer, means: 10n * ONE })).to.equal(0n)
    expect(fractionFor({ ...offer, maxFraction: ONE / 11n })).to.equal(0n)
  })

  it('takes all it may where the fund pays more than the burden', () => {
    expect(fractionFor({ ...offer, equity: -10n * ONE, price: -200n * ONE, maxFraction: ONE })).to.equal(ONE)
    expect(fractionFor({ ...offer, maintenance: 0n })).to.equal(0n)
  })
})
