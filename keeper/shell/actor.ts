// How is a decision carried out? Signatures gathered, calls made, each simulated and sent; what became of earlier ones is told.
import type { Logger } from 'pino'
import { callsOf, reportCall, surfaceCall, withAllGas } from '../core/calls.ts'
import type { Call } from '../core/calls.ts'
import type { Decision } from '../core/decide.ts'
import { keyOf } from '../core/duties/duty.ts'
import type { Duty, DutyKind } from '../core/duties/duty.ts'
import { gasLearnt, paidCallsOf, rewardOf } from '../core/rewards.ts'
import type { AccountId } from '../../units/values.ts'
import type { View } from '../core/view.ts'
import type { Chain } from './chain.ts'
import { fixCalls } from './checkpoints.ts'
import type { Lookout } from './lookout.ts'
import type { Metrics } from './metrics.ts'
import type { Peers } from './peers.ts'
import { refusals } from './refusals.ts'
import type { Outcome, Sender } from './sender.ts'
import type { Failure } from '../../units/failure.ts'

export type Actor = {
  /** Looks after what was sent before, then sends what is this keeper's and not yet on its way. */
  readonly act: (view: View, decision: Decision) => Promise<void>
  /** Of `due`, what was not refused without anything having changed since. */
  readonly open: (view: View, due: readonly Duty[]) => readonly Duty[]
  readonly did: () => Readonly<Partial<Record<DutyKind, number>>>
  /** Transactions mined without success. */
  readonly failed: () => number
}

export type ActorParts = {
  readonly chain: Chain
  readonly lookout: Lookout
  readonly peers: Peers
  readonly sender: Sender
  readonly metrics: Metrics
  readonly log: Logger
  readonly isDryRun: boolean
  /** Of one transaction. */
  readonly maxGas: bigint
  /** Account that is paid for duties, and the tip [wei a gas]; only where the operator names one. */
  readonly pay?: { readonly payee: AccountId; readonly tip: bigint } | undefined
}

export function actorOf({ chain, lookout, peers, sender, metrics, log, isDryRun, maxGas, pay }: ActorParts): Actor {
  const refused = refusals()
  const did: Partial<Record<DutyKind, number>> = {}
  let failed = 0
  /** [gas] By the last of each kind that was mined. */
  const used = new Map<DutyKind, bigint>()
  /** Underlying that is the chain's own token, zero for none: it never changes. */
  let native: number | undefined

  function open(view: View, due: readonly Duty[]): readonly Duty[] {
    const markets = marketsText(view)
    return due.filter((duty) => !refused.isRefused(keyOf(duty), view.head, markets))
  }

  // ---- earlier transactions ------------------------------------------------------------------------------------

  async function settle(view: View, mine: readonly Duty[]): Promise<void> {
    const taken = new Set<string>()
    /** The same duties decided anew; if none is this keeper's any longer, the next that is not on its way. */
    const again = async (call: Call): Promise<Call | undefined> => {
      const keys = new Set(call.duties.map(keyOf))
      const own = mine.filter((duty) => keys.has(keyOf(duty)))
      const onItsWay = sender.inFlight()
      const next = mine.find((duty) => !onItsWay.has(keyOf(duty)) && !taken.has(keyOf(duty)))
      const [first] = await callsFor(own.length > 0 ? own : next === undefined ? [] : [next], view)
      const found = first?.[0]
      for (const duty of found?.duties ?? []) taken.add(keyOf(duty))
      if (found !== undefined) log.info({ block: view.head.number, of: found.duties.map(keyOf) }, 'replacing')
      return found
    }
    for (const outcome of await sender.settle(view.head, again)) tell(outcome, view)
  }

  function tell(outcome: Outcome, { head }: View): void {
    const duty = outcome.call.duties[0]?.kind
    if (duty === undefined) return
    if (outcome.kind === 'lost') {
      metrics.lost.inc()
      log.warn({ duty, block: head.number }, 'nonce consumed by a transaction that is none of ours')
      return
    }
    metrics.gasUsed.inc(Number(outcome.gasUsed))
    if (outcome.kind === 'failed') {
      failed += 1
      metrics.failed.inc({ duty })
    } else if (outcome.kind === 'done') {
      const learnt = gasLearnt(outcome.call, outcome.gasUsed)
      if (learnt !== undefined) used.set(...learnt)
      for (const { kind } of outcome.call.duties) did[kind] = (did[kind] ?? 0) + 1
      metrics.done.inc({ duty }, outcome.call.duties.length)
    }
    const { kind, hash, gasUsed } = outcome
    log[kind === 'failed' ? 'warn' : 'info']({ duty, hash, gasUsed, block: head.number }, `transaction ${kind}`)
  }

  // ---- new ones ------------------------------------------------------------------------------------------------

  /** Calls in the order to send; of alternatives the first that the chain accepts. */
  async function callsFor(duties: readonly Duty[], view: View): Promise<(readonly Call[])[]> {
    const [reports, surfaces, prices] = await Promise.all([
      reportCalls(duties),
      surfaceCalls(duties, view),
      settlementPriceCalls(duties, view),
    ])
    const calls = [...reports, ...surfaces].map((call) => [call] as const)
    return [...calls, ...(await ownCalls(duties, view)), ...prices]
  }

  /** Those that need nothing but the duty itself, paid where that is worth the way. */
  async function ownCalls(duties: readonly Duty[], view: View): Promise<(readonly Call[])[]> {
    const rest = await paidOrDirect(duties, view)
    return rest.map((alternatives) => {
      const last = alternatives.at(-1)
      const dearest = last && withAllGas(last, maxGas)
      return dearest === undefined ? alternatives : [...alternatives, dearest]
    })
  }

  async function paidOrDirect(duties: readonly Duty[], view: View): Promise<(readonly Call[])[]> {
    if (pay === undefined) return callsOf(duties, maxGas).map((call) => [call])
    native ??= await chain.read('rewards', 'nativeUnderlying', [], view.head.hash)
    const rules = { ...pay, native }
    return paidCallsOf(duties, maxGas, (duty) => rewardOf(view, duty, rules, used.get(duty.kind)), pay.payee)
  }

  /** All rounds of all underlyings in one transaction. */
  async function reportCalls(duties: readonly Duty[]): Promise<Call[]> {
    const rounds = duties.filter((duty) => duty.kind === 'reportPrices' || duty.kind === 'addObservation')
    const gathered = await Promise.all(
      rounds.map(async ({ kind, underlying, round }) => {
        const own = await lookout.observation(underlying, round)
        const others = kind === 'addObservation' ? [] : await peers.observations(underlying, round, lookout.self().id)
        return own === undefined ? others : [own, ...others]
      }),
    )
    return gathered.flat().length === 0 ? [] : [reportCall(rounds, gathered.flat())]
  }

  async function surfaceCalls(duties: readonly Duty[], { universe }: View): Promise<Call[]> {
    const calls = await Promise.all(
      duties
        .filter((duty) => duty.kind === 'submitSurface')
        .map(async (duty) => {
          const own = await lookout.surface(duty.underlying, duty.round)
          const others = await peers.surfaces(duty.underlying, duty.round, lookout.self().id)
          const signed = own === undefined ? others : [own, ...others]
          const call = surfaceCall(duty, signed, universe.quorum)
          if (call === undefined) log.info({ round: duty.round, signed: signed.length }, 'too few surfaces agree')
          return call
        }),
    )
    return calls.filter((call) => call !== undefined)
  }

  function settlementPriceCalls(duties: readonly Duty[], { head, universe }: View): Promise<Call[][]> {
    const expiries = duties.filter((duty) => duty.kind === 'fixSettlementPrice' || duty.kind === 'fixAverage')
    return Promise.all(expiries.map((duty) => fixCalls(chain, duty, universe.windowSeconds, head)))
  }

  /** Tries `alternatives` until one is on its way; a duty that the chain refuses in every form is remembered as refused. */
  async function carryOut(alternatives: readonly Call[], view: View): Promise<void> {
    for (const call of alternatives) {
      const failure = await attempt(call, view)
      if (failure === undefined) return
      if (failure.kind !== 'refused') return
    }
    const duties = alternatives.flatMap((call) => call.duties)
    for (const duty of duties) refused.remember(keyOf(duty), view.head, marketsText(view))
  }

  async function attempt(call: Call, view: View): Promise<Failure | undefined> {
    const { duties, contract, functionName, reward } = call
    const duty = duties[0]?.kind
    if (duty === undefined) return undefined
    const { number: block, time: headTime } = view.head
    const line = { block, headTime, duty, of: duties.map(keyOf), call: `${contract}.${functionName}`, reward }
    const failure = await sender.send(call, view.head, isDryRun)
    if (failure === undefined) {
      metrics.acted.inc({ duty }, duties.length)
      if (functionName === 'report') metrics.carried.inc(call.args[0].length)
      log.info(line, isDryRun ? 'would send' : 'sent')
      return undefined
    }
    const isRefused = failure.kind === 'refused'
    metrics[isRefused ? 'refused' : 'transient'].inc({ duty })
    log.warn({ ...line, failure }, isRefused ? 'refused in simulation' : 'not sent')
    return failure
  }

  return {
    act: async (view, decision) => {
      const mine = open(view, decision.mine)
      await settle(view, mine)
      const onItsWay = sender.inFlight()
      const duties = mine.filter((duty) => !onItsWay.has(keyOf(duty)))
      if (duties.length === 0) return
      for (const alternatives of await callsFor(duties, view)) await carryOut(alternatives, view)
    },
    open,
    did: () => ({ ...did }),
    failed: () => failed,
  }
}

/** What a refusal may hang on besides the call itself and time: differs whenever the markets do. */
function marketsText({ markets }: View): string {
  return [...markets.values()]
    .map(
      ({ below, newestRoundTime, openRoundTime, price }) =>
        `${below.state} ${newestRoundTime} ${openRoundTime} ${price}`,
    )
    .join()
}
