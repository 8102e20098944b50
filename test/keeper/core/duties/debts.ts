import { expect } from 'chai'
import { accountsOf } from '../../../../keeper/core/accounts.ts'
import { chargeInterestDuties, openSaleDuties } from '../../../../keeper/core/duties/debts.ts'
import { NO_PAGES } from '../../../../keeper/core/pages.ts'
import type { Debt } from '../../../../keeper/core/pages.ts'
import type { MarketState } from '../../../../units/portfolio.ts'
import { ONE } from '../../../../units/values.ts'
import type { Cash } from '../../../../units/values.ts'
import { account, ACCOUNT, assessment, head, market, NOW, standing, view } from '../example.ts'

const DAY = 86_400
const sale = { underlying: 1, isOpen: false, discount: 0n }
const owing = (changed: Partial<Debt> = {}, owed = 10n, state: MarketState = 'AGREED') =>
  view({
    markets: new Map([[1, market({}, state)]]),
    pages: {
      ...NO_PAGES,
      debts: {
        positive: 100n * ONE,
        owed: owed * ONE,
        of: new Map([[ACCOUNT, { since: NOW - DAY, interest: 0n, sales: [sale], ...changed }]]),
      },
    },
  })
const due = [{ kind: 'openSale', account: ACCOUNT, underlying: 1 }]

describe('the sale of a debtor’s collateral', () => {
  it('opens a day after the debt arose, and not before', () => {
    expect(openSaleDuties(owing(), [])).to.deep.equal(due)
    expect(openSaleDuties(owing({ since: NOW - DAY + 1 }), [])).to.deep.equal([])
  })

  it('opens at once below MAINTENANCE, and where debts pass half of positive cash', () => {
    const young = { since: head.time }
    expect(openSaleDuties(owing(young, 50n), [])).to.deep.equal([])
    expect(openSaleDuties(owing(young, 51n), [])).to.deep.equal(due)
    expect(openSaleDuties(owing(young), [standing(account(), assessment(9, 5, 0, -1))])).to.deep.equal([])
    expect(openSaleDuties(owing(young), [standing(account(), assessment(9, 5, -1, -2))])).to.deep.equal(due)
  })

  it('opens once, one underlying at a time, and only while two sources speak', () => {
    expect(openSaleDuties(owing({ sales: [{ ...sale, isOpen: true }] }), [])).to.deep.equal([])
    expect(openSaleDuties(owing({ sales: [sale, { ...sale, underlying: 2 }] }), [])).to.deep.equal(due)
    expect(openSaleDuties(owing({ sales: [] }), [])).to.deep.equal([])
    expect(openSaleDuties(owing({}, 10n, 'DISPUTED'), [])).to.deep.equal(due)
    expect(openSaleDuties(owing({}, 10n, 'WIDE'), [])).to.deep.equal([])
  })

  it('opens not for a debt that was paid meanwhile', () => {
    expect(openSaleDuties(owing({ since: 0 }, 90n), [])).to.deep.equal([])
  })
})

describe('interest', () => {
  it('is charged once it is worth a transaction', () => {
    expect(chargeInterestDuties(owing({ interest: 10n * ONE - 1n }))).to.deep.equal([])
    expect(chargeInterestDuties(owing({ interest: 10n * ONE }))).to.deep.equal([
      { kind: 'chargeInterest', account: ACCOUNT },
    ])
  })

  it('of a large debt is charged every few days, not at every head', () => {
    const large = accountsOf([account({ cash: (-100_000n * ONE) as Cash })])
    const duties = (interest: bigint) =>
      chargeInterestDuties({ ...owing({ interest: interest * ONE }), accounts: large })
    expect(duties(49n)).to.deep.equal([])
    expect(duties(50n)).to.have.length(1)
  })
})
