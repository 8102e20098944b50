import { expect } from 'chai'
import { lapseDuties, openMarginCallDuties, recordCureDuties } from '../../../../keeper/core/duties/calls.ts'
import { ONE } from '../../../../units/values.ts'
import { account, ACCOUNT, assessment, market, standing, view } from '../example.ts'

const below = assessment(100, 50, -20, -60)
const between = assessment(100, 50, 20, -60)
const above = assessment(100, 50, 20, 5)
const called = account({ status: 'CALLED', grace: { left: 900n, since: new Map([[1, 500n]]) } })
const overdue = account({ status: 'CALLED', grace: { left: 500n, since: new Map([[1, 500n]]) } })

describe('margin calls', () => {
  it('an account below MAINTENANCE is called, with its witness and by how much it is short', () => {
    expect(openMarginCallDuties(view(), [standing(account(), below)])).to.deep.equal([
      { kind: 'openMarginCall', account: ACCOUNT, witnesses: below.witnesses, shortfall: 20n * ONE },
    ])
  })

  it('neither one above MAINTENANCE, nor one called or in auction already', () => {
    expect(openMarginCallDuties(view(), [standing(account(), between)])).to.deep.equal([])
    expect(openMarginCallDuties(view(), [standing(called, below)])).to.deep.equal([])
    expect(openMarginCallDuties(view(), [standing(account({ status: 'AUCTION' }), below)])).to.deep.equal([])
  })

  it('nobody, while one source alone speaks or none; everybody while it is wide, disputed or agreed', () => {
    const in_ = (state: 'DEAD' | 'SINGLE' | 'WIDE' | 'DISPUTED' | 'AGREED'): number =>
      openMarginCallDuties(view({ markets: new Map([[1, market({}, state)]]) }), [standing(account(), below)]).length
    expect([in_('DEAD'), in_('SINGLE'), in_('WIDE'), in_('DISPUTED'), in_('AGREED')]).to.deep.equal([0, 0, 1, 1, 1])
  })

  it('a called account above INITIAL is cured, one between the levels is not', () => {
    expect(recordCureDuties([standing(called, above)])).to.deep.equal([{ kind: 'recordCure', account: ACCOUNT }])
    expect(recordCureDuties([standing(called, between)])).to.deep.equal([])
    expect(recordCureDuties([standing(account(), above)])).to.deep.equal([])
  })

  it('is judged by the prices for above, not those for below', () => {
    expect(recordCureDuties([standing(called, above, between)])).to.deep.equal([])
  })

  it('a call lapses between the levels once its grace is over in market time, not before', () => {
    expect(lapseDuties(view(), [standing(overdue, between)])).to.deep.equal([{ kind: 'lapse', account: ACCOUNT }])
    expect(lapseDuties(view(), [standing(called, between)])).to.deep.equal([])
    expect(lapseDuties(view(), [standing(overdue, below)])).to.deep.equal([])
    expect(lapseDuties(view(), [standing(overdue, above)])).to.deep.equal([])
  })
})
