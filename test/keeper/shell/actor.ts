import { expect } from 'chai'
import { pino } from 'pino'
import type { Call, SignedObservation } from '../../../keeper/core/calls.ts'
import type { Decision } from '../../../keeper/core/decide.ts'
import { keyOf } from '../../../keeper/core/duties/duty.ts'
import type { Duty } from '../../../keeper/core/duties/duty.ts'
import { actorOf } from '../../../keeper/shell/actor.ts'
import type { Actor, ActorParts } from '../../../keeper/shell/actor.ts'
import { keeperMetrics } from '../../../keeper/shell/metrics.ts'
import type { Outcome } from '../../../keeper/shell/sender.ts'
import type { Failure } from '../../../units/failure.ts'
import { defaultGrid, defaultMarginParameters, ETH_RANGE } from '../../../risk/parameters.ts'
import { ONE } from '../../../units/values.ts'
import type { AccountId } from '../../../units/values.ts'
import { ACCOUNT, NOW, view } from '../core/example.ts'

const cure: Duty = { kind: 'recordCure', account: ACCOUNT }
const prices: Duty = { kind: 'reportPrices', underlying: 1, round: NOW - 3 }
const mine = (...duties: Duty[]): Decision => ({ due: duties, mine: duties, marks: new Map() })
const by = (reporter: number): SignedObservation => ({
  reporter,
  observation: { underlying: 1, time: BigInt(NOW - 3), price: 5n, halfWidth: 0n },
  signature: '0x',
})

const MAX_GAS = 15_000_000n

describe('carrying out a decision', () => {
  let sent: Call[]
  let inFlight: Set<string>
  let outcomes: Outcome[]
  let failure: Failure | undefined
  let own: SignedObservation | undefined
  let actor: Actor
  let parts: object

  beforeEach(() => {
    sent = []
    inFlight = new Set()
    outcomes = []
    failure = undefined
    own = by(3)
    parts = {
      chain: {},
      lookout: { self: () => ({ id: 3 }), observation: async () => own, surface: async () => undefined },
      peers: { observations: async () => [by(4), by(1)], surfaces: async () => [] },
      sender: {
        inFlight: () => inFlight,
        settle: async () => outcomes,
        send: async (call: Call) => {
          sent.push(call)
          return failure
        },
      },
      metrics: keeperMetrics(),
      log: pino({ level: 'silent' }),
      isDryRun: false,
      maxGas: MAX_GAS,
    }
    actor = actorOf(parts as unknown as ActorParts)
  })
  const act = (...duties: Duty[]) => actor.act(view(), mine(...duties))

  it('a report carries its own observation and what peers gave, in the order that the oracle asks', async () => {
    await act(prices)
    const [call] = sent
    expect(call?.functionName === 'report' && call.args[0].map(({ reporter }) => reporter)).to.deep.equal([1, 3, 4])
  })

  it('what others saw is carried without a view of its own', async () => {
    own = undefined
    await act(prices)
    expect(sent[0]?.functionName === 'report' && sent[0].args[0].length).to.equal(2)
  })

  it('into an open round it adds its own value only', async () => {
    await act({ kind: 'addObservation', underlying: 1, round: NOW - 3 })
    expect(sent[0]?.functionName === 'report' && sent[0].args[0].map(({ reporter }) => reporter)).to.deep.equal([3])
  })

  it('a duty on its way is not sent again', async () => {
    inFlight.add(keyOf(cure))
    await act(cure)
    expect(sent).to.deep.equal([])
  })

  it('what the chain refused is not asked again while nothing changes, and counts no longer as due', async () => {
    failure = { kind: 'refused', error: 'AccountNotCured(1, 2)' }
    await act(cure)
    await act(cure)
    expect(sent).to.have.length(1)
    expect(actor.open(view(), [cure, prices])).to.deep.equal([prices])
  })

  it('margin calls that the reckoned gas does not suffice for are tried with all that a transaction may have', async () => {
    failure = { kind: 'refused', error: 'NothingWouldChange()' }
    await act({ kind: 'openMarginCall', account: ACCOUNT, shortfall: 1n, witnesses: [] })
    expect(sent.map(({ gas }) => gas)).to.deep.equal([2_800_000n, MAX_GAS])
  })

  it('what could not be sent is tried again at the next head', async () => {
    failure = { kind: 'transient', reason: 'the node is away' }
    await act(cure)
    await act(cure)
    expect(sent).to.have.length(2)
  })

  it('counts what is done and what has failed, and nothing else', async () => {
    await act(cure)
    const call = sent[0]!
    const of = { call, hash: '0x1', gasUsed: 9n } as const
    outcomes = [
      { kind: 'done', ...of },
      { kind: 'failed', ...of },
      { kind: 'cancelled', ...of },
      { kind: 'lost', call },
    ]
    await act()
    expect([actor.did(), actor.failed()]).to.deep.equal([{ recordCure: 1 }, 1])
  })

  describe('where the operator names who is paid', () => {
    const PAYEE = 77n as AccountId
    let lines: Record<string, unknown>[]
    const paid = () => {
      lines = []
      const stream = { write: (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>) }
      const formatters = { log: (line: object) => JSON.parse(JSON.stringify(line, textOf)) as Record<string, unknown> }
      const chain = { read: async () => 1 }
      const log = pino({ formatters }, stream)
      return actorOf({ ...parts, chain, log, pay: { payee: PAYEE, tip: 1n } } as unknown as ActorParts)
    }
    const textOf = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
    const rules = new Map([[1, { parameters: defaultMarginParameters(), grid: defaultGrid(ETH_RANGE), version: 1 }]])

    it('a duty goes through Rewards where that pays, and what it is worth is logged', async () => {
      await paid().act(view({ rules }), mine(cure))
      expect(sent.map(({ contract, args }) => [contract, args])).to.deep.equal([['rewards', [ACCOUNT, PAYEE]]])
      const { reward } = lines.find(({ msg }) => msg === 'sent') as { reward: Record<string, string> }
      expect(reward).to.deep.include({ gas: '300000', bonus: (2n * ONE).toString() })
      expect(BigInt(reward['profit']!) > 0n).to.equal(true)
    })

    it('and directly where it does not pay, or the chain refuses that', async () => {
      await paid().act(view(), mine(cure))
      expect(sent.map(({ contract }) => contract)).to.deep.equal(['marginCalls'])
      sent = []
      failure = { kind: 'refused', error: 'AccountNotCured(1, 2)' }
      await paid().act(view({ rules }), mine(cure))
      expect(sent.map(({ contract }) => contract)).to.deep.equal(['rewards', 'marginCalls'])
    })
  })

  it('too few surfaces make no call', async () => {
    await act({ kind: 'submitSurface', underlying: 1, round: NOW - 3, reason: 'old' })
    expect(sent).to.deep.equal([])
  })
})
