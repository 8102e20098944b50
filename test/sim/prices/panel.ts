// Can the panel see a wrong call? A judge that cannot fail proves nothing.
import { expect } from 'chai'
import { createPanel } from '../../../sim/prices/panel.ts'

const FIRST = 100
const at = (price: number) => ({ median: price, low: price, high: price })

describe('the panel of accounts', () => {
  it('sees a call that no price showed', () => {
    const panel = createPanel(FIRST)
    for (let tick = 0; tick < 5; tick++) panel.tick(at(100), undefined, true)
    panel.tick(at(100), [98.5], true)
    expect(panel.counts()).to.deep.equal({ calls: 1, falseCalls: 1, missedCalls: 0 })
  })

  it('sees a call that was due for three ticks and not made, once', () => {
    const panel = createPanel(FIRST)
    for (let tick = 0; tick < 2; tick++) panel.tick(at(97.5), [100], true)
    expect(panel.counts().missedCalls).to.equal(0)
    for (let tick = 0; tick < 9; tick++) panel.tick(at(97.5), [100], true)
    expect(panel.counts()).to.deep.equal({ calls: 0, falseCalls: 0, missedCalls: 1 })
  })

  it('blames nobody while there is no quorum, and calls only where all prices say below', () => {
    const panel = createPanel(FIRST)
    for (let tick = 0; tick < 9; tick++) panel.tick(at(97.5), [97.5, 100], false)
    expect(panel.counts()).to.deep.equal({ calls: 0, falseCalls: 0, missedCalls: 0 })
    panel.tick(at(97.5), [97.5, 98.5], true)
    expect(panel.counts().calls).to.equal(1)
  })

  it('watches an account anew once it is whole again', () => {
    const panel = createPanel(FIRST)
    panel.tick(at(98.5), [98.5], true)
    panel.tick(at(98.5), [98.5], true)
    expect(panel.counts().calls).to.equal(1)
    panel.tick(at(102.5), [102.5], true)
    panel.tick(at(98.5), [98.5], true)
    expect(panel.counts().calls).to.be.greaterThan(2)
    expect(panel.counts().falseCalls).to.equal(0)
  })
})
