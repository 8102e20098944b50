// Would the price policy have called the right accounts, on the worst days there are records of?
import { expect } from 'chai'
import { loadScenario, SCENARIOS } from '../../../sim/market/load.ts'
import { createPath } from '../../../sim/market/path.ts'
import { endOf } from '../../../sim/market/scenario.ts'
import { FAULTS, toldBy } from '../../../sim/prices/faults.ts'
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
    const path = pathOf('bittrex-2018-07')
    const asItWas = replayPrices(path, '', 'none', SHIPPED)
    expect(asItWas.calls).to.be.greaterThan(20)
    for (const fault of FAULTS) {
      const outcome = replayPrices(path, 'bittrex', fault, SHIPPED)
      expectNoWrongCall(outcome)
      expect(outcome.calls, fault).to.equal(asItWas.calls)
      expect(outcome.agreedShare, fault).to.be.greaterThan(0.98)
    }
  })

  it('Bittrex 2018: what it told stood three percent and more from the others for most of the time after it stopped', () => {
    const path = pathOf('bittrex-2018-07')
    const stopped = Date.UTC(2018, 6, 18) / 1000
    const hours = Array.from({ length: (endOf(path.scenario) - stopped) / 3600 }, (_, hour) => stopped + 3600 * hour)
    const isFar = (time: number) => {
      const told = toldBy(path, 'bittrex', 'frozen', time)
      expect(told?.price).to.equal(433.94)
      expect(told?.time).to.equal(time)
      return Math.abs(433.94 / (path.trueMedianAt(time) ?? 433.94) - 1) > 0.03
    }
    expect(hours.filter(isFar).length / hours.length).to.be.greaterThan(0.6)
  })

  it('Bitfinex 2018-19: a venue a few percent off is dropped, and the others go on', () => {
    const outcome = replayPrices(pathOf('bitfinex-2018-10'), '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(10)
    expect(outcome.agreedShare).to.be.greaterThan(0.95)
  })

  it('Bitfinex 2018-19: six percent above the only two others for two weeks it leaves no quorum of venues, and nothing false', () => {
    const path = pathOf('bitfinex-2019-04')
    const outcome = replayPrices(path, '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(10)
    expect(outcome.wideShare).to.be.greaterThan(0.8)
  })

  for (const name of SCENARIOS) {
    it(`${name}: with each single venue as it was, frozen, halved, high, late and absent none is false and none missed`, () => {
      const path = pathOf(name)
      for (const { venue } of path.scenario.venues) {
        for (const fault of FAULTS) expectNoWrongCall(replayPrices(path, venue, fault, SHIPPED))
      }
    })
  }

  it('AVAX 2025-10-10: three venues that part company are no quorum, and what is called is below at both ends', () => {
    const outcome = replayPrices(pathOf('avax-2025-10-10'), '', 'none', SHIPPED)
    expectNoWrongCall(outcome)
    expect(outcome.calls).to.be.greaterThan(20)
    expect(outcome.wideShare).to.be.greaterThan(0.5)
  })
})
