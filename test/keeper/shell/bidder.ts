import { expect } from 'chai'
import { pino } from 'pino'
import { accountsOf } from '../../../keeper/core/accounts.ts'
import type { Call } from '../../../keeper/core/calls.ts'
import { bidderOf } from '../../../keeper/shell/bidder.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import type { Sender } from '../../../keeper/shell/sender.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId } from '../../../units/values.ts'
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
      if (name === 'openAuctions') return [ACCOUNT, BUYER, 77n]
      return name === 'assess' ? { health: [0n, 0n, 0n, 50n * ONE] } : quote
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
    expect(offers[0]).to.deep.include({ buyer: BUYER, seriesHash: '0xaa', minDiscount: ONE / 5n })
  })

  it('asks nothing while nobody is in auction', async () => {
    await bidder.bid(view())
    expect(reads).to.deep.equal([])
  })
})
