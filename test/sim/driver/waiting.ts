// The driver waits for what somebody alive can do about this event, and for nothing else.
import { expect } from 'chai'
import { isSomethingWaiting, type Waiting } from '../../../sim/driver/waiting.ts'

const keeper = (dueByKind: Readonly<Record<string, number>>) => ({
  decidedBlock: 1,
  due: Object.values(dueByKind).reduce((sum, count) => sum + count, 0),
  dueByKind,
})
const quiet: Waiting = { pendingTransactions: 0, statuses: [], hasQuorum: true, isPriced: true }

describe('sim/driver/waiting', () => {
  it('waits for transactions, for a trader’s word and for any duty of a keeper', () => {
    expect(isSomethingWaiting(quiet)).to.equal(false)
    expect(isSomethingWaiting({ ...quiet, pendingTransactions: 1 })).to.equal(true)
    expect(isSomethingWaiting({ ...quiet, statuses: [{ decidedBlock: 1, due: 1 }] })).to.equal(true)
    expect(isSomethingWaiting({ ...quiet, statuses: [keeper({ openMarginCall: 1 })] })).to.equal(true)
    expect(isSomethingWaiting({ ...quiet, statuses: [keeper({})] })).to.equal(false)
  })

  it('waits for a price of this event once, and not where no quorum is left to give it', () => {
    const statuses = [keeper({ reportPrices: 1 })]
    expect(isSomethingWaiting({ ...quiet, statuses, isPriced: false })).to.equal(true)
    expect(isSomethingWaiting({ ...quiet, statuses, isPriced: true })).to.equal(false)
    expect(isSomethingWaiting({ ...quiet, statuses, isPriced: false, hasQuorum: false })).to.equal(false)
  })
})
