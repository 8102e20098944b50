import { expect } from 'chai'
import { pino } from 'pino'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import { NO_PAGES } from '../../../keeper/core/pages.ts'
import type { Call } from '../../../keeper/core/calls.ts'
import { bidderOf } from '../../../keeper/shell/bidder.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import type { Sender } from '../../../keeper/shell/sender.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId, Cash } from '../../../units/values.ts'
import { account, ACCOUNT, view } from '../core/example.ts'

const BUYER = 9n as AccountId
const rules = { minDiscount: ONE / 10n, maxUse: ONE, maxFraction: ONE }
const quote = {
  equity: 100n * ONE,
  maintenance: 80n * ONE,
  initial: 100n * ONE,
  price: 80n * ONE,
  maxFraction: ONE / 2n,
  leastFraction: 1n,
  seriesHash: '0xaa',
}

describe('a keeper that bids', () => {
  let reads: string[]
  let sent: Call[]
  const chain = {
    read: async (_contract: string, name: string) => {
      reads.push(name)
      if (name === 'cashOf') return 20n * ONE
      if (name === 'openAuctions') return [ACCOUNT, BUYER, 77n]
      return name === 'assess' ? { health: [0n, 0n, 0n, (205n * ONE) / 4n] } : quote
    },
  } as unknown as Chain
  const sender = {
    inFlight: () => new Set(),
    send: async (call: Call) => void sent.push(call),
  } as unknown as Sender
  const bidder = bidderOf(chain, sender, BUYER, rules, false, pino({ level: 'silent' }))
  const inAuction = view({ accounts: accountsOf([account({ status: 'AUCTION' })]) })

  beforeEach(() => {
    reads = []
    sent = []
  })

  it('bids for what is offered, not on itself, and uses its means once', async () => {
    await bidder.bid(inAuction)
    const offers = sent.flatMap((call) => (call.functionName === 'bid' ? call.args : []))
    expect(offers.map(({ account: of, fraction }) => [of, fraction])).to.deep.equal([
      [ACCOUNT, ONE / 2n],
      [77n, ONE / 8n],
    ])
    expect(offers[0]).to.deep.include({ buyer: BUYER, seriesHash: '0xaa', minDiscount: (18n * ONE) / 100n })
  })

  it('buys a debtor’s collateral only where it is to, with no more than its cash', async () => {
    const sales = [{ underlying: 1, isOpen: true, discount: ONE / 20n }]
    const of = new Map([[ACCOUNT, { since: 1, interest: 0n, sales }]])
    const owing = view({
      accounts: accountsOf([account({ cash: (-1_000n * ONE) as Cash })]),
      pages: { ...NO_PAGES, debts: { positive: 0n, owed: 0n, of } },
    })
    await bidder.bid(owing)
    expect([reads, sent]).to.deep.equal([[], []])
    const both = { ...rules, sales: { minDiscount: ONE / 50n, maxUse: ONE } }
    await bidderOf(chain, sender, BUYER, both, false, pino({ level: 'silent' })).bid(owing)
    const bought = sent.flatMap((call) => (call.functionName === 'buy' ? call.args : []))
    expect(bought).to.deep.equal([
      {
        account: ACCOUNT,
        underlying: 1,
        buyer: BUYER,
        amount: (20n * ONE * ONE) / (190n * ONE),
        mostPrice: 196n * ONE,
      },
    ])
  })

  it('asks nothing while nobody is in auction', async () => {
    await bidder.bid(view())
    expect(reads).to.deep.equal([])
  })
})
