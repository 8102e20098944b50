// What is a keeper told by a venue at fault?
import { expect } from 'chai'
import { loadScenario } from '../../../sim/market/load.ts'
import { createPath } from '../../../sim/market/path.ts'
import { toldBy } from '../../../sim/prices/faults.ts'

const path = createPath(loadScenario('black-thursday', undefined))
const { start } = path.scenario
const LATER = start + 100_000
const FROZEN = start + 7 * 86_400

describe('a venue at fault', () => {
  const sound = toldBy(path, 'binance', 'none', LATER)

  it('tells what it printed last while it is sound', () => {
    expect(sound?.price).to.equal(path.priceAt('binance', LATER))
    expect(sound?.time).to.equal(LATER)
  })

  it('tells half or a third more, nothing at all, or what it printed a minute ago at the time of then', () => {
    expect(toldBy(path, 'binance', 'halved', LATER)?.price).to.equal((sound?.price ?? 0) * 0.5)
    expect(toldBy(path, 'binance', 'high', LATER)?.price).to.equal((sound?.price ?? 0) * 1.3)
    expect(toldBy(path, 'binance', 'absent', LATER)).to.equal(undefined)
    expect(toldBy(path, 'binance', 'late', LATER)).to.deep.equal(toldBy(path, 'binance', 'none', LATER - 60))
  })

  it('once frozen tells one price as if it were new', () => {
    const then = toldBy(path, 'binance', 'frozen', FROZEN - 86_400)
    const now = toldBy(path, 'binance', 'frozen', FROZEN)
    expect(now?.price).to.equal(then?.price)
    expect(now?.time).to.equal(FROZEN)
    expect(now?.price).to.not.equal(path.priceAt('binance', FROZEN))
  })
})
