// What does the running keeper do with each head? Looks, views, decides, acts: one turn at a time, the heartbeat after the work.
import type { Logger } from 'pino'
import { decide } from '../core/decide.ts'
import type { Decision } from '../core/decide.ts'
import { keyOf } from '../core/duties/duty.ts'
import type { Duty, DutyKind } from '../core/duties/duty.ts'
import type { Scan } from '../core/scan.ts'
import { keeperOnTurn, SKIPPED_MOST } from '../core/turns.ts'
import type { Head, View } from '../core/view.ts'
import type { Actor } from './actor.ts'
import type { Bidder } from './bidder.ts'
import type { Chain } from './chain.ts'
import type { Config } from './config.ts'
import type { Markets } from './feeds/markets.ts'
import { advanceView, loadView } from './load.ts'
import { withPages } from './pages.ts'
import { searchOf } from './search.ts'
import { PRICE_UNIT } from './lookout.ts'
import type { Lookout } from './lookout.ts'
import { tellEndpoints, tellFeeds, tellView } from './metrics.ts'
import type { Metrics } from './metrics.ts'
import type { Peers } from './peers.ts'
import type { Sender } from './sender.ts'
import type { Signer } from './signer.ts'
import type { Vitals } from './vitals.ts'
import { waiting } from './waiting.ts'

export type Parts = {
  readonly config: Config
  readonly chain: Chain
  readonly markets: Markets
  readonly signer: Signer
  readonly sender: Sender
  readonly peers: Peers
  readonly lookout: Lookout
  readonly actor: Actor
  readonly vitals: Vitals
  /** Learns what was spent before it was started; never rejects. */
  readonly recall: (head: Head) => Promise<void>
  /** Only where the operator wants it to bid. */
  readonly bidder: Bidder | undefined
  readonly metrics: Metrics
  readonly log: Logger
  /** It must not go on: what it would sign is not what it was set up for. */
  readonly onBroken: (why: string) => void
}

export type Keeper = {
  /** Takes heads from now on. */
  readonly start: () => void
  /** Resolves when the present turn is over; no further one begins. */
  readonly stop: () => Promise<void>
  readonly status: () => Status
  /** The status once block `after` is decided on, or after two seconds. */
  readonly statusAfter: (after: number) => Promise<Status>
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
  /** By symbol and venue: price and time [unix ms] of the last trade. */
  readonly feeds: Readonly<Record<string, Readonly<Record<string, { readonly price: number; readonly time: number }>>>>
  /** Rounds seen without a cluster, and without any view. */
  readonly noCluster: number
  readonly noView: number
  readonly did: Readonly<Partial<Record<DutyKind, number>>>
  readonly failed: number
}

/** [ms] */
const STATUS_WAIT = 2_000
const DRAIN_MOST = 5_000
const DRAIN_LOOK = 50
const RETRY_FIRST = 20
const RETRY_MOST = 2_000
/** Heads from one question for the chain to the next. */
const CHAIN_ASKED_EVERY = 64

export function keeperOf({
  config,
  chain,
  markets,
  signer,
  sender,
  peers,
  lookout,
  actor,
  vitals,
  recall,
  bidder,
  metrics,
  log,
  onBroken,
}: Parts): Keeper {
  const house = new Set(Object.values(config.deployment.addresses).map((address) => address.toLowerCase()))
  const decisions = waiting()
  const search = searchOf(house)

  let newest: Head | undefined
  let heardAt = performance.now()
  let view: View | undefined
  /** The same before its pages were read, should that have failed. */
  let base: View | undefined
  let decision: Decision | undefined
  /** Duties told of, and since when they were due. */
  const told = new Map<string, number>()
  let open: readonly Duty[] = []
  let decided = 0
  let met: View['universe'] | undefined
  let turns = 0
  let recalled: Promise<void> | undefined
  let isSearched = true
  let quietSince = performance.now()
  let isStopping = false
  let wake: () => void = () => undefined
  let unwatch: () => void = () => undefined
  let running: Promise<void> = Promise.resolve()

  function onHead(head: Head): void {
    if (newest?.hash === head.hash) return
    newest = head
    heardAt = performance.now()
    lookout.see(head)
    wake()
  }

  /** The newest head at a time; those that came meanwhile are skipped. */
  async function loop(): Promise<void> {
    let last: Head | undefined
    for (let failures = 0; !isStopping;) {
      const head = newest
      // What a head's time did not suffice to look at is looked at next, under the same head if there is no newer one.
      if (head === undefined || (head.hash === last?.hash && isSearched)) {
        await new Promise<void>((resolve) => (wake = resolve))
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
        await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MOST, RETRY_FIRST * 2 ** failures)))
      }
      quietSince = performance.now()
    }
  }

  async function turn(head: Head): Promise<void> {
    const begun = performance.now()
    const requestsBefore = chain.requests()
    if (turns++ % CHAIN_ASKED_EVERY === 0) await checkChain()
    recalled ??= recall(head)
    for (const at of await skippedBefore(head)) {
      view = await viewAt(at)
      decision = decide(view, (await search.at(view)).scan, lookout.self(), decision?.marks, house)
    }
    view = await viewAt(head)
    await recalled
    // Read anew whenever the registry changes: keys, endpoints, who is idle.
    if (view.universe !== met) await peers.meet(view.universe.keepers, head)
    met = view.universe

    const { scan: scanned, left } = await search.at(view)
    decision = decide(view, scanned, lookout.self(), decision?.marks, house)
    await actor.act(view, decision)
    await bidder?.bid(view)
    await vitals.look()
    isSearched = left === 0

    open = actor.open(view, decision.due)
    decided = Number(head.number)
    metrics.rpcPerHead.set(chain.requests() - requestsBefore)
    metrics.turn.observe((performance.now() - begun) / 1_000)
    tell(view, decision, scanned)
    decisions.wake()
  }

  /** A node may be pointed at another chain while we run. */
  async function checkChain(): Promise<void> {
    const other = (await chain.chainIds()).find((id) => id !== config.chainId)
    if (other !== undefined) onBroken(`a node is of chain ${other}, the settings are of chain ${config.chainId}`)
  }

  /** What is on its way is seen into its block, or left to the others: nothing new is decided. */
  async function drained(): Promise<void> {
    const begun = performance.now()
    while (sender.backlog() > 0 && performance.now() - begun < DRAIN_MOST) {
      const before = newest
      for (const outcome of newest === undefined
        ? []
        : await sender.settle(newest, async (call) => call).catch(() => [])) {
        log.info({ duty: outcome.call.duties[0]?.kind, kind: outcome.kind }, 'seen into its block before the end')
      }
      while (newest === before && performance.now() - begun < DRAIN_MOST) {
        await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOK))
      }
    }
  }

  async function viewAt(head: Head): Promise<View> {
    if (view?.head.hash === head.hash) return view
    if (base === undefined) base = await loadView(chain, head)
    else if (base.head.hash !== head.hash) base = await advanceView(chain, base, head)
    return withPages(chain, base, house)
  }

  /** Heads that came between the last one decided on and this, its ancestors, the oldest first; none where they are too many. */
  async function skippedBefore(head: Head): Promise<readonly Head[]> {
    const last = view?.head
    const count = last === undefined ? 0 : Number(head.number - last.number) - 1
    if (last === undefined || count <= 0 || count > SKIPPED_MOST) return []
    const heads = await Promise.all(
      Array.from({ length: count }, (_, at) => chain.headAt(last.number + 1n + BigInt(at))),
    )
    const line = [last, ...heads, head]
    return line.slice(1).every(({ parentHash }, at) => parentHash === line[at]!.hash) ? heads : []
  }

  function tell(at: View, { due, mine, marks }: Decision, { unassessable }: Scan): void {
    metrics.decidedBlock.set(decided)
    metrics.rpcRequests.set(chain.requests())
    metrics.inFlight.set(sender.inFlight().size)
    metrics.unassessable.set(unassessable.length)
    const { left, low, looks } = search.figures()
    metrics.searchLeft.set(left)
    tellEndpoints(metrics, chain.endpoints(), decided)
    metrics.backlog.set(sender.backlog())
    metrics.raises.set(sender.raises())
    metrics.low.set(low)
    metrics.looks.set(looks)
    tellView(metrics, at, due)
    tellFeeds(metrics, markets.feeds(), at.head.time)
    for (const { account, reason } of unassessable) log.debug({ account, reason }, 'account not assessable')
    metrics.ready.set(unready().length === 0 ? 1 : 0)
    const own = new Set(mine.map(keyOf))
    // One line a duty: when it falls due, and whose it then is.
    for (const duty of due) {
      const key = keyOf(duty)
      const since = marks.get(key) ?? 0
      if (told.get(key) === since) continue
      told.set(key, since)
      const onTurn = keeperOnTurn(duty, at.universe, at.head.time)
      log.info({ block: at.head.number, headTime: at.head.time, duty: key, since, onTurn, mine: own.has(key) }, 'due')
    }
    for (const key of told.keys()) if (!marks.has(key)) told.delete(key)
  }

  function status(): Status {
    return {
      keeper: lookout.self().id,
      address: sender.address,
      decidedBlock: decided,
      decidedTime: view?.head.time ?? 0,
      due: open.length,
      dueByKind: Object.fromEntries(open.map(({ kind }) => [kind, open.filter((it) => it.kind === kind).length])),
      inFlight: sender.inFlight().size,
      onTurn: Object.fromEntries(config.underlyings.map(({ underlying }) => [underlying, onTurnFor(underlying)])),
      feeds: feedsOf(markets),
      ...lookout.missed(),
      did: actor.did(),
      failed: actor.failed(),
    }
  }

  function onTurnFor(underlying: number): number | undefined {
    const duty: Duty = { kind: 'reportPrices', underlying, round: 0 }
    return view === undefined ? undefined : keeperOnTurn(duty, view.universe, view.head.time)
  }

  function unready(): string[] {
    const reasons: string[] = [...vitals.reasons()]
    const silence = performance.now() - heardAt
    if (silence > config.limits.maxHeadSilenceMs) reasons.push(`no head for ${Math.round(silence / 1_000)} s`)
    if (decided === 0) reasons.push('no head decided on yet')
    if (lookout.self().id === 0) reasons.push('the signing key is not in the registry’s epoch')
    if (newest !== undefined && Number(newest.number) > decided + 2)
      reasons.push(`decided ${decided} of ${newest.number}`)
    for (const { symbol } of config.underlyings) {
      const heard = markets.feeds().filter((feed) => feed.symbol === symbol && feed.isOpen && feed.quote !== '')
      if (heard.length < config.limits.minVenues) reasons.push(`${heard.length} venues of ${symbol} heard`)
    }
    return reasons
  }

  return {
    start: () => {
      unwatch = chain.watch(onHead, (cause) => log.debug({ cause: String(cause) }, 'endpoint'))
      running = loop()
      log.info({ sender: sender.address, signer: signer.address }, 'started')
    },
    stop: async () => {
      isStopping = true
      wake()
      await running
      await drained()
      unwatch()
    },
    status,
    statusAfter: async (after) => {
      await decisions.until(() => decided >= after, STATUS_WAIT)
      return status()
    },
    unready,
    quietMs: () => performance.now() - quietSince,
  }
}

function feedsOf(markets: Markets): Status['feeds'] {
  const feeds: Record<string, Record<string, { price: number; time: number }>> = {}
  for (const { symbol, venue, trade } of markets.feeds()) {
    if (trade === undefined) continue
    feeds[symbol] = { ...feeds[symbol], [venue]: { price: Number(trade.price) / PRICE_UNIT, time: trade.time } }
  }
  return feeds
}
