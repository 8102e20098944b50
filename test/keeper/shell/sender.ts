import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { chainAt } from '../../../keeper/shell/chain.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { purseOf } from '../../../keeper/shell/purse.ts'
import type { Purse } from '../../../keeper/shell/purse.ts'
import { senderFor } from '../../../keeper/shell/sender.ts'
import type { Again, Sender } from '../../../keeper/shell/sender.ts'
import type { Call } from '../../../keeper/core/calls.ts'
import { keyOf } from '../../../keeper/core/duties/duty.ts'
import { CONTRACT_NAMES } from '../../../sdk/protocol/addresses.ts'
import type { Addresses } from '../../../sdk/protocol/addresses.ts'
import type { AccountId } from '../../../units/values.ts'
import { openChain } from '../../../sim/world/chain.ts'
import type { Chain as World } from '../../../sim/world/chain.ts'

const KEY = `0x${'5'.repeat(64)}` as const
const START = 1_584_000_000
const GWEI = 10n ** 9n
const LIMITS = { cap: 100n * GWEI, tip: GWEI, gas: 1_000_000n }

/** Takes any call, refuses every call, answers every call with zero. */
const TAKES = `0x${'a1'.repeat(20)}` as const
const REFUSES = `0x${'a2'.repeat(20)}` as const
const ANSWERS_ZERO = `0x${'a3'.repeat(20)}` as const
const addresses = {
  ...Object.fromEntries(['accessManager', ...CONTRACT_NAMES].map((name) => [name, TAKES])),
  auctions: REFUSES,
  settlement: ANSWERS_ZERO,
} as Addresses

const lapse = (index: number): Call => {
  const account = BigInt(index) as AccountId
  const duties = [{ kind: 'lapse', account } as const]
  return { duties, gas: 100_000n, contract: 'marginCalls', functionName: 'lapse', args: [account] }
}
const refusedCall: Call = {
  duties: lapse(1).duties,
  gas: 100_000n,
  contract: 'auctions',
  functionName: 'close',
  args: [1n as AccountId],
}

describe('sending', function () {
  this.timeout(60_000)
  let world: World
  let chain: Chain
  let sender: Sender
  let purse: Purse
  let time = START

  before(async () => {
    world = await openChain({ startTime: START, forkUrl: undefined })
    const { provider } = world.connection
    await provider.request({ method: 'hardhat_setCode', params: [TAKES, '0x00'] })
    await provider.request({ method: 'hardhat_setCode', params: [REFUSES, '0x5f5ffd'] })
    await provider.request({ method: 'hardhat_setCode', params: [ANSWERS_ZERO, '0x60205ff3'] })
    await world.takeClock()
  })
  after(() => world.close())

  beforeEach(async () => {
    chain = chainAt([world.rpc.httpUrl], addresses, 10)
    purse = purseOf(10n ** 18n)
    sender = senderFor(chain, KEY, 31337, LIMITS, purse)
    await world.giveEther(privateKeyToAccount(KEY).address, 10n ** 20n)
  })
  afterEach(() => chain.close())

  const mine = async (baseFee = GWEI) => {
    await world.mine((time += 12), baseFee)
    return chain.newest()
  }
  const send = async (call: Call, isDryRun = false) => sender.send(call, await chain.newest(), isDryRun)
  const same: Again = async (call) => call
  const settled = async (baseFee?: bigint, again: Again = same) => sender.settle(await mine(baseFee), again)

  it('a call is in flight until its block, and done in it', async () => {
    await mine()
    expect(await send(lapse(1))).to.equal(undefined)
    expect([...sender.inFlight()]).to.deep.equal(['lapse:1'])
    const [outcome] = await settled()
    expect(outcome?.kind).to.equal('done')
    expect(sender.inFlight().size).to.equal(0)
  })

  it('several calls of one head take consecutive nonces and share a block', async () => {
    await mine()
    for (const index of [1, 2, 3]) expect(await send(lapse(index))).to.equal(undefined)
    const outcomes = await settled()
    expect(outcomes.map(({ kind, call }) => [kind, keyOf(call.duties[0]!)])).to.deep.equal([
      ['done', 'lapse:1'],
      ['done', 'lapse:2'],
      ['done', 'lapse:3'],
    ])
  })

  it('what the chain refuses in simulation is not sent, and costs no nonce', async () => {
    await mine()
    const failure = await send(refusedCall)
    expect(failure?.kind).to.equal('refused')
    expect(sender.inFlight().size).to.equal(0)
    expect(await send(lapse(1))).to.equal(undefined)
    expect(await settled()).to.have.length(1)
  })

  it('what would change nothing is not sent', async () => {
    await mine()
    const idle: Call = { ...lapse(1), contract: 'settlement', functionName: 'settle', args: [1, 8, []] }
    expect(await send(idle)).to.deep.equal({ kind: 'refused', error: 'NothingWouldChange()' })
    expect(await world.pendingCount()).to.equal(0)
  })

  it('a dry run simulates and sends nothing', async () => {
    await mine()
    expect(await send(lapse(1), true)).to.equal(undefined)
    expect((await send(refusedCall, true))?.kind).to.equal('refused')
    expect(await world.pendingCount()).to.equal(0)
  })

  it('a transaction that the base fee has overtaken is replaced after two blocks, with the same nonce', async () => {
    await mine()
    await send(lapse(1))
    expect(await settled(20n * GWEI)).to.deep.equal([])
    expect(await settled(20n * GWEI)).to.deep.equal([])
    expect(await world.pendingCount()).to.equal(1)
    const [outcome] = await settled(20n * GWEI)
    expect(outcome?.kind).to.equal('done')
  })

  it('and cancelled where the duty is this keeper’s no longer', async () => {
    await mine()
    await send(lapse(1))
    for (const _ of [1, 2]) await settled(20n * GWEI, async () => undefined)
    const [outcome] = await settled(20n * GWEI, async () => undefined)
    expect(outcome?.kind).to.equal('cancelled')
  })

  it('what is replaced is decided anew: another call takes the nonce, and what would be refused is not sent again', async () => {
    await mine()
    await send(lapse(1))
    for (const _ of [1, 2]) await settled(20n * GWEI, async () => lapse(7))
    expect([...sender.inFlight()]).to.deep.equal(['lapse:7'])
    const [other] = await settled(20n * GWEI)
    expect([other?.kind, keyOf(other!.call.duties[0]!)]).to.deep.equal(['done', 'lapse:7'])
    await mine()
    await send(lapse(1))
    for (const _ of [1, 2]) await settled(20n * GWEI, async () => refusedCall)
    expect((await settled(20n * GWEI))[0]?.kind).to.equal('cancelled')
  })

  it('what a reorganisation has left behind a gap is forgotten, and the gap is filled at once', async () => {
    await mine()
    const { provider } = world.connection
    const snapshot = await provider.request({ method: 'evm_snapshot' })
    await send(lapse(1))
    await settled()
    await send(lapse(2))
    await provider.request({ method: 'evm_revert', params: [snapshot] })
    expect(await settled()).to.deep.equal([])
    expect(sender.inFlight().size).to.equal(0)
    expect(await send(lapse(3))).to.equal(undefined)
    const [outcome] = await settled()
    expect([outcome?.kind, keyOf(outcome!.call.duties[0]!)]).to.deep.equal(['done', 'lapse:3'])
  })

  it('nothing is sent beyond the daily cap, and a day later again', async () => {
    await mine()
    const tight = senderFor(chain, KEY, 31337, LIMITS, purseOf(350_000n * GWEI))
    expect(await tight.send(lapse(1), await chain.newest(), false)).to.equal(undefined)
    expect((await tight.send(lapse(2), await chain.newest(), false))?.kind).to.equal('transient')
    expect((await tight.settle(await mine(), same))[0]?.kind).to.equal('done')
    expect(await tight.send(lapse(2), await chain.newest(), false)).to.equal(undefined)
  })

  it('a call that needs more gas than the limit is refused, never cut off inside', async () => {
    await mine()
    expect((await send({ ...lapse(1), gas: 1_000_001n }))?.kind).to.equal('refused')
  })

  it('nothing is sent while the base fee is above the cap', async () => {
    await mine(101n * GWEI)
    expect((await send(lapse(1)))?.kind).to.equal('transient')
    expect(await world.pendingCount()).to.equal(0)
  })

  it('a nonce used by somebody else with the same key is noticed, and the next one is right', async () => {
    await mine()
    const twin = senderFor(chain, KEY, 31337, { ...LIMITS, tip: 3n * GWEI }, purse)
    await send(lapse(1))
    await twin.send(lapse(2), await chain.newest(), false)
    const [outcome] = await settled()
    expect(outcome?.kind).to.equal('lost')
    expect(await send(lapse(3))).to.equal(undefined)
    expect((await settled())[0]?.kind).to.equal('done')
  })
})
