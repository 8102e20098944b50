import { expect } from 'chai'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { withPages } from '../../../keeper/shell/pages.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash, Size } from '../../../units/values.ts'
import { account, ACCOUNT, call, head, observed, pathSeries, view } from '../core/example.ts'

const nobody = new Set<string>()
const other = (index: number): AccountId => (ACCOUNT + BigInt(index)) as AccountId

/** Answers by function, and keeps what was asked. */
function chainOf(answers: Readonly<Record<string, (args: readonly unknown[]) => unknown>>) {
  const asked: (readonly unknown[])[] = []
  const read = async (_contract: string, name: string, args: readonly unknown[], at: string) => {
    expect(at).to.equal(head.hash)
    asked.push([name, ...args])
    return answers[name]!(args)
  }
  const addresses = { defaultFund: `0x${'f'.repeat(40)}` }
  return { chain: { read, addresses } as unknown as Chain, asked }
}

describe('pages that are asked for where they matter', () => {
  it('cost nothing where nobody holds a barrier or an average, owes, or is in auction', async () => {
    const { chain, asked } = chainOf({})
    expect((await withPages(chain, view(), nobody)).pages).to.deep.equal(NO_PAGES)
    expect(asked).to.deep.equal([])
  })

  it('paths come in one request an underlying while there are few series, hours once', async () => {
    const series = Array.from({ length: 130 }, (_, index) => pathSeries('DOWN_OUT_CALL', 5_000 + index))
    const accounts = accountsOf(
      series.map((it, index) => account({ account: other(index), positions: [{ series: it, size: ONE as Size }] })),
    )
    const hours = [{ hour: 3_600, price: 1n, isObservable: false }]
    const { chain, asked } = chainOf({
      paths: ([, at, page]: readonly unknown[]) => [
        (at as readonly number[]).length > 0 ? hours : [],
        (page as readonly (typeof series)[0][]).map((it) => observed(it)),
      ],
    })
    const { pages } = await withPages(chain, view({ accounts }), nobody)
    expect(pages.paths.get(1)).to.deep.equal({ hours, observed: series.map((it) => observed(it)) })
    expect(asked.map(([, underlying, at, page]) => [underlying, (at as []).length, (page as []).length])).to.deep.equal(
      [
        [1, 6, 64],
        [1, 0, 64],
        [1, 0, 2],
      ],
    )
  })

  it('debts come in one request', async () => {
    const accounts = accountsOf([account({ cash: -ONE as Cash })])
    const sales = [{ underlying: 1, isOpen: true, discount: 5n }]
    const { chain } = chainOf({
      debts: () => [[{ account: ACCOUNT, since: 7n, interest: 3n, sales }], 100n, 40n],
    })
    const { debts } = (await withPages(chain, view({ accounts }), nobody)).pages
    expect(debts).to.deep.equal({
      positive: 100n,
      owed: 40n,
      of: new Map([[ACCOUNT, { since: 7, interest: 3n, sales }]]),
    })
  })

  it('of auctions only those past help are looked at closer, up to the first series that something is left of', async () => {
    const dead = account({
      status: 'AUCTION',
      positions: [call, later].map((series) => ({ series, size: -ONE as Size })),
    })
    const holder = account({ account: other(1), positions: dead.positions.map((it) => ({ ...it, size: ONE as Size })) })
    const rest = account({ account: other(2), status: 'AUCTION' })
    const { chain, asked } = chainOf({
      cashOf: () => 0n,
      hopeless: () => [true, false],
      tearable: ([, series]: readonly unknown[]) => (series === call ? [] : [other(1)]),
    })
    const { tearUps } = (await withPages(chain, view({ accounts: accountsOf([dead, holder, rest]) }), nobody)).pages
    expect(tearUps).to.deep.equal([{ account: ACCOUNT, series: later, holders: [other(1)] }])
    expect(asked.slice(1)).to.deep.equal([
      ['hopeless', [ACCOUNT, other(2)]],
      ['tearable', ACCOUNT, call, [other(1)]],
      ['tearable', ACCOUNT, later, [other(1)]],
    ])
  })

  it('while the default fund has anything no auction is looked at', async () => {
    const { chain, asked } = chainOf({ cashOf: () => 1n })
    const accounts = accountsOf([account({ status: 'AUCTION' })])
    expect((await withPages(chain, view({ accounts }), nobody)).pages.tearUps).to.deep.equal([])
    expect(asked).to.deep.equal([['cashOf', BigInt(`0x${'f'.repeat(40)}`) << 96n]])
  })
})

const later = (call + (1n << 88n)) as typeof call
