import { expect } from 'chai'
import { sweepDustDuties } from '../../../../keeper/core/duties/dust.ts'
import { ONE } from '../../../../units/values.ts'
import type { AccountId, Cash } from '../../../../units/values.ts'
import { accountsOf } from '../../../../keeper/core/accounts.ts'
import { account, EXPIRY, head, view } from '../example.ts'

const clearingOf = (expiry: number, cash: bigint) =>
  account({ account: ((7n << 96n) | (1n << 32n) | BigInt(expiry)) as AccountId, cash: cash as Cash, positions: [] })
const after = view({ head: { ...head, time: EXPIRY + 60 }, accounts: accountsOf() })

describe('sweeping dust', () => {
  it('is due where a clearing account of a settled expiry has kept back something', () => {
    expect(sweepDustDuties(after, [clearingOf(EXPIRY, ONE / 100n)])).to.deep.equal([
      { kind: 'sweepDust', underlying: 1, expiry: EXPIRY },
    ])
  })

  it('not for less than a hundredth, not before the expiry, not while somebody still holds of it', () => {
    expect(sweepDustDuties(after, [clearingOf(EXPIRY, ONE / 100n - 1n)])).to.deep.equal([])
    expect(sweepDustDuties(view(), [clearingOf(EXPIRY, ONE)])).to.deep.equal([])
    const held = view({ head: { ...head, time: EXPIRY + 60 } })
    expect(sweepDustDuties(held, [clearingOf(EXPIRY, ONE)])).to.deep.equal([])
  })
})
