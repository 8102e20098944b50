import { expect } from 'chai'
import type { ProtocolEvent } from '../../../sdk/protocol/events.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { createChecks } from '../../../sim/checks/checks.ts'
import type { AccountSeen, Books } from '../../../sim/checks/core/seen.ts'
import { toPrice } from '../../../sim/checks/core/truth.ts'
import type { Reader } from '../../../sim/checks/read.ts'
import { seriesIdOf } from '../../../units/series.ts'
import { cash, ONE, size, type Price } from '../../../units/values.ts'
import { MARKET_STATES, type UnderlyingMarks } from '../../../units/portfolio.ts'

const EXPIRY = 1584691200
const SHORT = { series: seriesIdOf({ underlying: 1, expiry: EXPIRY, strike: toPrice(150), kind: 'CALL', field: 0 }) }
const AGREED = MARKET_STATES.indexOf('AGREED')
const OPTIONS = { sweepBlocks: 2, mostBlocksToAuction: 3, staleSeconds: 60 }

/** A chain with two accounts, one short and one long, at index 150. */
function chain(units: { cash?: number; indexPrice?: number; event?: { eventName: string; args: object } } = {}) {
  const position = (contracts: bigint) => ({ ...SHORT, size: size(contracts * ONE) })
  const account = (id: bigint, contracts: bigint, amount: number): AccountSeen => ({
    account: id,
    portfolio: { cash: cash(BigInt(amount) * ONE), positions: [position(contracts)], collateral: [] },
    status: 'HEALTHY',
    graceLeft: 0n,
  })
  return {
    short: account(1n, -10n, units.cash ?? 1000),
    long: account(2n, 10n, 100),
    books: {
      held: 1100n * ONE,
      positive: 1100n * ONE,
      debts: 0n,
      cashIndex: ONE,
      fundCash: 0n,
      collateral: [],
    } as Books,
    market: marks(toPrice(units.indexPrice ?? 150), AGREED),
    index: { state: AGREED, reporters: toPrice(units.indexPrice ?? 150), reportersAt: 100 },
    events: (units.event === undefined ? [] : [{ contract: 'x', ...units.event }]) as unknown as ProtocolEvent[],
    settlementPrice: toPrice(160),
  }
}

function marks(spot: Price, state: number): UnderlyingMarks {
  const mark = {
    expiry: EXPIRY,
    secondsLeft: 604_800,
    windowSeconds: 1800,
    forwardRatio: ONE,
    settlementPrice: 0n as Price,
  }
  const smile = { theta: ONE / 50n, rho: -ONE / 10n, phi: ONE, elapsedShare: 0n, averageSoFar: 0n as Price }
  return { underlying: 1, state, candidates: [spot], expiries: [{ ...mark, ...smile }], older: [], surfaceAge: 60 }
}

function readerOf(seen: ReturnType<typeof chain>): Reader {
  const universe = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE) }]])
  return {
    underlyings: [1],
    isHouse: (account) => account === 3n,
    booksAt: () => Promise.resolve(seen.books),
    eventsAt: (block) => Promise.resolve(block === 1n ? seen.events : []),
    accountAt: (id) => Promise.resolve(id === 1n ? seen.short : seen.long),
    activeAccountsAt: () => Promise.resolve([seen.short, seen.long]),
    marketsAt: () => Promise.resolve({ below: [seen.market], above: [seen.market] }),
    indexAt: () => Promise.resolve(seen.index),
    settlementPriceAt: () => Promise.resolve(seen.settlementPrice),
    universeAt: () => Promise.resolve(universe),
  }
}

/** Every finding of a run of `blocks` over one unchanging chain whose venues print 150. */
async function findingsOf(seen: ReturnType<typeof chain>, blocks = 2): Promise<string[]> {
  const checks = createChecks(readerOf(seen), OPTIONS)
  for (const time of [0, 60, 120]) checks.take({ kind: 'tick', time, prices: { a: 149.9, b: 150, c: 150.1 } })
  const findings = []
  for (let block = 1; block <= blocks; block += 1) findings.push(...(await checks.atBlock(BigInt(block), 120)))
  findings.push(...(await checks.atEnd(BigInt(blocks), 120)))
  return findings.map((it) => (it.kind === 'violation' ? it.guarantee : it.kind))
}

const called = (account: bigint) => ({ eventName: 'MarginCallOpened', args: { account } })

describe('the checks', () => {
  it('find nothing on a chain that keeps its guarantees', async () => {
    expect(await findingsOf(chain(), 8)).to.deep.equal([])
  })

  it('find missing tokens at every block', async () => {
    const seen = chain()
    seen.books = { ...seen.books, held: 1099n * ONE }
    expect(await findingsOf(seen, 3)).to.deep.equal(['R1', 'R1', 'R1'])
  })

  it('find sizes that do not sum to zero at a sweep and at the end', async () => {
    const seen = chain()
    seen.long = { ...seen.long, portfolio: { ...seen.long.portfolio, positions: [] } }
    expect(await findingsOf(seen)).to.deep.equal(['R2', 'R2'])
  })

  it('find a call of a healthy account, by the exact twin', async () => {
    expect(await findingsOf(chain({ event: called(1n) }))).to.include('R3')
    expect(await findingsOf(chain({ event: called(1n), cash: 300 }))).to.deep.equal([])
  })

  it('tell a call as false that the venues’ true median does not support', async () => {
    const lied = await findingsOf(chain({ event: called(1n), cash: 600, indexPrice: 190 }))
    expect(lied).to.include('falseCall').and.include('R9').and.not.include('R3')
  })

  it('find an auction of an account above close-out', async () => {
    const event = { eventName: 'AuctionStarted', args: { account: 1n } }
    expect(await findingsOf(chain({ event }))).to.deep.equal(['R3'])
    expect(await findingsOf(chain({ event, cash: 100 }))).to.deep.equal([])
  })

  it('find an account that stays below close-out without an auction, once', async () => {
    expect(await findingsOf(chain({ cash: 0 }), 12)).to.deep.equal(['R4'])
    const seen = chain({ cash: 0 })
    seen.short = { ...seen.short, status: 'AUCTION' }
    expect(await findingsOf(seen, 12)).to.deep.equal([])
  })

  it('expect no auction of an account that clears an expiry', async () => {
    const seen = chain({ cash: 0 })
    seen.short = { ...seen.short, account: 3n }
    expect(await findingsOf(seen, 12)).to.deep.equal([])
  })

  it('wait with that while no price is live', async () => {
    const seen = chain({ cash: 0 })
    seen.market = { ...seen.market, state: MARKET_STATES.indexOf('SINGLE') }
    expect(await findingsOf(seen, 12)).to.deep.equal([])
  })

  it('find risk taken by an account that it leaves below INITIAL', async () => {
    const event = { eventName: 'Traded', args: { buyer: 2n, seller: 1n } }
    expect(await findingsOf(chain({ event, cash: 300 }))).to.deep.equal(['R6'])
    expect(await findingsOf(chain({ event }))).to.deep.equal([])
  })

  it('find a payoff that the positions do not earn', async () => {
    const args = { account: 1n, underlying: 1, expiry: EXPIRY }
    const paid = (payoff: bigint) => chain({ event: { eventName: 'AccountSettled', args: { ...args, payoff } } })
    expect(await findingsOf(paid(-100n * ONE))).to.deep.equal([])
    expect(await findingsOf(paid(-99n * ONE))).to.deep.equal(['R7'])
  })

  it('find a settlement price that changed after it was fixed', async () => {
    const args = { underlying: 1, expiry: EXPIRY, price: toPrice(161) }
    expect(await findingsOf(chain({ event: { eventName: 'SettlementPriceFixed', args } }))).to.deep.equal(['R7'])
  })

  it('find an index that no venue printed', async () => {
    const seen = chain()
    seen.index = { ...seen.index, reporters: toPrice(151.5) }
    expect(await findingsOf(seen, 1)).to.deep.equal(['R9'])
  })
})
