import { expect } from 'chai'
import * as judge from '../../../../sim/checks/core/judge.ts'
import type { AccountSeen, Books, Health } from '../../../../sim/checks/core/seen.ts'
import { seriesIdOf } from '../../../../units/series.ts'
import { cash, ONE, price, size, type Price } from '../../../../units/values.ts'
import type { Portfolio } from '../../../../units/portfolio.ts'

const EXPIRY = 1584086400
const CALL = seriesIdOf({ underlying: 1, expiry: EXPIRY, strike: units(150), kind: 'CALL', field: 0 })
const PUT = seriesIdOf({ underlying: 1, expiry: EXPIRY, strike: units(150), kind: 'PUT', field: 0 })

function units(value: number): Price {
  return price(BigInt(Math.round(value * 1e6)) * 10n ** 12n)
}

function holding(call: number, put = 0, collateral = 0): Portfolio {
  const positions = [
    { series: CALL, size: size(units(call)) },
    { series: PUT, size: size(units(put)) },
  ].filter((position) => position.size !== 0n)
  return {
    cash: cash(0n),
    positions,
    collateral: collateral === 0 ? [] : [{ underlying: 1, amount: units(collateral) as bigint }],
  }
}

const health = (maintenance: number, other = maintenance): Health => [
  cash(units(other)),
  cash(units(other)),
  cash(units(maintenance)),
  cash(units(other)),
]

const BOOKS: Books = {
  held: 100n * ONE,
  positive: 110n * ONE,
  debts: 10n * ONE,
  cashIndex: ONE,
  fundCash: 5n * ONE,
  collateral: [{ underlying: 1, held: 3n * ONE, owned: 3n * ONE }],
}

function accountWith(portfolio: Portfolio): AccountSeen {
  return { account: 7n, portfolio, status: 'HEALTHY', graceLeft: 0n }
}

const guaranteesOf = (findings: readonly { guarantee: string }[]) => findings.map((it) => it.guarantee)

describe('the judge', () => {
  it('sees cash that no token and no debt covers', () => {
    expect(judge.judgeBooks(BOOKS)).to.deep.equal([])
    expect(judge.judgeBooks({ ...BOOKS, held: BOOKS.held + 1n })).to.deep.equal([])
    expect(guaranteesOf(judge.judgeBooks({ ...BOOKS, held: BOOKS.held - 1n }))).to.deep.equal(['R1'])
  })

  it('sees collateral that custody does not hold', () => {
    const collateral = [{ underlying: 1, held: 3n * ONE - 1n, owned: 3n * ONE }]
    expect(guaranteesOf(judge.judgeBooks({ ...BOOKS, collateral }))).to.deep.equal(['R1'])
  })

  it('sees sizes that do not sum to zero per series, even where the other series hides it', () => {
    const even = [accountWith(holding(2, -1)), accountWith(holding(-2, 1))]
    expect(judge.judgeSizes(even)).to.deep.equal([])
    const odd = [accountWith(holding(2, -2)), accountWith(holding(-1, 1))]
    expect(guaranteesOf(judge.judgeSizes(odd))).to.deep.equal(['R2', 'R2'])
  })

  it('sees a loss that reached the holders of cash before the fund was empty', () => {
    const lower = { ...BOOKS, cashIndex: (ONE * 9n) / 10n }
    expect(guaranteesOf(judge.judgeLossOrder(BOOKS, lower))).to.deep.equal(['R8'])
    expect(judge.judgeLossOrder(BOOKS, { ...lower, fundCash: 0n })).to.deep.equal([])
    expect(judge.judgeLossOrder(BOOKS, BOOKS)).to.deep.equal([])
    expect(guaranteesOf(judge.judgeLossOrder(lower, BOOKS))).to.deep.equal(['R8'])
  })

  it('sees a call of an account that was not below maintenance in any state its block can have shown', () => {
    expect(guaranteesOf(judge.judgeCall(7n, [health(0), health(1)]))).to.deep.equal(['R3'])
    expect(guaranteesOf(judge.judgeCall(7n, [undefined]))).to.deep.equal(['R3'])
    expect(judge.judgeCall(7n, [health(1), health(-1)])).to.deep.equal([])
  })

  it('sees an auction above close-out within the grace, and above maintenance after it', () => {
    const between: Health = [cash(ONE), cash(1n), cash(-1n), cash(-ONE)]
    expect(guaranteesOf(judge.judgeAuctionStart(7n, [between], false))).to.deep.equal(['R3'])
    expect(judge.judgeAuctionStart(7n, [between], true)).to.deep.equal([])
    expect(guaranteesOf(judge.judgeAuctionStart(7n, [health(0)], true))).to.deep.equal(['R3'])
    expect(judge.judgeAuctionStart(7n, [health(-1)], false)).to.deep.equal([])
  })

  it('sees a bid that lowers the health of the account it acts on', () => {
    expect(judge.judgeBid(7n, health(-5), health(-5))).to.deep.equal([])
    expect(guaranteesOf(judge.judgeBid(7n, health(-5), health(-6)))).to.deep.equal(['R5', 'R5'])
    expect(guaranteesOf(judge.judgeBid(7n, health(-5, 2), health(-5, 1)))).to.deep.equal(['R5'])
  })

  it('sees risk taken by an account that is left below INITIAL, and lets it reduce', () => {
    const [before, after] = [holding(-2), holding(-3)]
    expect(guaranteesOf(judge.judgeRiskTaken(7n, [health(0, -1)], before, after))).to.deep.equal(['R6'])
    expect(judge.judgeRiskTaken(7n, [health(0, 0)], before, after)).to.deep.equal([])
    expect(judge.judgeRiskTaken(7n, [health(0, -1)], after, before)).to.deep.equal([])
  })

  it('takes neither a turned sign, nor a new series, nor collateral taken out for a reduction', () => {
    expect(judge.isReduction(holding(-2), holding(1))).to.equal(false)
    expect(judge.isReduction(holding(-2), holding(-1, -1))).to.equal(false)
    expect(judge.isReduction(holding(-2, 0, 2), holding(-1, 0, 1))).to.equal(false)
    expect(judge.isReduction(holding(-2, 0, 2), holding(-1, 0, 2))).to.equal(true)
    expect(judge.isReduction(holding(-2), holding(-2))).to.equal(false)
  })

  it('sees an index outside what the venues printed', () => {
    expect(judge.judgeIndex(1, units(100), units(99), units(101))).to.deep.equal([])
    expect(guaranteesOf(judge.judgeIndex(1, units(98), units(99), units(101)))).to.deep.equal(['R9'])
    expect(guaranteesOf(judge.judgeIndex(1, units(102), units(99), units(101)))).to.deep.equal(['R9'])
  })

  it('sees a settlement price that changed', () => {
    expect(judge.judgeSettlementPrice(EXPIRY, units(150), units(150))).to.deep.equal([])
    expect(guaranteesOf(judge.judgeSettlementPrice(EXPIRY, units(150), units(151)))).to.deep.equal(['R7'])
  })

  it('sees a payoff that is not what the positions pay at the one settlement price', () => {
    const before = holding(-2, 1)
    const due = units(-20) as bigint
    expect(judge.payoffOf(before, EXPIRY, units(160))).to.equal(due)
    expect(judge.payoffOf(before, EXPIRY, units(140))).to.equal(units(10))
    expect(judge.judgeSettled(7n, EXPIRY, before, units(160), due)).to.deep.equal([])
    expect(guaranteesOf(judge.judgeSettled(7n, EXPIRY, before, units(160), due + ONE))).to.deep.equal(['R7'])
    expect(guaranteesOf(judge.judgeSettled(7n, EXPIRY, before, units(161), due))).to.deep.equal(['R7'])
  })
})
