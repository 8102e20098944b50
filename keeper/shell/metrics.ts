// What can an operator watch? Prometheus series, all beginning with plimsoll_keeper_; docs/RUNBOOK.md lists them.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { DUTY_KINDS } from '../core/duties/duty.ts'
import type { Duty } from '../core/duties/duty.ts'
import { STATUSES } from '../core/view.ts'
import type { View } from '../core/view.ts'
import type { EndpointState } from './endpoints.ts'
import type { FeedState } from './feeds/markets.ts'

export type Metrics = ReturnType<typeof keeperMetrics>

export function keeperMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const name = (part: string): string => `plimsoll_keeper_${part}`
  const gauge = <Label extends string>(part: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: name(part), help, labelNames, registers })
  const counter = <Label extends string>(part: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter({ name: name(part), help, labelNames, registers })
  const metrics = {
    decidedBlock: gauge('decided_block', 'Newest block that has been decided on, its transactions sent'),
    headTime: gauge('head_time_seconds', 'Timestamp of that block'),
    due: gauge('duties_due', 'Duties due at that block, whoever’s turn it is', ['duty']),
    acted: counter('duties_acted_total', 'Duties of this keeper for which a transaction was sent', ['duty']),
    done: counter('duties_done_total', 'Duties whose transaction succeeded', ['duty']),
    failed: counter('transactions_failed_total', 'Transactions mined without success', ['duty']),
    lost: counter('transactions_lost_total', 'Nonces consumed by a transaction that is none of ours'),
    refused: counter('simulations_refused_total', 'Calls refused in simulation, never sent', ['duty']),
    transient: counter('sends_postponed_total', 'Calls to be tried again at the next head', ['duty']),
    gasUsed: counter('gas_used_total', 'Gas of mined transactions'),
    inFlight: gauge('duties_in_flight', 'Duties whose transaction is not mined'),
    accounts: gauge('accounts', 'Accounts known'),
    debtors: gauge('debtors', 'Accounts that owe, outside auctions; at most the 64 that owe most'),
    owed: gauge('debts', 'Units of account that all debtors owe'),
    hopeless: gauge('portfolios_past_help', 'Auctions that nobody takes and no fund pays for: being torn up'),
    unassessable: gauge('accounts_unassessable', 'Accounts the margin function has no answer for'),
    searchLeft: gauge('accounts_to_look_at', 'Accounts whose certificate has run out, not yet looked at'),
    low: gauge('accounts_low', 'Accounts without a certificate for want of health'),
    looks: gauge('account_looks', 'Accounts looked at since the start'),
    accountsByStatus: gauge('accounts_by_status', 'Accounts by status', ['status']),
    marketState: gauge('market_state', 'Place in the order of states: 0 dead … 7 agreed', ['underlying']),
    index: gauge('index_price', 'Index in force, units of account', ['underlying']),
    ownPrice: gauge('own_price', 'This keeper’s own view, units of account', ['underlying']),
    noCluster: counter('no_cluster_total', 'Rounds without a cluster of a majority of venues', ['underlying']),
    noView: counter('no_view_total', 'Rounds without any view', ['underlying']),
    roundsSeen: counter('rounds_seen_total', 'Rounds in which a head was seen', ['underlying']),
    carried: counter('observations_carried_total', 'Observations submitted, own and others’'),
    peerMissed: counter('peer_missed_total', 'Requests to another keeper without a usable answer', ['peer']),
    feedMessages: gauge('feed_messages', 'Messages of a feed since the start', ['symbol', 'venue']),
    feedMalformed: gauge('feed_malformed', 'Messages dropped as malformed', ['symbol', 'venue']),
    feedGaps: gauge('feed_gaps', 'Gaps in a feed’s numbering', ['symbol', 'venue']),
    feedOpen: gauge('feed_open', '1 while the socket is open', ['symbol', 'venue']),
    feedAge: gauge('feed_age_seconds', 'Head time less the venue’s last trade time', ['symbol', 'venue']),
    rpcRequests: gauge('rpc_requests', 'Requests to the node since the start'),
    rpcPerHead: gauge('rpc_requests_last_head', 'Requests for the last head'),
    rpcErrors: counter('rpc_errors_total', 'Heads that could not be decided on because the node did not answer'),
    endpointFaults: counter('endpoint_faults_total', 'Endpoints outvoted, failed, or alone in answering', [
      'endpoint',
      'fault',
    ]),
    endpointLag: gauge('endpoint_lag_blocks', 'Blocks behind the head that is agreed on', ['endpoint']),
    endpointPenalty: gauge('endpoint_penalty', '0 while it answers; doubles with every failure', ['endpoint']),
    endpointBanned: gauge('endpoint_banned', '1 while it is left out for having been outvoted', ['endpoint']),
    backlog: gauge('transactions_in_flight', 'Transactions sent and not yet seen in a block'),
    raises: gauge('transactions_replaced', 'Transactions replaced at a higher fee since the start'),
    spent: gauge('spent_ether_day', 'Cost of transactions mined in the last 24 hours'),
    spendCap: gauge('spend_cap_ether_day', 'The operator’s cap on that'),
    ready: gauge('ready', '1 while nothing stands against its acting'),
    balance: gauge('balance_ether', 'What a sender of this keeper holds', ['sender']),
    runway: gauge('runway_hours', 'Hours for which the poorest sender’s balance lasts at the last day’s cost'),
    loopDelay: gauge('event_loop_delay_seconds', '99th percentile of the event loop’s delay since the last scrape'),
    resident: gauge('resident_bytes', 'Memory of the process'),
    turn: new Histogram({
      name: name('head_seconds'),
      help: 'Wall time from hearing of a head to having decided on it',
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
  }
  const before: (() => void)[] = []
  /** `tell` sets what is known only when it is asked for. */
  const onScrape = (tell: () => void): void => void before.push(tell)
  const text = (): Promise<string> => {
    for (const tell of before) tell()
    return registry.metrics()
  }
  // A series that has not happened yet stands at zero, so that an alert can be written on it.
  for (const duty of DUTY_KINDS) {
    for (const one of [metrics.acted, metrics.done, metrics.failed, metrics.refused]) one.inc({ duty }, 0)
  }
  return { ...metrics, registry, onScrape, text }
}

export function tellView(metrics: Metrics, { head, accounts, markets, pages }: View, due: readonly Duty[]): void {
  metrics.headTime.set(head.time)
  metrics.debtors.set(pages.debts.of.size)
  metrics.owed.set(Number(pages.debts.owed) / 1e18)
  metrics.hopeless.set(pages.tearUps.length)
  metrics.accounts.set(accounts.size())
  for (const duty of DUTY_KINDS) metrics.due.set({ duty }, due.filter(({ kind }) => kind === duty).length)
  for (const status of STATUSES) metrics.accountsByStatus.set({ status }, accounts.countOf(status))
  for (const [underlying, { below, price }] of markets) {
    metrics.marketState.set({ underlying: String(underlying) }, below.state)
    metrics.index.set({ underlying: String(underlying) }, Number(price) / 1e18)
  }
}

/** `block`: the head that is agreed on. */
export function tellEndpoints(metrics: Metrics, endpoints: readonly EndpointState[], block: number): void {
  for (const { name: endpoint, newest, penalty, isBanned } of endpoints) {
    metrics.endpointLag.set({ endpoint }, Math.max(0, block - newest))
    metrics.endpointPenalty.set({ endpoint }, penalty)
    metrics.endpointBanned.set({ endpoint }, isBanned ? 1 : 0)
  }
}

/** `time` [unix s] of the head. */
export function tellFeeds(metrics: Metrics, feeds: readonly FeedState[], time: number): void {
  for (const { symbol, venue, messages, malformed, gaps, isOpen, trade } of feeds) {
    const labels = { symbol, venue }
    metrics.feedMessages.set(labels, messages)
    metrics.feedMalformed.set(labels, malformed)
    metrics.feedGaps.set(labels, gaps)
    metrics.feedOpen.set(labels, isOpen ? 1 : 0)
    if (trade !== undefined) metrics.feedAge.set(labels, time - trade.time / 1_000)
  }
}
