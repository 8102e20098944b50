import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { purchasesOf } from '../../../keeper/core/buying.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash } from '../../../units/values.ts'
import { account, ACCOUNT, market, view } from './example.ts'

const BUYER = 9n as AccountId
const OTHER = (ACCOUNT + 1n) as AccountId
const percent = (share: bigint): bigint => (share * ONE) / 100n
const rules = { minDiscount: percent(2n), maxUse: ONE / 2n }
const debt = (discount: bigint, isOpen = true) => ({
  since: 1,
  interest: 0n,
  sales: [{ underlying: 1, isOpen, discount: percent(discount) }],
})
const offering = (...debts: readonly (readonly [AccountId, ReturnType<typeof debt>])[]) =>
  view({
    accounts: accountsOf(debts.map(([id]) => account({ account: id, cash: (-190n * ONE) as Cash }))),
    pages: { ...NO_PAGES, debts: { positive: 0n, owed: 0n, of: new Map(debts) } },
  })

describe('buying a debtor’s collateral', () => {
  it('takes what pays the debt, at the index less the discount, and no dearer than asked for', () => {
    expect(purchasesOf(offering([ACCOUNT, debt(5n)]), BUYER, 1_000n * ONE, rules)).to.deep.equal([
      { account: ACCOUNT, underlying: 1, buyer: BUYER, amount: ONE, mostPrice: 196n * ONE },
    ])
  })

  it('takes the deepest discount first, while means last', () => {
    const both = offering([ACCOUNT, debt(3n)], [OTHER, debt(5n)])
    const bought = purchasesOf(both, BUYER, 570n * ONE, rules)
    expect(bought.map(({ account: of }) => of)).to.deep.equal([OTHER, ACCOUNT])
    expect(bought[1]!.amount).to.equal((95n * ONE * ONE) / (194n * ONE))
    expect(purchasesOf(both, BUYER, 380n * ONE, rules)).to.have.length(1)
    expect(purchasesOf(both, BUYER, -ONE, rules)).to.deep.equal([])
  })

  it('takes nothing before the sale, above the discount asked for, of its own, or in a dispute', () => {
    const means = 1_000n * ONE
    expect(purchasesOf(offering([ACCOUNT, debt(5n, false)]), BUYER, means, rules)).to.deep.equal([])
    expect(purchasesOf(offering([ACCOUNT, debt(1n)]), BUYER, means, rules)).to.deep.equal([])
    expect(purchasesOf(offering([ACCOUNT, debt(5n)]), ACCOUNT, means, rules)).to.deep.equal([])
    const disputed = { ...offering([ACCOUNT, debt(5n)]), markets: new Map([[1, market({}, 'DISPUTED')]]) }
    expect(purchasesOf(disputed, BUYER, means, rules)).to.deep.equal([])
  })
})
