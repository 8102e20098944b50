import { expect } from 'chai'
import { expiriesHeld, fold, graceLeft } from '../../../keeper/core/view.ts'
import type { ProtocolEvent } from '../../../sdk/protocol/events.ts'
import { ONE } from '../../../units/values.ts'
import { account, ACCOUNT, call, EXPIRY, market, view } from './example.ts'

const cashChanged = (cash: bigint, version: bigint): ProtocolEvent => ({
  contract: 'ledger',
  eventName: 'CashChanged',
  args: { account: ACCOUNT, cash, version },
})
const positionChanged = (size: bigint, version: bigint): ProtocolEvent => ({
  contract: 'ledger',
  eventName: 'PositionChanged',
  args: { account: ACCOUNT, series: call, size, version },
})
const opened: ProtocolEvent = {
  contract: 'marginCalls',
  eventName: 'MarginCallOpened',
  args: { account: ACCOUNT, graceSeconds: 900, witnesses: [] },
}
const markets = new Map([[1, market({ marketTime: 2_000n })]])
const foldOf = (...events: ProtocolEvent[]) => fold(view(), events, markets)

describe('the view', () => {
  it('carries the state after the change from the events', () => {
    const { accounts, unknown } = foldOf(cashChanged(7n, 6n), positionChanged(-3n * ONE, 7n))
    expect(accounts.get(ACCOUNT)).to.deep.include({ cash: 7n, version: 7n })
    expect(accounts.get(ACCOUNT)?.positions).to.deep.equal([{ series: call, size: -3n * ONE }])
    expect(unknown.size).to.equal(0)
  })

  it('a position of size zero is gone, and with it its expiry', () => {
    const { accounts } = foldOf(positionChanged(0n, 6n))
    expect(accounts.get(ACCOUNT)?.positions).to.deep.equal([])
    expect(expiriesHeld(accounts, 1)).to.deep.equal([])
    expect(expiriesHeld(view().accounts, 1)).to.deep.equal([EXPIRY])
  })

  it('a gap in the versions shows that an event was missed; what was known already is skipped', () => {
    expect([...foldOf(cashChanged(7n, 8n)).unknown]).to.deep.equal([ACCOUNT])
    const repeated = foldOf(cashChanged(7n, 5n))
    expect(repeated.unknown.size).to.equal(0)
    expect(repeated.accounts.get(ACCOUNT)?.cash).to.equal(account().cash)
  })

  it('a call starts a grace that runs by the clock of the account’s market', () => {
    const { accounts } = foldOf(opened)
    const state = accounts.get(ACCOUNT)!
    expect(state.status).to.equal('CALLED')
    const later = (marketTime: bigint) => view({ markets: new Map([[1, market({ marketTime })]]) })
    expect(graceLeft(later(2_000n), state)).to.equal(900n)
    expect(graceLeft(later(2_899n), state)).to.equal(1n)
    expect(graceLeft(later(2_900n), state)).to.equal(0n)
  })

  it('the end of an auction leaves the status that the event names', () => {
    const left: ProtocolEvent = {
      contract: 'marginCalls',
      eventName: 'AuctionLeft',
      args: { account: ACCOUNT, status: 3 },
    }
    expect(foldOf(left).accounts.get(ACCOUNT)?.status).to.equal('CLOSED')
  })

  it('a shared loss and a new epoch are told apart: they are read anew', () => {
    const shared: ProtocolEvent = { contract: 'ledger', eventName: 'CashIndexChanged', args: { index: 1n, loss: 1n } }
    expect(foldOf(shared)).to.deep.include({ isCashScaled: true, isEpochNew: false })
  })

  it('a surface is carried by its event', () => {
    const slices = [{ expiry: EXPIRY, theta: 1n, rho: 2n, phi: 3n }]
    const changed: ProtocolEvent = {
      contract: 'volatilityBook',
      eventName: 'SurfaceChanged',
      args: { underlying: 1, time: 50n, slices },
    }
    expect(foldOf(changed).surfaces.get(1)).to.deep.equal({ time: 50, slices })
  })
})
