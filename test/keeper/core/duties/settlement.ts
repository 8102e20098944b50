import { expect } from 'chai'
import { accountsOf } from '../../../../keeper/core/accounts.ts'
import { fixSettlementPriceDuties, settleDuties } from '../../../../keeper/core/duties/settlement.ts'
import { ONE } from '../../../../units/values.ts'
import type { Price } from '../../../../units/values.ts'
import { account, ACCOUNT, EXPIRY, expiryMark, head, market, view } from '../example.ts'

const over = { ...head, time: EXPIRY }
const fixed = new Map([[1, market({}, 'AGREED', expiryMark({ settlementPrice: (150n * ONE) as Price }))]])
const nobody = new Set<string>()

describe('settlement', () => {
  it('the price of an expiry that is held is to be fixed from its second on, not before', () => {
    expect(fixSettlementPriceDuties(view({ head: { ...head, time: EXPIRY - 1 } }))).to.deep.equal([])
    expect(fixSettlementPriceDuties(view({ head: over }))).to.deep.equal([
      { kind: 'fixSettlementPrice', underlying: 1, expiry: EXPIRY },
    ])
  })

  it('accounts are settled once the price is fixed, and the price is not fixed again', () => {
    const after = view({ head: over, markets: fixed })
    expect(fixSettlementPriceDuties(after)).to.deep.equal([])
    expect(settleDuties(view({ head: over }), nobody)).to.deep.equal([])
    expect(settleDuties(after, nobody)).to.deep.equal([
      { kind: 'settle', underlying: 1, expiry: EXPIRY, accounts: [ACCOUNT] },
    ])
  })

  it('neither accounts that hold nothing of it, nor the house’s, are named', () => {
    const empty = view({ head: over, markets: fixed, accounts: accountsOf([account({ positions: [] })]) })
    expect(settleDuties(empty, nobody)).to.deep.equal([])
    const house = new Set([`0x${(ACCOUNT >> 96n).toString(16).padStart(40, '0')}`])
    expect(settleDuties(view({ head: over, markets: fixed }), house)).to.deep.equal([])
  })
})
