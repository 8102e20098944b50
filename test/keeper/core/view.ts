import { expect } from 'chai'
import {
  distinct,
  expiriesAfter,
  fold,
  graceLeft,
  surfacesAfter,
  toldBy,
  weakestMarket,
} from '../../../keeper/core/view.ts'
import type { ProtocolEvent } from '../../../sdk/protocol/events.ts'
import { seriesIdOf, seriesOf } from '../../../units/series.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId } from '../../../units/values.ts'
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
const foldOf = (...events: ProtocolEvent[]) => {
  const { accounts } = view()
  const told = toldBy(accounts, events)
  fold(accounts, events, markets)
  return { accounts, told }
}

describe('the view', () => {
  it('carries the state after the change from the events', () => {
    const { accounts, told } = foldOf(cashChanged(7n, 6n), positionChanged(-3n * ONE, 7n))
    expect(accounts.get(ACCOUNT)).to.deep.include({ cash: 7n, version: 7n })
    expect(accounts.get(ACCOUNT)?.positions).to.deep.equal([{ series: call, size: -3n * ONE }])
    expect(told.gaps.length).to.equal(0)
  })

  it('a position of size zero is gone, and with it its expiry', () => {
    const { accounts } = foldOf(positionChanged(0n, 6n))
    expect(accounts.get(ACCOUNT)?.positions).to.deep.equal([])
    expect(accounts.expiriesOf(1)).to.deep.equal([])
    expect(view().accounts.expiriesOf(1)).to.deep.equal([EXPIRY])
  })

  it('marks are asked for expiries that events open, before anything is changed', () => {
    const { accounts } = view()
    const series = seriesIdOf({ ...seriesOf(call), expiry: EXPIRY + 86_400 })
    const opened = [{ ...positionChanged(ONE, 6n), args: { account: ACCOUNT, series, size: ONE, version: 6n } }]
    expect(expiriesAfter(accounts, opened as ProtocolEvent[], 1)).to.deep.equal([EXPIRY, EXPIRY + 86_400])
    expect(expiriesAfter(accounts, opened as ProtocolEvent[], 2)).to.deep.equal([])
    expect(accounts.expiriesOf(1)).to.deep.equal([EXPIRY])
  })

  it('a gap in the versions shows that an event was missed; what was known already is skipped', () => {
    expect(foldOf(cashChanged(7n, 8n)).told.gaps).to.deep.equal([ACCOUNT])
    const repeated = foldOf(cashChanged(7n, 5n))
    expect(repeated.told.gaps.length).to.equal(0)
    expect(repeated.told.touched).to.deep.equal([ACCOUNT])
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
    // A stop leaves ten minutes at least, as the contract says.
    const stopped = (marketTime: bigint, lastStop: bigint) =>
      view({ markets: new Map([[1, market({ marketTime, lastStop })]]) })
    expect(graceLeft(stopped(2_890n, 2_890n), state)).to.equal(600n)
    expect(graceLeft(stopped(3_000n, 2_890n), state)).to.equal(490n)
    expect(graceLeft(stopped(2_200n, 2_100n), state)).to.equal(700n)
    expect(graceLeft(stopped(2_200n, 2_000n), state)).to.equal(700n)
  })

  it('the end of an auction leaves the status that the event names', () => {
    const left: ProtocolEvent = {
      contract: 'marginCalls',
      eventName: 'AuctionLeft',
      args: { account: ACCOUNT, status: 3 },
    }
    expect(foldOf(left).accounts.get(ACCOUNT)?.status).to.equal('CLOSED')
  })

  it('who is touched twice is named once, and accounts that differ in their owner alone are two', () => {
    const other = (ACCOUNT + (1n << 96n)) as AccountId
    expect(distinct([ACCOUNT, other, ACCOUNT])).to.deep.equal([ACCOUNT, other])
  })

  it('a shared loss and a change of the fleet are told apart: they are read anew', () => {
    const shared: ProtocolEvent = { contract: 'ledger', eventName: 'CashIndexChanged', args: { index: 1n, loss: 1n } }
    expect(foldOf(shared).told).to.deep.include({ isCashScaled: true, isFleetNew: false })
    const slept: ProtocolEvent = {
      contract: 'keeperRegistry',
      eventName: 'KeeperPutToSleep',
      args: { id: 2, absences: 1 },
    }
    expect(foldOf(slept).told).to.deep.include({ isCashScaled: false, isFleetNew: true })
  })

  it('a market that was wound down is dead to whoever holds options of it, whoever speaks there again', () => {
    const silence = { notedAt: 1, marketTime: 1n, checkpoints: 1, sampledAt: 0, price: 0n }
    const at = (declaredAt: number) => view({ silences: new Map([[1, { ...silence, declaredAt }]]) })
    expect(weakestMarket(at(0), account())).to.equal('AGREED')
    expect(weakestMarket(at(2), account())).to.equal('DEAD')
  })

  it('a surface is carried by its event', () => {
    const slices = [{ expiry: EXPIRY, theta: 1n, rho: 2n, phi: 3n, basis: 4 }]
    const changed: ProtocolEvent = {
      contract: 'volatilityBook',
      eventName: 'SurfaceChanged',
      args: { underlying: 1, time: 50n, slices },
    }
    expect(surfacesAfter(new Map(), [changed]).get(1)).to.deep.equal({ time: 50, slices })
  })
})
