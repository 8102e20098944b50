// What does the running keeper do with each head? Looks, views, decides, acts; one turn at a time, the heartbeat after the work.
import type { Logger } from 'pino'
import { reportCall, surfaceCall, callsOf } from '../core/calls.ts'
import type { Call, SignedObservation, SignedSurface } from '../core/calls.ts'
import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decide.ts'
import { DUTY_KINDS, keyOf } from '../core/duties/duty.ts'
import type { Duty, DutyKind } from '../core/duties/duty.ts'
import { EMPTY_BOOK, observationIn, seen, surfaceIn, viewIn } from '../core/observations.ts'
import { observe } from '../core/observe.ts'
import { scan } from '../core/scan.ts'
import type { MarginFunctions } from '../core/scan.ts'
import { surfaceOf } from '../core/surface.ts'
import { keeperOnTurn } from '../core/turns.ts'
import { STATUSES } from '../core/view.ts'
import type { Head, View } from '../core/view.ts'
import type { Chain } from './chain.ts'
import { fixCalls } from './checkpoints.ts'
import type { Config } from './config.ts'
import type { Markets } from './feeds/markets.ts'
import { advanceView, loadView } from './load.ts'
import type { Metrics } from './metrics.ts'
import type { Peers } from './peers.ts'
import { refusals } from './refusals.ts'
import type { Sender } from './sender.ts'
import type { Signer } from './signer.ts'
import { waiting } from './waiting.ts'

export type Parts = {
  readonly config: Config
  readonly chain: Chain
  readonly markets: Markets
  readonly signer: Signer
  readonly sender: Sender
  readonly peers: Peers
  readonly metrics: Metrics
  readonly log: Logger
  readonly margin: MarginFunctions
  readonly isDryRun: boolean
}

export type Keeper = {
  /** Takes heads from now on. */
  readonly start: () => void
  /** Resolves when the present turn is over; no further one begins. */
  readonly stop: () => Promise<void>
  readonly status: () => Status
  /** The status once block `after` is decided on, or after two seconds. */
  readonly statusAfter: (after: number) => Promise<Status>
  /** This keeper's own, signed, for a round; undefined where it has none. Waits a little for its own head to reach the round. */
  readonly observation: (underlying: number, round: number) => Promise<SignedObservation | undefined>
  readonly surface: (underlying: number, round: number) => Promise<SignedSurface | undefined>
  /** Why it is not fit to act; empty when it is. */
  readonly unready: () => readonly string[]
  /** [ms] Since the last turn ended. */
  readonly quietMs: () => number
}

export type Status = {
  readonly keeper: number
  readonly address: string
  readonly decidedBlock: number
  readonly decidedTime: number
  /** Duties due at that block, whoever's turn it is, those refused and not changed since left out. */
  readonly due: number
  readonly dueByKind: Readonly<Partial<Record<DutyKind, number>>>
  readonly inFlight: number
  /** By underlying: id of the keeper on turn for a price report. */
  readonly onTurn: Readonly<Record<number, number | undefined>>
  /** By symbol and venue: price and time of the last trade. */
  readonly feeds: Readonly<Record<string, Readonly<Record<string, { readonly price: number; readonly time: number }>>>>
  /** Rounds seen without a cluster, and without any view. */
  readonly noCluster: number
  readonly noView: number
  readonly did: Readonly<Partial<Record<DutyKind, number>>>
  readonly failed: number
}

/** [ms] */
const STATUS_WAIT = 2_000
const ROUND_WAIT = 300
const PRICE_UNIT = 1e8

export function keeperOf(parts: Parts): Keeper {
  const { config, chain, markets, signer, sender, peers, metrics, log, margin, isDryRun } = parts
  const underlyings = config.underlyings.map(({ underlying }) => underlying)
  const house = new Set(Object.values(config.deployment.addresses).map((address) => address.toLowerCase()))
  const heads = waiting()
  const decisions = waiting()
  const refused = refusals()
  const did: Partial<Record<DutyKind, number>> = {}
  const started = performance.now()

  let book = EMPTY_BOOK
  let newestHead: Head | undefined
  let view: View | undefined
  let decision: Decision | undefined
  let openDuties: readonly Duty[] = []
  let wake: (() => void) | undefined
  let isStopping = false
  let running: Promise<void> = Promise.resolve()
  let unwatch: (() => void) | undefined
  let counts = { noCluster: 0, noView: 0, failed: 0 }
  let lastTurnAt = performance.now()
  let decided = 0

  // ---- looking -------------------------------------------------------------------------------------------------

  /** As soon as a head is heard of, before anything is read: peers may ask for its round at once. */
  function onHead(head: Head): void {
    if (newestHead?.hash === head.hash) return
    newestHead = head
    const before = book
    book = seen(book, head.time, underlyings, look)
    if (book !== before) tellViews(head)
    heads.wake()
    wake?.()
  }

  function look(underlying: number, round: number) {
    const { limits, unit } = config
    const rules = { ...limits, unit }
    const view = observe(markets.samplesOf(underlying), markets.currencies(), rules, round)
    const spot = view.kind === 'none' ? undefined : Number(view.price) / PRICE_UNIT
    return { view, surface: surfaceOf(underlying, round, markets.quotesOf(underlying), spot, limits) }
  }

  function tellViews(head: Head): void {
    const round = book.rounds.at(-1) ?? 0
    for (const underlying of underlyings) {
      const own = viewIn(book, underlying, round)
      if (own === undefined) continue
      const labels = { underlying: String(underlying) }
      metrics.roundsSeen.inc(labels)
      if (own.kind === 'none') {
        counts = { ...counts, noView: counts.noView + 1 }
        metrics.noView.inc(labels)
      } else metrics.ownPrice.set(labels, Number(own.price) / PRICE_UNIT)
      if (own.kind === 'wide') {
        counts = { ...counts, noCluster: counts.noCluster + 1 }
        metrics.noCluster.inc(labels)
      }
      // All that the view was made from, so that it can be made again.
      const samples = markets.samplesOf(underlying)
      log.debug({ block: head.number, round, underlying, own, samples }, 'observed')
      if (own.kind !== 'narrow') log.info({ round, underlying, own, samples }, 'no cluster of a majority of venues')
    }
  }

  // ---- turns ---------------------------------------------------------------------------------------------------

  async function loop(): Promise<void> {
    let last: Head | undefined
    let failures = 0
    while (!isStopping) {
      const head = newestHead
      if (head === undefined || head.hash === last?.hash) {
        await new Promise<void>((resolve) => (wake = resolve))
        wake = undefined
        continue
      }
      try {
        await turn(head)
        last = head
        failures = 0
      } catch (cause) {
        failures += 1
        metrics.rpcErrors.inc()
        log.warn({ block: head.number, failures, cause: String(cause) }, 'head not decided on')
        await new Promise((resolve) => setTimeout(resolve, Math.min(2_000, 20 * 2 ** failures)))
      }
      lastTurnAt = performance.now()
    }
  }

  async function turn(head: Head): Promise<void> {
    const begun = performance.now()
    const requestsBefore = chain.requests()
    const isFirst = view === undefined
    const before = view
    view = view === undefined ? await loadView(chain, head) : await advanceView(chain, view, head)
    if (isFirst) metrics.reloads.inc()
    if (before?.universe.epoch !== view.universe.epoch) await peers.meet(view.universe.keepers, head)

    const id = peers.idOf(signer.address)
    const scanned = scan(view, margin, house)
    const own = {
      id,
      price: (underlying: number, round: number) => observationIn(book, underlying, round)?.price,
      surface: (underlying: number, round: number) => surfaceIn(book, underlying, round),
    }
    decision = decide(view, scanned, own, decision?.marks, house)
    await settle(head, decision)
    await act(head, view, decision)

    openDuties = decision.due.filter((duty) => !refused.isRefused(keyOf(duty), head, marketsKey(view)))
    tellTurn(head, view, decision, scanned.unassessable.length)
    metrics.rpcPerHead.set(chain.requests() - requestsBefore)
    metrics.turn.observe((performance.now() - begun) / 1000)
    decided = Number(head.number)
    metrics.decidedBlock.set(decided)
    for (const { account, reason } of scanned.unassessable) log.warn({ account, reason }, 'account not assessable')
    decisions.wake()
  }

  /** What a refusal may depend on besides the call itself and time. */
  function marketsKey(at: View | undefined): string {
    const markets = [...(at?.markets.values() ?? [])]
    return markets.map((one) => `${one.below.state}:${one.newestRoundTime}:${one.openRoundTime}:${one.price}`).join()
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  async function settle(head: Head, { mine }: Decision): Promise<void> {
    const keys = new Set(mine.map(keyOf))
    for (const outcome of await sender.settle(head, (key) => keys.has(key))) {
      const duty = outcome.call.duties[0]?.kind ?? 'settle'
      if (outcome.kind === 'lost') {
        metrics.lost.inc()
        log.warn({ duty }, 'nonce consumed by a transaction that is none of ours')
        continue
      }
      metrics.gasUsed.inc(Number(outcome.gasUsed))
      if (outcome.kind === 'done') {
        for (const { kind } of outcome.call.duties) did[kind] = (did[kind] ?? 0) + 1
        metrics.done.inc({ duty }, outcome.call.duties.length)
      } else {
        counts = { ...counts, failed: counts.failed + 1 }
        metrics.failed.inc({ duty })
      }
      const { hash, gasUsed } = outcome
      log.info({ duty, outcome: outcome.kind, hash, gasUsed, block: head.number }, `transaction ${outcome.kind}`)
    }
  }

  async function act(head: Head, at: View, { mine }: Decision): Promise<void> {
    if (isStopping || mine.length === 0) return
    const inFlight = sender.inFlight()
    const open = mine.filter((duty) => {
      return !inFlight.has(keyOf(duty)) && !refused.isRefused(keyOf(duty), head, marketsKey(at))
    })
    const calls = [
      ...(await priceCalls(open)),
      ...(await surfaceCalls(open, at)),
      ...callsOf(open),
      ...(await settlementCalls(open, at, head)),
    ]
    for (const alternatives of calls) await tryInOrder([alternatives].flat(), head, at)
  }

  /** All rounds of all underlyings in one transaction. */
  async function priceCalls(open: readonly Duty[]): Promise<Call[]> {
    const duties = open.filter((duty) => duty.kind === 'reportPrices' || duty.kind === 'addObservation')
    const gathered = await Promise.all(
      duties.map(async (duty) => {
        const own = await ownObservation(duty.underlying, duty.round)
        if (duty.kind === 'addObservation') return own === undefined ? [] : [own]
        const others = await peers.observations(duty.underlying, duty.round, peers.idOf(signer.address))
        return own === undefined ? others : [own, ...others]
      }),
    )
    const observations = gathered.flat()
    return observations.length === 0 ? [] : [reportCall(duties, observations)]
  }

  async function surfaceCalls(open: readonly Duty[], at: View): Promise<Call[]> {
    const duties = open.filter((duty) => duty.kind === 'submitSurface')
    const calls = await Promise.all(
      duties.map(async (duty) => {
        const id = peers.idOf(signer.address)
        const own = surfaceIn(book, duty.underlying, duty.round)
        const others = await peers.surfaces(duty.underlying, duty.round, id)
        const signed = own === undefined ? others : [await signer.signSurface(id, own), ...others]
        const call = surfaceCall(duty, signed, at.universe.quorum)
        if (call === undefined) log.info({ round: duty.round, surfaces: signed.length }, 'too few surfaces agree')
        return call
      }),
    )
    return calls.filter((call) => call !== undefined)
  }

  async function settlementCalls(open: readonly Duty[], at: View, head: Head): Promise<Call[][]> {
    const duties = open.filter((duty) => duty.kind === 'fixSettlementPrice')
    return Promise.all(duties.map((duty) => fixCalls(chain, duty, at.universe.windowSeconds, head)))
  }

  /** The first of `alternatives` that the chain accepts in simulation is sent. */
  async function tryInOrder(alternatives: readonly Call[], head: Head, at: View): Promise<void> {
    for (const call of alternatives) {
      if (await sent(call, head, at)) return
    }
  }

  async function sent(call: Call, head: Head, at: View): Promise<boolean> {
    const { duties, contract, functionName } = call
    const duty = duties[0]?.kind ?? 'settle'
    const line = {
      block: head.number,
      time: head.time,
      duty,
      of: duties.map(keyOf),
      call: `${contract}.${functionName}`,
    }
    if (isDryRun) {
      log.info(line, 'would send')
      return true
    }
    const failure = await sender.send(call, head)
    if (failure === undefined) {
      metrics.acted.inc({ duty }, duties.length)
      if (functionName === 'report') metrics.carried.inc(call.args[0].length)
      log.info(line, 'sent')
      return true
    }
    if (failure.kind === 'refused') {
      for (const one of duties) refused.remember(keyOf(one), head, marketsKey(at))
      metrics.refused.inc({ duty })
      log.info({ ...line, error: failure.error }, 'refused in simulation')
    } else {
      metrics.transient.inc({ duty })
      log.warn({ ...line, failure }, 'not sent')
    }
    return false
  }

  async function ownObservation(underlying: number, round: number): Promise<SignedObservation | undefined> {
    const observation = observationIn(book, underlying, round)
    const id = peers.idOf(signer.address)
    return observation === undefined || id === 0 ? undefined : signer.signObservation(id, observation)
  }

  // ---- telling -------------------------------------------------------------------------------------------------

  function tellTurn(head: Head, at: View, { due, mine }: Decision, unassessable: number): void {
    metrics.headTime.set(head.time)
    metrics.inFlight.set(sender.inFlight().size)
    metrics.accounts.set(at.accounts.size)
    metrics.unassessable.set(unassessable)
    metrics.rpcRequests.set(chain.requests())
    const dueByKind = countsBy(due, ({ kind }) => kind)
    for (const duty of DUTY_KINDS) metrics.due.set({ duty }, dueByKind[duty] ?? 0)
    const byStatus = countsBy([...at.accounts.values()], ({ status }) => status)
    for (const status of STATUSES) metrics.calledAccounts.set({ status }, byStatus[status] ?? 0)
    for (const [underlying, market] of at.markets) {
      metrics.marketState.set({ underlying: String(underlying) }, market.below.state)
      metrics.index.set({ underlying: String(underlying) }, Number(market.price) / 1e18)
    }
    for (const feed of markets.feeds()) {
      const labels = { symbol: feed.symbol, venue: feed.venue }
      metrics.feedMessages.set(labels, feed.messages)
      metrics.feedMalformed.set(labels, feed.malformed)
      metrics.feedGaps.set(labels, feed.gaps)
      metrics.feedOpen.set(labels, feed.isOpen ? 1 : 0)
      if (feed.trade !== undefined) metrics.feedAge.set(labels, head.time - feed.trade.time / 1000)
    }
    if (due.length > 0) log.debug({ block: head.number, due: due.map(keyOf), mine: mine.map(keyOf) }, 'decided')
  }

  function status(): Status {
    const at = view
    const feeds: Record<string, Record<string, { price: number; time: number }>> = {}
    for (const { symbol, venue, trade } of markets.feeds()) {
      if (trade === undefined) continue
      feeds[symbol] = { ...feeds[symbol], [venue]: { price: Number(trade.price) / PRICE_UNIT, time: trade.time } }
    }
    return {
      keeper: peers.idOf(signer.address),
      address: sender.address,
      decidedBlock: decided,
      decidedTime: decision === undefined ? 0 : (at?.head.time ?? 0),
      due: openDuties.length,
      dueByKind: countsBy(openDuties, ({ kind }) => kind),
      inFlight: sender.inFlight().size,
      onTurn: Object.fromEntries(underlyings.map((underlying) => [underlying, onTurnFor(underlying, at)])),
      feeds,
      noCluster: counts.noCluster,
      noView: counts.noView,
      did: { ...did },
      failed: counts.failed,
    }
  }

  function onTurnFor(underlying: number, at: View | undefined): number | undefined {
    const duty: Duty = { kind: 'reportPrices', underlying, round: 0 }
    return at === undefined ? undefined : keeperOnTurn(duty, at.universe, at.head.time)
  }

  function unready(): string[] {
    const reasons: string[] = []
    if (view === undefined || decided === 0) reasons.push('no head decided on yet')
    if (peers.idOf(signer.address) === 0) reasons.push('signing key is not in the registry’s epoch')
    for (const { underlying, symbol } of config.underlyings) {
      const open = markets.feeds().filter((feed) => feed.symbol === symbol && feed.isOpen)
      if (open.length < config.limits.minVenues) reasons.push(`${open.length} feeds of underlying ${underlying} open`)
    }
    if (newestHead !== undefined && Number(newestHead.number) > decided + 2) reasons.push('behind the head')
    return reasons
  }

  return {
    start: () => {
      unwatch = chain.watch(onHead, (cause) => log.debug({ cause: String(cause) }, 'endpoint'))
      running = loop()
      log.info({ address: sender.address, signer: signer.address, startedMs: performance.now() - started }, 'started')
    },
    stop: async () => {
      isStopping = true
      unwatch?.()
      wake?.()
      await running
    },
    status,
    statusAfter: async (after) => {
      await decisions.until(() => decided >= after, STATUS_WAIT)
      return status()
    },
    observation: async (underlying, round) => {
      await heads.until(() => (newestHead?.time ?? 0) >= round, ROUND_WAIT)
      return ownObservation(underlying, round)
    },
    surface: async (underlying, round) => {
      await heads.until(() => (newestHead?.time ?? 0) >= round, ROUND_WAIT)
      const surface = surfaceIn(book, underlying, round)
      const id = peers.idOf(signer.address)
      return surface === undefined || id === 0 ? undefined : signer.signSurface(id, surface)
    },
    unready,
    quietMs: () => performance.now() - lastTurnAt,
  }
}

function countsBy<Item, Key extends string>(
  items: readonly Item[],
  keyFor: (item: Item) => Key,
): Partial<Record<Key, number>> {
  const counts: Partial<Record<Key, number>> = {}
  for (const item of items) counts[keyFor(item)] = (counts[keyFor(item)] ?? 0) + 1
  return counts
}
