import { expect } from 'chai'
import { accountsOf } from '../../../../keeper/core/accounts.ts'
import { NO_PAGES } from '../../../../keeper/core/pages.ts'
import type { View } from '../../../../keeper/core/view.ts'
import { fixSettlementPriceDuties, settleDuties } from '../../../../keeper/core/duties/settlement.ts'
import { ONE } from '../../../../units/values.ts'
import type { AccountId, Price, Size } from '../../../../units/values.ts'
import { account, ACCOUNT, EXPIRY, expiryMark, head, market, observed, pathSeries, view } from '../example.ts'

const over = { ...head, time: EXPIRY }
const fixed = new Map([[1, market({}, 'AGREED', expiryMark({ settlementPrice: (150n * ONE) as Price }))]])
const OTHER = (ACCOUNT + 1n) as AccountId
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

  it('what hangs on a path waits for its own observation, and holds up nothing else', () => {
    const barrier = pathSeries('DOWN_OUT_CALL', 9_000)
    const positions = [{ series: barrier, size: ONE as Size }]
    const seen = (settlementPrice: bigint) => ({
      ...NO_PAGES,
      paths: new Map([
        [1, { hours: [], observed: [observed(barrier, { settlementPrice: settlementPrice as Price })] }],
      ]),
    })
    const both = [account({ positions }), account({ account: OTHER })]
    const named = (pages: View['pages']) =>
      settleDuties(view({ head: over, markets: fixed, accounts: accountsOf(both), pages }), nobody).flatMap((duty) =>
        duty.kind === 'settle' ? duty.accounts : [],
      )
    expect(named(seen(0n))).to.deep.equal([OTHER])
    expect(named(seen(150n))).to.deep.equal([ACCOUNT, OTHER])
  })

  it('in a market that was wound down at a price every expiry is settled, also before its time', () => {
    const silence = { notedAt: 1, marketTime: 1n, declaredAt: 2, checkpoints: 1, sampledAt: 3 }
    const at = (price: bigint) => view({ silences: new Map([[1, { ...silence, price }]]) })
    expect(settleDuties(at(0n), nobody)).to.deep.equal([])
    expect(settleDuties(at(1n), nobody)).to.deep.equal([
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
