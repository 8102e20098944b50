import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import { scan } from '../../../keeper/core/scan.ts'
import { assess } from '../../../risk/exact/margin.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { LEVEL_INDEX, ONE } from '../../../units/values.ts'
import type { Cash, Size } from '../../../units/values.ts'
import { account, ACCOUNT, market, observed, pathSeries, view } from './example.ts'

const rules = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE), version: 1 }]])
const nobody = new Set<string>()
const at = (state: ReturnType<typeof account>, markets = new Map([[1, market()]])) =>
  view({ rules, markets, accounts: accountsOf([state]) })

/** Cash that leaves health at the level at exactly zero: health is cash and something that cash does not change. */
const level = (name: 'MAINTENANCE' | 'INITIAL', state = account()): bigint => {
  const marks = [market().below]
  return state.cash - assess(state, marks, rules, 'BELOW').health[LEVEL_INDEX[name]]
}
const withCash = (cash: bigint, changed: Partial<ReturnType<typeof account>> = {}) =>
  account({ ...changed, cash: cash as Cash })

describe('the scan', () => {
  it('finds an account one unit below MAINTENANCE, and says by how much exactly', () => {
    const cash = level('MAINTENANCE')
    const { standings } = scan(at(withCash(cash - 1n)), nobody)
    expect(standings[0]?.below.health[LEVEL_INDEX.MAINTENANCE]).to.equal(-1n)
  })

  it('judges a barrier by whether it was touched', () => {
    const series = pathSeries('DOWN_IN_CALL', 9_000)
    const state = withCash(0n, { positions: [{ series, size: (-10n * ONE) as Size }] })
    const seen = (isTouched: boolean) => {
      const paths = new Map([[1, { hours: [], observed: [observed(series, { isTouched })] }]])
      return scan({ ...at(state), pages: { ...NO_PAGES, paths } }, nobody).standings
    }
    const plain = withCash(0n)
    expect(seen(true).map(({ below }) => below.health)).to.deep.equal(
      scan(at(plain), nobody).standings.map(({ below }) => below.health),
    )
    expect(seen(false)).to.not.deep.equal(seen(true))
  })

  it('leaves out a healthy account that is clear of MAINTENANCE', () => {
    expect(scan(at(withCash(level('MAINTENANCE') + ONE)), nobody).standings).to.deep.equal([])
  })

  it('finds a called account at INITIAL or at the end of its grace, and leaves it out between', () => {
    const { witnesses } = assess(account(), [market().below], rules, 'BELOW')
    const called = (cash: bigint, left: bigint, recorded = witnesses) => {
      const state = withCash(cash, { status: 'CALLED', grace: { left, since: new Map() }, witnesses: recorded })
      return scan(at(state), nobody).standings.length
    }
    expect(called(level('INITIAL'), 100n)).to.equal(1)
    expect(called(level('MAINTENANCE') + ONE, 100n)).to.equal(0)
    expect(called(level('MAINTENANCE') + ONE, 0n)).to.equal(1)
    expect(called(level('MAINTENANCE') + ONE, 100n, [])).to.equal(1)
  })

  it('passes over accounts of the house, of the outside world, and those that are empty', () => {
    const poor = withCash(-ONE, { positions: [] })
    const owner = `0x${(ACCOUNT >> 96n).toString(16).padStart(40, '0')}`
    expect(scan(at(poor), nobody).standings).to.have.length(1)
    expect(scan(at(poor), new Set([owner])).standings).to.deep.equal([])
    expect(scan(at({ ...poor, account: 0n as typeof ACCOUNT }), nobody).standings).to.deep.equal([])
    expect(scan(at(withCash(ONE, { positions: [] })), nobody).standings).to.deep.equal([])
  })

  it('says nothing of anybody while no source is live', () => {
    const dead = new Map([[1, market({}, 'DEAD')]])
    expect(scan(at(withCash(0n), dead), nobody)).to.deep.equal({ standings: [], unassessable: [], clearing: [] })
  })

  it('an account that the margin function has no answer for is told, and stops nobody else', () => {
    const state = account({ account: (ACCOUNT + 1n) as typeof ACCOUNT, collateral: [{ underlying: 9, amount: ONE }] })
    const two = view({ rules, accounts: accountsOf([state, withCash(0n)]) })
    const { standings, unassessable } = scan(two, nobody)
    expect(standings).to.have.length(1)
    expect(unassessable).to.have.length(1)
  })
})
