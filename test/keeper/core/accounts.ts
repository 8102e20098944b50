import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { emptyAccount } from '../../../keeper/core/view.ts'
import type { AccountState } from '../../../keeper/core/view.ts'
import { seriesIdOf } from '../../../units/series.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash, Price, Size } from '../../../units/values.ts'
import { account, ACCOUNT, call, EXPIRY } from './example.ts'
import { randomFrom } from '../../../scripts/bench/keeper/random.ts'

const sorted = (state: AccountState | undefined) => ({
  ...state,
  positions: state?.positions.toSorted((a, b) => (a.series < b.series ? -1 : 1)),
})

describe('the columns of accounts', () => {
  it('give back what was put, to the last digit', () => {
    const state = account({
      cash: (-(10n ** 27n) - 1n) as Cash,
      positions: [{ series: call, size: (-(ONE / 3n) - 7n) as Size }],
      collateral: [{ underlying: 1, amount: 123_456_789_012_345_678_901n }],
      status: 'CALLED',
      grace: { left: 5n, since: new Map([[1, 9n]]) },
    })
    expect(accountsOf([state]).get(ACCOUNT)).to.deep.equal(state)
  })

  it('an account that was never put is not there, and its version is zero', () => {
    expect(accountsOf([account()]).get((ACCOUNT + 1n) as AccountId)).to.equal(undefined)
    expect(accountsOf([]).versionOf(ACCOUNT)).to.equal(0n)
  })

  it('a thousand random changes leave the same as a map would', () => {
    const random = randomFrom(7)
    const accounts = accountsOf([], 4)
    const kept = new Map<AccountId, AccountState>()
    for (let i = 0; i < 1_000; i++) {
      const id = ((BigInt(random(30)) << 96n) | BigInt(random(4))) as AccountId
      const positions = Array.from({ length: random(9) }, (_, at) => ({
        series: seriesIdOf({
          underlying: 1 + (at % 2),
          expiry: EXPIRY + 86_400 * (at % 3),
          strike: (BigInt(100 + at) * ONE) as Price,
          kind: at % 4 === 0 ? 'PUT' : 'CALL',
          field: 0,
        }),
        size: (BigInt(random(2_000) - 1_000) * 10n ** 10n + BigInt(random(2)) + 1n) as Size,
      }))
      const state = { ...emptyAccount(id), version: BigInt(i), cash: BigInt(random(1e9)) as Cash, positions }
      accounts.put(state)
      kept.set(id, state)
    }
    for (const [id, state] of kept) expect(sorted(accounts.get(id))).to.deep.equal(sorted(state))
    expect(accounts.size()).to.equal(kept.size)
    const holders = [...kept.values()].filter(({ positions }) => positions.length > 2).map((it) => it.account)
    const third = EXPIRY + 2 * 86_400
    expect(accounts.holdersOf(1, third)).to.deep.equal(holders.toSorted((a, b) => (a < b ? -1 : 1)))
  })

  it('names who owes, who is in auction, and the series that are held', () => {
    const ids = [3n, 1n, 2n].map((index) => (ACCOUNT + index) as AccountId)
    const accounts = accountsOf(ids.map((id) => account({ account: id, cash: -1n as Cash, status: 'AUCTION' })))
    accounts.put(account({ account: ids[0]!, cash: 0n as Cash, status: 'CALLED', positions: [] }))
    expect([accounts.debtors(), accounts.inAuction()]).to.deep.equal([ids.slice(1), ids.slice(1)])
    expect(accounts.seriesOf(1)).to.deep.equal([call])
    expect(accounts.holdersOf(1, EXPIRY, (series) => series !== call)).to.deep.equal([])
    for (const id of ids) accounts.put(account({ account: id, positions: [] }))
    expect(accounts.seriesOf(1)).to.deep.equal([])
  })

  it('counts by status, and tells which slots were put', () => {
    const accounts = accountsOf([account(), account({ account: (ACCOUNT + 1n) as AccountId })])
    accounts.put(account({ status: 'AUCTION' }))
    expect([accounts.countOf('AUCTION'), accounts.countOf('HEALTHY')]).to.deep.equal([1, 1])
    expect(accounts.takeChanged()).to.deep.equal([0, 1, 0])
    expect(accounts.takeChanged()).to.deep.equal([])
  })
})
