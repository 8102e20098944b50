// Would the price policy have called the right accounts, on the worst days there are records of?
import { expect } from 'chai'
import { loadScenario } from '../../../sim/market/load.ts'
import { createPath } from '../../../sim/market/path.ts'
import { FAULTS } from '../../../sim/prices/faults.ts'
import { replayPrices, SHIPPED, type Outcome } from '../../../sim/prices/replay.ts'

const pathOf = (name: string) => createPath(loadScenario(name, undefined))

function expectNoWrongCall(outcome: Outcome): void {
  const { venue, fault } = outcome
  expect(outcome.falseCalls, `false calls, ${venue} ${fault}`).to.equal(0)
  expect(outcome.missedCalls, `missed calls, ${venue} ${fault}`).to.equal(0)
}

describe('the price policy over recorded markets', () => {
  it('Black Thursday, Gemini stopping included: every call that was due was made, none that was not', () => {
    const outcome = replayPrices(pathOf('black-thursday'), '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(100)
    expect(outcome.agreedShare).to.be.greaterThan(0.97)
    expect(outcome.deadShare).to.equal(0)
  })

  it('Black Thursday with any one venue frozen, halved, high, late or absent: still none false, none missed', () => {
    const path = pathOf('black-thursday')
    for (const { venue } of path.scenario.venues) {
      for (const fault of FAULTS) expectNoWrongCall(replayPrices(path, venue, fault, SHIPPED))
    }
  })

  it('Gemini 2020-03-13: a venue that stops in the middle of the crash halts nobody, silent or telling its last price as new', () => {
    const path = pathOf('black-thursday')
    for (const fault of ['absent', 'frozen'] as const) {
      const outcome = replayPrices(path, 'gemini', fault, SHIPPED)
      expectNoWrongCall(outcome)
      expect(outcome.calls, fault).to.be.greaterThan(100)
      expect(outcome.agreedShare, fault).to.be.greaterThan(0.95)
    }
  })

  it('Bittrex 2018: a feed that told one price for weeks, as if it were new, moved nothing', () => {
    const path = pathOf('bittrex-2018-08')
    const asItWas = replayPrices(path, '', 'none', SHIPPED)
    for (const fault of ['frozen', 'high', 'halved', 'absent'] as const) {
      const outcome = replayPrices(path, 'bittrex', fault, SHIPPED)
      expectNoWrongCall(outcome)
      expect(outcome.calls, fault).to.equal(asItWas.calls)
    }
  })

  it('Bitfinex 2018-19: a venue a few percent off is dropped, and the others go on', () => {
    const outcome = replayPrices(pathOf('bitfinex-2018-10'), '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(10)
    expect(outcome.agreedShare).to.be.greaterThan(0.95)
  })

  it('AVAX 2025-10-10: three venues that part company are no quorum, and what is called is below at both ends', () => {
    const outcome = replayPrices(pathOf('avax-2025-10-10'), '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(20)
    expect(outcome.wideShare).to.be.greaterThan(0.5)
  })

  it('AVAX 2025-10-10 with any one venue at fault: still none false, none missed', () => {
    const path = pathOf('avax-2025-10-10')
    for (const { venue } of path.scenario.venues) {
      for (const fault of FAULTS) expectNoWrongCall(replayPrices(path, venue, fault, SHIPPED))
    }
  })
})
