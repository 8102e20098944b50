import { expect } from 'chai'
import { pino } from 'pino'
import type { Decision } from '../../../keeper/core/decide.ts'
import type { Head } from '../../../keeper/core/view.ts'
import type { Chain } from '../../../keeper/shell/chain.ts'
import { keeperOf } from '../../../keeper/shell/keeper.ts'
import type { Keeper, Parts } from '../../../keeper/shell/keeper.ts'
import { keeperMetrics } from '../../../keeper/shell/metrics.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { ONE } from '../../../units/values.ts'
import { ACCOUNT, call, market, universe } from '../core/example.ts'

const SIGNER = `0x${'5'.repeat(40)}`

let isOther = false
let chainId = 1
const broken: string[] = []
let touching = false
const TOUCH = { contract: 'ledger', eventName: 'CashChanged', args: { account: ACCOUNT, cash: 5n, version: 2n } }

/** A chain of empty blocks that holds one account, and can be told to fail or to fork. */
function fakeChain() {
  const reads: string[] = []
  let onHead: (head: Head) => void = () => undefined
  let failuresLeft = 0
  const answers: Record<string, unknown> = {
    'lens.universe': { ...universe, epoch: 1n, assetCount: 2, activeAccounts: 1n, openAuctions: 0n },
    'lens.accounts': [
      {
        account: ACCOUNT,
        version: 1n,
        portfolio: { cash: 1_000_000n * ONE, positions: [{ series: call, size: ONE }], collateral: [] },
        status: 0,
        graceLeft: 0n,
        witnesses: [],
      },
    ],
    'lens.account': {
      account: ACCOUNT,
      version: 1n,
      portfolio: { cash: 1_000_000n * ONE, positions: [], collateral: [] },
      status: 0,
      graceLeft: 0n,
    },
    'lens.market': { ...market(), index: { price: 200n * ONE, reporters: 200n * ONE }, newestRoundTime: 0n },
    'lens.parameters': [defaultMarginParameters(), defaultGrid(ETH_RANGE)],
    'parameters.version': 1,
    'volatilityBook.surface': [0n, []],
    'withdrawalQueue.places': [0n, 0n],
    'windDown.silenceOf': { notedAt: 0n, marketTime: 0n, declaredAt: 0n, checkpoints: 0n },
    'windDown.samplesOf': { cumulative: 0n, covered: 0n, takenAt: 0n, last: 0n },
    'windDown.price': 0n,
    'anchor.trialOf': { aggregator: `0x${'0'.repeat(40)}`, since: 0n, last: 0n, apartSince: 0n },
    'keeperRegistry.keeper': { signer: SIGNER, endpoint: '' },
    'keeperRegistry.signerOf': SIGNER,
  }
  const chain = {
    requests: () => reads.length,
    endpoints: () => [],
    chainIds: async () => [chainId],
    watch: (listener: typeof onHead) => {
      onHead = listener
      return () => undefined
    },
    read: async (contract: string, functionName: string) => {
      if (failuresLeft > 0) {
        failuresLeft -= 1
        throw new Error('the node is away')
      }
      reads.push(`${contract}.${functionName}`)
      return answers[`${contract}.${functionName}`]
    },
    events: async () => {
      reads.push('events')
      return touching ? [TOUCH] : []
    },
    headAt: async (number: bigint) => headOf(Number(number), isOther ? 'c' : ''),
  }
  return {
    chain: chain as unknown as Chain,
    reads,
    answers,
    mine: (head: Head) => onHead(head),
    fail: (times: number) => (failuresLeft = times),
  }
}

const hashOf = (number: number, fork = ''): `0x${string}` => `0x${number}${fork}`
const headOf = (number: number, fork = ''): Head => ({
  number: BigInt(number),
  hash: hashOf(number, fork),
  parentHash: hashOf(number - 1),
  time: 1_584_000_000 + 12 * number,
  baseFee: 1n,
})

describe('the keeper’s loop', () => {
  let world: ReturnType<typeof fakeChain>
  let keeper: Keeper
  let acted: bigint[]
  let marks: Decision['marks']
  let hold: Promise<void> | undefined
  let met: number
  let failMeeting: number

  beforeEach(() => {
    world = fakeChain()
    acted = []
    hold = undefined
    met = 0
    failMeeting = 0
    const parts = {
      onBroken: (why: string) => broken.push(why),
      config: {
        chainId: 1,
        deployment: { addresses: {} },
        underlyings: [],
        limits: { minVenues: 3, maxHeadSilenceMs: 60_000 },
      },
      chain: world.chain,
      markets: { feeds: () => [] },
      signer: { address: SIGNER },
      vitals: { look: async () => undefined, reasons: () => [] },
      recall: async () => undefined,
      bidder: undefined,
      sender: { address: SIGNER, inFlight: () => new Set(), backlog: () => 0, raises: () => 0 },
      peers: {
        meet: async () => {
          met += 1
          if (failMeeting-- > 0) throw new Error('the node is away')
        },
        idOf: () => 1,
      },
      lookout: {
        see: () => undefined,
        self: () => ({ id: 1, price: () => undefined, surface: () => undefined }),
        missed: () => ({ noCluster: 0, noView: 0 }),
      },
      actor: {
        act: async ({ head }: { head: Head }, decision: Decision) => {
          acted.push(head.number)
          marks = decision.marks
          await hold
        },
        open: (_view: unknown, due: readonly unknown[]) => due,
        did: () => ({}),
        failed: () => 0,
      },
      metrics: keeperMetrics(),
      log: pino({ level: 'silent' }),
    }
    keeper = keeperOf(parts as unknown as Parts)
    keeper.start()
  })
  afterEach(() => keeper.stop())

  const decided = async (number: number): Promise<number> => (await keeper.statusAfter(number)).decidedBlock

  it('a head is decided on once its transactions are sent, and the status says so', async () => {
    let release: () => void = () => undefined
    hold = new Promise((resolve) => (release = resolve))
    world.mine(headOf(1))
    for (let i = 0; i < 100 && acted.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 20))
    expect([acted, keeper.status().decidedBlock]).to.deep.equal([[1n], 0])
    release()
    expect(await decided(1)).to.equal(1)
  })

  it('heads that came during a turn are skipped but for the newest', async () => {
    let release: () => void = () => undefined
    hold = new Promise((resolve) => (release = resolve))
    for (const number of [1, 2, 3, 4]) world.mine(headOf(number))
    await new Promise((resolve) => setTimeout(resolve, 20))
    for (const number of [5, 6, 7]) world.mine(headOf(number))
    release()
    await decided(7)
    expect(acted.at(-1)).to.equal(7n)
    expect(acted.length).to.be.below(4)
  })

  it('a duty is dated by the head at which it fell due, also where that one was skipped', async () => {
    // A new price is due thirty seconds after this: at head 2.
    world.answers['lens.market'] = {
      ...(world.answers['lens.market'] as object),
      newestRoundTime: BigInt(headOf(0).time - 10),
    }
    world.mine(headOf(1))
    await decided(1)
    world.mine(headOf(3))
    await decided(3)
    expect(acted).to.deep.equal([1n, 3n])
    expect([...marks.values()]).to.deep.equal([headOf(2).time])
  })

  it('whoever is further behind looks at the newest head alone', async () => {
    world.answers['lens.market'] = {
      ...(world.answers['lens.market'] as object),
      newestRoundTime: BigInt(headOf(0).time - 10),
    }
    world.mine(headOf(1))
    await decided(1)
    world.mine(headOf(5))
    await decided(5)
    expect([...marks.values()]).to.deep.equal([headOf(5).time])
  })

  it('a quiet head costs two reads: its logs and its market', async () => {
    world.mine(headOf(1))
    await decided(1)
    world.reads.length = 0
    world.mine(headOf(2))
    await decided(2)
    expect(world.reads).to.deep.equal(['events', 'lens.market'])
  })

  it('what a reorganisation touched is read again, and nothing else', async () => {
    world.mine(headOf(1))
    await decided(1)
    touching = true
    world.mine(headOf(2))
    await decided(2)
    touching = false
    world.reads.length = 0
    world.mine({ ...headOf(2, 'b'), number: 3n, parentHash: '0x2b' })
    await decided(3)
    expect(world.reads).to.include.members(['events', 'lens.account', 'volatilityBook.surface'])
    expect(world.reads).to.not.include('lens.accounts')
  })

  it('a head of which no ancestor is remembered is read anew from the pages', async () => {
    world.mine(headOf(1))
    await decided(1)
    world.mine(headOf(2))
    await decided(2)
    world.reads.length = 0
    isOther = true
    world.mine({ ...headOf(3), parentHash: '0xother' })
    await decided(3)
    isOther = false
    expect(world.reads).to.include('lens.accounts')
    expect(world.reads).to.not.include('events')
  })

  it('a node that is away for a while stops nothing, and no peer is left unmet', async () => {
    for (const failures of [1, 3]) {
      world.fail(failures)
      world.mine(headOf(failures))
      expect(await decided(failures)).to.equal(failures)
    }
    expect(met).to.equal(1)
  })

  it('peers that could not be met are met at the next attempt', async () => {
    failMeeting = 2
    world.mine(headOf(1))
    await decided(1)
    expect(met).to.equal(3)
    expect(world.reads.filter((read) => read === 'lens.accounts')).to.have.length(1)
  })

  it('a node that is of another chain stops it', async () => {
    chainId = 5
    world.mine(headOf(1))
    await decided(1)
    chainId = 1
    expect(broken).to.deep.equal(['a node is of chain 5, the settings are of chain 1'])
  })

  it('what it says of itself follows what it has done', async () => {
    expect(keeper.unready()).to.deep.equal(['no head decided on yet'])
    world.mine(headOf(1))
    await decided(1)
    expect(keeper.unready()).to.deep.equal([])
    expect(keeper.status()).to.deep.include({ keeper: 1, decidedTime: 1_584_000_012, due: 1, inFlight: 0 })
  })
})
