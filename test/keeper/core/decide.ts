import { expect } from 'chai'
import { decide } from '../../../keeper/core/decide.ts'
import type { Self } from '../../../keeper/core/decide.ts'
import { keyOf } from '../../../keeper/core/duties/duty.ts'
import type { AccountId } from '../../../units/values.ts'
import { account, assessment, head, market, NOW, standing, universe, view } from './example.ts'

const doomed = assessment(30, -10, -50, -90)
const below = assessment(100, 50, -20, -60)
const worse = assessment(100, 50, -30, -60)
const ids = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].map((index) => ((0xabcdn << 96n) | index) as AccountId)
const accounts = ids.map((id) => account({ account: id }))
const nobody = new Set<string>()
const self = (id: number): Self => ({ id, price: () => 200n * 10n ** 8n, surface: () => undefined })
const scanOf = (...of: ReturnType<typeof standing>[]) => ({ standings: of, unassessable: [], clearing: [] })
const crash = scanOf(...accounts.map((state) => standing(state, below)))

describe('deciding', () => {
  it('the same view gives the same decision, in the same order', () => {
    expect(decide(view(), crash, self(3), new Map(), nobody)).to.deep.equal(
      decide(view(), crash, self(3), new Map(), nobody),
    )
  })

  it('every duty is exactly one keeper’s at every head', () => {
    for (let time = NOW; time < NOW + 200; time += 12) {
      const at = view({ head: { ...head, time } })
      const taken = universe.keepers.flatMap((id) => decide(at, crash, self(id), new Map(), nobody).mine.map(keyOf))
      const { due } = decide(at, crash, self(1), new Map(), nobody)
      expect(taken.toSorted()).to.deep.equal(due.map(keyOf).toSorted())
    }
  })

  it('a duty passes to another keeper while it stays undone', () => {
    let marks: ReadonlyMap<string, number> = new Map()
    const actors = new Set<number>()
    for (let time = NOW; time < NOW + 5 * 24 + 12; time += 12) {
      const at = view({ head: { ...head, time } })
      for (const id of universe.keepers) {
        if (decide(at, scanOf(standing(account(), below)), self(id), marks, nobody).mine.length > 0) actors.add(id)
      }
      marks = decide(at, scanOf(standing(account(), below)), self(1), marks, nobody).marks
    }
    expect([...actors].toSorted((a, b) => a - b)).to.deep.equal(universe.keepers)
  })

  it('a keeper outside the registry does nothing', () => {
    expect(decide(view(), crash, self(0), new Map(), nobody).mine).to.deep.equal([])
  })

  it('what was due at the first head looked at counts as due for long', () => {
    const first = decide(view(), crash, self(1), undefined, nobody)
    expect(new Set(first.marks.values())).to.deep.equal(new Set([0]))
    const later = decide(view(), crash, self(1), new Map(), nobody)
    expect(new Set(later.marks.values())).to.deep.equal(new Set([NOW]))
  })

  it('auctions go before calls, the largest shortfall first', () => {
    const mixed = scanOf(
      standing(account({ account: ids[0]! }), below),
      standing(account({ account: ids[1]! }), worse),
      standing(account({ account: ids[2]! }), doomed),
    )
    const alone = view({ universe: { ...universe, keepers: [1] } })
    const { mine } = decide(alone, mixed, self(1), new Map(), nobody)
    expect(mine.map((duty) => [duty.kind, 'account' in duty ? duty.account : 0n])).to.deep.equal([
      ['startAuction', ids[2]],
      ['openMarginCall', ids[1]],
      ['openMarginCall', ids[0]],
    ])
  })

  it('good news waits for a price that is about to come, but not for one that never does', () => {
    const cured = scanOf(standing(account({ status: 'CALLED' }), assessment(100, 50, 20, 5)))
    const kinds = (newestRoundTime: number, since?: number): string[] => {
      const at = view({ markets: new Map([[1, market({ newestRoundTime })]]) })
      const marks = new Map(since === undefined ? [] : [['reportPrices:4294967296', since]])
      return decide(at, cured, self(1), marks, nobody).due.map(({ kind }) => kind)
    }
    expect(kinds(NOW - 13)).to.deep.equal(['recordCure'])
    expect(kinds(NOW - 43)).to.deep.equal(['reportPrices'])
    expect(kinds(NOW - 43, NOW - 59)).to.deep.equal(['reportPrices'])
    expect(kinds(NOW - 103, NOW - 60)).to.deep.equal(['reportPrices', 'recordCure'])
  })

  it('what protects the house does not wait', () => {
    const at = view({ markets: new Map([[1, market({ newestRoundTime: NOW - 43 })]]) })
    const due = decide(at, scanOf(standing(account(), below)), self(1), new Map(), nobody).due
    expect(due.map(({ kind }) => kind)).to.deep.equal(['reportPrices', 'openMarginCall'])
  })

  it('a value missing in an open round is given by its own keeper, on turn or not', () => {
    const open = market({ openRoundTime: NOW - 3, openRoundReporters: 0n })
    for (const id of universe.keepers) {
      const { mine } = decide(view({ markets: new Map([[1, open]]) }), scanOf(), self(id), new Map(), nobody)
      expect(mine.map(({ kind }) => kind)).to.deep.equal(['addObservation'])
    }
  })
})
