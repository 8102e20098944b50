import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { debtorsOf, hoursOf, pathSeriesOf, tearableOf } from '../../../keeper/core/pages.ts'
import { seriesIdOf } from '../../../units/series.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash, Price, SeriesId, Size } from '../../../units/values.ts'
import { account, ACCOUNT, call, EXPIRY, head, market, pathSeries, view } from './example.ts'

const HOUR = 3_600
const other = (index: number): AccountId => (ACCOUNT + BigInt(index)) as AccountId
const holding = (series: SeriesId, size = ONE, id = ACCOUNT) =>
  account({ account: id, positions: [{ series, size: size as Size }] })

describe('what is asked where it matters', () => {
  it('of series the barriers and averages that somebody holds, and no others', () => {
    const barrier = pathSeries('DOWN_OUT_CALL', 9_000)
    const average = pathSeries('ASIAN_PUT', 24)
    const digital = pathSeries('DIGITAL_CALL', 0)
    const accounts = accountsOf([average, call, barrier, digital].map((it, index) => holding(it, ONE, other(index))))
    expect(pathSeriesOf(view({ accounts }), 1)).to.deep.equal([barrier, average])
    accounts.put(account({ account: other(2), positions: [] }))
    expect(pathSeriesOf(view({ accounts }), 1)).to.deep.equal([average])
    expect(pathSeriesOf(view({ accounts }), 2)).to.deep.equal([])
  })

  it('the full hours of the last six, none after the last barrier has expired, none for an average', () => {
    const noon = EXPIRY - 20 * HOUR
    const at = (time: number, ...series: SeriesId[]) => hoursOf(view({ head: { ...head, time } }), series)
    const barrier = pathSeries('UP_IN_PUT', 12_000)
    expect(at(noon, barrier)).to.deep.equal([6, 5, 4, 3, 2, 1, 0].map((hours) => noon - hours * HOUR))
    expect(at(noon + 1, barrier)).to.have.length(6)
    expect(at(EXPIRY + 2 * HOUR, barrier)).to.deep.equal([4, 3, 2, 1, 0].map((hours) => EXPIRY - hours * HOUR))
    expect(at(EXPIRY + 6 * HOUR + 1, barrier)).to.deep.equal([])
    expect(at(noon, pathSeries('ASIAN_CALL', 24))).to.deep.equal([])
  })

  it('of those who owe neither the house nor who is in auction, and of very many those who owe most', () => {
    const owing = (index: number, cash: bigint, changed = {}) =>
      account({ account: other(index), cash: (cash * ONE) as Cash, positions: [], ...changed })
    const houses = ((0xcafen << 96n) | 1n) as AccountId
    const few = [owing(2, -1n), owing(1, -5n), owing(3, 0n), owing(4, -9n, { status: 'AUCTION' })]
    const states = [...few, account({ account: houses, cash: -ONE as Cash })]
    const house = new Set([`0x${'cafe'.padStart(40, '0')}`])
    expect(debtorsOf(view({ accounts: accountsOf(states) }), house)).to.deep.equal([other(1), other(2)])
    const many = Array.from({ length: 80 }, (_, index) => owing(index, -BigInt(index + 1)))
    const asked = debtorsOf(view({ accounts: accountsOf(many) }), house)
    expect([asked.length, asked[0], asked.at(-1)]).to.deep.equal([64, other(16), other(79)])
  })

  it('of what is past help the series that have a mark, each with who holds the other side', () => {
    const over = seriesIdOf({ underlying: 1, expiry: head.time, strike: ONE as Price, kind: 'PUT', field: 0 })
    const dead = account({ positions: [call, over].map((series) => ({ series, size: -ONE as Size })) })
    const accounts = accountsOf([dead, holding(call, 2n * ONE, other(2)), holding(call, -ONE, other(1))])
    expect(tearableOf(view({ accounts }), ACCOUNT)).to.deep.equal([{ series: call, holders: [other(2)] }])
    const disputed = new Map([[1, market({}, 'DISPUTED')]])
    expect(tearableOf(view({ accounts, markets: disputed }), ACCOUNT)).to.deep.equal([])
  })
})
