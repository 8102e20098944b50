// Every log of a block becomes one event, credited to whoever sent the transaction.
import { expect } from 'chai'
import type { ProtocolEvent } from '../../../sdk/protocol/events.ts'
import { addLosses, tellBlock, type BlockFacts } from '../../../sim/driver/tell.ts'

const ONE = 10n ** 18n
const YEAR = 365 * 86_400

const event = (eventName: string, args: Readonly<Record<string, unknown>>) =>
  ({ contract: 'any', eventName, args }) as unknown as ProtocolEvent

const block = (...events: ProtocolEvent[]): BlockFacts => ({
  number: 7,
  time: 100,
  baseFeeWei: 10n ** 9n,
  transactions: [
    { from: '0xaa', gasUsed: 21_000n, error: undefined, events },
    { from: '0xbb', gasUsed: 30_000n, error: 'GraceNotOver(1, 2)', events: [] },
  ],
})

describe('sim/driver/tell', () => {
  it('tells the block, and a failed transaction with its error and its sender', () => {
    const [first, failed] = tellBlock(block())
    expect(first).to.deep.equal({
      kind: 'block',
      number: 7,
      time: 100,
      baseFeeGwei: 1,
      gasUsed: 51_000,
      transactions: 2,
    })
    expect(failed).to.deep.include({ kind: 'failedTransaction', by: '0xbb', error: 'GraceNotOver(1, 2)' })
  })

  it('credits a call and a bid to the sender, in whole units', () => {
    const told = tellBlock(
      block(
        event('MarginCallOpened', { account: 5n }),
        event('BidTaken', { account: 5n, fraction: ONE / 4n, paid: -3n * ONE }),
      ),
    )
    expect(told).to.deep.include({ kind: 'marginCall', time: 100, by: '0xaa', account: '5' })
    expect(told).to.deep.include({ kind: 'bid', time: 100, by: '0xaa', account: '5', fraction: 0.25, paid: -3 })
  })

  it('counts the observations of one transaction, and names the keepers that found no cluster', () => {
    const told = tellBlock(
      block(event('Observed', { reporter: 1, halfWidth: 0n }), event('Observed', { reporter: 2, halfWidth: 9n })),
    )
    expect(told.filter(({ kind }) => kind === 'reported')).to.deep.equal([
      { kind: 'reported', time: 100, by: '0xaa', observations: 2 },
    ])
    expect(told.filter(({ kind }) => kind === 'noCluster')).to.deep.equal([{ kind: 'noCluster', time: 100, keeper: 2 }])
  })

  it('tells the volatility of the slice nearest to thirty days', () => {
    const slices = [
      { expiry: 100 + YEAR / 365, theta: ONE },
      { expiry: 100 + YEAR / 12, theta: (ONE * 3n) / 100n },
    ]
    const [surface] = tellBlock(block(event('SurfaceChanged', { slices }))).filter(({ kind }) => kind === 'surface')
    expect(surface).to.deep.include({ atTheMoneyVolatility: 0.6 })
  })

  it('adds up what the fund paid and what was shared', () => {
    const before = { coveredByFund: ONE, shared: 0n }
    const after = addLosses(
      before,
      block(event('DeficitCovered', { paid: 2n * ONE }), event('CashIndexChanged', { loss: 5n })),
    )
    expect(after).to.deep.equal({ coveredByFund: 3n * ONE, shared: 5n })
  })
})
