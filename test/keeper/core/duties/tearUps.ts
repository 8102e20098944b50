import { expect } from 'chai'
import { callsOf } from '../../../../keeper/core/calls.ts'
import { keyOf } from '../../../../keeper/core/duties/duty.ts'
import { tearUpDuties } from '../../../../keeper/core/duties/tearUps.ts'
import { NO_PAGES } from '../../../../keeper/core/pages.ts'
import type { AccountId } from '../../../../units/values.ts'
import { ACCOUNT, call, view } from '../example.ts'

const holders = Array.from({ length: 20 }, (_, index) => BigInt(index + 1) as AccountId)
const hopeless = view({ pages: { ...NO_PAGES, tearUps: [{ account: ACCOUNT, series: call, holders }] } })

describe('tearing up', () => {
  it('is due for what is past help, and is one duty of an account whatever series it has come to', () => {
    expect(tearUpDuties(view())).to.deep.equal([])
    expect(tearUpDuties(hopeless).map(keyOf)).to.deep.equal([`tearUp:${ACCOUNT}`])
  })

  it('names no more holders than a transaction has gas for', () => {
    const [torn] = callsOf(tearUpDuties(hopeless), 12_500_000n)
    expect([torn?.args, torn?.gas]).to.deep.equal([[ACCOUNT, call, holders.slice(0, 10)], 12_500_000n])
  })
})
